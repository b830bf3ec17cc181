"""Frames: the values of the whole base that a customer is compared with, taken at one instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import ibis

from kogorta.compile.steps import CATEGORY, DAYS, LONG_AGO, OWN_DAYS, RHYTHM, STATS, Steps
from kogorta.traits.lifecycle import DEFAULT_NEW_DAYS, NEW_DAYS
from kogorta.traits.rfm import cut_table, score_frequency
from kogorta.traits.rhythm import value_at_rank
from kogorta.vocab import Business

WINDOWS: dict[Business, tuple[int, ...]] = {
    Business.SHOP: (365, 730),
    Business.GROCERY: (180, 365, 730),
    Business.SALON: (365, 730),
    Business.B2B: (730,),
}
"""Windows tried in turn, in days; beyond the last it is `all` (0)."""

ALL = 0
RHYTHM_FLOORS = ((5, 50, 1, 7), (4, 75, 1, 14), (3, 90, 1, 30), (2, 90, 2, 90))
"""R score, percentile of all gaps, how many times it, and its floor in days."""

CATEGORY_MINIMUM = 30
"""A category has a rhythm of its own if this many of its customers have a gap."""


@dataclass(frozen=True)
class Frame:
    """Values of the base at one instant.

    Attributes:
        family: `rfm` or `lifecycle`.
        frame_at: As of when; UTC.
        known_seq: As far as what was known.
        values: By name, whole numbers; missing ones are None.
        categories: For lifecycle, the base gap in days by main category.
        frame_id: Its number once it is stored.
    """

    family: str
    frame_at: datetime
    known_seq: int
    values: Mapping[str, int | None]
    categories: Mapping[str, int] = field(default_factory=dict)
    frame_id: int | None = None


@dataclass(frozen=True)
class Frames:
    """The two frames that an evaluation is read against."""

    rfm: Frame
    lifecycle: Frame


def window_start(as_of: datetime, window_days: int | None) -> datetime:
    """Return where the window begins: `as_of` less whole days of 24 hours, or before everything."""
    return as_of - timedelta(days=window_days) if window_days else LONG_AGO


def make_lifecycle_frame(steps: Steps) -> Frame:
    """Take the base's and the categories' rhythm, P95 of all gaps, how long `new` lasts."""
    rhythm, pool = steps.get(RHYTHM), steps.gap_pool(DAYS)
    owners = rhythm.filter(rhythm.own_median.notnull())
    values = steps.row(value_at_rank(owners, "own_median", 50, "base_gap"))
    values |= steps.row(value_at_rank(pool, "gap_days", 95, "gap_p95"))
    second = rhythm.filter(rhythm.first_gap.notnull())
    values |= steps.row(value_at_rank(second, "first_gap", 75, "new_days"))
    low, high = NEW_DAYS
    values["new_days"] = min(max(values["new_days"] or DEFAULT_NEW_DAYS, low), high)
    return Frame("lifecycle", steps.instant.as_of, steps.instant.known_seq, values, _category_gaps(steps, owners))


def _category_gaps(steps: Steps, owners: Any) -> dict[str, int]:
    """Median over the customers of a category of their own medians, where enough have a gap."""
    category = steps.get(CATEGORY)
    joined = owners.join(category, "customer_key")
    counted = joined.group_by("main_category", "own_median").agg(n=joined.count().cast("int64"))
    by_value = ibis.cumulative_window(group_by="main_category", order_by=[counted.own_median])
    running = counted.mutate(
        upto=counted.n.sum().over(by_value).cast("int64"),
        total=counted.n.sum().over(ibis.window(group_by="main_category")).cast("int64"),
    )
    middle = running.filter((running.total >= CATEGORY_MINIMUM) & (running.upto * 2 >= running.total))
    found = middle.group_by("main_category").agg(gap=middle.own_median.min())
    rows = steps.session.fetch(found.order_by("main_category"), steps.instant.bindings).to_pylist()
    return {row["main_category"]: int(row["gap"]) for row in rows}


def choose_window(steps: Steps, chosen: int | None) -> int:
    """Return the window in days: the one that is set, or the first that is no shorter than 4 × P90."""
    if chosen is not None:
        return chosen
    if steps.from_sums:
        return ALL
    p90 = steps.row(value_at_rank(steps.gap_pool(OWN_DAYS), "gap_days", 90, "p90"))["p90"] or 0
    return next((days for days in WINDOWS[steps.meaning.business] if days >= 4 * p90), ALL)


def make_rfm_frame(steps: Steps, chosen_window: int | None) -> Frame:
    """Take the window, the cuts of the three axes and the bounds of the rhythm method.

    Args:
        steps: The evaluation.
        chosen_window: Days, 0 for all; None to choose by the base's own gaps.
    """
    window = choose_window(steps, chosen_window)
    stats = steps.stats(window_start(steps.instant.as_of, window))
    in_window = stats.filter(stats.frequency_count > 0)
    values: dict[str, int | None] = {"window_days": window}
    values |= steps.row(cut_table(in_window, "recency_days", "r_cut", low_is_good=True))
    values |= steps.row(cut_table(stats.filter(stats.frequency_count >= 2), "frequency_count", "f_cut"))
    values |= steps.row(cut_table(in_window, "monetary_amount", "m_cut"))
    values |= _rhythm_bounds(steps)
    values |= steps.row(stats.agg(has_money=ibis.coalesce(stats.has_amount.max(), 0).cast("int64"), base=stats.count()))
    return Frame("rfm", steps.instant.as_of, steps.instant.known_seq, values | _levels(steps, values))


def _rhythm_bounds(steps: Steps) -> dict[str, int | None]:
    bounds: dict[str, int | None] = {}
    pool = steps.gap_pool(OWN_DAYS)
    for score, percent, times, floor in RHYTHM_FLOORS:
        value = steps.row(value_at_rank(pool, "gap_days", percent, "p"))["p"] or 0
        bounds[f"r_bound_{score}"] = max(times * value, floor)
    return bounds


def _levels(steps: Steps, values: Mapping[str, int | None]) -> dict[str, int | None]:
    """Count how many F scores the base shows: the classic map needs all five."""
    stats = steps.get(STATS)
    scored = with_frame(stats, values)
    scored = scored.mutate(f=score_frequency(scored, steps.meaning))
    return dict(steps.row(scored.agg(f_levels=scored.f.nunique().cast("int64"))))


def with_frame(table: Any, values: Mapping[str, int | None], names: tuple[str, ...] | None = None) -> Any:
    """Put frame values beside every row, as columns."""
    wanted = names or tuple(values)
    columns = {}
    for name in wanted:
        value = values.get(name)
        columns[name] = ibis.null().cast("int64") if value is None else ibis.literal(int(value)).cast("int64")
    return table.mutate(**columns)


