"""The only clock of the library. Everything else is told the time."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present instant, UTC without a zone, as instants are kept inside."""
    return datetime.now(UTC).replace(tzinfo=None)  # noqa: TID251  the one place that reads it
