"""A set of definitions as a program of steps: expressions only, built once for a store and a meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from graphlib import TopologicalSorter
from typing import Any
from zoneinfo import ZoneInfo

import ibis
from ibis.expr.operations import Field

from kogorta.compile.plan import EVERYONE, MORE_TRAITS, PEOPLE, Plan
from kogorta.compile.segments.compiler import Compiler
from kogorta.compile.segments.cuts import Cut
from kogorta.compile.segments.needs import ZONED, Condition
from kogorta.compile.segments.on_facts import TOTALS
from kogorta.compile.segments.reading import Part
from kogorta.compile.segments.shown import Shown, shown
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import EVERYONE as WHOLE_BASE
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import InSegment, Node
from kogorta.traits.catalogue import CONTRACTS
from kogorta.traits.contract import KEPT_NAMES
from kogorta.traits.facts import params, scratch
from kogorta.traits.idioms import beside, flag, halved, text_cases

ZONES, FLAGS = "k_zones", "k_flags"


@dataclass(frozen=True)
class Language:
    """The definitions of a workspace and what they may speak of.

    Attributes:
        definitions: By id; everything that `in_segment` names among them, or a scheme by traits.
        catalogue: What they may speak of.
        zone: In which local days are counted.
        ready: Segments of ready schemes: by id, the trait that tells them and its value.
    """

    definitions: Mapping[str, Definition]
    catalogue: Catalogue
    zone: ZoneInfo
    ready: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def key(self) -> object:
        """What a program depends on, beside the store and the meaning of numbers."""
        trees = tuple(
            (
                item.id,
                item.where,
                item.base,
                tuple((part.id, part.where) for part in item.parts),
                item.otherwise,
            )
            for item in self.definitions.values()
        )
        return trees, self.catalogue.signature, tuple(sorted(self.ready.items()))


def column_of(definition_id: str) -> str:
    """Return the column of a definition in the table of segments."""
    return f"s_{definition_id}"


def base_column(definition_id: str) -> str:
    """Return the column that tells whether a customer is of a scheme's base."""
    return f"b_{definition_id}"


_CARRIED = 5
"""So many tables are joined to few people before what came of it is joined to the others."""

MOST_PROGRAMS = 200
"""Whoever types definitions makes a new program with every key; so many are kept."""


def program_of(plan: Plan, language: Language, nodes: Sequence[Node] = ()) -> Program:
    """Return the program of some definitions, or of single conditions; the same one every time."""
    key = ("program", language.key, tuple(nodes))
    programs: dict[object, Program] = plan.keep("programs", dict)
    if key not in programs:
        if len(programs) >= MOST_PROGRAMS:
            del programs[next(iter(programs))]
        programs[key] = Program(plan, language, nodes)
    return programs[key]


