"""The instants and days that definitions name, as columns of the row of run parameters.

They are computed in Python, so that months and years clamp alike on every engine and the text of a query is
the same for every instant.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kogorta.compile.segments.sights import EVERYTHING, Sights
from kogorta.definitions.nodes import Calendar, DayRange, Window
from kogorta.durations import Duration

INSTANT, DAY, NUMBER = "timestamp(6)", "date", "int64"

Edge = Duration | date | datetime
_LEAST, _MOST = datetime(1, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001  instants are UTC without a zone inside


@dataclass(frozen=True)
class Clock:
    """An instant and the zone in which its days are counted."""

    as_of: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The local day of the instant."""
        return self.as_of.replace(tzinfo=UTC).astimezone(self.zone).date()

    def midnight(self, day: date) -> datetime:
        """Return when a local day begins, as UTC."""
        return datetime.combine(day, time.min, self.zone).astimezone(UTC).replace(tzinfo=None)


def first_and_last(word: Calendar, today: date) -> tuple[date, date]:
    """Return the first and the last local day of a calendar word."""
    span, _, unit = word.value.partition("_")
    if not unit:
        day = today + timedelta(days={"yesterday": -1, "today": 0, "tomorrow": 1}[span])
        return day, day
    shift = {"last": -1, "this": 0, "next": 1}[span]
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=shift)
        return monday, monday + timedelta(days=6)
    first = month_begins(today, shift)
    return first, month_begins(first, 1) - timedelta(days=1)


