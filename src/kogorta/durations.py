"""Lengths of time as people write them: 30d, 4h, 1mo."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta

UNIT_MICROS: dict[str, int] = {
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "w": 604_800_000_000,
}
"""Units of a fixed length, in microseconds; a day has 24 hours."""
CALENDAR_MONTHS: dict[str, int] = {"mo": 1, "y": 12}
"""Units of the calendar, in months."""

_TEXT = re.compile(r"(-?)(\d{1,6})\s*(s|min|h|d|w|mo|y)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time.

    Attributes:
        amount: How many units; below 0 it points the other way.
        unit: `s`, `min`, `h`, `d`, `w` of fixed length, `mo` and `y` of the calendar.

    Examples:
        >>> Duration.parse("30d"), str(Duration(-3, "d")), Duration.parse("2w").micros
        (Duration(amount=30, unit='d'), '-3d', 1209600000000)
    """

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `30d`, `4 h`, `1mo`.

        Raises:
            ValueError: The text is no duration.
        """
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise ValueError(text)
        sign, amount, unit = found.groups()
        return cls(-int(amount) if sign else int(amount), unit)

    @property
    def is_calendar(self) -> bool:
        """Whether its length depends on where it stands."""
        return self.unit in CALENDAR_MONTHS

    @property
    def micros(self) -> int:
        """Its length in microseconds; only of fixed units."""
        return self.amount * UNIT_MICROS[self.unit]

    @property
    def delta(self) -> timedelta:
        """Its length; only of fixed units."""
        return timedelta(microseconds=self.micros)

    def before(self, instant: datetime) -> datetime:
        """Return the instant that lies so long before another.

        Months clamp to their last day: 1mo before 31 March is the last of February.
        """
        if not self.is_calendar:
            return instant - self.delta
        months = instant.year * 12 + instant.month - 1 - self.amount * CALENDAR_MONTHS[self.unit]
        year, month = divmod(months, 12)
        return instant.replace(
            year=year, month=month + 1, day=min(instant.day, monthrange(year, month + 1)[1])
        )

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


LEAST_CADENCE, MOST_CADENCE = timedelta(minutes=1), timedelta(days=3660)
"""How often at most, and how seldom at least, segments are brought up to date."""


def as_cadence(text: str) -> Duration:
    """Read how often something is brought up to date: a fixed length from a minute to ten years, in no smaller unit.

    Raises:
        ValueError: The text is none.
    """
    found = Duration.parse(text)
    if found.is_calendar or found.unit == "s" or not LEAST_CADENCE <= found.delta <= MOST_CADENCE:
        raise ValueError(text)
    return found
