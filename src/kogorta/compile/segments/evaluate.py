"""All definitions of a workspace as of an instant: one wide table of who is in what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import ibis
import pyarrow as pa

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames
from kogorta.compile.plan import EVERYONE
from kogorta.compile.segments.bounds import Bounds, Clock
from kogorta.compile.segments.compiler import ZONED, Compiler, Condition, Cut
from kogorta.compile.steps import Steps
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.document import EVERYONE as WHOLE_BASE
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import InSegment, Node
from kogorta.traits.facts import params, scratch
from kogorta.traits.idioms import beside, flag, numbered, text_cases

WIDE, SEGMENTS, ZONES = "k_wide", "k_segments", "k_zones"


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


@dataclass(frozen=True)
class Placed:
    """Who is in what.

    Attributes:
        table: The scratch table: customer_key, `s_<id>` of each definition, and `b_<id>` of each scheme: 1 in its base.
        cuts: The values of the base that people were compared with.
    """

    table: Any
    cuts: Mapping[Cut, int | float]


def column_of(definition_id: str) -> str:
    """Return the column of a definition in the table of segments."""
    return f"s_{definition_id}"


def base_column(definition_id: str) -> str:
    """Return the column that tells whether a customer is of a scheme's base."""
    return f"b_{definition_id}"


def evaluate_segments(steps: Steps, frames: Frames, language: Language) -> Any:
    """Make the table of segments of everyone; return it as an unbound scratch table.

    Returns:
        customer_key, and for each definition `s_<id>`: the id of the segment that the customer is in (of a free
        segment its own), missing where he is in none.
    """
    return place(steps, frames, language).table


def place(
    steps: Steps,
    frames: Frames,
    language: Language,
    *,
    cuts: Mapping[Cut, int | float] | None = None,
    traits: Any = None,
    name: str = SEGMENTS,
) -> Placed:
    """Put everyone into his segments.

    Args:
        steps: The evaluation.
        frames: What customers are compared with.
        language: The definitions.
        cuts: Values of the base that a stored frame tells; those that it lacks are taken anew.
        traits: The wide table of all traits, if it is made already.
        name: Of the scratch table.
    """
    return _Evaluation(steps, frames, language, cuts or {}, traits, name).run()