class Program:
    """The steps that put everyone into his segments.

    Args:
        plan: Of the traits.
        language: The definitions.
        nodes: Single conditions to look at; then they are the answer, and the definitions only help.
    """

    def __init__(self, plan: Plan, language: Language, nodes: Sequence[Node] = ()) -> None:
        self.plan = plan
        self.language = language
        self.compiler = Compiler(
            plan.facts,
            language.catalogue,
            segment_columns(language),
            plan.table(PEOPLE),
            plan.orders,
        )
        self._compiled = [(item, self._conditions(item)) for item in in_order(language.definitions)]
        self._nodes = [(self.compiler.condition(node), shown(self.compiler, node)) for node in nodes]
        self._kept: dict[str, Any] = {}
        self._tables: list[Any] = []

    @property
    def traits(self) -> list[str]:
        """The traits that are read of those that runs keep, `customer_key` first; empty if none is."""
        kept = [name for name in self.compiler.traits if name in KEPT_NAMES]
        return ["customer_key", *kept] if kept else []

    @property
    def more_traits(self) -> list[str]:
        """The traits that are read of those that runs do not keep, likewise."""
        more = [name for name in self.compiler.traits if name not in KEPT_NAMES]
        return ["customer_key", *more] if more else []

    @property
    def shown(self) -> list[Shown | None]:
        """The values that the single conditions test."""
        return [value for _, value in self._nodes]

    def steps(self) -> list[tuple[str, Any]]:
        """Return facts that are kept, totals of facts and tables of customers, by name, in the order in which they are made."""
        return [*self._facts(), *self._people()]

    def _facts(self) -> list[tuple[str, Any]]:
        """Return the scratch tables of facts."""

        def build() -> list[tuple[str, Any]]:
            compiler = self.compiler
            return [(f"k_{part.name}_rows", compiler.kept(part).rows) for part in compiler.shared()]

        found: list[tuple[str, Any]] = self._keep("facts", build)
        return found

    def _people(self) -> list[tuple[str, Any]]:
        """Return the scratch tables with one row a customer."""

        def build() -> list[tuple[str, Any]]:
            totals = [
                (f"k_{totals.name}", self._totals(part)) for part, totals in self.compiler.totals.items()
            ]
            tables = [(f"k_{name}", make()) for name, make in self.compiler.tables.items()]
            told = [(name, expression) for name, expression in tables if name[2:] in self.compiler.flags]
            return totals + tables + ([(FLAGS, _flags(told))] if told else [])

        found: list[tuple[str, Any]] = self._keep("people", build)
        return found

    def zones(self) -> Any:
        """Return the zones that customers name; None where no condition asks for them."""
        if not self.compiler.zoned.types:
            return None
        column = self.compiler.attribute_column("timezone")
        table = dict(self._people())[f"k_{column}"]
        return scratch(f"k_{column}", table.schema()).select(zone=column).distinct()

    def wide(self, traits: Any) -> Any:
        """Return everyone with traits, totals and tables beside him: rows of the answer, which asks for them before all else.

        Args:
            traits: The scratch table of traits; None if none is read.
        """
        return self._keep(f"wide:{traits is None or len(traits.columns)}", lambda: self._wide(traits))

    def _wide(self, traits: Any) -> Any:
        tables = [
            scratch(name, expression.schema())
            for name, expression in self._people()
            if name.removeprefix("k_") not in self.compiler.flags
        ]
        tables += [] if traits is None else [traits.select(*self.traits)]
        if self.more_traits:
            types = {name: CONTRACTS[name].type for name in self.more_traits[1:]}
            tables.append(scratch(MORE_TRAITS, {"customer_key": "int64", **types}))
        # what has many columns comes last, so that few are carried through the other joins
        self._tables = sorted(tables, key=lambda table: len(table.columns))
        rows = self._everyone_with(self._tables)
        types = self.compiler.zoned.types
        if not types:
            return rows
        told = scratch(ZONES, {"zone": "string", **{f"{ZONED}{name}": kind for name, kind in types.items()}})
        named = rows.mutate(zone_name=ibis.coalesce(rows[self.compiler.attribute_column("timezone")], ""))
        joined = beside(named, told, "zone_name", "zone")
        # chosen, not dropped: Ibis drops several columns in the order of a set
        return joined.select(*(name for name in joined.columns if name not in ("zone", "zone_name")))

    def _everyone_with(self, tables: Sequence[Any]) -> Any:
        everyone = self.plan.table(EVERYONE).select("customer_key")
        if not self.plan.facts.shape.is_scoped:
            return reduce(beside, tables, everyone)
        # of few people a join costs by the columns that it carries, not by its rows: so few are carried through each
        groups = [tables[first : first + _CARRIED] for first in range(0, len(tables), _CARRIED)]
        return reduce(beside, [reduce(beside, group, everyone) for group in groups] or [everyone])

    def values_of(self, cut: Cut) -> Any:
        """Return the values of the base that a cut is taken from, one column `value`; `wide` was asked for before."""
        read = self.compiler.compared(cut.trait)
        asked = {
            field.name for field in read(self._beside_parameters(self._kept_wide(), {})).op().find(Field)
        }
        tables = [table for table in self._tables if asked.intersection(table.columns[1:])]
        told = self._beside_parameters(self._everyone_with(tables), {})
        values = told.select(value=read(told))
        return values.filter(values.value.notnull())

    def is_whole(self, cut: Cut) -> bool:
        """Whether the values of a cut are whole numbers."""
        return not self.values_of(cut).value.type().is_floating()

    def answer(self) -> Any:
        """Return who is in what, or what is true of whom."""
        return self._keep("answer", self._answer)

    def _answer(self) -> Any:
        kinds = {
            name: "int64" if self.is_whole(cut) else "float64" for cut, name in self.compiler.cuts.items()
        }
        rows = self._beside_parameters(self._kept_wide(), kinds)
        wanted: list[str] = []
        for layer in self._layers():
            columns: dict[str, Any] = {}
            for item, conditions in layer:
                columns |= _columns(item, conditions, rows)
            wanted += [] if self._nodes else list(columns)
            rows = rows.mutate(**columns)
        looked: dict[str, Any] = {}
        for number, (condition, value) in enumerate(self._nodes):
            looked[f"h{number}"] = flag(condition(rows))
            if value:
                looked[f"v{number}"] = value.read(rows)
        return rows.select("customer_key", *wanted, **looked)

    def _layers(self) -> list[list[tuple[Definition, list[tuple[Condition, str]]]]]:
        """Return the definitions in groups: those of a group name none but those of groups before it."""
        definitions, depth = self.language.definitions, dict[str, int]()
        layers: list[list[tuple[Definition, list[tuple[Condition, str]]]]] = []
        for item, conditions in self._compiled:
            depth[item.id] = 1 + max((depth[id_] for id_ in _named(item, definitions)), default=-1)
            layers += [[]] if depth[item.id] == len(layers) else []
            layers[depth[item.id]].append((item, conditions))
        return layers

    def _beside_parameters(self, rows: Any, more: Mapping[str, str]) -> Any:
        types = {**self.compiler.bounds.types, **more}
        return rows.cross_join(params(**types).select("as_of", *types))

    def _kept_wide(self) -> Any:
        return next(value for name, value in self._kept.items() if name.startswith("wide:"))

    def _totals(self, part: Part) -> Any:
        rows = self.compiler.rows(part, TOTALS).rows
        columns = self.compiler.totals[part].columns
        return rows.group_by("customer_key").agg(**{name: build(rows) for name, build in columns.items()})

    def _conditions(self, item: Definition) -> list[tuple[Condition, str]]:
        """Return the conditions of a definition's segments in order; the base, if it is not everyone, first."""
        compiler = self.compiler
        if item.where is not None:
            return [(compiler.condition(item.where), item.id)]
        parts = [(compiler.condition(part.where), part.id) for part in item.parts]
        if isinstance(item.base, Node):
            return [(compiler.condition(item.base), ""), *parts]
        if item.base != WHOLE_BASE:
            compiler.traits.setdefault("orders_count")
            return [(lambda t: ibis.coalesce(t.orders_count, 0) > 0, ""), *parts]
        return parts

    def _keep(self, name: str, build: Any) -> Any:
        if name not in self._kept:
            self._kept[name] = build()
        return self._kept[name]


