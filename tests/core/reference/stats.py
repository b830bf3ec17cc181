"""Nearest-rank statistics and instants in whole seconds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_PER_DAY = 86_400


def nearest_rank(values: Iterable[int], percent: int) -> int | None:
    """The ``percent``-th percentile: the ceil(percent × n / 100)-th smallest value; None for no values."""
    ordered = sorted(values)
    if not ordered:
        return None
    rank = -(-percent * len(ordered) // 100)
    return ordered[max(rank, 1) - 1]


def median(values: Iterable[int]) -> int | None:
    """The 50th percentile by nearest rank, i.e. the lower middle value of an even count."""
    return nearest_rank(values, 50)


def whole_seconds(instant: datetime) -> int:
    """Seconds since 1970 with the fraction cut off (towards the past)."""
    return (instant - EPOCH) // timedelta(seconds=1)


def seconds_between(earlier: datetime, later: datetime) -> int:
    """Whole seconds from one instant to another, both cut to whole seconds before the subtraction."""
    return whole_seconds(later) - whole_seconds(earlier)
