"""What is worked out of facts for many conditions at once: each kind of fact is read once, equal parts are shared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import ibis

from kogorta.compile.segments.holds import compared, fraction, several
from kogorta.definitions.nodes import Measure, Op, Test, Tests
from kogorta.traits.idioms import count_if

Build = Callable[[Any], Any]
"""Makes an aggregate, or a condition, of rows of facts."""


@dataclass
class Totals:
    """The aggregates of one kind of fact: one row a customer.

    Attributes:
        name: Of the scratch table.
        columns: How each column is worked out.
    """

    name: str
    columns: dict[str, Build] = field(default_factory=dict)
    _known: dict[object, str] = field(default_factory=dict)

    def add(self, key: object, build: Build) -> str:
        """Return the column of an aggregate; equal keys share one."""
        if key not in self._known:
            self._known[key] = f"{self.name}_{len(self._known) + 1}"
            self.columns[self._known[key]] = build
        return self._known[key]


@dataclass(frozen=True)
class Measured:
    """The columns from which a measure is read.

    Attributes:
        measure: Which.
        value: The column of the count, sum, least, greatest.
        count: The column that counts the values, where it is needed.
    """

    measure: Measure
    value: str
    count: str | None = None

    def of(self, t: Any) -> Any:
        """Return the measure as a column: of nothing a count, a sum, a distinct count are 0, others missing."""
        if self.measure in {Measure.TIMES, Measure.DISTINCT, Measure.SUM}:
            return ibis.coalesce(t[self.value], 0)
        return t[self.value]

    def number(self, t: Any) -> Any:
        """Return the measure with fractions, for comparing two of them."""
        value = self.of(t).cast("float64")
        if self.measure is not Measure.MEAN or self.count is None:
            return value
        return value / ibis.coalesce(t[self.count], 0).nullif(0).cast("float64")


def measure(totals: Totals, key: object, matches: Build, kind: Measure, value: Build | None) -> Measured:
    """Ask for the columns of a measure.

    Args:
        totals: Of the kind of fact.
        key: What tells this measure from others, beside `kind`.
        matches: Which facts.
        kind: What is worked out.
        value: The column that it is worked out of; None for `times`.
    """
    if kind is Measure.TIMES or value is None:
        return Measured(kind, totals.add((key, "times"), lambda rows: count_if(matches(rows))))

    def known(rows: Any) -> Any:
        return ibis.ifelse(matches(rows), value(rows), ibis.null().cast(value(rows).type()))

    if kind is Measure.DISTINCT:
        return Measured(kind, totals.add((key, "distinct"), lambda rows: known(rows).nunique().cast("int64")))
    if kind is Measure.MIN:
        return Measured(kind, totals.add((key, "min"), lambda rows: known(rows).min()))
    if kind is Measure.MAX:
        return Measured(kind, totals.add((key, "max"), lambda rows: known(rows).max()))
    total = totals.add((key, "sum"), lambda rows: _sum(known(rows)))
    if kind is Measure.SUM:
        return Measured(kind, total)
    return Measured(kind, total, totals.add((key, "count"), lambda rows: known(rows).count().cast("int64")))


def _sum(values: Any) -> Any:
    return values.sum().cast("float64" if values.type().is_floating() else "int64")


def mean_passes(t: Any, measured: Measured, scale: int, tests: Tests) -> Any:
    """Whether a mean passes all tests: compared as sum against count, without dividing."""
    count = ibis.coalesce(t[measured.count], 0)
    total = ibis.coalesce(t[measured.value], 0)
    result = ibis.literal(True)
    for test in tests:
        result = result & _mean_passes(total, count, scale, test)
    return result


def _mean_passes(total: Any, count: Any, scale: int, test: Test) -> Any:
    if test.op is Op.EXISTS:
        return count > 0
    if test.op is Op.MISSING:
        return count == 0
    if test.op is Op.IS_NOT:
        return ~_mean_passes(total, count, scale, Test(Op.IS, test.value))
    if test.op is Op.IN:
        result = ibis.literal(False)
        for item in several(test):
            result = result | _mean_passes(total, count, scale, Test(Op.IS, item))
        return result
    if test.op is Op.BETWEEN:
        low, high = several(test)
        least = _mean_passes(total, count, scale, Test(Op.AT_LEAST, low))
        return least & _mean_passes(total, count, scale, Test(Op.AT_MOST, high))
    wanted = fraction(test.value) * scale
    if total.type().is_floating():
        passes = compared(total, test.op, count.cast("float64") * float(wanted))
    else:
        passes = compared(total * wanted.denominator, test.op, count * wanted.numerator)
    return (count > 0) & passes


def change_passes(later: Any, earlier: Any, tests: Tests) -> Any:
    """Whether the relative change between two numbers passes all tests; the earlier must be above 0."""
    result = ibis.literal(True)
    for test in tests:
        share = fraction(test.value)
        wanted = Fraction(share.numerator + share.denominator, share.denominator)
        passes = compared(later * float(wanted.denominator), test.op, earlier * float(wanted.numerator))
        result = result & passes
    return ibis.coalesce((earlier > 0) & result, False)
