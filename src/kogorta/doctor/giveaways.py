"""What promotions and coupons took off, lately and in the year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import ibis

from kogorta.membership.view import View
from kogorta.traits.facts import Facts, params
from kogorta.traits.idioms import beside, count_if, sum_if
from kogorta.traits.orders import counted_orders
from kogorta.vocab import DiscountKind

RECENT_DAYS, YEAR_DAYS = 90, 365
KINDS = (DiscountKind.PROMOTION, DiscountKind.COUPON)
"""What is given to sell more: prices of cards and markdowns are open to all, points were earned."""

_BOUNDS = {"recent_at": "timestamp(6)", "before_at": "timestamp(6)"}


@dataclass(frozen=True, slots=True)
class Period:
    """Counted orders of a period, and what was taken off them; money in minor units.

    Attributes:
        orders: How many.
        discounted: Of them, those with a promotion or a coupon.
        revenue: What they brought, net of discounts and returns.
        given: What promotions and coupons took off.
    """

    orders: int
    discounted: int
    revenue: int
    given: int

    @property
    def list_value(self) -> int:
        """What would have been paid without promotions and coupons."""
        return self.revenue + self.given

    @property
    def share_ratio(self) -> float | None:
        """Given ÷ list value; None where nothing was sold."""
        return self.given / self.list_value if self.list_value > 0 else None


@dataclass(frozen=True, slots=True)
class Giveaways:
    """What was given away.

    Attributes:
        recent: The last 90 days.
        before: The year before these.
    """

    recent: Period
    before: Period


def giveaways(view: View) -> Giveaways:
    """Add up what was taken off in the last 90 days, and in the year before them.

    The store has orders and discounts.
    """
    recent_at = view.instant.as_of - timedelta(days=RECENT_DAYS)
    before_at = recent_at - timedelta(days=YEAR_DAYS)
    row = view.steps.row(_sums(view.steps.facts), recent_at=recent_at, before_at=before_at)
    values = {name: int(value or 0) for name, value in row.items()}

    def period(name: str) -> Period:
        return Period(*(values[f"{name}_{part}"] for part in ("orders", "discounted", "revenue", "given")))

    return Giveaways(period("recent"), period("before"))


def _sums(facts: Facts) -> Any:
    taken = facts.last_versions("discounts", ["order_id", "kind", "amount"])
    taken = taken.filter(taken.kind.isin([kind.value for kind in KINDS]))
    by_order = taken.group_by("order_id").agg(given=taken.amount.sum().cast("int64"))
    orders = counted_orders(facts).select("order_id", "at", "revenue")
    rows = beside(orders, by_order, "order_id", "order_id")
    rows = rows.cross_join(params(**_BOUNDS).select(*_BOUNDS))
    given = ibis.coalesce(rows.given, 0)
    periods = {
        "recent": rows["at"] >= rows.recent_at,
        "before": (rows["at"] >= rows.before_at) & (rows["at"] < rows.recent_at),
    }
    sums: dict[str, Any] = {}
    for name, inside in periods.items():
        sums |= {
            f"{name}_orders": count_if(inside),
            f"{name}_discounted": count_if(inside & (given > 0)),
            f"{name}_revenue": sum_if(inside, rows.revenue),
            f"{name}_given": sum_if(inside, given),
        }
    return rows.agg(**sums)
