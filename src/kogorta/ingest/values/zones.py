"""Local time and UTC, as SQL over the zone's own transitions.

The engine's own zone functions settle the odd hours of a year in silence; these count them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_STEP = timedelta(hours=12)


@dataclass(frozen=True)
class Transition:
    """A change of a zone's offset.

    Attributes:
        at: When it happens, UTC without zone.
        before: Offset until then, in seconds east.
        after: Offset from then on.
    """

    at: datetime
    before: int
    after: int


def _offset(zone: ZoneInfo, at: datetime) -> int:
    offset = at.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta(0)
    return round(offset.total_seconds())


def transitions(zone: ZoneInfo, first: datetime, last: datetime) -> tuple[int, list[Transition]]:
    """Return the offset at the beginning of a range and every change in it (UTC, without zone)."""
    start, end = first - timedelta(days=2), last + timedelta(days=2)
    known = (change for year in range(start.year, end.year + 1) for change in _changes_of(zone, year))
    return _offset(zone, start), [change for change in known if start < change.at <= end]


@lru_cache(maxsize=1024)
def _changes_of(zone: ZoneInfo, year: int) -> tuple[Transition, ...]:
    """Return the changes of a calendar year (UTC): every import asks for the same few."""
    start = datetime(year, 1, 1)  # noqa: DTZ001  UTC without a zone
    return tuple(_changes(zone, start, datetime(year + 1, 1, 1)))  # noqa: DTZ001


def _changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[Transition]:
    at, offset = start, _offset(zone, start)
    while at < end:
        following = at + _STEP
        new = _offset(zone, following)
        if new != offset:
            yield Transition(_moment(zone, at, following, offset), offset, new)
        at, offset = following, new


def _moment(zone: ZoneInfo, low: datetime, high: datetime, offset: int) -> datetime:
    """Find the second of a change by halving."""
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if _offset(zone, middle) == offset:
            low = middle
        else:
            high = middle
    return high


@dataclass(frozen=True)
class ZoneRange:
    """A zone over a range of instants: its offset at the beginning and its changes."""

    offset: int
    changes: tuple[Transition, ...]

    @classmethod
    def of(cls, zone: ZoneInfo, first: datetime, last: datetime) -> ZoneRange:
        """Return the zone over the range `first` … `last`, local or UTC."""
        offset, changes = transitions(zone, first, last)
        return cls(offset, tuple(changes))

    def to_utc(self, local: str) -> str:
        """Return SQL that turns local time into UTC.

        Of two readings the first is taken; a time that never was is moved forward by the gap.
        """
        # Both rules say the same: the old offset holds until the later of the two clock readings.
        cases = [
            (change.at + timedelta(seconds=max(change.before, change.after)), change.before)
            for change in self.changes
        ]
        return self._cases(local, cases, -1)

    def to_local(self, utc: str) -> str:
        """Return SQL that turns UTC into local time."""
        return self._cases(utc, [(change.at, change.before) for change in self.changes], 1)

    def _cases(self, moment: str, cases: list[tuple[datetime, int]], sign: int) -> str:
        last = self.changes[-1].after if self.changes else self.offset
        if not cases:
            return _shifted(moment, sign * last)
        whens = " ".join(
            f"WHEN {moment} < {_timestamp(until)} THEN {_shifted(moment, sign * offset)}"
            for until, offset in cases
        )
        return f"CASE {whens} ELSE {_shifted(moment, sign * last)} END"

    def doubtful(self, local: str) -> str:
        """Return SQL: whether the clock showed this local time twice."""
        return self._within(local, [(c.after, c.before, c.at) for c in self.changes if c.after < c.before])

    def missing(self, local: str) -> str:
        """Return SQL: whether the clock never showed this local time."""
        return self._within(local, [(c.before, c.after, c.at) for c in self.changes if c.before < c.after])

    def _within(self, local: str, spans: list[tuple[int, int, datetime]]) -> str:
        tests = [
            f"({local} >= {_timestamp(at + timedelta(seconds=low))} AND {local} < {_timestamp(at + timedelta(seconds=high))})"
            for low, high, at in spans
        ]
        return " OR ".join(tests) or "false"


def _timestamp(at: datetime) -> str:
    return f"TIMESTAMP '{at.isoformat(sep=' ')}'"


def _shifted(moment: str, seconds: int) -> str:
    if not seconds:
        return moment
    return f"{moment} {'+' if seconds > 0 else '-'} INTERVAL {abs(seconds)} SECOND"
