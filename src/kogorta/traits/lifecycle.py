"""Rhythm of a customer, the points at which his silence means something, and his stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.traits.idioms import DAY_SECONDS, count_if, floor_div, numbered, sum_if, text_cases
from kogorta.vocab import Business, LifecycleReason, LifecycleStage

FRAME_NAMES: tuple[str, ...] = ("base_gap", "gap_p95", "new_days")
"""Days: the base's median gap, P95 of all gaps, how long one stays new."""

CATEGORY_MINIMUM = 30
"""A category has a rhythm of its own if this many of its customers have a gap."""

PROVISIONAL_DAYS = 180


@dataclass(frozen=True)
class Limits:
    """Where silence begins to mean something.

    Attributes:
        at_risk_halves: At-risk point in half rhythms (4 is two rhythms).
        lost_halves: Lost point in half rhythms.
        at_risk_floor_days: At-risk point not before.
        lost_floor_days: Lost point not before.
    """

    at_risk_halves: int = 4
    lost_halves: int = 8
    at_risk_floor_days: int = 14
    lost_floor_days: int = 90


LIMITS: dict[Business, Limits] = {
    Business.SHOP: Limits(),
    Business.GROCERY: Limits(),
    Business.SALON: Limits(at_risk_halves=3, lost_halves=6, lost_floor_days=60),
    Business.B2B: Limits(at_risk_floor_days=45, lost_floor_days=180),
}

DEFAULT_RHYTHM_DAYS = 30
MAX_RHYTHM_DAYS = 365
DEFAULT_NEW_DAYS = 30
NEW_DAYS = (14, 90)
"""How long one may stay new: bounds of the P75 of days from first to second order day."""


def rhythm_points(t: Any, limits: Limits, median: str, gaps: Any, suffix: str = "") -> dict[str, Any]:
    """At-risk and lost points in whole seconds, from own median and the base's gap.

    Rhythm = (3·base + k·own) / (3 + k) days, held within [1, 365]; kept as a fraction of integers, so
    that every engine gets the same second.
    """
    k = ibis.ifelse(t[median].notnull(), gaps, 0)
    top = 3 * t.base_days + k * ibis.coalesce(t[median], 0)
    bottom = 3 + k
    top = ibis.least(ibis.greatest(top, bottom), bottom * MAX_RHYTHM_DAYS)

    def halves(count: int) -> Any:
        # `bottom` can be 3 + k only, so the quotient by twice of it rounds down to whole seconds
        return floor_div(top * (count * DAY_SECONDS), bottom * 2)

    at_risk = ibis.greatest(halves(limits.at_risk_halves), limits.at_risk_floor_days * DAY_SECONDS)
    lost = ibis.greatest(
        halves(limits.lost_halves),
        limits.lost_floor_days * DAY_SECONDS,
        ibis.coalesce(t.gap_p95, 0) * DAY_SECONDS,
    )
    return {
        f"rhythm_days{suffix}": top.cast("float64") / bottom.cast("float64"),
        f"at_risk_seconds{suffix}": at_risk.cast("int64"),
        f"lost_seconds{suffix}": lost.cast("int64"),
    }


def order_signals(occasions: Any) -> Any:
    """Per customer: is_average_falling, the mean of the last 3 orders under 0.8 of the earlier ones'."""
    known = occasions.filter(occasions.customer_key.notnull() & (occasions.has_amount == 1))
    keyed = known.select("customer_key", "at", "order_id", "revenue")
    ranked = numbered(keyed, ["customer_key"], [keyed["at"].desc(), keyed.order_id.desc()])
    sums = ranked.group_by("customer_key").agg(
        newest=sum_if(ranked.rank_no <= 3, ranked.revenue),
        older=sum_if(ranked.rank_no > 3, ranked.revenue),
        older_count=count_if(ranked.rank_no > 3),
    )
    falling = (sums.older_count >= 3) & (sums.newest * sums.older_count * 5 < sums.older * 12)
    return sums.select("customer_key", is_average_falling=ibis.ifelse(falling, 1, 0).cast("int8"))


def open_signals(messages: Any) -> Any:
    """Per customer: is_opening_falling, of the last 5 messages fewer than half the earlier rate opened.

    Args:
        messages: customer_key, send_at, message_id, opened (0 or 1; machine opens left out), only
            those sent at least 72 hours ago.
    """
    ranked = numbered(messages, ["customer_key"], [messages.send_at.desc(), messages.message_id.desc()])
    sums = ranked.group_by("customer_key").agg(
        newest=sum_if(ranked.rank_no <= 5, ranked.opened),
        older=sum_if(ranked.rank_no > 5, ranked.opened),
        older_count=count_if(ranked.rank_no > 5),
    )
    falling = (sums.older_count >= 5) & (sums.newest * sums.older_count * 2 < sums.older * 5)
    return sums.select("customer_key", is_opening_falling=ibis.ifelse(falling, 1, 0).cast("int8"))


def stages(t: Any) -> Any:
    """Add lifecycle_stage and lifecycle_reason.

    `t` has: order_days and silence_seconds (missing for prospects; of the account in B2B),
    at_risk_seconds, lost_seconds, last_gap_days, lost_seconds_before, new_seconds, risk_signals,
    has_promise.
    """
    ordered = t.silence_seconds.notnull()
    free = t.has_promise == 0
    single = t.order_days == 1
    newcomer = ordered & single & (t.silence_seconds <= t.new_seconds)
    lost = ordered & (t.silence_seconds > t.lost_seconds) & free
    came_back = t.last_gap_days * DAY_SECONDS > t.lost_seconds_before
    returned = ordered & came_back & (t.silence_seconds <= t.at_risk_seconds)
    silent = t.silence_seconds > t.at_risk_seconds
    signals = t.risk_signals >= 2
    at_risk = ordered & (silent | signals | single) & free
    stage = text_cases(
        [
            (~ordered, LifecycleStage.PROSPECT.value),
            (newcomer, LifecycleStage.NEW.value),
            (lost, LifecycleStage.LOST.value),
            (returned, LifecycleStage.RETURNED.value),
            (at_risk, LifecycleStage.AT_RISK.value),
        ],
        LifecycleStage.ACTIVE.value,
    )
    staged = t.mutate(lifecycle_stage=stage)
    troubled = staged.lifecycle_stage.isin([LifecycleStage.AT_RISK.value, LifecycleStage.LOST.value])
    reason = text_cases(
        [
            (~troubled, ""),
            (silent, LifecycleReason.SILENCE.value),
            (signals, LifecycleReason.SIGNALS.value),
        ],
        LifecycleReason.SINGLE_ORDER.value,
    )
    return staged.mutate(lifecycle_reason=reason.nullif(""))
