"""The hour of the day in the workspace's zone, by a small table of how far its clocks were from UTC, and when."""

from __future__ import annotations

from typing import Any

from kogorta.traits.facts import scratch
from kogorta.traits.idioms import DAY_SECONDS, epoch_seconds, floor_div

OFFSETS = "k_offsets"
OFFSETS_SCHEMA = {"since": "timestamp(6)", "until": "timestamp(6)", "offset_seconds": "int64"}
"""Scratch table: from when, and until before when, the zone's clocks were so far ahead of UTC. It leaves no gaps."""

_HOUR_SECONDS = 3_600
_WEEK_DAYS = 7
_BEFORE_ALL = 720_000
"""Days before 1970 that no instant reaches, whole weeks of them twice over: sums with them are above zero."""
_FIRST_WEEKDAY = 3
"""1970 began on a Thursday, the fourth day of the week."""


def second_of_day(rows: Any, instant: str = "at") -> Any:
    """Add `local_second` to rows: the seconds from local midnight, by the clock, to an instant of theirs."""
    offsets = scratch(OFFSETS, OFFSETS_SCHEMA)
    dated = rows.cross_join(offsets)
    there = dated.filter((dated[instant] >= dated.since) & (dated[instant] < dated.until))
    seconds = epoch_seconds(there[instant]) + there.offset_seconds + _BEFORE_ALL * DAY_SECONDS
    return there.select(*rows.columns, local_second=seconds % DAY_SECONDS)


def hour_of(second: Any) -> Any:
    """The hour, 0 to 23, of a second of the day."""
    return floor_div(second, _HOUR_SECONDS)


def weekday_of(day_no: Any) -> Any:
    """The day of the week, 1 Monday to 7 Sunday, of a number of days since 1970."""
    whole_weeks = _BEFORE_ALL - _BEFORE_ALL % _WEEK_DAYS
    return (day_no + (whole_weeks + _FIRST_WEEKDAY)) % _WEEK_DAYS + 1
