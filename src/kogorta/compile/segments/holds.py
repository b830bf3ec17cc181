"""Tests of a value as Ibis conditions that are true or false of every row, never missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from fractions import Fraction
from math import ceil, floor
from typing import Any

import ibis

from kogorta.compile.segments.bounds import Bounds
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Calendar, DayRange, Op, Scalar, Test, Tests

Parameter = Callable[[str], Any]
"""Gives the column of a parameter by its name."""

_INT_MOST = 2**63 - 1


class Holder:
    """Builds conditions against one row of parameters.

    Args:
        bounds: Where parameters are asked for.
        parameter: Gives their columns.
    """

    def __init__(self, bounds: Bounds, parameter: Parameter) -> None:
        self._bounds = bounds
        self._parameter = parameter

    def all(self, value: Any, kind: Kind, scale: int, tests: Tests) -> Any:
        """Whether a value passes every test."""
        result = ibis.literal(True)
        for number, test in enumerate(tests):
            holds = self.one(value, kind, scale, test)
            result = holds if number == 0 else result & holds
        return result

    def one(self, value: Any, kind: Kind, scale: int, test: Test) -> Any:
        """Whether a value passes one test."""
        if kind in {Kind.TEXT, Kind.PATH}:
            value = value.nullif("")
        if test.op is Op.EXISTS:
            return value.notnull()
        if test.op is Op.MISSING:
            return value.isnull()
        if test.op is Op.IS_NOT:
            return ~self.one(value, kind, scale, Test(Op.IS, test.value))
        return ibis.coalesce(_BY_KIND[kind](self, value, scale, test), False)

    # --- by kind ----------------------------------------------------------------------------------

    def text(self, value: Any, scale: int, test: Test) -> Any:  # noqa: ARG002  every kind is called alike
        """A text: exactly, or parts of it."""
        if test.op is Op.IS:
            return value == ibis.literal(str(test.value))
        if test.op is Op.IN:
            return value.isin([str(item) for item in several(test)])
        if test.op is Op.CONTAINS:
            return value.contains(ibis.literal(str(test.value)))
        if test.op is Op.STARTS_WITH:
            return value.startswith(ibis.literal(str(test.value)))
        return value.re_search(ibis.literal(pattern(str(test.value))))

    def path(self, value: Any, scale: int, test: Test) -> Any:
        """A path: itself, or anything below it."""
        if test.op not in {Op.IS, Op.IN}:
            return self.text(value, scale, test)
        wanted = [str(item) for item in several(test)]
        result = value.isin(wanted)
        for item in wanted:
            result = result | value.startswith(ibis.literal(f"{item}/"))
        return result

    def flag(self, value: Any, scale: int, test: Test) -> Any:  # noqa: ARG002
        """True or false; flags of traits are kept as 1 and 0."""
        if value.type().is_boolean():
            return value == ibis.literal(bool(test.value))
        return value == (1 if test.value else 0)

    def number(self, value: Any, scale: int, test: Test) -> Any:
        """A number, exactly: what is stored as whole is compared with whole numbers."""
        if test.op is Op.IN:
            result = ibis.literal(False)
            for item in several(test):
                result = result | self.number(value, scale, Test(Op.IS, item))
            return result
        if test.op is Op.BETWEEN:
            low, high = several(test)
            least = self.number(value, scale, Test(Op.AT_LEAST, low))
            return least & self.number(value, scale, Test(Op.AT_MOST, high))
        wanted = fraction(test.value) * scale
        if value.type().is_floating():
            return compared(value, test.op, float(wanted))
        return whole(value, test.op, wanted)

    def day(self, value: Any, scale: int, test: Test) -> Any:  # noqa: ARG002
        """A local day."""
        if test.op is Op.ANNIVERSARY:
            return self._anniversary(value, test)
        if test.op is Op.DURING and isinstance(test.value, Calendar):
            first, last = (self._parameter(self._bounds.day(test.value, last=end)) for end in (False, True))
            return (value >= first) & (value <= last)
        if test.op in {Op.IN_LAST, Op.IN_NEXT}:
            today = self._parameter(self._bounds.day(Calendar.TODAY, last=False))
            off = self._parameter(self._bounds.day_off(test.value, ahead=test.op is Op.IN_NEXT))  # type: ignore[arg-type]
            low, high = (today, off) if test.op is Op.IN_NEXT else (off, today)
            return (value >= low) & (value <= high)
        days = [ibis.literal(day) for day in several(test) if isinstance(day, date)]
        if test.op is Op.BETWEEN:
            return (value >= days[0]) & (value <= days[1])
        if test.op is Op.BEFORE:
            return value < days[0]
        if test.op is Op.AFTER:
            return value > days[0]
        return value.isin(days)

    def instant(self, value: Any, scale: int, test: Test) -> Any:
        """An instant."""
        if test.op is Op.DURING and isinstance(test.value, Calendar):
            start, end = (
                self._parameter(self._bounds.day_begins(test.value.value, after)) for after in (0, 1)
            )
            return (value >= start) & (value < end)
        if test.op is Op.IN_LAST:
            since = self._parameter(self._bounds.edge(test.value))  # type: ignore[arg-type]
            return (value >= since) & (value < self._parameter("as_of"))
        if test.op is Op.IN_NEXT:
            ahead = self._parameter(self._bounds.ahead(test.value))  # type: ignore[arg-type]
            return (value >= self._parameter("as_of")) & (value < ahead)
        if test.op is Op.IN:
            result = ibis.literal(False)
            for item in several(test):
                result = result | self.instant(value, scale, Test(Op.IS, item))
            return result
        moments = several(test)
        first, last = moments[0], moments[-1]
        if test.op is Op.BEFORE:
            return value < self._begin(first)
        if test.op is Op.AFTER:
            is_day = not isinstance(first, datetime)
            return value >= self._end(first) if is_day else value > self._begin(first)
        return (value >= self._begin(first)) & self._until(value, last)

    def _begin(self, moment: Scalar) -> Any:
        return self._parameter(self._bounds.edge(moment))  # type: ignore[arg-type]

    def _end(self, day: Scalar) -> Any:
        return self._parameter(self._bounds.midnight(day, 1))  # type: ignore[arg-type]

    def _until(self, value: Any, moment: Scalar) -> Any:
        """Up to an instant inclusive, or to the end of a day."""
        return value <= self._begin(moment) if isinstance(moment, datetime) else value < self._end(moment)

    def _anniversary(self, value: Any, test: Test) -> Any:
        if not isinstance(test.value, Calendar | DayRange):
            return ibis.literal(False)
        key = value.month() * 100 + value.day()
        result = ibis.literal(False)
        for year, low, high in self._bounds.anniversary(test.value):
            within = (key >= self._parameter(low)) & (key <= self._parameter(high))
            result = result | (within & (value.year() < self._parameter(year)))
        return result


_BY_KIND: dict[Kind, Callable[[Holder, Any, int, Test], Any]] = {
    Kind.TEXT: Holder.text,
    Kind.PATH: Holder.path,
    Kind.FLAG: Holder.flag,
    Kind.NUMBER: Holder.number,
    Kind.MONEY: Holder.number,
    Kind.DATE: Holder.day,
    Kind.INSTANT: Holder.instant,
}


def several(test: Test) -> tuple[Scalar, ...]:
    """Return the scalars of a test, one or more."""
    return test.value if isinstance(test.value, tuple) else (test.value,)  # type: ignore[return-value]


def fraction(value: object) -> Fraction:
    """Return a number of a test exactly."""
    return Fraction(value) if isinstance(value, int | Fraction) else Fraction(str(value))


def compared(value: Any, op: Op, wanted: Any) -> Any:
    """Compare with one value."""
    if op is Op.AT_LEAST:
        return value >= wanted
    if op is Op.AT_MOST:
        return value <= wanted
    if op is Op.MORE_THAN:
        return value > wanted
    if op is Op.LESS_THAN:
        return value < wanted
    return value == wanted


def whole(value: Any, op: Op, wanted: Fraction) -> Any:
    """Compare a whole value with any number, in whole numbers that every engine can hold."""
    if op is Op.IS:
        fits = wanted.denominator == 1 and abs(wanted) <= _INT_MOST
        return value == int(wanted) if fits else ibis.literal(False)
    up = op in {Op.AT_LEAST, Op.LESS_THAN}
    bound = ceil(wanted) if up else floor(wanted)
    if abs(bound) > _INT_MOST:
        is_all = (bound < 0) == (op in {Op.AT_LEAST, Op.MORE_THAN})
        return value.notnull() if is_all else ibis.literal(False)
    return compared(value, op, bound)


def pattern(wildcards: str) -> str:
    r"""Return the regular expression of a pattern with `*` and `?`, in what all engines understand.

    Examples:
        >>> pattern("a*?.[")
        '^a(.|\\n)*(.|\\n)[.][[]$'
    """
    parts = []
    for letter in wildcards:
        if letter == "*":
            parts.append("(.|\\n)*")
        elif letter == "?":
            parts.append("(.|\\n)")
        elif letter == "^" or letter == "\\":
            parts.append("\\" + letter)
        elif re.fullmatch(r"[\w ]", letter):
            parts.append(letter)
        else:
            parts.append(f"[{letter}]")
    return "^" + "".join(parts) + "$"
