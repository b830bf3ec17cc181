"""From conditions to columns: what each condition needs is asked for first, then read from one wide table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from math import ceil
from typing import Any

import ibis

from kogorta.compile.segments import chains, ledgers
from kogorta.compile.segments.attributes import Attribute, current_values, history
from kogorta.compile.segments.bounds import Bounds
from kogorta.compile.segments.holds import Holder, several
from kogorta.compile.segments.measures import Totals, change_passes, mean_passes, measure
from kogorta.compile.segments.rows import EVENTS, FactRows, Source, fact_rows
from kogorta.definitions.catalogue import Catalogue, ColumnInfo, Kind, TraitInfo
from kogorta.definitions.catalogue import Source as From
from kogorta.definitions.document import Definition
from kogorta.definitions.durations import Duration
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Chosen,
    Consent,
    ConsentState,
    Did,
    FactRef,
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
    Stopped,
    Test,
    Tests,
    Trait,
    Where,
    Window,
)
from kogorta.traits.facts import INSTANT_PARAMS, Facts, params
from kogorta.traits.idioms import count_if, flag

Condition = Callable[[Any], Any]
"""Reads a condition from the wide table: true or false, never missing."""

ZONED = "zoned_"
"""Prefix of parameters by the customer's own zone."""


@dataclass(frozen=True)
class Cut:
    """A value of the base that others are compared with.

    Attributes:
        trait: Whose values.
        part: How many of them must be strictly beyond, as a share.
        from_top: Counted from the greatest value down.
    """

    trait: str
    part: Fraction
    from_top: bool


def cut_of(node: Trait, test: Test) -> Cut:
    """Return the value of the base that a test of a trait compares with."""
    share = Fraction(several(test)[0])  # type: ignore[arg-type]
    return Cut(node.name, share if test.op is Op.PERCENTILE else 1 - share, test.op is Op.BOTTOM)


def cuts_in(definitions: Mapping[str, Definition]) -> list[Cut]:
    """Return every value of the base that definitions compare with, once each."""
    found = {
        cut_of(node, test)
        for item in definitions.values()
        for root in item.conditions()
        for node in root.walk()
        if isinstance(node, Trait)
        for test in node.tests
        if test.op in OF_THE_BASE
    }
    return sorted(found, key=str)


OF_THE_BASE = frozenset({Op.TOP, Op.BOTTOM, Op.PERCENTILE})
"""Tests that compare with the whole base."""


