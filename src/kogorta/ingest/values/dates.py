"""Dates and instants: the ways people write them, and the SQL that reads them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kogorta.ingest.values import months

_TIME = r"(?:[T ,]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?)?"
_PLAIN_TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?"
_YEAR = "(?:[0-9]{4}|[0-9]{2})"
_ISO_DATE = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_OFFSET = r"(?: ?UTC| ?GMT|[Zz]| ?[+-][0-9]{2}(?::?[0-9]{2})?)"


class Family(StrEnum):
    """One way of writing a date or an instant."""

    ISO = "iso"
    YMD = "ymd"
    DOTTED = "dotted"
    SLASHED = "slashed"
    DAY_MONTH = "day_month"
    MONTH_DAY = "month_day"
    COMPACT = "compact"
    ZONED = "zoned"
    UNIX = "unix"


PATTERNS: dict[Family, str] = {
    Family.ISO: _ISO_DATE + _PLAIN_TIME,
    Family.YMD: r"[0-9]{4}[./][0-9]{1,2}[./][0-9]{1,2}" + _TIME,
    Family.DOTTED: rf"[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_YEAR}" + _TIME,
    Family.SLASHED: rf"[0-9]{{1,2}}[/-][0-9]{{1,2}}[/-]{_YEAR}" + _TIME,
    Family.DAY_MONTH: months.DAY_FIRST,
    Family.MONTH_DAY: months.MONTH_FIRST,
    Family.COMPACT: "(?:19|20)[0-9]{6}(?:[0-9]{6})?",
    Family.ZONED: _ISO_DATE + r"[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?" + _OFFSET,
    Family.UNIX: r"[0-9]{9,10}(?:\.[0-9]{1,6})?|[0-9]{12,13}|[0-9]{15,16}",
}
ABSOLUTE = (Family.ZONED, Family.UNIX)
"""Families that name an instant whatever the zone."""
WORDED = (Family.DAY_MONTH, Family.MONTH_DAY)
"""Families that name the month with a word."""
_COMPILED = {family: re.compile(pattern) for family, pattern in PATTERNS.items()}


@dataclass(frozen=True)
class DateStyle:
    """How a column writes dates.

    Attributes:
        families: Every way that its cells use.
        month_first: For dates with slashes: `12/31/2025`.
        pivot: Two-digit years above it belong to the last century.
    """

    families: tuple[Family, ...] = (Family.ISO,)
    month_first: bool = False
    pivot: int = 68

    @property
    def local(self) -> tuple[Family, ...]:
        """The families that mean local time."""
        return tuple(family for family in self.families if family not in ABSOLUTE)

    @property
    def absolute(self) -> tuple[Family, ...]:
        """The families that name an instant by themselves."""
        return tuple(family for family in self.families if family in ABSOLUTE)


def family_of(text: str) -> Family | None:
    """Return how a cell writes its date, None if it is no date.

    Examples:
        >>> family_of("31.12.2025"), family_of("1735689600"), family_of("soon")
        (<Family.DOTTED: 'dotted'>, <Family.UNIX: 'unix'>, None)
        >>> family_of("3 янв. 2025"), family_of("January 3, 2025")
        (<Family.DAY_MONTH: 'day_month'>, <Family.MONTH_DAY: 'month_day'>)
    """
    return next((family for family, pattern in _COMPILED.items() if pattern.fullmatch(text)), None)


def families_of(examples: Iterable[str]) -> tuple[Family, ...]:
    """Return the families in use, ISO first."""
    found = {family_of(text) for text in examples}
    return tuple(family for family in Family if family in found)


def is_slashed(x: str) -> str:
    """Return SQL: whether the cell is a date with slashes."""
    return f"regexp_full_match({x}, '{PATTERNS[Family.SLASHED]}')"


def slash_part(x: str, number: int) -> str:
    """Return SQL of the first or second number of a date with slashes."""
    return f"CAST(regexp_extract({x}, '^([0-9]+)[/-]([0-9]+)', {number}) AS INTEGER)"


def reason_sql(x: str) -> str:
    """Return SQL of the reason why a filled cell is no date."""
    return f"CASE WHEN {months.unknown_month_sql(x)} THEN 'unknown_month' ELSE 'not_a_date' END"


def local_sql(x: str, style: DateStyle) -> str:
    """Return SQL of the timestamp that a cell shows, NULL where it is no local time."""
    return _choice([(PATTERNS[family], _local(x, family, style)) for family in style.local], x)


def absolute_sql(x: str, style: DateStyle) -> str:
    """Return SQL of the UTC instant that a cell names, NULL where it names none."""
    return _choice([(PATTERNS[family], _absolute(x, family)) for family in style.absolute], x)


def _choice(cases: list[tuple[str, str]], x: str) -> str:
    if not cases:
        return "CAST(NULL AS TIMESTAMP)"
    whens = " ".join(f"WHEN {_matches(x, pattern)} THEN {value}" for pattern, value in cases)
    return f"CASE {whens} END"


def _matches(x: str, pattern: str) -> str:
    """The commonest form is told by its signs alone, twice as fast; what is no date in it, the cast refuses."""
    test = f"regexp_full_match({x}, '{pattern}')"
    return f"({x} LIKE '____-__-__ __:__:__' OR {test})" if pattern == PATTERNS[Family.ISO] else test


def _local(x: str, family: Family, style: DateStyle) -> str:
    if family is Family.ISO:
        return f"TRY_CAST({x} AS TIMESTAMP)"
    if family is Family.COMPACT:
        date = f"{x}[1:4] || '-' || {x}[5:6] || '-' || {x}[7:8]"
        time = f"CASE WHEN length({x}) = 14 THEN ' ' || {x}[9:10] || ':' || {x}[11:12] || ':' || {x}[13:14] ELSE '' END"
        return f"TRY_CAST({date} || {time} AS TIMESTAMP)"
    year, month, day = _parts(x, family, style)
    time = f"regexp_extract({x}, '([0-9]{{1,2}}:[0-9:.]+[0-9])', 1)"
    moment = f"TRY_CAST({year} || '-' || {month} || '-' || {day} || ' ' || coalesce(nullif({time}, ''), '00:00') AS TIMESTAMP)"
    return _with_half_day(x, moment)


def _parts(x: str, family: Family, style: DateStyle) -> tuple[str, str, str]:
    """Return SQL of the year, the month and the day."""
    if family in WORDED:
        skipped = "^" if family is Family.DAY_MONTH else "^[^0-9]+"
        day, year = (
            f"regexp_extract({x}, '{skipped}([0-9]+)[^0-9]+([0-9]+)', {number})" for number in (1, 2)
        )
        return _full_year(year, style), months.month_sql(x), day
    part = [f"regexp_extract({x}, '^([0-9]+)[./-]([0-9]+)[./-]([0-9]+)', {number})" for number in (1, 2, 3)]
    if family is Family.YMD:
        return part[0], part[1], part[2]
    if family is Family.SLASHED and style.month_first:
        return _full_year(part[2], style), part[0], part[1]
    return _full_year(part[2], style), part[1], part[0]


def _full_year(year: str, style: DateStyle) -> str:
    century = f"CASE WHEN CAST({year} AS INTEGER) <= {style.pivot} THEN '20' ELSE '19' END"
    return f"CASE WHEN length({year}) = 2 THEN {century} || {year} ELSE {year} END"


def _with_half_day(x: str, moment: str) -> str:
    """Mind `AM` and `PM`; thirteen o'clock in the afternoon is refused."""
    half = f"lower(regexp_extract({x}, '([AaPp])\\.?[Mm]\\.?$', 1))"
    hour = f"hour({moment})"
    return (
        f"CASE {half} WHEN '' THEN {moment}"
        f" WHEN 'p' THEN CASE WHEN {hour} = 12 THEN {moment} WHEN {hour} < 12 THEN {moment} + INTERVAL 12 HOUR END"
        f" ELSE CASE WHEN {hour} = 12 THEN {moment} - INTERVAL 12 HOUR WHEN {hour} < 12 THEN {moment} END END"
    )


