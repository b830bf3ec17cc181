"""Instants as people write them, and as they are kept inside: UTC without a zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from kogorta.errors import InputError

_LOCAL_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def parse_instant(value: str | datetime | date, zone: ZoneInfo) -> datetime:
    """Return an instant as UTC without a zone.

    A day means its first moment in the workspace's zone; a time without an offset is local there.

    Args:
        value: `2026-01-31`, `31.01.2026`, `2026-01-31T12:00`, with or without an offset, or an object.
        zone: The workspace's zone.

    Raises:
        InputError: It is no instant.
    """
    moment = _moment(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).replace(tzinfo=None)


def _moment(value: str | datetime | date) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    text = value.strip()
    local = _LOCAL_DAY.fullmatch(text)
    try:
        if local:
            return datetime(int(local[3]), int(local[2]), int(local[1]))  # noqa: DTZ001  the zone is added by the caller
        return datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            "this is no instant",
            got=value,
            expected="a day such as 2026-01-31, or a time such as 2026-01-31T12:00 (an offset may follow)",
        ) from None


def parse_known(value: str | datetime | int | None, zone: ZoneInfo) -> datetime | int | None:
    """Return what `known_at` means: an instant, or the number of a commit."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, str) and value.strip().isdigit():
        return int(value)
    return parse_instant(value, zone)