def month_begins(day: date, shift: int) -> date:
    """Return the first day of the month so many after that of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1)


def day_before(today: date, length: Duration) -> date:
    """Return the day that lies so long before another; months clamp to their last day."""
    return length.before(datetime.combine(today, time.min)).date()


def anniversary_days(value: Calendar | DayRange, today: date) -> tuple[date, date]:
    """Return the first and last local day between which an anniversary must lie."""
    if isinstance(value, Calendar):
        return first_and_last(value, today)
    day = Duration(1, "d").micros
    return today + timedelta(days=value.start.micros // day), today + timedelta(days=value.end.micros // day)


@dataclass(frozen=True)
class Keys:
    """Days of one year as numbers month × 100 + day, both ends included; empty where `low` exceeds `high`."""

    year: int
    low: int
    high: int


def anniversary_keys(first: date, last: date) -> tuple[Keys, Keys]:
    """Return the days of both years that a range of days may touch.

    Where a year has no 29 February, those born on it keep the 28th.
    """
    found = [
        _keys(max(first, date(year, 1, 1)), min(last, date(year, 12, 31)))
        for year in range(first.year, last.year + 1)
    ]
    return (found[0], found[1]) if len(found) > 1 else (found[0], Keys(0, 1, 0))


def _keys(first: date, last: date) -> Keys:
    high = last.month * 100 + last.day
    is_leap = last.year % 4 == 0 and (last.year % 100 != 0 or last.year % 400 == 0)
    return Keys(first.year, first.month * 100 + first.day, 229 if high == 228 and not is_leap else high)


@dataclass
class Bounds:
    """The parameters that a set of definitions needs: each gets a name the first time that it is asked for."""

    types: dict[str, str] = field(default_factory=dict)
    _made: dict[str, Any] = field(default_factory=dict)
    _sights: dict[str, Sights] = field(default_factory=dict)
    _asking: Sights = frozenset()

    @contextmanager
    def compared_with(self, sights: Sights) -> Iterator[None]:
        """Remember of the parameters that are asked for within what they are going to be compared with."""
        before, self._asking = self._asking, sights
        try:
            yield
        finally:
            self._asking = before

    def sights(self, name: str) -> Sights:
        """Return what a parameter is compared with: everything, if nobody said."""
        return self._sights.get(name) or EVERYTHING

    def start(self, window: Window) -> str | None:
        """Return the parameter of a window's first instant; None where it is the beginning of time."""
        if window.calendar is not None:
            return self.day_begins(window.calendar.value, 0)
        return None if window.start is None else self.edge(window.start)

    def end(self, window: Window) -> str | None:
        """Return the parameter of the instant that ends a window; None where it is as_of."""
        if window.calendar is not None:
            return self.day_begins(window.calendar.value, 1)
        return None if window.end is None else self.edge(window.end)

    def edge(self, edge: Edge) -> str:
        """Return the parameter of an instant: so long before as_of, or the instant itself."""
        if isinstance(edge, Duration):
            return self._keep(f"ago_{_word(edge)}", INSTANT, lambda clock: _before(clock.as_of, edge))
        if isinstance(edge, datetime):
            return self._keep(f"at_{edge:%Y%m%dt%H%M%S%f}", INSTANT, lambda _: edge)
        return self.midnight(edge)

    def ahead(self, length: Duration) -> str:
        """Return the parameter of the instant so long after as_of."""
        back = Duration(-length.amount, length.unit)
        return self._keep(f"ahead_{_word(length)}", INSTANT, lambda clock: _before(clock.as_of, back))

    def midnight(self, day: date, after: int = 0) -> str:
        """Return the parameter of the instant when a local day begins, or ends."""
        name = f"midnight_{day:%Y%m%d}" + ("_end" if after else "")
        return self._keep(name, INSTANT, lambda clock: clock.midnight(day + timedelta(days=after)))

    def day_begins(self, word: str, after: int) -> str:
        """Return the parameter of the instant when the first day of a calendar word begins, or its last ends."""

        def value(clock: Clock) -> datetime:
            first, last = first_and_last(Calendar(word), clock.today)
            return clock.midnight(last + timedelta(days=1) if after else first)

        return self._keep(f"{word}_{'end' if after else 'start'}", INSTANT, value)

    def day(self, word: Calendar, *, last: bool) -> str:
        """Return the parameter of the first or last local day of a calendar word."""
        name = f"{word.value}_{'last' if last else 'first'}_day"
        return self._keep(name, DAY, lambda clock: first_and_last(word, clock.today)[last])

    def day_off(self, length: Duration, *, ahead: bool) -> str:
        """Return the parameter of the local day so long before or after today."""
        back = Duration(-length.amount, length.unit) if ahead else length
        name = f"day_{'ahead' if ahead else 'ago'}_{_word(length)}"
        return self._keep(name, DAY, lambda clock: day_before(clock.today, back))

    def today_number(self, what: str) -> str:
        """Return the parameter of today's year, or of its month × 100 + day as a birthday counts it."""

        def value(clock: Clock) -> int:
            return clock.today.year if what == "year" else _keys(clock.today, clock.today).high

        return self._keep(f"today_{what}", NUMBER, value)

    def anniversary(self, value: Calendar | DayRange) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
        """Return, for both years that the days may touch, the parameters of year, lowest and highest day."""
        word = value.value if isinstance(value, Calendar) else f"{_word(value.start)}_{_word(value.end)}"
        names = [[f"year{i}_{part}_{word}" for part in ("is", "low", "high")] for i in (1, 2)]
        for i, row in enumerate(names):
            for name, part in zip(row, ("year", "low", "high"), strict=True):
                self._keep(name, NUMBER, _AnniversaryPart(value, i, part))
        return (names[0][0], names[0][1], names[0][2]), (names[1][0], names[1][1], names[1][2])

    def values(self, clock: Clock) -> dict[str, Any]:
        """Return what every parameter is at an instant."""
        return {name: make(clock) for name, make in self._made.items()}

    def _keep(self, name: str, kind: str, make: Any) -> str:
        self.types[name] = kind
        self._made[name] = make
        self._sights[name] = self._sights.get(name, frozenset()) | self._asking
        return name


@dataclass(frozen=True)
class _AnniversaryPart:
    value: Calendar | DayRange
    which: int
    part: str

    def __call__(self, clock: Clock) -> int:
        return int(
            getattr(anniversary_keys(*anniversary_days(self.value, clock.today))[self.which], self.part)
        )


def _before(instant: datetime, length: Duration) -> datetime:
    """Return the instant so long before another, held within what engines can keep."""
    try:
        return max(length.before(instant), _LEAST)
    except (OverflowError, ValueError):
        return _LEAST if length.amount > 0 else _MOST


def _word(length: Duration) -> str:
    return f"{'minus' if length.amount < 0 else ''}{abs(length.amount)}{length.unit}"
