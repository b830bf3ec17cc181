"""Windows, calendar words, local days."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kogorta.definitions.nodes import Calendar, Window
from kogorta.durations import Duration
from tests.core.language.facts import BEGINNING

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 24 * 3600, "w": 7 * 24 * 3600}
MONTHS = {"mo": 1, "y": 12}
DAY = timedelta(days=1)


def shift_months(day: date, months: int) -> date:
    """The same day of another month, or that month's last."""
    index = day.year * 12 + (day.month - 1) + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def earlier(instant: datetime, length: Duration, times: int = 1) -> datetime:
    """The instant so many lengths before another."""
    if length.unit in SECONDS:
        return instant - timedelta(seconds=SECONDS[length.unit] * length.amount * times)
    day = shift_months(instant.date(), -MONTHS[length.unit] * length.amount * times)
    return datetime.combine(day, instant.time())


def later(instant: datetime, length: Duration) -> datetime:
    """The instant so long after another."""
    return earlier(instant, length, -1)


def shift_day(day: date, length: Duration, direction: int) -> date:
    """The day so long before (−1) or after (1) another; days, weeks, months, years."""
    if length.unit in MONTHS:
        return shift_months(day, direction * MONTHS[length.unit] * length.amount)
    days, rest = divmod(SECONDS[length.unit] * length.amount, SECONDS["d"])
    assert rest == 0, "a date is shifted by whole days"
    return day + direction * timedelta(days=days)


@dataclass(frozen=True)
class Clock:
    """An instant in a zone."""

    as_of: datetime
    zone: ZoneInfo

    def day_of(self, instant: datetime) -> date:
        """The local day of an instant."""
        return instant.replace(tzinfo=UTC).astimezone(self.zone).date()

    @property
    def today(self) -> date:
        """The local day of as_of."""
        return self.day_of(self.as_of)

    def midnight(self, day: date) -> datetime:
        """When a local day begins; where its midnight is left out, at the instant that comes instead."""
        return datetime.combine(day, time(), self.zone).astimezone(UTC).replace(tzinfo=None)

    def days(self, word: Calendar) -> tuple[date, date]:
        """The first and the last local day that a calendar word means."""
        today = self.today
        unit = word.value.rpartition("_")[2]
        step = {"last": -1, "this": 0, "next": 1}.get(word.value.partition("_")[0], 0)
        if unit == "week":
            monday = today - timedelta(days=today.weekday()) + step * timedelta(days=7)
            return monday, monday + timedelta(days=6)
        if unit == "month":
            first = shift_months(today.replace(day=1), step)
            return first, shift_months(first, 1) - DAY
        day = today + {"yesterday": -1, "today": 0, "tomorrow": 1}[unit] * DAY
        return day, day

    def moment(self, value: date | datetime) -> datetime:
        """An instant, or the midnight of a bare date."""
        return value if isinstance(value, datetime) else self.midnight(value)

    def bounds(self, window: Window) -> tuple[datetime, datetime]:
        """From when (inclusive) to when (exclusive) a window is open."""
        if window.calendar is not None:
            first, last = self.days(window.calendar)
            return self.midnight(first), min(self.midnight(last + DAY), self.as_of)
        start = BEGINNING if window.start is None else self._edge(window.start)
        return start, self.as_of if window.end is None else min(self._edge(window.end), self.as_of)

    def _edge(self, value: Duration | date | datetime) -> datetime:
        return earlier(self.as_of, value) if isinstance(value, Duration) else self.moment(value)

    def holds(self, window: Window, at: datetime) -> bool:
        """Whether an instant lies in a window."""
        start, end = self.bounds(window)
        return start <= at < end


def birthday(born: date, year: int) -> date:
    """The anniversary of a date in a year; 29 February is kept on 28 February in other years."""
    if (born.month, born.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def age(born: date, today: date) -> int:
    """Whole years."""
    years = today.year - born.year
    return years if today >= birthday(born, today.year) else years - 1
