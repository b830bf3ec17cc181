"""How far the clocks of a zone are from UTC, and when: a small table that is laid beside the steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pyarrow as pa

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
"""Clocks are followed between these; before and after them they stand as there."""
_STEP = timedelta(days=7)
"""No zone puts its clocks forward and back within a week."""
_BEFORE_ALL, _AFTER_ALL = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


@lru_cache(maxsize=64)
def offset_table(zone: str) -> pa.Table:
    """Return the offsets of a zone: since, until (UTC without a zone), offset_seconds; no instant is left out.

    Args:
        zone: An IANA name.
    """
    clock = ZoneInfo(zone)
    changes = list(_changes(clock))
    since = [_BEFORE_ALL, *changes]
    until = [*changes, _AFTER_ALL]
    offsets = [_seconds(_FIRST, clock), *(_seconds(at, clock) for at in changes)]
    bare = [[at.replace(tzinfo=None) for at in column] for column in (since, until)]
    return pa.table(
        {
            "since": pa.array(bare[0], pa.timestamp("us")),
            "until": pa.array(bare[1], pa.timestamp("us")),
            "offset_seconds": pa.array(offsets, pa.int64()),
        }
    )


def _changes(clock: ZoneInfo) -> Iterator[datetime]:
    """Yield the instants at which the clocks are put, to the second."""
    before = _FIRST
    while before < _LAST:
        after = before + _STEP
        if _seconds(before, clock) != _seconds(after, clock):
            yield _between(before, after, clock)
        before = after


def _between(before: datetime, after: datetime, clock: ZoneInfo) -> datetime:
    """Return the first second between two instants at which the clocks stand as at the later one."""
    told = _seconds(after, clock)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        before, after = (before, middle) if _seconds(middle, clock) == told else (middle, after)
    return after


def _seconds(at: datetime, clock: ZoneInfo) -> int:
    offset = at.astimezone(clock).utcoffset()
    return int((offset or timedelta(0)).total_seconds())
