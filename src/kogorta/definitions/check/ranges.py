"""Whether tests of one value leave any value that could pass all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.check.values import Subject
from kogorta.definitions.nodes import Op, Test, Tests

_DATED = frozenset({Kind.DATE, Kind.INSTANT})


def contradicts(tests: Tests, subject: Subject) -> bool:
    """Whether no value at all can pass every test. Where it is not sure, none is said to contradict another."""
    if _contradict_on_missing(tests) or _contradict_on_ranks(tests):
        return True
    if subject.kind in _DATED and _is_mixed(tests):
        return False
    wanted, unwanted = _points(tests), {test.value for test in tests if test.op is Op.IS_NOT}
    if wanted is None:
        return subject.kind is not Kind.LIST and _range_of(tests, subject).is_empty
    return not any(_is_left(point, unwanted, tests, subject) for point in wanted)


def _contradict_on_missing(tests: Tests) -> bool:
    """A missing value passes `missing` and `is_not` only."""
    ops = {test.op for test in tests}
    return Op.MISSING in ops and not ops <= {Op.MISSING, Op.IS_NOT}


def _contradict_on_ranks(tests: Tests) -> bool:
    """Nobody is ahead of so many, and so many are ahead of him, that both make everyone."""
    shares = {test.op: Fraction(str(test.value)) for test in tests if test.op in {Op.TOP, Op.BOTTOM}}
    return len(shares) == 2 and sum(shares.values()) <= 1


def _is_mixed(tests: Tests) -> bool:
    """Whether days stand beside instants: which comes first depends on the zone."""
    kinds = {
        isinstance(item, datetime) for test in tests for item in _scalars(test) if isinstance(item, date)
    }
    return len(kinds) > 1


def _scalars(test: Test) -> tuple[Any, ...]:
    return test.value if isinstance(test.value, tuple) else (test.value,)


def _points(tests: Tests) -> list[Any] | None:
    """Return the values that `is` and `in` name; None where neither stands."""
    named = [_scalars(test) for test in tests if test.op in {Op.IS, Op.IN}]
    return [point for points in named for point in points] if named else None


def _is_left(point: Any, unwanted: set[Any], tests: Tests, subject: Subject) -> bool:
    """Whether one of the values that are named passes all other tests, or some value that it stands for does."""
    if subject.kind is Kind.PATH:
        return _is_path_left(point, unwanted, tests)
    if point in unwanted:
        return False
    named = [_scalars(test) for test in tests if test.op in {Op.IS, Op.IN}]
    if not all(point in points for points in named):
        return False
    if subject.kind is Kind.TEXT:
        return all(_has_part(str(point), test) for test in tests)
    if subject.kind is Kind.FLAG:
        return True
    return not _range_of((*tests, Test(Op.IS, point)), subject).is_empty


def _is_path_left(point: Any, unwanted: set[Any], tests: Tests) -> bool:
    """A path stands for itself and everything below it."""
    if any(_is_below(str(point), str(other)) for other in unwanted):
        return False
    return all(
        any(
            _is_below(str(point), str(other)) or _is_below(str(other), str(point)) for other in _scalars(test)
        )
        for test in tests
        if test.op in {Op.IS, Op.IN}
    )


def _is_below(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}/")


def _has_part(text: str, test: Test) -> bool:
    if test.op is Op.CONTAINS:
        return str(test.value) in text
    return text.startswith(str(test.value)) if test.op is Op.STARTS_WITH else True


# --- ranges of numbers, days and instants ---------------------------------------------------------


@dataclass(frozen=True)
class _Edge:
    """An end of a range; open if the value itself lies outside."""

    value: Any
    is_open: bool = False


@dataclass(frozen=True)
class _Range:
    low: _Edge | None
    high: _Edge | None

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies between the ends."""
        if self.low is None or self.high is None:
            return False
        if self.low.value == self.high.value:
            return self.low.is_open or self.high.is_open
        return bool(self.low.value > self.high.value)


def _range_of(tests: Tests, subject: Subject) -> _Range:
    """Return between which values all tests together leave room."""
    lows = [edge for test in tests for edge in _lows(test, subject)]
    highs = [edge for test in tests for edge in _highs(test, subject)]
    if subject.is_count:
        lows = [_Edge(0), *[_Edge(floor(e.value) + 1 if e.is_open else ceil(e.value)) for e in lows]]
        highs = [_Edge(ceil(e.value) - 1 if e.is_open else floor(e.value)) for e in highs]
    low = max(lows, key=lambda edge: (edge.value, edge.is_open), default=None)
    high = min(highs, key=lambda edge: (edge.value, not edge.is_open), default=None)
    return _Range(low, high)


def _lows(test: Test, subject: Subject) -> Iterator[_Edge]:
    first = _scalars(test)[0]
    if test.op in {Op.IS, Op.BETWEEN, Op.AT_LEAST}:
        yield _Edge(_begin(first, subject))
    elif test.op is Op.MORE_THAN:
        yield _Edge(first, is_open=True)
    elif test.op is Op.AFTER:
        is_day = subject.kind is Kind.INSTANT and not isinstance(first, datetime)
        yield _Edge(_end(first, subject), is_open=not is_day)


def _highs(test: Test, subject: Subject) -> Iterator[_Edge]:
    last = _scalars(test)[-1]
    if test.op in {Op.IS, Op.BETWEEN, Op.AT_MOST}:
        is_day = subject.kind is Kind.INSTANT and not isinstance(last, datetime)
        yield _Edge(_end(last, subject), is_open=is_day)
    elif test.op is Op.LESS_THAN:
        yield _Edge(last, is_open=True)
    elif test.op is Op.BEFORE:
        yield _Edge(_begin(last, subject), is_open=True)


def _begin(value: Any, subject: Subject) -> Any:
    """Return when a value begins: of an instant that is told by its day, with the day."""
    if subject.kind is not Kind.INSTANT or isinstance(value, datetime):
        return value
    return datetime.combine(value, time.min)


def _end(value: Any, subject: Subject) -> Any:
    """Return when a value ends: of an instant that is told by its day, with the next one."""
    if subject.kind is not Kind.INSTANT or isinstance(value, datetime):
        return value
    return _begin(value, subject) + timedelta(days=1)
