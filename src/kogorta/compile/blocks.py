"""The wide table of traits, block by block: each adds some columns, and only those wanted are worked out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa

from kogorta.compile import families
from kogorta.compile.plan import (
    AVERAGES,
    CATEGORY,
    CATEGORY_GAPS,
    HISTORY,
    LIFECYCLE_FRAME,
    OPENINGS,
    PRESENCE,
    PROMISES,
    RFM_FRAME,
    RFM_MAPS,
    RHYTHM,
    SCORED,
    STATS,
    UNITS,
    Plan,
)
from kogorta.definitions.schemes import classic_by_code, quick_by_simple, quick_stage, simple_segment
from kogorta.traits.idioms import DAY_SECONDS, beside, flag, text_cases
from kogorta.traits.lifecycle import LIMITS, PROVISIONAL_DAYS, rhythm_points, stages
from kogorta.vocab import LifecycleStage, ValueMeasure


@dataclass(frozen=True)
class Block:
    """Some columns of the wide table.

    Attributes:
        gives: Columns that it adds.
        takes: Columns of other blocks that it reads.
        add: Puts them beside the rows.
    """

    gives: tuple[str, ...]
    takes: tuple[str, ...]
    add: Callable[[Plan, Any], Any]


def wide_table(plan: Plan, rows: Any, columns: Sequence[str]) -> Any:
    """Return some traits of the customers of `rows`, which may have some already."""
    for block in blocks_for(columns, rows.columns):
        rows = block.add(plan, rows)
    return rows.select(*columns)


def blocks_for(columns: Collection[str], present: Collection[str] = ()) -> list[Block]:
    """Return the blocks that these columns need beside those present, in the order in which they are added."""
    wanted = set(columns).difference(present)
    chosen: list[Block] = []
    for block in reversed(BLOCKS):
        if wanted.intersection(block.gives):
            chosen.append(block)
            wanted.update(set(block.takes).difference(present))
    return chosen[::-1]


def _nothing() -> Any:
    return ibis.null().cast("int64")


def _ever(plan: Plan, rows: Any) -> Any:
    """All the customer's orders; counts of nothing are 0, money nobody told of is missing."""
    told = ("orders_count", "first_at", "last_at", "revenue_total")
    t = beside(rows, plan.table(STATS).select("customer_key", *told)).cross_join(_has_money(plan))
    average = t.revenue_total.cast("float64") / ibis.greatest(t.orders_count, 1)
    nothing = ibis.null().cast("float64")
    return t.select(
        *rows.columns,
        orders_count=ibis.coalesce(t.orders_count, 0),
        first_order_at=t.first_at,
        last_order_at=t.last_at,
        revenue_total=ibis.ifelse(t.has_money == 1, ibis.coalesce(t.revenue_total, 0), _nothing()),
        average_order=ibis.ifelse((t.has_money == 1) & (t.orders_count > 0), average, nothing),
    )


def _has_money(plan: Plan) -> Any:
    return plan.frame(RFM_FRAME).select("has_money")


def _scores(plan: Plan, rows: Any) -> Any:
    scored = plan.table(SCORED).select("customer_key", *_SCORED)
    t = beside(rows, scored).cross_join(_has_money(plan))
    money = ibis.coalesce(t.monetary_amount, 0)
    if plan.meaning.monetary_of is ValueMeasure.MARGIN:
        # of a buyer it may be missing
        money = ibis.ifelse(t.frequency_count.isnull(), 0, t.monetary_amount)
    return t.select(
        *rows.columns,
        *("recency_days", "rfm_r", "rfm_f", "rfm_m", "is_single_day"),
        frequency_count=ibis.coalesce(t.frequency_count, 0),
        monetary_amount=ibis.ifelse(t.has_money == 1, money, _nothing()),
        rfm_code=t.rfm_code.cast("string"),
        code=t.rfm_code,
        own_silence_seconds=t.silence_seconds,
    )


