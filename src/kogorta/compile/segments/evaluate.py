"""Running definitions as of an instant: who is in what, or what is true of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from kogorta.compile.evaluate import evaluate, evaluate_more
from kogorta.compile.frame import Frames
from kogorta.compile.segments.bounds import Bounds, Clock
from kogorta.compile.segments.compiler import Compiler
from kogorta.compile.segments.cuts import Cut
from kogorta.compile.segments.needs import ZONED
from kogorta.compile.segments.program import ZONES, Language, Program, program_of
from kogorta.compile.segments.reading import Part
from kogorta.compile.steps import Steps
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import FactRef, Node, Where
from kogorta.traits.idioms import numbered

SEGMENTS, LOOKED_AT = "k_segments", "k_looked_at"


@dataclass(frozen=True)
class Placed:
    """Who is in what.

    Attributes:
        table: The scratch table: customer_key, `s_<id>` of each definition, and `b_<id>` of each scheme: 1 in its base.
        cuts: The values of the base that people were compared with.
    """

    table: Any
    cuts: Mapping[Cut, int | float]


@dataclass(frozen=True)
class Finding:
    """What was found of one person and one condition.

    Attributes:
        holds: Whether it is true of him.
        value: The value that it tests, in the unit in which definitions are written; None where it is missing or
            the condition tests none.
        kind: What the value is; None where the condition tests none.
    """

    holds: bool
    value: object = None
    kind: Kind | None = None


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
    program = program_of(steps.plan, language)
    return _run(program, steps, frames, cuts or {}, traits, name)


def look_at(
    steps: Steps, frames: Frames, language: Language, nodes: Sequence[Node], cuts: Mapping[Cut, int | float]
) -> dict[int, list[Finding]]:
    """Look at conditions one by one.

    Args:
        steps: The evaluation, best scoped to few people.
        frames: What they are compared with.
        language: The definitions that the conditions may name.
        nodes: The conditions.
        cuts: Values of the base that they compare with: all of them.

    Returns:
        By customer_key, a finding for each condition.
    """
    program = program_of(steps.plan, language, nodes)
    table = _run(program, steps, frames, cuts, None, LOOKED_AT).table
    found = {}
    for row in steps.fetch(table).to_pylist():
        found[row["customer_key"]] = [
            Finding(row[f"h{i}"] == 1, value.told(row[f"v{i}"]), value.kind)
            if value
            else Finding(row[f"h{i}"] == 1)
            for i, value in enumerate(program.shown)
        ]
    return found


def moments_of(steps: Steps, language: Language, facts: Iterable[FactRef], most: int) -> list[datetime]:
    """Return the instants of some facts, the newest first, up to `most` of each kind; best of few people."""
    compiler = Compiler(steps.facts, language.catalogue, {})
    found = []
    for fact in facts:
        matches = compiler.matches(fact, Where())
        part = Part(compiler.group(fact))
        rows = compiler.source_rows(part, (fact.name,)).rows
        own = rows.filter(matches(rows)).select("moment").distinct()
        newest = own.order_by(own.moment.desc()).limit(most)
        found += [row["moment"] for row in steps.rows(newest)]
    return found


def _run(
    program: Program, steps: Steps, frames: Frames, known: Mapping[Cut, int | float], traits: Any, name: str
) -> Placed:
    clock = Clock(steps.instant.as_of, program.language.zone)
    # all steps are built before their parameters are read: building may ask for more of them
    parts = program.steps()
    bindings = program.compiler.bounds.values(clock)
    if program.traits and traits is None:
        traits = evaluate(steps, frames, program.traits)
    if program.more_traits:
        evaluate_more(steps, frames, program.more_traits)
    for part, expression in parts:
        steps.make(part, expression, **bindings)
    _load_zones(program, steps, clock)
    program.wide(traits if program.traits else None)
    cuts = {
        cut: known[cut] if cut in known else _taken(program, steps, cut, bindings)
        for cut in program.compiler.cuts
    }
    values = {label: cuts[cut] for cut, label in program.compiler.cuts.items()}
    answer = program.answer()
    table = steps.make(name, answer, **bindings, **values)
    return Placed(table, cuts)


def _taken(program: Program, steps: Steps, cut: Cut, bindings: Mapping[str, Any]) -> int | float:
    """Return the value that must be passed to have the wanted share of the base strictly beyond."""
    values = program.values_of(cut)
    count = steps.row(values.agg(n=values.count().cast("int64")), **bindings)["n"]
    if not count:
        # nobody is compared with it
        return 0
    rank = ceil(Fraction(count) * cut.part) or 1
    ranked = numbered(values, [], [values.value.desc() if cut.from_top else values.value])
    found: int | float = steps.row(ranked.filter(ranked.rank_no == rank).select("value"), **bindings)["value"]
    return found


def _load_zones(program: Program, steps: Steps, clock: Clock) -> None:
    """Lay the parameters of each zone that customers name beside the steps."""
    zones = program.zones()
    if zones is not None:
        names = [row["zone"] for row in steps.rows(zones)]
        steps.session.load(ZONES, zone_table(program.compiler.zoned, clock, names))


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


def is_another_day(zone: str, before: Clock, now: Clock) -> bool:
    """Whether two instants lie on different local days of a zone that customers name; of an unknown one the clocks' own."""
    own = _zone(zone) or now.zone
    return Clock(before.as_of, own).today != Clock(now.as_of, own).today


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