@dataclass
class Compiler:
    """What a set of definitions needs, gathered while their conditions are compiled.

    Args:
        facts: The stored tables.
        catalogue: What definitions may speak of.
        segments: Which column of the wide table tells a segment of another definition: by id, column and value.
    """

    facts: Facts
    catalogue: Catalogue
    segments: Mapping[str, tuple[str, str]]
    bounds: Bounds = field(default_factory=Bounds)
    zoned: Bounds = field(default_factory=Bounds)
    totals: dict[str, Totals] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    tables: dict[str, Callable[[], Any]] = field(default_factory=dict)
    traits: dict[str, None] = field(default_factory=dict)
    cuts: dict[Cut, str] = field(default_factory=dict)
    _known: dict[object, str] = field(default_factory=dict)

    # --- what the wide table holds ----------------------------------------------------------------

    def params(self) -> Any:
        """Return the one-row table of every parameter that was asked for so far."""
        return params(**self.bounds.types)

    def table(self, key: object, build: Callable[[str], Any]) -> str:
        """Return the name of a table of customers that is joined to the wide one; equal keys share one.

        `build` gets the name as the prefix of its columns.
        """
        if key not in self._known:
            name = f"x{len(self._known) + 1}"
            self._known[key] = name
            self.tables[name] = lambda: build(name)
        return self._known[key]

    def flagged(self, key: object, build: Callable[[], Any]) -> Condition:
        """Return the condition of being in a table of customers."""
        name = self.table(
            key, lambda column: build().distinct().mutate(**{column: ibis.literal(1).cast("int8")})
        )
        return lambda t: t[name].notnull()

    # --- facts ------------------------------------------------------------------------------------

    def group(self, fact: FactRef, *wheres: Where) -> str:
        """Return the group of rows that a fact is read from."""
        name = EVENTS if self.is_event(fact) else fact.name
        asks_status = any(column == "status" for where in wheres for column, _ in where.columns)
        group = f"{name}_any" if name == "order" and asks_status else name
        known = self.sources.get(group)
        names = {*(known.names if known else ()), *([fact.name] if name == EVENTS else [])}
        self.sources[group] = Source(self.facts, self._properties(), tuple(sorted(names)), group != name)
        return group

    def is_event(self, fact: FactRef) -> bool:
        """Whether a fact is an event by its name."""
        return fact.is_event or fact.name not in self.catalogue.facts

    def _properties(self) -> Mapping[str, str]:
        stored: dict[str, str] = {}
        for columns in self.catalogue.events.values():
            stored |= {info.stored: info.type for info in columns.values() if info.type}
        return stored

    def rows(self, group: str) -> FactRows:
        """Return the rows of a group, with every parameter beside them."""
        found = fact_rows(self.sources[group], "order" if group == "order_any" else group)
        given = self.params().select("as_of", *self.bounds.types)
        return FactRows(found.rows.cross_join(given), found.key)

    def column(self, fact: FactRef, name: str) -> ColumnInfo:
        """Return what is known of a column of a fact."""
        if not self.is_event(fact):
            return self.catalogue.facts[fact.name].columns[name]
        own = self.catalogue.events.get(fact.name, {})
        return own[name] if name in own else self.catalogue.event_columns[name]

    def matches(self, fact: FactRef, where: Where, window: Window | None = None) -> Condition:
        """Return the condition that a row is such a fact, passes `where` and lies in the window."""
        infos = [(self.column(fact, name), tests) for name, tests in where.columns]
        start, end = (self.bounds.start(window), self.bounds.end(window)) if window else (None, None)
        is_event = self.is_event(fact)

        def build(rows: Any) -> Any:
            holder = Holder(self.bounds, lambda name: rows[name])
            parts = [rows.name == fact.name] if is_event else []
            parts += [holder.all(rows[info.stored], info.kind, info.scale, tests) for info, tests in infos]
            parts += [rows.moment >= rows[start]] if start else []
            parts += [rows.moment < rows[end]] if end else []
            # an aggregate of a bare constant is no column
            return _all(parts) if parts else rows.moment.notnull()

        # parameters are asked for before the row of them is built
        for info, tests in infos:
            self._ask(info.kind, tests)
        return build

    def _ask(self, kind: Kind, tests: Tests, bounds: Bounds | None = None) -> None:
        """Ask for the parameters that tests will read."""
        probe = ibis.table({"v": _PROBES[kind]}, name="probe")
        Holder(bounds or self.bounds, lambda name: _parameter(name, bounds or self.bounds)).all(
            probe.v, kind, 1, tests
        )

    # --- conditions -------------------------------------------------------------------------------

    def condition(self, node: Node) -> Condition:
        """Return how a node is read from the wide table."""
        return _COMPILE[type(node)](self, node)

    def all_of(self, node: AllOf) -> Condition:
        """Compile `all`."""
        parts = [self.condition(child) for child in node.of]
        return lambda t: _all([part(t) for part in parts])

    def any_of(self, node: AnyOf) -> Condition:
        """Compile `any`."""
        parts = [self.condition(child) for child in node.of]
        return lambda t: reduce(lambda a, b: a | b, [part(t) for part in parts])

    def negation(self, node: Not) -> Condition:
        """Compile `not`."""
        part = self.condition(node.of)
        return lambda t: ~part(t)

    def did(self, node: Did) -> Condition:
        """Compile `did` and `did_not`."""
        holds = [self._did_tests(node)] if node.tests else []
        if node.change:
            holds.append(self._did_change(node))
        return lambda t: (
            ~_all([hold(t) for hold in holds]) if node.negated else _all([hold(t) for hold in holds])
        )

    def _measured(self, node: Did, window: Window) -> Any:
        group = self.group(node.fact, node.where)
        totals = self.totals.setdefault(group, Totals(f"{group}_n"))
        value = None
        if node.of is not None:
            info = self.column(node.fact, node.of)

            def value(rows: Any) -> Any:
                column = rows[info.stored]
                return column.nullif("") if info.kind in {Kind.TEXT, Kind.PATH} else column

        key = (node.fact, node.where, window, node.of)
        return measure(totals, key, self.matches(node.fact, node.where, window), node.measure, value)

    def did_value(self, node: Did) -> Condition:
        """Return how the measure of `did` is read."""
        measured = self._measured(node, node.window)
        read: Condition = measured.number if node.measure is Measure.MEAN else measured.of
        return read

    def did_unit(self, node: Did) -> tuple[Kind, int]:
        """Return what the measure of `did` is, and what it is multiplied by."""
        if node.of is None or node.measure in {Measure.TIMES, Measure.DISTINCT}:
            return Kind.NUMBER, 1
        info = self.column(node.fact, node.of)
        return info.kind, info.scale

    def _did_tests(self, node: Did) -> Condition:
        measured = self._measured(node, node.window)
        kind, scale = self.did_unit(node)
        if node.measure is Measure.MEAN:
            return lambda t: mean_passes(t, measured, scale, node.tests)
        self._ask(kind, node.tests)
        return lambda t: self._holder(t).all(measured.of(t), kind, scale, node.tests)

    def _did_change(self, node: Did) -> Condition:
        later = self._measured(node, node.window)
        earlier = self._measured(node, _window_before(node.window))
        return lambda t: change_passes(later.number(t), earlier.number(t), node.change)

    def chosen(self, node: Chosen) -> Condition:
        """Compile `first` and `newest`."""
        group = self.group(node.fact, node.of, node.where)
        of, keep = self.matches(node.fact, node.of), self.matches(node.fact, node.where, node.window)
        return self.flagged(node, lambda: chains.chosen(self.rows(group), of, keep, newest=node.newest))

    def regularly(self, node: Regularly) -> Condition:
        """Compile `regularly`: a count for each period."""
        group = self.group(node.fact, node.where)
        totals = self.totals.setdefault(group, Totals(f"{group}_n"))
        counts = []
        for number in range(node.periods):
            ends = Duration(node.in_each.amount * number, node.in_each.unit)
            begins = Duration(node.in_each.amount * (number + 1), node.in_each.unit)
            window = Window(begins, ends if number else None)
            matches = self.matches(node.fact, node.where, window)
            counts.append(
                measure(totals, (node.fact, node.where, window, None), matches, Measure.TIMES, None)
            )

        def build(t: Any) -> Any:
            holder = self._holder(t)
            passed = [
                flag(holder.all(count.of(t), Kind.NUMBER, 1, node.tests)).cast("int64") for count in counts
            ]
            return reduce(lambda a, b: a + b, passed) >= node.at_least

        return build

    def stopped(self, node: Stopped) -> Condition:
        """Compile `stopped`."""
        active = self.condition(Did(node.fact, node.where, node.active))
        silent = self.condition(Did(node.fact, node.where, Window(node.silent), negated=True))
        return lambda t: active(t) & silent(t)

    def resumed(self, node: Resumed) -> Condition:
        """Compile `resumed`."""
        group = self.group(node.fact, node.where)
        where, inside = self.matches(node.fact, node.where), self.matches(node.fact, Where(), node.window)
        return self.flagged(node, lambda: chains.resumed(self.rows(group), where, inside, node.after_silence))

    def sequence(self, node: FactSequence) -> Condition:
        """Compile `sequence`."""
        groups = [self.group(step.fact, step.where) for step in node.steps]
        alone = len(node.steps) == 2 and node.steps[-1].negated
        wheres = [self.matches(step.fact, step.where) for step in node.steps]
        first = self.matches(
            FactRef(node.steps[0].fact.name, node.steps[0].fact.is_event), Where(), node.steps[0].window
        )

        def build() -> Any:
            found = []
            for number, (step, group, where) in enumerate(zip(node.steps, groups, wheres, strict=True)):
                rows = self.rows(group)
                keep = where if number or alone else _both(where, first)
                stored = self.column(step.fact, node.by).stored if node.by else None
                found.append(chains.keyed(rows, stored, keep))
            current = found[0]
            for number, step in enumerate(node.steps[1:], 1):
                is_same = step.fact == node.steps[number - 1].fact
                within = step.within or Duration(1, "d")
                if step.negated:
                    last = chains.last_of_each(current)
                    if alone:
                        last = self._in_window(last, node.steps[0].window)
                    as_of = self.params().select("as_of")
                    return chains.not_followed(last, found[number], within, as_of, is_same_kind=is_same)
                current = chains.follow(current, found[number], within, is_same_kind=is_same)
            return current.select("customer_key").distinct()

        return self.flagged(node, build)

    def _in_window(self, rows: Any, window: Window) -> Any:
        start, end = self.bounds.start(window), self.bounds.end(window)
        given = rows.cross_join(self.params().select("as_of", *self.bounds.types))
        parts = ([given.moment >= given[start]] if start else []) + (
            [given.moment < given[end]] if end else []
        )
        return given.filter(_all(parts)).select(*rows.columns) if parts else rows

    def in_segment(self, node: InSegment) -> Condition:
        """Compile `in_segment`: another column of the same table."""
        column, value = self.segments[node.segment]
        if column in self.catalogue.traits:
            self.traits.setdefault(column)
        return lambda t: ibis.coalesce(t[column] == value, False)

    def in_list(self, node: InList) -> Condition:
        """Compile `in_list`."""
        return self.flagged(node, lambda: ledgers.on_list(self.facts, node.name))

    def consent(self, node: Consent) -> Condition:
        """Compile `consent`."""
        key = Consent(node.channel, node.purpose)
        name = self.table(
            key, lambda name: ledgers.consents(self.facts, node, f"{name}_granted", f"{name}_withdrawn")
        )

        def build(t: Any) -> Any:
            granted = ibis.coalesce(t[f"{name}_granted"], 0) == 1
            withdrawn = ibis.coalesce(t[f"{name}_withdrawn"], 0) == 1
            if node.state is ConsentState.GRANTED:
                return granted & ~withdrawn
            return withdrawn if node.state is ConsentState.WITHDRAWN else ~withdrawn

        return build

    def moved(self, node: Moved) -> Condition:
        """Compile `entered` and `left`."""
        scheme, _, segment = node.segment.partition(".")
        self.bounds.start(node.window)
        self.bounds.end(node.window)
        return self.flagged(
            node,
            lambda: self._in_window(
                ledgers.moved(self.facts, node, scheme, segment or scheme), node.window
            ).select("customer_key"),
        )

    def share(self, node: Share) -> Condition:
        """Compile `share`."""
        name = self.table("names", lambda name: ledgers.first_names(self.facts, name))
        limit = ceil(node.share * 16**ledgers.HEX_DIGITS)
        if limit >= 16**ledgers.HEX_DIGITS:
            return lambda _: ibis.literal(True)

        def build(t: Any) -> Any:
            digits = ledgers.md5(ibis.literal(f"{node.salt}:") + t[name]).substr(0, ledgers.HEX_DIGITS)
            return ibis.coalesce(digits < f"{limit:0{ledgers.HEX_DIGITS}x}", False)

        return build

    # --- traits -----------------------------------------------------------------------------------

    def trait(self, node: Trait) -> Condition:
        """Compile the test of a trait."""
        info = self.catalogue.traits[node.name]
        if info.kind is Kind.LIST:
            return self._list_trait(node)
        if node.held_for is not None:
            return self._held(node, info, node.held_for)
        read = self.value(node.name, info)
        whole_base = [test for test in node.tests if test.op in OF_THE_BASE]
        own = tuple(test for test in node.tests if test not in whole_base)
        conditions = [self._cut(node, read, test) for test in whole_base]
        if own:
            bounds = self.zoned if node.customer_zone else self.bounds
            self._ask(info.kind, own, bounds)
            conditions.append(
                lambda t: self._holder(t, zoned=node.customer_zone).all(read(t), info.kind, info.scale, own)
            )
        if node.customer_zone and self.zoned.types:
            self.value("timezone", self.catalogue.traits["timezone"])
        return lambda t: _all([condition(t) for condition in conditions])

    def value(self, name: str, info: TraitInfo) -> Condition:
        """Return how the value of a trait is read."""
        if info.source is From.COMPUTED:
            self.traits.setdefault(name)
            return lambda t: t[name]
        attribute = Attribute("birth_date" if info.source is From.AGE else name, info)
        column = self.table(
            ("attribute", attribute.name), lambda name: current_values(self.facts, attribute, name)
        )
        if info.source is not From.AGE:
            return lambda t: t[column]
        year, key = self.bounds.today_number("year"), self.bounds.today_number("key")

        def age(t: Any) -> Any:
            born = t[column]
            birthday_ahead = flag(born.month() * 100 + born.day() > t[key])
            years = (t[year] - born.year() - birthday_ahead).cast("int64")
            return ibis.ifelse(years >= 0, years, ibis.null().cast("int64"))

        return age

    def attribute_column(self, name: str) -> str:
        """Return the column of an attribute in the wide table."""
        attribute = Attribute(name, self.catalogue.traits[name])
        return self.table(("attribute", name), lambda column: current_values(self.facts, attribute, column))

    def _cut(self, node: Trait, read: Condition, test: Test) -> Condition:
        wanted = cut_of(node, test)
        cut = self.cuts.setdefault(wanted, f"cut_{len(self.cuts) + 1}")

        def build(t: Any) -> Any:
            value = read(t)
            if wanted.part == 0:
                beyond = value.notnull()
            else:
                beyond = ibis.coalesce(value < t[cut] if test.op is Op.BOTTOM else value > t[cut], False)
            return value.notnull() & ~beyond if test.bound is Op.LESS_THAN else beyond

        return build

    def _held(self, node: Trait, info: TraitInfo, length: Duration) -> Condition:
        attribute, start = Attribute(node.name, info), self.bounds.edge(length)
        self._ask(info.kind, node.tests)

        def build(name: str) -> Any:
            past = history(self.facts, attribute).cross_join(
                self.params().select("as_of", *self.bounds.types)
            )
            passes = Holder(self.bounds, lambda column: past[column]).all(
                past.value, info.kind, info.scale, node.tests
            )
            before = past.filter(past.moment <= past[start])
            latest = before.group_by("customer_key").agg(latest=before.moment.max())
            dated = past.mutate(passes=flag(passes)).left_join(latest, "customer_key")
            counts = ibis.coalesce(dated.moment >= dated.latest, True)
            return dated.group_by("customer_key").agg(
                **{
                    f"{name}_before": flag(dated.latest.notnull()).max(),
                    f"{name}_failed": count_if(counts & (dated.passes == 0)),
                }
            )

        name = self.table(("held", node), build)

        def read(t: Any) -> Any:
            nothing = self._holder(t).all(ibis.null().cast(attribute.type), info.kind, info.scale, node.tests)
            known = ibis.coalesce(t[f"{name}_before"], 0) == 1
            return (known | nothing) & (ibis.coalesce(t[f"{name}_failed"], 0) == 0)

        return read

    def _list_trait(self, node: Trait) -> Condition:
        parts = []
        for test in node.tests:
            if node.name == "lists":
                parts.append(self._lists(test))
            else:
                parts.append(self._kinds(test))
        return lambda t: _all([part(t) for part in parts])

    def _lists(self, test: Test) -> Condition:
        names = (
            sorted(self.catalogue.lists)
            if test.op in {Op.EXISTS, Op.MISSING}
            else [str(v) for v in several(test)]
        )
        inside = [self.in_list(InList(name)) for name in names]
        if test.op is Op.HAS_ALL:
            return lambda t: _all([part(t) for part in inside])
        if test.op is Op.MISSING:
            return lambda t: ~_any([part(t) for part in inside])
        return lambda t: _any([part(t) for part in inside])

    def _kinds(self, test: Test) -> Condition:
        wanted = (
            ()
            if test.op in {Op.EXISTS, Op.MISSING}
            else tuple(sorted({str(value) for value in several(test)}))
        )

        def build(name: str) -> Any:
            kinds = ledgers.contact_kinds(self.facts)
            own = kinds.filter(kinds.kind.isin(wanted)) if wanted else kinds
            return own.group_by("customer_key").agg(**{name: own.count().cast("int64")})

        name = self.table(("kinds", wanted), build)
        least = len(wanted) if test.op is Op.HAS_ALL else 1
        if test.op is Op.MISSING:
            return lambda t: ibis.coalesce(t[name], 0) == 0
        return lambda t: ibis.coalesce(t[name], 0) >= least

    def _holder(self, t: Any, *, zoned: bool = False) -> Holder:
        if not zoned:
            return Holder(self.bounds, lambda name: t[name])
        return Holder(self.zoned, lambda name: t[name] if name in INSTANT_PARAMS else t[f"{ZONED}{name}"])


