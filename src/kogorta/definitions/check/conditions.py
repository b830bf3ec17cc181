"""The check of every condition: what it names is there, and its tests suit what they test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from kogorta.definitions.catalogue import ColumnInfo, Kind, Source, TraitInfo
from kogorta.definitions.check.names import Columns, Names
from kogorta.definitions.check.places import children
from kogorta.definitions.check.ranges import contradicts
from kogorta.definitions.check.values import RANKS, Subject, Values, written
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Calendar,
    Chosen,
    Consent,
    Did,
    FactSequence,
    InList,
    InSegment,
    Measure,
    Moved,
    Node,
    Not,
    Op,
    Regularly,
    Resumed,
    Share,
    Step,
    Stopped,
    Tests,
    Trait,
    Where,
    Window,
)
from kogorta.definitions.parsing.reader import Problems, below, shown
from kogorta.durations import Duration
from kogorta.message import lazy

_COUNT = Subject(Kind.NUMBER, is_count=True, is_never_missing=True)
_NUMBERS = frozenset({Kind.NUMBER, Kind.MONEY})
_DATED = frozenset({Kind.DATE, Kind.INSTANT})
_TAKES = {
    Measure.SUM: _NUMBERS,
    Measure.MEAN: _NUMBERS,
    Measure.MIN: _NUMBERS | _DATED,
    Measure.MAX: _NUMBERS | _DATED,
    Measure.DISTINCT: frozenset(Kind) - {Kind.LIST},
}
"""Of which kinds of columns a measure is worked out."""
_AHEAD = frozenset({Calendar.TOMORROW, Calendar.NEXT_WEEK, Calendar.NEXT_MONTH})


class Checker:
    """Walks over conditions.

    Args:
        names: What may be named.
        problems: Where everything wrong is noted.
    """

    def __init__(self, names: Names, problems: Problems) -> None:
        self.names, self.problems = names, problems
        self.values = Values(problems, names.catalogue.minor_digits)

    def node(self, node: Node, path: str) -> None:
        """Check a condition and everything below it."""
        _CHECKS[type(node)](self, node, path)
        for child, place in children(node, path):
            self.node(child, place)

    def group(self, node: AllOf | AnyOf, path: str) -> None:
        """Refuse a group of nothing."""
        if not node.of:
            place = below(path, "all" if isinstance(node, AllOf) else "any")
            self.problems.add(place, "a list of conditions belongs here", expected="[{…}, {…}]")

    def nothing(self, node: Node, path: str) -> None:
        """Accept what cannot be wrong by itself."""

    # --- traits -----------------------------------------------------------------------------------

    def trait(self, node: Trait, path: str) -> None:
        """Check the test of a trait."""
        info = self.names.trait(node.name, below(path, "trait"))
        if info is None:
            return
        if info.kind is Kind.LIST and info.source is not Source.LIST:
            self.problems.add(below(path, "trait"), "a list of one's own cannot be tested", got=node.name)
            return
        if node.held_for is not None and node.customer_zone:
            self.problems.add(
                below(path, "held_for"),
                "how long something has held is told by the days of the workspace only",
                hint="leave out zone",
            )
        # a ledger tells the values of one person; the log tells also who was how much beyond others
        allows_ranks = node.held_for is None or info.source is not Source.ATTRIBUTE
        subject = Subject(info.kind, info.values, allows_ranks=allows_ranks)
        self.tests(node.tests, subject, path)
        if node.name == "lists":
            for test in node.tests:
                if isinstance(test.value, tuple):
                    for number, name in enumerate(test.value):
                        self.names.list(str(name), below(below(path, test.op.value), number))
        if node.customer_zone:
            self._zone(node, info, path)

    def _zone(self, node: Trait, info: TraitInfo, path: str) -> None:
        place = below(path, "zone")
        if not any(_asks_zone(info.kind, test.op, test.value) for test in node.tests):
            self.problems.add(
                place,
                "nothing here depends on the zone",
                hint="leave out zone, or test by during, anniversary, in_last, in_next or a day",
            )
        elif not self.names.has_zones():
            self.problems.add(
                place,
                "the zones of customers are not known",
                expected=lazy("rows in {tables}", tables="customers"),
                hint=lazy("kogorta import FILE --table {table}", table="customers"),
            )

    # --- tests ------------------------------------------------------------------------------------

    def tests(self, tests: Tests, subject: Subject, path: str) -> None:
        """Check tests of one value: each by itself, then whether any value can pass all of them."""
        good = [self.values.test(test, subject, below(path, test.op.value)) for test in tests]
        if all(good) and contradicts(tests, subject):
            self.problems.add(
                path,
                "no value can pass all of these tests",
                got=shown({test.op.value: written(test) for test in tests}),
            )

    def where(self, where: Where, columns: Columns, path: str) -> None:
        """Check tests of the columns of a fact."""
        for name, tests in where.columns:
            place = below(path, name)
            info = self.names.column(columns, name, place)
            if info is not None:
                self.tests(tests, Subject(info.kind, info.values), place)

    def window(self, window: Window, path: str) -> None:
        """Check that something can have happened in a window."""
        if window.calendar in _AHEAD:
            self.problems.add(
                below(path, "during"),
                "nothing has happened yet in this window",
                got=window.calendar.value,
                expected="today, yesterday, this_week, last_week, this_month, last_month",
            )
        start, end = window.start, window.end
        edges = [(key, edge) for key, edge in (("since", start), ("until", end)) if isinstance(edge, date)]
        good = [self.values.reach(edge, below(path, key)) for key, edge in edges]
        if not all(good) or not isinstance(start, date) or not isinstance(end, date):
            return
        if not _can_lie_between(start, end):
            self.problems.add(
                path,
                "this window is empty: it ends before it begins",
                got=shown({"since": start, "until": end}),
            )

    # --- what people did --------------------------------------------------------------------------

    def did(self, node: Did, path: str) -> None:
        """Check `did` and `did_not`."""
        columns = self.names.fact(node.fact, below(path, "did_not" if node.negated else "did"))
        self.window(node.window, path)
        if columns is not None:
            self.where(node.where, columns, below(path, "where"))
        place = below(path, node.measure.value)
        if node.of is None:
            self.tests(node.tests, _COUNT, place)
        elif columns is not None:
            self._measure(node, node.of, columns, place)
        change = replace(_COUNT, is_count=False, is_never_missing=False)
        if contradicts(node.change, change):
            self.problems.add(
                below(path, "change"),
                "no value can pass all of these tests",
                got=shown({test.op.value: written(test, is_share=True) for test in node.change}),
            )

    def _measure(self, node: Did, of: str, columns: Columns, path: str) -> None:
        info = self.names.column(columns, of, below(path, "of"))
        if info is None:
            return
        kinds = _TAKES[node.measure]
        if node.change and node.measure is not Measure.DISTINCT:
            kinds -= _DATED
        if info.kind not in kinds:
            good = [name for name, other in columns.items() if other.kind in kinds]
            self.problems.add(
                below(path, "of"),
                lazy("{measure} cannot be worked out of this column", measure=node.measure.value),
                got=of,
                expected=", ".join(sorted(good)) or None,
                hint="count the facts by times, or the different values by distinct" if not good else None,
            )
            return
        self.tests(node.tests, _of_measure(node.measure, info), path)

    def chosen(self, node: Chosen, path: str) -> None:
        """Check `first` and `newest`."""
        columns = self.names.fact(node.fact, below(path, "newest" if node.newest else "first"))
        self.window(node.window, path)
        if columns is not None:
            self.where(node.of, columns, below(path, "of"))
            self.where(node.where, columns, below(path, "where"))

    def regularly(self, node: Regularly, path: str) -> None:
        """Check `regularly`."""
        columns = self.names.fact(node.fact, below(path, "regularly"))
        if columns is not None:
            self.where(node.where, columns, below(path, "where"))
        self.tests(node.tests, _COUNT, below(path, "times"))

    def stopped(self, node: Stopped, path: str) -> None:
        """Check `stopped`."""
        columns = self.names.fact(node.fact, below(path, "stopped"))
        if columns is not None:
            self.where(node.where, columns, below(path, "where"))
        start = node.active.start
        if isinstance(start, Duration) and not _is_longer(start, node.silent):
            self.problems.add(
                below(path, "silent"),
                "all of the active window lies in the silence",
                got=str(node.silent),
                expected=lazy("less than {length}", length=str(start)),
            )

    def resumed(self, node: Resumed, path: str) -> None:
        """Check `resumed`."""
        columns = self.names.fact(node.fact, below(path, "resumed"))
        self.window(node.window, path)
        if columns is not None:
            self.where(node.where, columns, below(path, "where"))

    def sequence(self, node: FactSequence, path: str) -> None:
        """Check `sequence`."""
        found = [
            self._step(step, below(below(path, "sequence"), number)) for number, step in enumerate(node.steps)
        ]
        columns = [one for one in found if one is not None]
        if node.by is not None and len(columns) == len(found):
            self._by(node.by, columns, below(path, "by"))

    def _step(self, step: Step, path: str) -> Columns | None:
        columns = self.names.fact(step.fact, below(path, "did_not" if step.negated else "did"))
        self.window(step.window, path)
        if columns is not None:
            self.where(step.where, columns, below(path, "where"))
        return columns

    def _by(self, by: str, columns: Sequence[Columns], path: str) -> None:
        """Facts of a chain can be held together by a column that all of them have, and that means the same."""
        shared = [
            name
            for name in columns[0]
            if all(name in other for other in columns) and _is_one_key([other[name] for other in columns])
        ]
        if by not in shared:
            self.problems.add(
                path,
                "the facts of these steps have no such column in common",
                got=by,
                expected=", ".join(sorted(shared)) or None,
                hint=None if shared else "leave out by: then any facts of the customer make a chain",
            )

    # --- segments, lists, consents ----------------------------------------------------------------

    def in_segment(self, node: InSegment, path: str) -> None:
        """Check `in_segment`."""
        self.names.segment(node.segment, below(path, "in_segment"))

    def moved(self, node: Moved, path: str) -> None:
        """Check `entered` and `left`."""
        self.names.segment(node.segment, below(path, "left" if node.left else "entered"))
        self.window(node.window, path)

    def in_list(self, node: InList, path: str) -> None:
        """Check `in_list`."""
        self.names.list(node.name, below(path, "in_list"))

    def consent(self, node: Consent, path: str) -> None:  # noqa: ARG002  checks are called alike
        """Check `consent`."""
        self.names.tables(["consents"], "consent", below(path, "consent"))


_CHECKS: dict[type[Node], Callable[[Checker, Any, str], None]] = {
    AllOf: Checker.group,
    AnyOf: Checker.group,
    Not: Checker.nothing,
    Share: Checker.nothing,
    Trait: Checker.trait,
    Did: Checker.did,
    Chosen: Checker.chosen,
    Regularly: Checker.regularly,
    Stopped: Checker.stopped,
    Resumed: Checker.resumed,
    FactSequence: Checker.sequence,
    InSegment: Checker.in_segment,
    InList: Checker.in_list,
    Moved: Checker.moved,
    Consent: Checker.consent,
}


def _of_measure(measure: Measure, info: ColumnInfo) -> Subject:
    if measure is Measure.DISTINCT:
        return _COUNT
    is_mean = measure is Measure.MEAN
    return Subject(info.kind, is_mean=is_mean, scale=info.scale, is_never_missing=measure is Measure.SUM)


def _asks_zone(kind: Kind, op: Op, value: object) -> bool:
    """Whether a test means something else in another zone."""
    if op in {Op.DURING, Op.ANNIVERSARY}:
        return True
    if op in {Op.IN_LAST, Op.IN_NEXT}:
        return kind is Kind.DATE
    if op in RANKS or kind not in _DATED:
        return False
    several = value if isinstance(value, tuple) else (value,)
    return any(isinstance(item, date) and not isinstance(item, datetime) for item in several)


def _can_lie_between(start: date, end: date) -> bool:
    if isinstance(start, datetime) == isinstance(end, datetime):
        return start < end
    # a day in some zone begins up to 14 hours before or after it does in UTC
    day = timedelta(days=1)
    return start < _midnight(end) + day if isinstance(start, datetime) else _midnight(start) - day < end


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  instants are UTC without a zone inside


_PROBE = datetime(2024, 3, 31)  # noqa: DTZ001  any instant will do to compare lengths


def _is_longer(one: Duration, other: Duration) -> bool:
    return one.before(_PROBE) < other.before(_PROBE)


def _is_one_key(columns: Sequence[ColumnInfo]) -> bool:
    """Whether equal values of all these columns are written alike."""
    if all(info.kind in {Kind.TEXT, Kind.PATH} for info in columns):
        return True
    return all(info.kind is Kind.NUMBER for info in columns) and (
        len({(info.type, info.scale) for info in columns}) == 1
    )
