"""Frames: the values of the whole base that a customer is compared with, taken at one instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import ibis
import pyarrow as pa

from kogorta.compile import families
from kogorta.compile.plan import (
    BASE_FRAME,
    BASE_NAMES,
    BASE_VALUES,
    CATEGORY,
    CATEGORY_GAPS,
    GAPS,
    LIFECYCLE_FRAME,
    OWN_GAPS,
    RFM_FRAME,
    RHYTHM,
    STATS,
    Plan,
)
from kogorta.compile.steps import LONG_AGO, Steps
from kogorta.traits.catalogue import BASE
from kogorta.traits.discounts import often_bound
from kogorta.traits.idioms import DAY_SECONDS
from kogorta.traits.lifecycle import CATEGORY_MINIMUM, DEFAULT_NEW_DAYS, DEFAULT_RHYTHM_DAYS, NEW_DAYS
from kogorta.traits.ranks import cut_table, cut_table_of_many, histogram, medians_by, percentiles
from kogorta.traits.rfm import FRAME_NAMES, RHYTHM_FLOORS, score_frequency
from kogorta.traits.services_due import SERVICE, usual_gaps
from kogorta.traits.units import units_median
from kogorta.traits.value import SOURCE, costs_of_sources, tells_winning
from kogorta.vocab import AxisMethod, Business

WINDOWS: dict[Business, tuple[int, ...]] = {
    Business.SHOP: (365, 730),
    Business.GROCERY: (180, 365, 730),
    Business.SALON: (365, 730),
    Business.B2B: (730,),
}
"""Windows tried in turn, in days; beyond the last it is `all` (0)."""

ALL = 0

CUT = "cut"
"""The family of frames that hold one value of the base that a definition compares with."""


@dataclass(frozen=True)
class Frame:
    """Values of the base at one instant.

    Attributes:
        family: `rfm`, `lifecycle` or `base`.
        frame_at: As of when; UTC.
        known_seq: As far as what was known.
        values: By name, whole numbers; missing ones are None.
        categories: For lifecycle, the base gap in days by main category; for base, values by `kind:key`.
        frame_id: Its number once it is stored.
        cut: For the family `CUT`, the value.
    """

    family: str
    frame_at: datetime
    known_seq: int
    values: Mapping[str, int | None]
    categories: Mapping[str, int] = field(default_factory=dict)
    frame_id: int | None = None
    cut: int | float | None = None

    @property
    def chosen_window(self) -> int | None:
        """For RFM, the window in days (0 for all); None as long as nobody ordered: such a base has chosen none yet."""
        return self.values.get("window_days") if self.values.get("base") else None


@dataclass(frozen=True)
class Frames:
    """The frames that an evaluation is read against.

    Attributes:
        rfm: Cuts of the scores.
        lifecycle: Rhythms of the base.
        base: What else is usual in the base; None unless a trait that is asked for is read against it.
    """

    rfm: Frame
    lifecycle: Frame
    base: Frame | None = None


def window_start(as_of: datetime, window_days: int | None) -> datetime:
    """Return where the window begins: `as_of` less whole days of 24 hours, or before everything."""
    return as_of - timedelta(days=window_days) if window_days else LONG_AGO


def make_lifecycle_frame(steps: Steps) -> Frame:
    """Take the base's and the categories' rhythm, P95 of all gaps, how long `new` lasts."""
    plan, values = steps.plan, dict[str, int | None]()
    for question in (base_gap, gap_p95, new_days):
        values |= _answer(steps, question)
    low, high = NEW_DAYS
    values["new_days"] = min(max(values["new_days"] or DEFAULT_NEW_DAYS, low), high)
    found = steps.rows(plan.keep(category_gaps, lambda: category_gaps(plan)))
    gaps = {row["main_category"]: int(row["middle"]) for row in found}
    return Frame("lifecycle", steps.instant.as_of, steps.instant.known_seq, values, gaps)


def base_gap(plan: Plan) -> Any:
    """One row: median over customers of their own medians."""
    return percentiles(histogram(plan.table(RHYTHM), "own_median"), "own_median", {"base_gap": 50})


def gap_p95(plan: Plan) -> Any:
    """One row: P95 of all gaps."""
    return percentiles(plan.table(plan.name_of(GAPS)), "gap_days", {"gap_p95": 95})


def new_days(plan: Plan) -> Any:
    """One row: P75 of the days from first to second order day."""
    return percentiles(histogram(plan.table(RHYTHM), "first_gap"), "first_gap", {"new_days": 75})


def category_gaps(plan: Plan) -> Any:
    """Median over the customers of a category of their own medians, where enough have a gap."""
    owners = plan.table(RHYTHM).select("customer_key", "own_median").filter(ibis._.own_median.notnull())
    joined = owners.join(plan.table(CATEGORY), "customer_key").select("main_category", "own_median")
    return medians_by(joined, "own_median", "main_category", CATEGORY_MINIMUM).order_by("main_category")


def choose_window(steps: Steps, chosen: int | None) -> int:
    """Return the window in days: the one that is set, or the first that is no shorter than 4 × P90."""
    if chosen is not None:
        return chosen
    if steps.from_sums:
        return ALL
    p90 = _answer(steps, gap_percentiles)["p90"] or 0
    return next((days for days in WINDOWS[steps.meaning.business] if days >= 4 * p90), ALL)


def make_rfm_frame(steps: Steps, chosen_window: int | None) -> Frame:
    """Take the window, the cuts of the three axes and the bounds of the rhythm method.

    Args:
        steps: The evaluation.
        chosen_window: Days, 0 for all; None to choose by the base's own gaps.
    """
    window = choose_window(steps, chosen_window)
    steps.stats(window_start(steps.instant.as_of, window))
    values: dict[str, int | None] = {"window_days": window}
    for question in (recency_cuts, frequency_cuts, money_cuts, base_of):
        values |= _answer(steps, question)
    if steps.meaning.recency is AxisMethod.RHYTHM:
        percents = _answer(steps, gap_percentiles)
        for score, percent, times, floor in RHYTHM_FLOORS:
            values[f"r_bound_{score}"] = max(times * (percents[f"p{percent}"] or 0), floor)
    load_rfm_frame(steps, values)
    values |= _answer(steps, frequency_levels)
    return Frame("rfm", steps.instant.as_of, steps.instant.known_seq, values)


def _answer(steps: Steps, question: Callable[[Plan], Any]) -> dict[str, int | None]:
    """Evaluate a question of one row; its expression is built once for a plan."""
    return steps.row(steps.plan.keep(question, lambda: question(steps.plan)))


def gap_percentiles(plan: Plan) -> Any:
    """One row: the percentiles of all gaps that bounds and window are drawn from."""
    wanted = {f"p{percent}": percent for _, percent, _, _ in RHYTHM_FLOORS}
    return percentiles(plan.table(OWN_GAPS), "gap_days", wanted)


def _in_window(plan: Plan) -> Any:
    stats = plan.table(STATS)
    return stats.filter(stats.frequency_count > 0)


def recency_cuts(plan: Plan) -> Any:
    """One row: cuts of recency, fewer days being better."""
    return cut_table(_in_window(plan), "recency_days", "r_cut", low_is_good=True)


def frequency_cuts(plan: Plan) -> Any:
    """One row: cuts of frequency among those with two orders or more."""
    stats = plan.table(STATS)
    return cut_table(stats.filter(stats.frequency_count >= 2), "frequency_count", "f_cut")


def money_cuts(plan: Plan) -> Any:
    """One row: cuts of money."""
    return cut_table_of_many(_in_window(plan), "monetary_amount", "m_cut")


def base_of(plan: Plan) -> Any:
    """One row: whether the base knows amounts, and how many customers it has."""
    stats, one = plan.table(STATS), plan.amounts().select("customer_key").limit(1)
    known = one.agg(has_money=one.count().cast("int64"))
    return known.cross_join(stats.agg(base=stats.count().cast("int64")))


def frequency_levels(plan: Plan) -> Any:
    """One row: how many F scores the base shows; the classic map needs all five."""
    scored = plan.table(STATS).cross_join(plan.frame(RFM_FRAME))
    return scored.agg(f_levels=score_frequency(scored, plan.meaning).nunique().cast("int64"))


def load_rfm_frame(steps: Steps, values: Mapping[str, int | None]) -> None:
    """Lay the values of an RFM frame beside the steps that read them."""
    _load_row(steps, RFM_FRAME, {name: values.get(name) for name in FRAME_NAMES})


def load_lifecycle_frame(steps: Steps, frame: Frame) -> None:
    """Lay the values of a lifecycle frame beside the steps that read them."""
    base, newness = frame.values["base_gap"], frame.values["new_days"] or 0
    row = {
        "base_gap": DEFAULT_RHYTHM_DAYS if base is None else base,
        "gap_p95": frame.values["gap_p95"] or 0,
        "new_seconds": newness * DAY_SECONDS,
    }
    _load_row(steps, LIFECYCLE_FRAME, row)
    names = pa.array(list(frame.categories), pa.string())
    gaps = pa.array(list(frame.categories.values()), pa.int64())
    steps.session.load(CATEGORY_GAPS, pa.table({"main_category": names, "category_gap": gaps}))


def make_base_frame(steps: Steps) -> Frame:
    """Take what else is usual in the base, as far as there are facts that tell it."""
    facts, values = steps.facts, dict[str, int | None]()
    for question, tables in _BASE_QUESTIONS.items():
        values |= _answer(steps, question) if facts.has(*tables) else {}
    told = {kind: question for kind, (question, tables) in _BASE_TABLES.items() if facts.has(*tables)}
    by_key = {
        f"{kind}:{row['key']}": int(row["value"])
        for kind, question in told.items()
        for row in _rows_of(steps, question)
    }
    return Frame(BASE, steps.instant.as_of, steps.instant.known_seq, values, by_key)


def _rows_of(steps: Steps, question: Callable[[Plan], Any]) -> list[dict[str, Any]]:
    return steps.rows(steps.plan.keep(question, lambda: question(steps.plan).order_by("key")))


def often_discounted(plan: Plan) -> Any:
    """One row: from which share of orders on discounts are frequent."""
    return often_bound(plan.facts, plan.sold)


def median_units(plan: Plan) -> Any:
    """One row: the median over customers of their median of units."""
    return units_median(plan.facts, plan.sold)


def winning_is_told(plan: Plan) -> Any:
    """One row: whether anything tells what winning a customer cost."""
    return tells_winning(plan.facts)


def source_costs(plan: Plan) -> Any:
    """What a customer of each source cost."""
    return costs_of_sources(plan.facts)


def usual_gaps_of_services(plan: Plan) -> Any:
    """How many days usually lie between visits for each service."""
    return medians_by(usual_gaps(plan.facts), "gap_days", "key", 1).rename(value="middle")


_BASE_QUESTIONS: dict[Callable[[Plan], Any], tuple[str, ...]] = {
    often_discounted: ("orders",),
    median_units: ("orders", "order_lines"),
    winning_is_told: ("customers",),
}
"""Questions of one row, with the tables that they need."""

_BASE_TABLES: dict[str, tuple[Callable[[Plan], Any], tuple[str, ...]]] = {
    SOURCE: (source_costs, ("customers", "ad_spend")),
    SERVICE: (usual_gaps_of_services, ("bookings",)),
}
"""Questions of key and value by kind, likewise."""


def load_base_frame(steps: Steps, frame: Frame) -> None:
    """Lay what is usual in the base beside the steps that read it."""
    _load_row(steps, BASE_FRAME, {name: frame.values.get(name) for name in BASE_NAMES})
    told = [(*name.split(":", 1), value) for name, value in frame.categories.items()]
    kinds, keys, values = ([row[i] for row in told] for i in range(3))
    table = {
        "kind": pa.array(kinds, pa.string()),
        "key": pa.array(keys, pa.string()),
        "value": pa.array(values, pa.int64()),
    }
    steps.session.load(BASE_VALUES, pa.table(table))
    steps.forget(*[family.step for family in families.ALL if family.reads_base])


def _load_row(steps: Steps, name: str, row: Mapping[str, int | None]) -> None:
    steps.session.load(name, pa.table({key: pa.array([value], pa.int64()) for key, value in row.items()}))