def _columns(item: Definition, conditions: list[tuple[Condition, str]], rows: Any) -> dict[str, Any]:
    """Return the column with the id of the segment that a customer is in, and for a scheme that of its base."""
    if item.where is not None:
        return {column_of(item.id): text_cases([(condition(rows), id_) for condition, id_ in conditions])}
    has_base = bool(conditions) and conditions[0][1] == ""
    base = conditions[0][0](rows) if has_base else ibis.literal(True)
    cases = [(condition(rows), id_) for condition, id_ in conditions[has_base:]]
    inside = text_cases(cases, item.otherwise)
    return {
        column_of(item.id): ibis.ifelse(base, inside, ibis.null().cast("string")) if has_base else inside,
        base_column(item.id): flag(base),
    }


def _flags(tables: Sequence[tuple[str, Any]]) -> Any:
    """Return customer_key, and a column for each of some tables of customers: 1 for who is in it, else missing."""
    parts = [
        scratch(name, expression.schema()).select("customer_key", flag_no=ibis.literal(number).cast("int64"))
        for number, (name, expression) in enumerate(tables)
    ]
    rows = halved(parts, lambda a, b: a.union(b))
    inside = {
        name.removeprefix("k_"): ibis.ifelse(rows.flag_no == number, 1, ibis.null().cast("int8"))
        .max()
        .cast("int8")
        for number, (name, _) in enumerate(tables)
    }
    return rows.group_by("customer_key").agg(**inside)


def segment_columns(language: Language) -> dict[str, tuple[str, str]]:
    """Return, by the id that `in_segment` names, the column that tells it and its value there."""
    columns = dict(language.ready)
    for item in language.definitions.values():
        for segment in item.segments:
            columns[segment if not item.is_scheme else f"{item.id}.{segment}"] = (column_of(item.id), segment)
    return columns


def in_order(definitions: Mapping[str, Definition]) -> list[Definition]:
    """Return definitions so that each stands behind those that it names; there are no circles among them."""
    order = TopologicalSorter({id_: _named(item, definitions) for id_, item in definitions.items()})
    return [definitions[id_] for id_ in order.static_order()]


def _named(item: Definition, definitions: Mapping[str, Definition]) -> list[str]:
    named = (
        node.segment.partition(".")[0]
        for root in item.conditions()
        for node in root.walk()
        if isinstance(node, InSegment)
    )
    return [id_ for id_ in dict.fromkeys(named) if id_ in definitions]
