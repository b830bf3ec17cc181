"""All traits of everyone as of an instant, read against frames: one wide table."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.compile.frame import Frames, window_start, with_frame
from kogorta.compile.steps import AVERAGES, CATEGORY, EVERYONE, OPENINGS, PRESENCE, PROMISES, RHYTHM, UNITS, Steps
from kogorta.definitions.schemes import classic_by_code, quick_by_simple, quick_stage, simple_segment
from kogorta.traits.facts import params
from kogorta.traits.idioms import DAY_SECONDS, text_cases
from kogorta.traits.lifecycle import DEFAULT_RHYTHM_DAYS, LIMITS, PROVISIONAL_DAYS, rhythm_points, stages
from kogorta.traits.rfm import FRAME_NAMES, scores
from kogorta.vocab import LifecycleStage

TRAITS = "k_traits"

COLUMNS: tuple[str, ...] = (
    "customer_key",
    "orders_count",
    "order_days",
    "first_order_at",
    "last_order_at",
    "silence_seconds",
    "recency_days",
    "frequency_count",
    "monetary_amount",
    "revenue_total",
    "average_order",
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "rfm_code",
    "rfm_simple",
    "rfm_classic",
    "rfm_quick",
    "main_category",
    "gaps_count",
    "own_gap_days",
    "rhythm_days",
    "at_risk_seconds",
    "lost_seconds",
    "last_gap_days",
    "lost_seconds_before",
    "is_interval_growing",
    "is_average_falling",
    "is_opening_falling",
    "risk_signals",
    "has_promise",
    "is_newcomer",
    "lifecycle_stage",
    "lifecycle_reason",
    "lifecycle_quick",
    "is_provisional",
)


def evaluate(steps: Steps, frames: Frames) -> Any:
    """Make the wide table of traits; return it as an unbound scratch table."""
    stats = steps.stats(window_start(steps.instant.as_of, frames.rfm.values["window_days"]))
    scored = steps.make("k_scored", scores(stats, with_frame(params(), frames.rfm.values, FRAME_NAMES), steps.meaning))
    rows = _join(steps.get(EVERYONE), scored, "customer_key")
    rows = rows.mutate(own_order_days=rows.order_days, own_silence_seconds=rows.silence_seconds)
    rows = _with_unit(steps, rows)
    rows = _with_rhythm(steps, frames, rows)
    rows = _with_signals(steps, rows)
    rows = _with_stage(steps, frames, rows)
    rows = _with_schemes(steps, rows)
    return steps.make(TRAITS, _named(rows, frames).select(*COLUMNS))


def _join(rows: Any, more: Any, key: str) -> Any:
    """Put the columns of `more` (by its customer_key) beside `rows` (by `key`)."""
    added = [name for name in more.columns if name != "customer_key"]
    joined = rows.left_join(more, rows[key] == more.customer_key)
    return joined.select(*rows.columns, *added)


def _with_unit(steps: Steps, rows: Any) -> Any:
    """Add unit_key; in B2B the order days and the silence become those of the account."""
    if not steps.by_account:
        return rows.mutate(unit_key=rows.customer_key)
    rows = _join(rows, steps.get(UNITS), "customer_key")
    rows = rows.mutate(unit_key=ibis.coalesce(rows.unit_key, rows.customer_key)).drop("order_days", "silence_seconds")
    return _join(rows, steps.get(PRESENCE), "unit_key")


def _with_rhythm(steps: Steps, frames: Frames, rows: Any) -> Any:
    values, categories = frames.lifecycle.values, frames.lifecycle.categories
    rows = _join(rows, steps.get(RHYTHM).drop("order_days"), "unit_key")
    rows = _join(rows, steps.get(CATEGORY), "unit_key")
    base = values["base_gap"] if values["base_gap"] is not None else DEFAULT_RHYTHM_DAYS
    named = [(rows.main_category == name, gap) for name, gap in sorted(categories.items())]
    own_base = ibis.cases(*named, else_=base) if named else ibis.literal(base)
    rows = with_frame(rows.mutate(base_days=own_base.cast("int64")), values, ("gap_p95",))
    limits = LIMITS[steps.meaning.business]
    before = ibis.greatest(rows.gaps - 1, 0)
    points = rhythm_points(rows, limits, "own_median", rows.gaps)
    without_last = rhythm_points(rows, limits, "before_last_median", before, "_before")
    return rows.mutate(**points, lost_seconds_before=without_last["lost_seconds_before"])


def _with_signals(steps: Steps, rows: Any) -> Any:
    nothing = ibis.literal(0).cast("int8")
    growing = ibis.coalesce(rows.is_interval_growing, 0).cast("int8")
    rows = rows.mutate(is_interval_growing=growing, is_average_falling=nothing, is_opening_falling=nothing, has_promise=nothing)
    if not steps.from_sums:
        rows = _take_flag(rows, steps.get(AVERAGES), "is_average_falling")
    if steps.facts.has("messages"):
        rows = _take_flag(rows, steps.get(OPENINGS), "is_opening_falling")
    if steps.facts.has("bookings") or steps.facts.has("subscriptions"):
        promised = steps.get(PROMISES).mutate(has_promise=ibis.literal(1).cast("int8"))
        rows = _take_flag(rows, promised, "has_promise")
    signals = rows.is_interval_growing + rows.is_average_falling + rows.is_opening_falling
    return rows.mutate(risk_signals=signals.cast("int64"))


def _take_flag(rows: Any, flags: Any, name: str) -> Any:
    joined = _join(rows.drop(name), flags.select("customer_key", name), "unit_key")
    return joined.mutate(**{name: ibis.coalesce(joined[name], 0).cast("int8")})


def _with_stage(steps: Steps, frames: Frames, rows: Any) -> Any:
    values = frames.lifecycle.values
    new_seconds = int(values["new_days"] or 0) * DAY_SECONDS
    rows = stages(rows.mutate(new_seconds=ibis.literal(new_seconds).cast("int64")))
    newcomer = (rows.own_order_days == 1) & (rows.own_silence_seconds <= rows.new_seconds)
    rows = rows.mutate(is_newcomer=ibis.ifelse(newcomer, 1, 0).cast("int8"))
    history = steps.history_seconds()
    young = history is not None and history < PROVISIONAL_DAYS * DAY_SECONDS
    unsure = rows.lifecycle_stage.isin([LifecycleStage.NEW.value, LifecycleStage.LOST.value])
    provisional = ibis.ifelse(unsure, 1, 0) if young else ibis.literal(0)
    business = steps.meaning.business
    quick = [
        (rows.lifecycle_stage == stage.value, group)
        for stage in LifecycleStage
        if (group := quick_stage(business, stage.value)) is not None
    ]
    return rows.mutate(is_provisional=provisional.cast("int8"), lifecycle_quick=text_cases(quick))


def _with_schemes(steps: Steps, rows: Any) -> Any:
    fm = (rows.rfm_f + rows.rfm_m + 1 - (rows.rfm_f + rows.rfm_m + 1) % 2) / 2
    cell = rows.rfm_r * 10 + fm.cast("int64")
    ordered = rows.rfm_r.notnull()
    newcomer = rows.is_newcomer == 1
    cells = [(cell == r * 10 + f, simple_segment(r, f)) for r in range(1, 6) for f in range(1, 6)]
    simple = text_cases([(~ordered, ""), (newcomer, "newcomers"), *cells]).nullif("")
    by_segment: dict[str, list[int]] = {}
    for code, segment in classic_by_code().items():
        by_segment.setdefault("promising" if segment == "new" else segment, []).append(code)
    by_segment["promising"] = sorted(by_segment["promising"])
    classic = text_cases(
        [
            (~ordered, ""),
            (newcomer, "new"),
            *[(rows.rfm_code.isin(codes), segment) for segment, codes in by_segment.items()],
        ]
    ).nullif("")
    rows = rows.mutate(rfm_simple=simple, rfm_classic=classic)
    quick = text_cases([(rows.rfm_simple == name, group) for name, group in quick_by_simple().items()])
    return rows.mutate(rfm_quick=quick)


def _named(rows: Any, frames: Frames) -> Any:
    """Give traits their names; counts of nothing are 0, money nobody told of is missing."""
    zero = {name: ibis.coalesce(rows[name], 0) for name in ("orders_count", "order_days", "frequency_count")}
    told = bool(frames.rfm.values["has_money"])
    nothing = ibis.null().cast("int64")
    money = {
        name: ibis.coalesce(rows[name], 0) if told else nothing for name in ("monetary_amount", "revenue_total")
    }
    average = rows.revenue_total.cast("float64") / ibis.greatest(rows.orders_count, 1)
    return rows.mutate(
        **zero,
        **money,
        average_order=ibis.ifelse((rows.orders_count > 0) & told, average, ibis.null().cast("float64")),
        first_order_at=rows.first_at,
        last_order_at=rows.last_at,
        gaps_count=ibis.coalesce(rows.gaps, 0),
        own_gap_days=rows.own_median,
        last_gap_days=rows.last_gap,
        rfm_code=rows.rfm_code.cast("string"),
    )