_SCORED = (
    *("recency_days", "silence_seconds", "is_single_day", "frequency_count", "monetary_amount"),
    *("rfm_r", "rfm_f", "rfm_m", "rfm_code"),
)


def _newcomer(plan: Plan, rows: Any) -> Any:
    t = rows.cross_join(plan.frame(LIFECYCLE_FRAME).select("new_seconds"))
    newcomer = (t.is_single_day == 1) & (t.own_silence_seconds <= t.new_seconds)
    return t.select(*rows.columns, is_newcomer=flag(newcomer))


def _maps(plan: Plan, rows: Any) -> Any:
    """Segments by code; newcomers stand apart."""
    t = beside(rows, plan.frame(RFM_MAPS), "code", "code")
    is_new = t.is_newcomer == 1
    return t.select(
        *rows.columns,
        rfm_simple=ibis.ifelse(is_new, "newcomers", t.simple),
        rfm_classic=ibis.ifelse(is_new, "new", t.classic),
        rfm_quick=ibis.ifelse(is_new, quick_by_simple()["newcomers"], t.quick),
    )


def rfm_maps_table() -> pa.Table:
    """The segments of all 125 codes; whose code is listed as `new` although he is no newcomer, is promising."""
    rows = []
    for code, listed in sorted(classic_by_code().items()):
        r, f, m = code // 100, code // 10 % 10, code % 10
        simple = simple_segment(r, (f + m + 1) // 2)
        classic = "promising" if listed == "new" else listed
        rows.append({"code": code, "simple": simple, "classic": classic, "quick": quick_by_simple()[simple]})
    return pa.Table.from_pylist(rows)


def _unit(plan: Plan, rows: Any) -> Any:
    """Whose life is judged: the person's own, in B2B that of the account."""
    if not plan.by_account:
        return rows.mutate(unit_key=rows.customer_key, silence_seconds=rows.own_silence_seconds)
    t = beside(rows, plan.table(UNITS))
    t = t.mutate(unit_key=ibis.coalesce(t.unit_key, t.customer_key))
    return beside(t, plan.table(PRESENCE), "unit_key")


def _rhythm(plan: Plan, rows: Any) -> Any:
    t = beside(rows, plan.table(RHYTHM), "unit_key")
    return t.select(
        *rows.columns,
        order_days=ibis.coalesce(t.order_days, 0),
        gaps_count=ibis.coalesce(t.gaps, 0),
        own_gap_days=t.own_median,
        last_gap_days=t.last_gap,
        before_last_median=t.before_last_median,
        is_interval_growing=ibis.coalesce(t.is_interval_growing, 0).cast("int8"),
    )


def _category(plan: Plan, rows: Any) -> Any:
    return beside(rows, plan.table(CATEGORY), "unit_key")


def _points(plan: Plan, rows: Any) -> Any:
    """Rhythm and points of silence; of nobody who never ordered."""
    t = rows.cross_join(plan.frame(LIFECYCLE_FRAME).select("base_gap", "gap_p95"))
    t = beside(t.select(*t.columns), plan.frame(CATEGORY_GAPS), "main_category", "main_category")
    t = t.mutate(base_days=ibis.coalesce(t.category_gap, t.base_gap))
    limits = LIMITS[plan.meaning.business]
    points = rhythm_points(t, limits, "own_gap_days", t.gaps_count)
    earlier = ibis.greatest(t.gaps_count - 1, 0)
    before = rhythm_points(t, limits, "before_last_median", earlier, "_before")
    points["lost_seconds_before"] = before["lost_seconds_before"]
    ordered = t.silence_seconds.notnull()
    return t.select(
        *rows.columns,
        **{
            name: ibis.ifelse(ordered, point, ibis.null().cast(point.type()))
            for name, point in points.items()
        },
    )


def _flagged(rows: Any, name: str, flags: Any) -> Any:
    """Add a flag of units that have it; `flags` is None where nothing could tell it."""
    if flags is None:
        return rows.mutate(**{name: ibis.literal(0).cast("int8")})
    t = beside(rows, flags, "unit_key")
    return t.mutate(**{name: ibis.coalesce(t[name], 0).cast("int8")})


def _averages(plan: Plan, rows: Any) -> Any:
    return _flagged(rows, "is_average_falling", None if plan.from_sums else plan.table(AVERAGES))


def _openings(plan: Plan, rows: Any) -> Any:
    return _flagged(rows, "is_opening_falling", plan.table(OPENINGS) if plan.facts.has("messages") else None)


def _promises(plan: Plan, rows: Any) -> Any:
    if not (plan.facts.has("bookings") or plan.facts.has("subscriptions")):
        return _flagged(rows, "has_promise", None)
    return _flagged(
        rows, "has_promise", plan.table(PROMISES).mutate(has_promise=ibis.literal(1).cast("int8"))
    )


def _signals(plan: Plan, rows: Any) -> Any:  # noqa: ARG001  every block is called alike
    signals = rows.is_interval_growing + rows.is_average_falling + rows.is_opening_falling
    return rows.mutate(risk_signals=signals.cast("int64"))


def _stage(plan: Plan, rows: Any) -> Any:
    t = rows.cross_join(plan.frame(LIFECYCLE_FRAME).select("new_seconds")).cross_join(plan.table(HISTORY))
    t = stages(t)
    unsure = t.lifecycle_stage.isin([LifecycleStage.NEW.value, LifecycleStage.LOST.value])
    young = t.history_seconds < PROVISIONAL_DAYS * DAY_SECONDS
    groups = {stage.value: quick_stage(plan.meaning.business, stage.value) for stage in LifecycleStage}
    quick = [(t.lifecycle_stage == stage, group) for stage, group in groups.items() if group]
    return t.select(
        *rows.columns,
        "lifecycle_stage",
        "lifecycle_reason",
        lifecycle_quick=text_cases(quick),
        is_provisional=flag(unsure & young),
    )


BLOCKS: tuple[Block, ...] = (
    Block(("orders_count", "first_order_at", "last_order_at", "revenue_total", "average_order"), (), _ever),
    Block(
        (
            *("recency_days", "frequency_count", "monetary_amount", "rfm_r", "rfm_f", "rfm_m", "rfm_code"),
            *("code", "is_single_day", "own_silence_seconds"),
        ),
        (),
        _scores,
    ),
    Block(("is_newcomer",), ("is_single_day", "own_silence_seconds"), _newcomer),
    Block(("rfm_simple", "rfm_classic", "rfm_quick"), ("is_newcomer", "code"), _maps),
    Block(("unit_key", "silence_seconds"), ("own_silence_seconds",), _unit),
    Block(
        (
            *("order_days", "gaps_count", "own_gap_days", "last_gap_days", "before_last_median"),
            "is_interval_growing",
        ),
        ("unit_key",),
        _rhythm,
    ),
    Block(("main_category",), ("unit_key",), _category),
    Block(
        ("rhythm_days", "at_risk_seconds", "lost_seconds", "lost_seconds_before"),
        ("silence_seconds", "own_gap_days", "gaps_count", "before_last_median", "main_category"),
        _points,
    ),
    Block(("is_average_falling",), ("unit_key",), _averages),
    Block(("is_opening_falling",), ("unit_key",), _openings),
    Block(("has_promise",), ("unit_key",), _promises),
    Block(("risk_signals",), ("is_interval_growing", "is_average_falling", "is_opening_falling"), _signals),
    Block(
        ("lifecycle_stage", "lifecycle_reason", "lifecycle_quick", "is_provisional"),
        (
            *("silence_seconds", "at_risk_seconds", "lost_seconds", "lost_seconds_before"),
            *("order_days", "last_gap_days", "risk_signals", "has_promise"),
        ),
        _stage,
    ),
    *(Block(family.gives, (), family.add) for family in families.ALL),
)
"""All blocks; each takes only what blocks before it give."""