def _absolute(x: str, family: Family) -> str:
    if family is Family.UNIX:
        micros = (
            f"CASE WHEN length({x}) IN (12, 13) AND NOT contains({x}, '.') THEN CAST({x} AS BIGINT) * 1000"
            f" WHEN length({x}) IN (15, 16) AND NOT contains({x}, '.') THEN CAST({x} AS BIGINT)"
            f" ELSE CAST(CAST({x} AS DECIMAL(38, 6)) * 1000000 AS BIGINT) END"
        )
        return f"make_timestamp({micros})"
    base = f"TRY_CAST(regexp_extract({x}, '^([0-9-]+[T ][0-9:.]+)', 1) AS TIMESTAMP)"
    sign = f"CASE WHEN regexp_matches({x}, '-[0-9]{{2}}:?([0-9]{{2}})?$') THEN -1 ELSE 1 END"
    offset = f"regexp_extract({x}, '[T ][0-9:.]+ ?[+-]([0-9]{{2}}):?([0-9]{{2}})?$', %d)"
    minutes = " + ".join(
        f"coalesce(TRY_CAST({offset % group} AS INTEGER), 0) * {unit}" for group, unit in ((1, 60), (2, 1))
    )
    return f"{base} - to_minutes(CAST({sign} * ({minutes}) AS BIGINT))"
