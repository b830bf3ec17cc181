"""What a set of definitions needs, gathered while their conditions are compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis

from kogorta.compile.segments.bounds import Bounds
from kogorta.compile.segments.cuts import Cut
from kogorta.compile.segments.holds import Holder
from kogorta.compile.segments.measures import Totals
from kogorta.compile.segments.rows import EVENTS, FactRows, Source, fact_rows
from kogorta.definitions.catalogue import Catalogue, ColumnInfo, Kind
from kogorta.definitions.nodes import (
    FactRef,
    Tests,
    Where,
    Window,
)
from kogorta.traits.facts import INSTANT_PARAMS, Facts, params

Condition = Callable[[Any], Any]
"""Reads a condition from the wide table: true or false, never missing."""

ANY_ORDER = "order_any"
"""The group of orders of every status."""

ZONED = "zoned_"
"""Prefix of parameters by the customer's own zone."""


@dataclass
class Needs:
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
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
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
        group = ANY_ORDER if name == "order" and asks_status else name
        names = {*self.groups.get(group, ()), *([fact.name] if name == EVENTS else [])}
        self.groups[group] = tuple(sorted(names))
        if name == EVENTS:
            self.asked.setdefault(EVENTS, set()).add("name")
        return group

    def is_event(self, fact: FactRef) -> bool:
        """Whether a fact is an event by its name."""
        return fact.is_event or fact.name not in self.catalogue.facts

    def _source(self, group: str) -> Source:
        columns = self.asked.get(_table_of(group), set())
        properties = {
            info.stored: info.type
            for name in self.groups[group]
            for info in (
                *self.catalogue.events.get(name, {}).values(),
                *self.catalogue.event_columns.values(),
            )
            if info.type and info.stored in columns
        }
        return Source(self.facts, tuple(sorted(columns)), properties, self.groups[group], group == ANY_ORDER)

    def rows(self, group: str) -> FactRows:
        """Return the rows of a group, with every parameter beside them; all columns have been asked for before."""
        found = fact_rows(self._source(group), _table_of(group))
        given = self.params().select("as_of", *self.bounds.types)
        return FactRows(found.rows.cross_join(given), found.key)

    def column(self, fact: FactRef, name: str) -> ColumnInfo:
        """Return what is known of a column of a fact, and ask for it."""
        if not self.is_event(fact):
            info = self.catalogue.facts[fact.name].columns[name]
        else:
            own = self.catalogue.events.get(fact.name, {})
            info = own[name] if name in own else self.catalogue.event_columns[name]
        self.asked.setdefault(EVENTS if self.is_event(fact) else fact.name, set()).add(info.stored)
        return info

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
            return all_of(parts) if parts else rows.moment.notnull()

        # parameters are asked for before the row of them is built
        for info, tests in infos:
            self.ask(info.kind, tests)
        return build

    def ask(self, kind: Kind, tests: Tests, bounds: Bounds | None = None) -> None:
        """Ask for the parameters that tests will read."""
        probe = ibis.table({"v": _PROBES[kind]}, name="probe")
        Holder(bounds or self.bounds, lambda name: _parameter(name, bounds or self.bounds)).all(
            probe.v, kind, 1, tests
        )

    def in_window(self, rows: Any, window: Window) -> Any:
        """Return the rows whose moment lies in a window."""
        start, end = self.bounds.start(window), self.bounds.end(window)
        given = rows.cross_join(self.params().select("as_of", *self.bounds.types))
        parts = ([given.moment >= given[start]] if start else []) + (
            [given.moment < given[end]] if end else []
        )
        return given.filter(all_of(parts)).select(*rows.columns) if parts else rows

    def holder(self, t: Any, *, zoned: bool = False) -> Holder:
        """Return what tests the values of a table that has every parameter beside its rows."""
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


def _table_of(group: str) -> str:
    return "order" if group == ANY_ORDER else group


def _parameter(name: str, bounds: Bounds) -> Any:
    """Stand for a parameter while tests are only asked what they need."""
    return ibis.null().cast({**INSTANT_PARAMS, **bounds.types}[name])


def all_of(parts: list[Any]) -> Any:
    """Whether all conditions hold; of none, true."""
    return reduce(lambda a, b: a & b, parts) if parts else ibis.literal(True)


def any_of(parts: list[Any]) -> Any:
    """Whether any condition holds; of none, false."""
    return reduce(lambda a, b: a | b, parts) if parts else ibis.literal(False)
