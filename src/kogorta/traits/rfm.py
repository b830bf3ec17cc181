"""Recency, frequency, money: values, scores against a frame, and the maps from scores to segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from kogorta.traits.idioms import DAY_SECONDS, count_if, epoch_seconds, floor_div, sum_if
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, Business

RFM_PARAMS: dict[str, str] = {"as_of": "timestamp(6)", "window_start": "timestamp(6)"}
"""`window_start` is an instant before everything when the window is `all`."""

CUTS = tuple(range(2, 6))

FRAME_NAMES: tuple[str, ...] = (
    *[f"r_cut_{s}" for s in CUTS],
    *[f"f_cut_{s}" for s in CUTS],
    *[f"m_cut_{s}" for s in CUTS],
    *[f"r_bound_{s}" for s in (5, 4, 3, 2)],
    "has_money",
    "f_levels",
)
"""Frame values that scores are read against: cuts of the relative method (a score of at least s needs
a value strictly beyond the cut), inclusive bounds of the rhythm in days, whether the base knows
amounts, and how many F scores it shows."""


def customer_stats(occasions: Any, params: Any, *, days_count: bool) -> Any:
    """One row per customer who ever ordered, as of the instant.

    Columns: orders_count, order_days, first_at, last_at, revenue_total, has_amount, recency_days,
    silence_seconds, frequency_count, monetary_amount (returns without an order not yet taken off).

    Args:
        occasions: Counted orders or visits.
        params: The one-row table with as_of and window_start.
        days_count: Whether frequency counts days (visits of a salon) instead of orders.
    """
    known = occasions.filter(occasions.customer_key.notnull()).cross_join(params)
    in_window = known.at >= known.window_start
    times = known.day if days_count else known.at
    frequency = times.nunique(where=in_window) if days_count else count_if(in_window)
    stats = known.group_by("customer_key").agg(
        as_of=known.as_of.max(),
        orders_count=known.count().cast("int64"),
        order_days=known.day.nunique().cast("int64"),
        first_at=known["at"].min(),
        last_at=known["at"].max(),
        revenue_total=known.revenue.sum().cast("int64"),
        has_amount=known.has_amount.max(),
        frequency_count=frequency.cast("int64"),
        monetary_amount=sum_if(in_window, known.revenue),
    )
    silence = epoch_seconds(stats.as_of) - epoch_seconds(stats.last_at)
    timed = stats.mutate(silence_seconds=silence)
    return timed.mutate(recency_days=floor_div(timed.silence_seconds, DAY_SECONDS)).drop("as_of")


def less_unlinked_returns(stats: Any, returned: Any, params: Any) -> Any:
    """Take returns that name no order off the customer's money, by when they happened."""
    rows = returned.cross_join(params)
    sums = rows.group_by("customer_key").agg(
        given_back=rows.amount.sum().cast("int64"),
        given_back_in_window=sum_if(rows.returned_at >= rows.window_start, rows.amount),
    )
    joined = stats.left_join(sums, "customer_key")
    return joined.select(
        **{name: joined[name] for name in stats.columns if name not in ("revenue_total", "monetary_amount")},
        revenue_total=joined.revenue_total - ibis.coalesce(joined.given_back, 0),
        monetary_amount=joined.monetary_amount - ibis.coalesce(joined.given_back_in_window, 0),
    )


def cut_table(values: Any, column: str, name: str, *, low_is_good: bool = False) -> Any:
    """One row with the four cuts of the relative method.

    A value scores at least s if at least ⌈n(s − 1)/5⌉ of the n values are strictly worse, that is if it
    lies strictly beyond the one with that rank, counted from the worst. Only these four values are
    needed to score anybody, also somebody whose value the frame never saw.
    """
    counted = values.group_by(column).agg(n=values.count().cast("int64"))
    order = counted[column].desc() if low_is_good else counted[column]
    running = counted.mutate(
        upto=counted.n.sum().over(ibis.cumulative_window(order_by=[order])).cast("int64"),
        total=counted.n.sum().over(ibis.window()).cast("int64"),
    )
    pick = "max" if low_is_good else "min"
    cuts = {}
    for score in CUTS:
        enough = running.upto >= floor_div(running.total * (score - 1) + 4, 5)
        value = ibis.ifelse(enough, running[column], ibis.null().cast("int64"))
        cuts[f"{name}_{score}"] = getattr(value, pick)()
    return running.agg(**cuts)


def score_recency(t: Any, meaning: Meaning) -> Any:
    """R from 1 to 5."""
    if meaning.recency is AxisMethod.RHYTHM:
        return ibis.cases(
            *[(t.recency_days <= t[f"r_bound_{score}"], score) for score in (5, 4, 3, 2)], else_=1
        )
    if meaning.recency is AxisMethod.THRESHOLDS:
        pairs = zip(meaning.recency_bounds, (5, 4, 3, 2), strict=True)
        return ibis.cases(*[(t.recency_days <= bound, score) for bound, score in pairs], else_=1)
    relative = 1 + _passed(t, lambda s: t.recency_days < t[f"r_cut_{s}"])
    return ibis.ifelse(t.frequency_count > 0, relative, 1)


def score_frequency(t: Any, meaning: Meaning) -> Any:
    """F from 1 to 5; by the relative method one order is 1 and more than one at least 2."""
    if meaning.frequency is AxisMethod.THRESHOLDS:
        return _by_bounds(t.frequency_count, meaning.frequency_bounds)
    relative = ibis.greatest(1 + _passed(t, lambda s: t.frequency_count > t[f"f_cut_{s}"]), 2)
    return ibis.ifelse(t.frequency_count >= 2, relative, 1)


def score_money(t: Any, meaning: Meaning) -> Any:
    """M from 1 to 5; in a base without amounts it is F."""
    if meaning.monetary is AxisMethod.THRESHOLDS:
        own = _by_bounds(t.monetary_amount, meaning.monetary_bounds)
    else:
        relative = 1 + _passed(t, lambda s: t.monetary_amount > t[f"m_cut_{s}"])
        own = ibis.ifelse(t.frequency_count > 0, relative, 1)
    return ibis.ifelse(t.has_money == 1, own, t.rfm_f)


def _passed(t: Any, beyond: Any) -> Any:
    """How many of the four cuts a value lies beyond; a cut that is missing is passed by nobody."""
    total = ibis.literal(0)
    for score in CUTS:
        total = total + ibis.ifelse(ibis.coalesce(beyond(score), False), 1, 0)
    return total


def _by_bounds(value: Any, bounds: Sequence[int]) -> Any:
    cases = [(value >= bound, score) for bound, score in zip(reversed(bounds), (5, 4, 3, 2), strict=True)]
    return ibis.cases(*cases, else_=1)


def scores(stats: Any, frame: Any, meaning: Meaning) -> Any:
    """Add rfm_r, rfm_f, rfm_m and rfm_code (such as 545) to `stats`; `frame` is one row."""
    t = stats.cross_join(frame)
    t = t.mutate(rfm_r=score_recency(t, meaning).cast("int64"), rfm_f=score_frequency(t, meaning).cast("int64"))
    t = t.mutate(rfm_m=score_money(t, meaning).cast("int64"))
    coded = t.mutate(rfm_code=t.rfm_r * 100 + t.rfm_f * 10 + t.rfm_m)
    return coded.select(*stats.columns, "rfm_r", "rfm_f", "rfm_m", "rfm_code")


def counts_days(business: Business) -> bool:
    """Whether frequency counts days instead of orders: a salon's visits."""
    return business is Business.SALON
