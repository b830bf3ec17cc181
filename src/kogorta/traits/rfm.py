"""Recency, frequency, money: values, scores against a frame, and the maps from scores to segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from kogorta.traits.facts import params
from kogorta.traits.idioms import DAY_SECONDS, beside, count_if, epoch_seconds, flag, floor_div, sum_if
from kogorta.traits.ranks import SCORES
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, Business, ValueMeasure

RHYTHM_FLOORS = ((5, 50, 1, 7), (4, 75, 1, 14), (3, 90, 1, 30), (2, 90, 2, 90))
"""R score, percentile of all gaps, how many times it, and its floor in days."""

FRAME_NAMES: tuple[str, ...] = (
    *[f"{axis}_cut_{score}" for axis in "rfm" for score in SCORES],
    *[f"r_bound_{score}" for score, *_ in RHYTHM_FLOORS],
    "has_money",
)
"""Frame values that scores are read against: cuts of the relative method (a score of at least s needs
a value strictly beyond the cut), inclusive bounds of the rhythm in days, whether the base knows
amounts."""


def score_stats(occasions: Any, business: Business) -> Any:
    """What scores are read from: one row per customer who ever ordered, as of the instant.

    Columns: last_at, silence_seconds, recency_days, frequency_count, monetary_amount (returns without
    an order not yet taken off).
    """
    known = _known(occasions)
    return _timed(known.group_by("customer_key").agg(**_score_sums(known, business)))


def customer_stats(occasions: Any, business: Business) -> Any:
    """The same with what else is told of a customer's orders.

    More columns: is_single_day, orders_count, first_at, revenue_total.
    """
    known = _known(occasions)
    # a visit and the order that paid for it are one
    count = known.order_id.nunique() if business is Business.SALON else known.count()
    stats = known.group_by("customer_key").agg(
        **_score_sums(known, business),
        is_single_day=flag(known.day.min() == known.day.max()),
        orders_count=count.cast("int64"),
        first_at=known["at"].min(),
        revenue_total=known.revenue.sum().cast("int64"),
    )
    return _timed(stats)


def _known(occasions: Any) -> Any:
    return occasions.filter(occasions.customer_key.notnull()).cross_join(params().select("window_start"))


def _score_sums(known: Any, business: Business) -> dict[str, Any]:
    in_window = known["at"] >= known.window_start
    # frequency counts orders, in a salon days with a visit
    frequency = known.day.nunique(where=in_window) if business is Business.SALON else count_if(in_window)
    return {
        "last_at": known["at"].max(),
        "frequency_count": frequency.cast("int64"),
        "monetary_amount": sum_if(in_window, known.revenue),
    }


def _timed(stats: Any) -> Any:
    t = stats.cross_join(params().select("as_of"))
    silence = epoch_seconds(t.as_of) - epoch_seconds(t.last_at)
    timed = t.select(*stats.columns, silence_seconds=silence)
    return timed.mutate(recency_days=floor_div(timed.silence_seconds, DAY_SECONDS))


def less_unlinked_returns(stats: Any, returned: Any) -> Any:
    """Take returns that name no order off the customer's money, by when they happened."""
    rows = returned.cross_join(params().select("window_start"))
    sums = rows.group_by("customer_key").agg(
        given_back=rows.amount.sum().cast("int64"),
        given_back_in_window=sum_if(rows.returned_at >= rows.window_start, rows.amount),
    )
    joined = beside(stats, sums)
    off = {"revenue_total": joined.given_back, "monetary_amount": joined.given_back_in_window}
    less = {
        name: joined[name] - ibis.coalesce(sum_, 0) for name, sum_ in off.items() if name in stats.columns
    }
    return joined.mutate(**less).select(*stats.columns)


def score_recency(t: Any, meaning: Meaning) -> Any:
    """R from 1 to 5."""
    if meaning.recency is AxisMethod.RHYTHM:
        return ibis.cases(
            *[(t.recency_days <= t[f"r_bound_{score}"], score) for score in (5, 4, 3, 2)], else_=1
        )
    if meaning.recency is AxisMethod.THRESHOLDS:
        pairs = zip(meaning.recency_bounds, (5, 4, 3, 2), strict=True)
        return ibis.cases(*[(t.recency_days <= bound, score) for bound, score in pairs], else_=1)
    relative = 1 + _passed(lambda s: t.recency_days < t[f"r_cut_{s}"])
    return ibis.ifelse(t.frequency_count > 0, relative, 1)


def score_frequency(t: Any, meaning: Meaning) -> Any:
    """F from 1 to 5; by the relative method one order is 1 and more than one at least 2."""
    if meaning.frequency is AxisMethod.THRESHOLDS:
        return _by_bounds(t.frequency_count, meaning.frequency_bounds)
    relative = ibis.greatest(1 + _passed(lambda s: t.frequency_count > t[f"f_cut_{s}"]), 2)
    return ibis.ifelse(t.frequency_count >= 2, relative, 1)


def score_money(t: Any, meaning: Meaning) -> Any:
    """M from 1 to 5; in a base without amounts, and of whose margin is not known, it is F."""
    if meaning.monetary is AxisMethod.THRESHOLDS:
        own = _by_bounds(t.monetary_amount, meaning.monetary_bounds)
    else:
        relative = 1 + _passed(lambda s: t.monetary_amount > t[f"m_cut_{s}"])
        own = ibis.ifelse(t.frequency_count > 0, relative, 1)
    is_known = t.has_money == 1
    if meaning.monetary_of is ValueMeasure.MARGIN:
        is_known = is_known & t.monetary_amount.notnull()
    return ibis.ifelse(is_known, own, t.rfm_f)


def _passed(beyond: Callable[[int], Any]) -> Any:
    """How many of the four cuts a value lies beyond; a cut that is missing is passed by nobody."""
    total = ibis.literal(0)
    for score in SCORES:
        total = total + ibis.ifelse(ibis.coalesce(beyond(score), False), 1, 0)
    return total


def _by_bounds(value: Any, bounds: Sequence[int]) -> Any:
    cases = [(value >= bound, score) for bound, score in zip(reversed(bounds), (5, 4, 3, 2), strict=True)]
    return ibis.cases(*cases, else_=1)


def scores(stats: Any, frame: Any, meaning: Meaning) -> Any:
    """Add rfm_r, rfm_f, rfm_m and rfm_code (such as 545) to `stats`; `frame` is one row."""
    t = stats.cross_join(frame)
    t = t.mutate(
        rfm_r=score_recency(t, meaning).cast("int64"), rfm_f=score_frequency(t, meaning).cast("int64")
    )
    t = t.mutate(rfm_m=score_money(t, meaning).cast("int64"))
    coded = t.mutate(rfm_code=t.rfm_r * 100 + t.rfm_f * 10 + t.rfm_m)
    return coded.select(*stats.columns, "rfm_r", "rfm_f", "rfm_m", "rfm_code")