class _Evaluation:
    """One evaluation at work."""

    def __init__(
        self,
        steps: Steps,
        frames: Frames,
        language: Language,
        known: Mapping[Cut, int | float],
        traits: Any,
        name: str,
    ) -> None:
        self.steps, self.frames, self.language = steps, frames, language
        self.known, self.traits, self.name = known, traits, name
        self.compiler = Compiler(steps.facts, language.catalogue, segment_columns(language))
        self.clock = Clock(steps.instant.as_of, language.zone)

    def run(self) -> Placed:
        order = in_order(self.language.definitions)
        compiled = [(item, self._compiled(item)) for item in order]
        bindings = self.compiler.bounds.values(self.clock)
        return self._segments(self._wide(bindings), compiled, bindings)

    def _compiled(self, item: Definition) -> list[tuple[Condition, str]]:
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

    # --- the wide table ---------------------------------------------------------------------------

    def _wide(self, bindings: Mapping[str, Any]) -> Any:
        """Make everyone with traits, totals of facts and flags beside him."""
        steps, compiler = self.steps, self.compiler
        tables = []
        if compiler.traits:
            columns = ["customer_key", *compiler.traits]
            traits = self.traits if self.traits is not None else evaluate(steps, self.frames, columns)
            tables.append(traits.select(*columns))
        for group, totals in compiler.totals.items():
            tables.append(self._made(f"k_{totals.name}", self._totals(group), bindings))
        for name, build in compiler.tables.items():
            tables.append(self._made(f"k_{name}", build(), bindings))
        rows = steps.get(EVERYONE).select("customer_key")
        for table in tables:
            rows = beside(rows, table)
        if compiler.zoned.types:
            rows = self._with_zones(rows)
        return steps.make(WIDE, rows)

    def _made(self, name: str, expression: Any, bindings: Mapping[str, Any]) -> Any:
        return self.steps.make(name, expression, **bindings)

    def _totals(self, group: str) -> Any:
        rows = self.compiler.rows(group).rows
        columns = self.compiler.totals[group].columns
        return rows.group_by("customer_key").agg(**{name: build(rows) for name, build in columns.items()})

    def _with_zones(self, rows: Any) -> Any:
        """Put parameters by the customer's own zone beside him; by the workspace's where his is not known."""
        column = self.compiler.attribute_column("timezone")
        zones = self.steps.rows(rows.select(zone=rows[column]).distinct())
        types = self.compiler.zoned.types
        table = zone_table(self.compiler.zoned, self.clock, [row["zone"] for row in zones])
        self.steps.session.load(ZONES, table)
        told = scratch(ZONES, {"zone": "string", **{f"{ZONED}{name}": kind for name, kind in types.items()}})
        named = rows.mutate(zone_name=ibis.coalesce(rows[column], ""))
        return beside(named, told, "zone_name", "zone").drop("zone", "zone_name")

    # --- what others are compared with ------------------------------------------------------------

    def _cut(self, wide: Any, cut: Cut) -> tuple[Any, str]:
        """Return the value that must be passed to have the wanted share strictly beyond, and its type."""
        read = self.compiler.value(cut.trait, self.language.catalogue.traits[cut.trait])
        told = wide.cross_join(self._given({}))
        values = told.select(value=read(told))
        values = values.filter(values.value.notnull())
        bindings = self.compiler.bounds.values(self.clock)
        kind = "float64" if values.value.type().is_floating() else "int64"
        count = self.steps.row(values.agg(n=values.count().cast("int64")), **bindings)["n"]
        if not count:
            # nobody is compared with it
            return 0, kind
        rank = ceil(Fraction(count) * cut.part) or 1
        ranked = numbered(values, [], [values.value.desc() if cut.from_top else values.value])
        return self.steps.row(ranked.filter(ranked.rank_no == rank).select("value"), **bindings)[
            "value"
        ], kind

    def _given(self, more: Mapping[str, str]) -> Any:
        """Return the row of all parameters without those that only facts need."""
        names = ["as_of", *self.compiler.bounds.types, *more]
        return params(**self.compiler.bounds.types, **more).select(*names)

    # --- who is in what ---------------------------------------------------------------------------

    def _segments(self, wide: Any, compiled: list[Any], bindings: Mapping[str, Any]) -> Placed:
        cuts = {cut: self._known_cut(wide, cut) for cut in self.compiler.cuts}
        names = self.compiler.cuts
        rows = wide.cross_join(self._given({names[cut]: kind for cut, (_, kind) in cuts.items()}))
        for item, conditions in compiled:
            rows = rows.mutate(**_columns(item, conditions, rows))
        wanted = [column for column in rows.columns if column.startswith(("s_", "b_"))]
        values = {names[cut]: value for cut, (value, _) in cuts.items()}
        table = self.steps.make(self.name, rows.select("customer_key", *wanted), **bindings, **values)
        return Placed(table, {cut: value for cut, (value, _) in cuts.items()})

    def _known_cut(self, wide: Any, cut: Cut) -> tuple[Any, str]:
        if cut not in self.known:
            return self._cut(wide, cut)
        value = self.known[cut]
        return value, "float64" if isinstance(value, float) else "int64"


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


def segment_columns(language: Language) -> dict[str, tuple[str, str]]:
    """Return, by the id that `in_segment` names, the column that tells it and its value there."""
    columns = dict(language.ready)
    for item in language.definitions.values():
        for segment in item.segments:
            columns[segment if not item.is_scheme else f"{item.id}.{segment}"] = (column_of(item.id), segment)
    return columns


def in_order(definitions: Mapping[str, Definition]) -> list[Definition]:
    """Return definitions so that each stands behind those that it names; there are no circles among them."""
    done: dict[str, Definition] = {}

    def take(item: Definition) -> None:
        if item.id in done:
            return
        for root in item.conditions():
            for node in root.walk():
                if isinstance(node, InSegment):
                    other = definitions.get(node.segment.partition(".")[0])
                    if other is not None:
                        take(other)
        done[item.id] = item

    for item in definitions.values():
        take(item)
    return list(done.values())


def zone_table(bounds: Bounds, clock: Clock, names: list[str | None]) -> pa.Table:
    """Return the parameters of each zone that customers name; unknown names stand for the workspace's zone."""
    known = {}
    for name in {"", *[name or "" for name in names]}:
        known[name] = bounds.values(Clock(clock.as_of, _zone(name) or clock.zone))
    arrow = {"timestamp(6)": pa.timestamp("us"), "date": pa.date32(), "int64": pa.int64()}
    columns = {"zone": pa.array(list(known), pa.string())}
    for name, kind in bounds.types.items():
        columns[f"{ZONED}{name}"] = pa.array([values[name] for values in known.values()], arrow[kind])
    return pa.table(columns)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
