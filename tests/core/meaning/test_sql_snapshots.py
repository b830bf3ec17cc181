"""The SQL of every step, seen by people; and that the same steps compile for all engines in idioms that agree.

After an intended change: pytest tests/core/meaning/test_sql_snapshots.py --snapshot-update
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ibis.backends.sql.compilers import pyspark
from syrupy.assertion import SnapshotAssertion

from kogorta.compile import families, frame
from kogorta.compile import plan as step
from kogorta.compile.blocks import wide_table
from kogorta.compile.evaluate import COLUMNS, everyone_rows
from kogorta.compile.plan import Plan, plan_of
from kogorta.traits.shape import Meaning, Shape
from kogorta.vocab import AxisMethod, Business
from kogorta.warehouse import lowering
from kogorta.warehouse.sql import pretty
from tests.core.meaning.base import FILLED, GENEROUS

COMPILERS = {**lowering.COMPILERS, "spark": pyspark.PySparkCompiler}
ORDERS = Shape(frozenset({"orders"}), frozenset(), has_aliases=False)
FULL = Shape(frozenset(FILLED), frozenset({"orders", "order_lines"}), has_aliases=True)
SUMS = Shape(frozenset({"customer_summaries"}), frozenset(), has_aliases=False)
DECLARED = Meaning(
    recency=AxisMethod.THRESHOLDS,
    frequency=AxisMethod.THRESHOLDS,
    monetary=AxisMethod.THRESHOLDS,
    recency_bounds=(7, 30, 90, 180),
    frequency_bounds=(1, 2, 4, 8),
    monetary_bounds=(100, 500, 1000, 5000),
)
PLANS: dict[str, Plan] = {
    "orders": plan_of(ORDERS, Meaning()),
    "full": plan_of(FULL, Meaning(recency=AxisMethod.RELATIVE)),
    "declared": plan_of(ORDERS, DECLARED),
    "salon": plan_of(FULL, Meaning(business=Business.SALON)),
    "b2b": plan_of(FULL, Meaning(business=Business.B2B)),
    "sums": plan_of(SUMS, Meaning()),
}
QUESTIONS: dict[str, Callable[[Plan], Any]] = {
    "base_gap": frame.base_gap,
    "gap_p95": frame.gap_p95,
    "new_days": frame.new_days,
    "category_gaps": frame.category_gaps,
    "gap_percentiles": frame.gap_percentiles,
    "recency_cuts": frame.recency_cuts,
    "frequency_cuts": frame.frequency_cuts,
    "money_cuts": frame.money_cuts,
    "base_of": frame.base_of,
    "frequency_levels": frame.frequency_levels,
    "traits": lambda plan: wide_table(plan, everyone_rows(plan), COLUMNS),
}
STEPS = (
    *(
        step.EVERYONE,
        step.OCCASIONS,
        step.OWN_DAYS,
        step.OWN_GAPS,
        step.RHYTHM,
        step.STATS,
        step.SCORE_STATS,
        step.HISTORY,
    ),
    *(step.CATEGORY, step.AVERAGES, step.SCORED),
)
SHOWN = {
    "orders": (*STEPS, *QUESTIONS),
    "full": (
        step.EVERYONE,
        step.OCCASIONS,
        step.CATEGORY,
        step.PROMISES,
        step.OPENINGS,
        step.STATS,
        step.SCORED,
        step.SOLD,
        *(family.step for family in families.ALL),
    ),
    "declared": (step.SCORED,),
    "salon": (step.OCCASIONS, step.STATS, step.PROMISES),
    "b2b": (step.UNITS, step.UNIT_OCCASIONS, step.DAYS, step.PRESENCE),
    "sums": (step.STATS, step.RHYTHM, step.OWN_GAPS, step.CATEGORY),
}
FORBIDDEN = {
    "quantile": r"quantile|percentile|median",
    "argmax": r"arg_?m(ax|in)|m(ax|in)_by|any_value|\bfirst\(|\blast\(",
    "mode": r"\bmode\(",
    "ranks of frames that differ": r"rank\(",
    "JSON": r"json",
    "hash": r"hash|md5",
    "rounding": r"\bround\(",
    "windows of intervals": r"interval[^,()]*(preceding|following)",
    "as-of joins": r"asof",
}
"""What means something else, or nothing, on another engine."""


def expression(plan: Plan, name: str) -> Any:
    """A step, a question of a frame, or a whole table of traits."""
    return plan.keep(name, lambda: QUESTIONS[name](plan)) if name in QUESTIONS else plan.step(name)


@pytest.fixture
def spark_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ibis asks its Spark options only where Spark is installed."""
    told = SimpleNamespace(pyspark=SimpleNamespace(treat_nan_as_null=False))
    monkeypatch.setattr(pyspark, "options", told)


@pytest.mark.parametrize(("base", "name"), [(base, name) for base, names in SHOWN.items() for name in names])
def test_the_sql_of_a_step(base: str, name: str, snapshot: SnapshotAssertion) -> None:
    assert pretty(expression(PLANS[base], name)) == snapshot


@pytest.mark.usefixtures("spark_options")
@pytest.mark.parametrize("dialect", sorted(COMPILERS))
def test_every_step_compiles_for_every_engine_in_idioms_that_agree(dialect: str) -> None:
    found = []
    for base, names in SHOWN.items():
        for name in names:
            sql = COMPILERS[dialect]().to_sqlglot(expression(PLANS[base], name)).sql(dialect).lower()
            # names of our own columns and tables are no functions
            code = re.sub(r"\"[^\"]*\"|`[^`]*`|'[^']*'", "x", sql)
            found += [f"{base}.{name}: {what}" for what, idiom in FORBIDDEN.items() if re.search(idiom, code)]
    assert not found, f"{dialect}:\n" + "\n".join(found)


def test_the_text_of_a_step_does_not_depend_on_values() -> None:
    same = plan_of(GENEROUS, Meaning())
    assert same is plan_of(GENEROUS, Meaning())
    assert same.step(step.STATS) is same.step(step.STATS)