_PROBES: dict[Kind, str] = {
    Kind.TEXT: "string",
    Kind.PATH: "string",
    Kind.NUMBER: "int64",
    Kind.MONEY: "int64",
    Kind.FLAG: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamp(6)",
}

_COMPILE: dict[type[Node], Callable[[Compiler, Any], Condition]] = {
    AllOf: Compiler.all_of,
    AnyOf: Compiler.any_of,
    Not: Compiler.negation,
    Trait: Compiler.trait,
    Did: Compiler.did,
    Chosen: Compiler.chosen,
    Regularly: Compiler.regularly,
    Stopped: Compiler.stopped,
    Resumed: Compiler.resumed,
    FactSequence: Compiler.sequence,
    InSegment: Compiler.in_segment,
    InList: Compiler.in_list,
    Moved: Compiler.moved,
    Share: Compiler.share,
    Consent: Compiler.consent,
}


def _parameter(name: str, bounds: Bounds) -> Any:
    """Stand for a parameter while tests are only asked what they need."""
    return ibis.null().cast({**INSTANT_PARAMS, **bounds.types}[name])


def _all(parts: list[Any]) -> Any:
    return reduce(lambda a, b: a & b, parts) if parts else ibis.literal(True)


def _any(parts: list[Any]) -> Any:
    return reduce(lambda a, b: a | b, parts) if parts else ibis.literal(False)


def _both(one: Condition, other: Condition) -> Condition:
    return lambda rows: one(rows) & other(rows)


def _window_before(window: Window) -> Window:
    """Return the window of the same length right before one that ends at as_of."""
    if not isinstance(window.start, Duration):
        return window
    return Window(Duration(window.start.amount * 2, window.start.unit), window.start)
