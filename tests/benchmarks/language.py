"""The segment language at 1 M customers: how long a definition compiles, and sixty at once beside one by one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.work import AS_OF

BUDGET_SECONDS = 0.05


def conditions() -> Iterator[str]:
    """Yield sixty conditions such as shops use, over orders and traits."""
    for window in ("7d", "30d", "60d", "90d", "180d", "365d"):
        for times in (1, 2, 3, 5):
            yield f"{{did: order, times: {{at_least: {times}}}, within: {window}}}"
    for window in ("30d", "90d", "365d"):
        for money in (1000, 5000, 10000, 20000):
            spent = f"{{did: order, sum: {{of: revenue, at_least: {money}}}, within: {window}}}"
            yield f"{{all: [{spent}, {{did_not: order, within: 14d}}]}}"
    for channel in ("online", "store"):
        for window in ("30d", "90d", "365d"):
            yield f"{{did: order, where: {{channel: {{is: {channel}}}}}, times: {{at_least: 2}}, within: {window}}}"
    for start, end in (("180d", "60d"), ("365d", "90d"), ("90d", "30d")):
        yield f"{{stopped: order, active: {{from: {start}, to: {end}}}, silent: {end}}}"
    yield from (
        "{resumed: order, after_silence: 90d, within: 30d}",
        "{resumed: order, after_silence: 180d, within: 30d}",
        "{newest: order, where: {channel: {is: online}}}",
        "{first: order, within: 30d}",
        "{first: order, within: 90d}",
        "{regularly: order, in_each: 30d, of: 6, at_least: 4}",
        "{regularly: order, in_each: 90d, of: 4, at_least: 4}",
        "{sequence: [{did: order, within: 60d}, {did_not: order, within: 14d}]}",
        "{trait: monetary_amount, top: 10%}",
        "{trait: frequency_count, top: 20%}",
        "{trait: rfm_r, at_least: 4}",
        "{trait: recency_days, between: [30, 60]}",
        "{trait: silence_seconds, at_least: 864000}",
        "{all: [{in_segment: s1}, {share: 10%, salt: x}]}",
        "{in_segment: rfm_simple.champions}",
    )


def definitions() -> dict[str, Any]:
    """Return them as definitions, by id."""
    from kogorta.definitions.parsing import parse_text

    text = "\n---\n".join(f"segment: s{n}\nwhere: {where}" for n, where in enumerate(conditions(), 1))
    return {item.id: item for item in parse_text(text)}


def compile_ours(folder: Path) -> float:
    """Compile each definition by itself, from the tree to the SQL; return the median, in seconds."""
    import kogorta
    from kogorta.compile.segments.bounds import Clock
    from kogorta.compile.segments.program import Program
    from kogorta.warehouse.sql import render

    spent = []
    with kogorta.open(folder / "base") as workspace, workspace.view(AS_OF) as view:
        for item in definitions().values():
            if item.id == "s1" or "s1" not in str(item.where):
                begun = time.perf_counter()
                program = Program(view.steps.plan, view.language({item.id: item}))
                program.steps()
                traits = view.traits if program.traits else None
                wide, answer = program.wide(traits), program.answer()
                values = program.compiler.bounds.values(Clock(AS_OF, view.config.zone))
                bindings = view.steps.bindings | values | dict.fromkeys(program.compiler.cuts.values(), 0)
                for expression in (*[step for _, step in program.steps()], wide, answer):
                    render(expression, bindings)
                spent.append(time.perf_counter() - begun)
    # the first one that reads traits works them out
    return statistics.median(spent)


def compile_budget(_: Path) -> float:
    """Return what a definition may take."""
    return BUDGET_SECONDS


def place_ours(folder: Path) -> float:
    """Put a million customers into sixty segments with one wide query; frames and expressions are there."""
    import kogorta

    own = definitions()
    with kogorta.open(folder / "base") as workspace, workspace.view(AS_OF) as view:
        traits = view.traits
        view.place(own, traits=traits)
        begun = time.perf_counter()
        table = view.place(own, traits=traits).table
        view.session.fetch(table, view.steps.bindings)
        return time.perf_counter() - begun


def place_each(folder: Path) -> float:
    """Do it with one query for each segment."""
    import kogorta
    from kogorta.membership.own import closure

    own = definitions()
    with kogorta.open(folder / "base") as workspace, workspace.view(AS_OF) as view:
        traits = view.traits
        spent = 0.0
        for id_ in own:
            begun = time.perf_counter()
            table = view.place(closure(own, [id_]), traits=traits).table
            view.session.fetch(table, view.steps.bindings)
            spent += time.perf_counter() - begun
        return spent
