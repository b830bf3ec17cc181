"""Cells that come typed: what each is, and its text, which reads back the same."""

from __future__ import annotations

import json
from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from kogorta.ingest.raw import Native


def is_empty(cell: object) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or cell == ""


def kind_of_cell(cell: object) -> Native:
    """Return what a filled cell is."""
    if isinstance(cell, bool):
        return Native.BOOLEAN
    if isinstance(cell, int | float | Decimal):
        return Native.NUMBER
    if isinstance(cell, datetime):
        return Native.INSTANT
    return Native.DATE if isinstance(cell, date) else Native.TEXT


def common_kind(kinds: Set[Native]) -> Native:
    """Return what all filled cells of a column are; text if they differ."""
    if kinds == {Native.DATE, Native.INSTANT}:
        return Native.INSTANT
    return next(iter(kinds)) if len(kinds) == 1 else Native.TEXT


def text_of_cell(cell: object) -> str | None:
    """Return a cell as text; None if it is empty.

    Numbers are written out to their last digit, instants with a zone in UTC, arrays and objects as JSON, and bytes that are no
    text as hexadecimal digits.
    """
    if cell is None or isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return _text_of_rarer(cell)


def _text_of_rarer(cell: object) -> str | None:
    if isinstance(cell, datetime):
        if cell.tzinfo is None:
            return cell.isoformat(sep=" ")
        return cell.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ") + "Z"
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, bytes):
        return _text_of_bytes(cell)
    if isinstance(cell, list | dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    return str(cell) or None


def _text_of_bytes(cell: bytes) -> str | None:
    try:
        text = cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.hex()
    return (text if text.isprintable() else cell.hex()) or None
