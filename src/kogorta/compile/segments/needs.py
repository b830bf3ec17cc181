"""What a set of definitions needs, gathered while their conditions are compiled."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import ibis

from kogorta.compile.segments.bounds import Bounds
from kogorta.compile.segments.cuts import Cut
from kogorta.compile.segments.holds import Holder
from kogorta.compile.segments.measures import Totals
from kogorta.compile.segments.reading import Part, Reach, Readings, names_of, part_of, starts_of
from kogorta.compile.segments.rows import EVENTS, FactRows, Source, fact_rows, reads_kept_orders
from kogorta.compile.segments.sights import is_event
from kogorta.definitions.catalogue import Catalogue, ColumnInfo, Kind
from kogorta.definitions.nodes import (
    FactRef,
    Tests,
    Where,
    Window,
)
from kogorta.traits.facts import INSTANT_PARAMS, Facts, params, scratch

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
        people: customer_key, person_key of all ids of those whose events are wanted; None for those of everybody.
        orders: Counted orders that are kept, as `Source` has them; None if none are.
    """

    facts: Facts
    catalogue: Catalogue
    segments: Mapping[str, tuple[str, str]]
    people: Any = None
    orders: Any = None
    bounds: Bounds = field(default_factory=Bounds)
    zoned: Bounds = field(default_factory=Bounds)
    totals: dict[Part, Totals] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: dict[str, set[str]] = field(default_factory=dict)
    tables: dict[str, Callable[[], Any]] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)
    traits: dict[str, None] = field(default_factory=dict)
    cuts: dict[Cut, str] = field(default_factory=dict)
    _known: dict[object, str] = field(default_factory=dict)
    _kept: dict[Part, FactRows] = field(default_factory=dict)

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
        """Return the condition of being in a table of customers; all those tables are laid together in one."""
        name = self.table(
            key, lambda column: build().distinct().mutate(**{column: ibis.literal(1).cast("int8")})
        )
        self.flags.setdefault(name)
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
        return is_event(fact, self.catalogue)

    def look(self, reader: Hashable, fact: FactRef, window: Window, *wheres: Where) -> Part:
        """Ask for the rows of a fact from the start of a window on.

        Args:
            reader: The table that is worked out of them, whatever tells it from others.
            fact: Which.
            window: What ends it counts for nothing.
            wheres: What they are tested for.

        Returns:
            Where they are read from, by the same reader.
        """
        part = part_of(self.group(fact, *wheres), window)
        self.readings.note(part, reader, Reach(fact.name, self.bounds.start(window)))
        return part

    def rows(self, part: Part, reader: Hashable) -> FactRows:
        """Return the rows that a reader asked for, with every parameter beside them; all columns have been asked for before."""
        reaches = self.readings.of(part, reader)
        if part in self.shared():
            kept = self.kept(part)
            found = FactRows(scratch(f"k_{part.name}_rows", kept.rows.schema()), kept.key)
        else:
            found = self.source_rows(part, names_of(reaches))
        given = found.rows.cross_join(self.params().select("as_of", *self.bounds.types))
        return FactRows(_since(given, starts_of(reaches)), found.key)

    def shared(self) -> list[Part]:
        """Return the parts that are kept in scratch tables of their own."""
        return [
            part
            for part in self.readings.shared()
            if not reads_kept_orders(self._source(part, ()), _table_of(part.group))
        ]

    def kept(self, part: Part) -> FactRows:
        """Return the rows that a scratch table keeps for all that read a part."""
        if part not in self._kept:
            reaches = self.readings.of(part)
            found, starts = self.source_rows(part, names_of(reaches)), starts_of(reaches)
            given = found.rows.cross_join(self.params().select(*starts)) if starts else found.rows
            self._kept[part] = FactRows(_since(given, starts).select(*found.rows.columns), found.key)
        return self._kept[part]

    def source_rows(self, part: Part, names: Sequence[str]) -> FactRows:
        """Return the rows of a part from where they are stored; of events those with some names."""
        return fact_rows(self._source(part, names), _table_of(part.group))

    def _source(self, part: Part, names: Sequence[str]) -> Source:
        columns = self.asked.get(_table_of(part.group), set())
        properties = {
            info.stored: info.type
            for name in self.groups[part.group]
            for info in (
                *self.catalogue.events.get(name, {}).values(),
                *self.catalogue.event_columns.values(),
            )
            if info.type and info.stored in columns
        }
        return Source(
            self.facts,
            tuple(sorted(columns)),
            properties,
            names,
            part.group == ANY_ORDER,
            self.people if part.group == EVENTS else None,
            self.orders,
        )

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
            if not parts:
                return rows.moment.notnull()
            told = all_of(parts)
            return told if told.op().shape.is_columnar() else rows.moment.notnull() & told

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


def _since(rows: Any, starts: Sequence[str]) -> Any:
    """Leave out what lies before all of some instants, which stand beside the rows."""
    if not starts:
        return rows
    return rows.filter(
        rows.moment >= (ibis.least(*(rows[name] for name in starts)) if len(starts) > 1 else rows[starts[0]])
    )


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
