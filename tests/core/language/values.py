"""Tests of one value. Numbers are exact fractions in the units of definitions: currency, pieces."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Calendar, DayRange, Op, Test, Tests
from kogorta.durations import Duration
from tests.core.language.facts import empty
from tests.core.language.times import DAY, Clock, birthday, earlier, later, shift_day

NUMBERS = {Kind.NUMBER, Kind.MONEY}


def exact(stored: object, kind: Kind, scale: int = 1) -> Any:
    """A stored value as a definition means it; None is missing.

    A stored fraction is the decimal number that is written so.
    """
    if empty(stored):
        return None
    if kind in NUMBERS:
        number = Fraction(repr(stored)) if isinstance(stored, float) else Fraction(int(str(stored)))
        return number / scale
    if kind is Kind.FLAG:
        return bool(stored)
    return stored


def passes(tests: Tests, kind: Kind, value: Any, clock: Clock, population: Sequence[Fraction] = ()) -> bool:
    """Whether a value passes all tests."""
    return all(passes_one(test, kind, value, clock, population) for test in tests)


def passes_one(test: Test, kind: Kind, value: Any, clock: Clock, population: Sequence[Fraction] = ()) -> bool:
    """Whether a value passes a test."""
    if kind is Kind.LIST:
        return passes_list(test, value)
    if test.op in {Op.EXISTS, Op.MISSING}:
        return (value is None) == (test.op is Op.MISSING)
    if value is None:
        return test.op is Op.IS_NOT
    if test.op in {Op.IS, Op.IS_NOT, Op.IN}:
        wanted = several(test) if test.op is Op.IN else (test.value,)
        return any(is_same(kind, value, one, clock) for one in wanted) != (test.op is Op.IS_NOT)
    if test.op in {Op.TOP, Op.BOTTOM, Op.PERCENTILE}:
        return passes_rank(test, value, population)
    if kind is Kind.DATE:
        return passes_date(test, value, clock)
    if kind is Kind.INSTANT:
        return passes_instant(test, value, clock)
    return passes_number(test, value) if kind in NUMBERS else passes_text(test, value)


def several(test: Test) -> tuple[Any, ...]:
    """The values of a test that lists several."""
    assert isinstance(test.value, tuple)
    return test.value


def is_same(kind: Kind, value: Any, wanted: Any, clock: Clock) -> bool:
    """Whether a value is the one wanted: a path also below it, an instant on a bare date's local day."""
    if kind is Kind.PATH:
        return bool(value == wanted or value.startswith(f"{wanted}/"))
    if kind is Kind.INSTANT and not isinstance(wanted, datetime):
        return bool(clock.day_of(value) == wanted)
    return bool(value == wanted)


def passes_list(test: Test, value: frozenset[str] | None) -> bool:
    """Tests of a list; one of nothing is missing."""
    own = value or frozenset()
    if test.op is Op.HAS_ANY:
        return bool(own.intersection(several(test)))
    if test.op is Op.HAS_ALL:
        return all(one in own for one in several(test))
    return bool(own) == (test.op is Op.EXISTS)


def passes_number(test: Test, value: Fraction) -> bool:
    """Comparisons, without rounding."""
    bound: Any = test.value
    if test.op is Op.BETWEEN:
        return bool(bound[0] <= value <= bound[1])
    compared = {
        Op.AT_LEAST: value >= bound,
        Op.AT_MOST: value <= bound,
        Op.MORE_THAN: value > bound,
        Op.LESS_THAN: value < bound,
    }
    return bool(compared[test.op])


def passes_text(test: Test, value: str) -> bool:
    """Parts of a text, letters of both cases apart."""
    part = str(test.value)
    if test.op is Op.CONTAINS:
        return part in value
    if test.op is Op.STARTS_WITH:
        return value[: len(part)] == part
    assert test.op is Op.MATCHES, test
    return matches(value, part)


def matches(text: str, pattern: str) -> bool:
    """The whole text: `*` is any run of characters, `?` exactly one."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(matches(text[skip:], pattern[1:]) for skip in range(len(text) + 1))
    return bool(text) and pattern[0] in {"?", text[0]} and matches(text[1:], pattern[1:])


def passes_rank(test: Test, value: Fraction, population: Sequence[Fraction]) -> bool:
    """Where a value stands among those of everyone who has one."""
    share: Any = test.value
    if test.op is Op.BOTTOM:
        beaten = sum(1 for other in population if other > value)
    else:
        beaten = sum(1 for other in population if other < value)
    position = Fraction(beaten, len(population))
    if test.op is not Op.PERCENTILE:
        return bool(position >= 1 - share)
    return bool(position >= share) if test.bound is Op.AT_LEAST else bool(position < share)


def days_of(test: Test, clock: Clock) -> tuple[date, date] | None:
    """The local days that `in_last`, `in_next` and `during` mean for a date, both included."""
    length: Any = test.value
    if test.op is Op.IN_LAST:
        return shift_day(clock.today, length, -1), clock.today
    if test.op is Op.IN_NEXT:
        return clock.today, shift_day(clock.today, length, 1)
    if test.op is Op.DURING:
        return clock.days(length)
    return None


def passes_date(test: Test, value: date, clock: Clock) -> bool:
    """Tests of a local day."""
    days, wanted = days_of(test, clock), test.value
    if days is not None:
        return days[0] <= value <= days[1]
    if test.op is Op.ANNIVERSARY:
        return passes_anniversary(test, value, clock)
    if test.op is Op.BETWEEN:
        return bool(several(test)[0] <= value <= several(test)[1])
    assert isinstance(wanted, date)
    return bool(value < wanted if test.op is Op.BEFORE else value > wanted)


def passes_instant(test: Test, value: datetime, clock: Clock) -> bool:
    """Tests of an instant."""
    wanted: Any = test.value
    if test.op is Op.IN_LAST:
        return earlier(clock.as_of, wanted) <= value < clock.as_of
    if test.op is Op.IN_NEXT:
        return clock.as_of <= value < later(clock.as_of, wanted)
    if test.op is Op.DURING:
        first, last = clock.days(wanted)
        return first <= clock.day_of(value) <= last
    if test.op is Op.BETWEEN:
        return clock.moment(wanted[0]) <= value and not is_after(value, wanted[1], clock)
    return value < clock.moment(wanted) if test.op is Op.BEFORE else is_after(value, wanted, clock)


def is_after(value: datetime, wanted: date | datetime, clock: Clock) -> bool:
    """Whether an instant comes after another, or not before the midnight that ends a day."""
    if isinstance(wanted, datetime):
        return value > wanted
    return value >= clock.midnight(wanted + DAY)


def passes_anniversary(test: Test, value: date, clock: Clock) -> bool:
    """Whether some anniversary, the first being one year later, lies within the days."""
    if isinstance(test.value, Calendar):
        first, last = clock.days(test.value)
    else:
        assert isinstance(test.value, DayRange)
        first, last = clock.today + whole_days(test.value.start), clock.today + whole_days(test.value.end)
    years = range(max(value.year + 1, first.year - 1), last.year + 2)
    return any(first <= birthday(value, year) <= last for year in years)


def whole_days(length: Duration) -> timedelta:
    """Days or weeks."""
    return timedelta(days=length.amount * {"d": 1, "w": 7}[length.unit])
