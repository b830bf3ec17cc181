"""What discounts bring a customer: how often he takes them, how deep they are, what part of his spending they are.

Only promotions and coupons count: the price of a club card, a markdown, points are no hunting for discounts.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import BUYERS, ZERO, Trait
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, count_if, flag, floor_div, ratio_of, sum_if
from kogorta.vocab import DiscountKind

HUNTED = (DiscountKind.PROMOTION.value, DiscountKind.COUPON.value)
OFTEN = (250_000, 600_000)
"""Twice the base's share of orders with a discount means often, held within these: millionths."""
MILLION = 1_000_000

CONTRACTS = (
    Trait(
        "discounted_orders",
        "int64",
        "orders",
        "Counted orders with a promotion or a coupon.",
        ZERO,
        nothing=0,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "discounted_order_share",
        "float64",
        "share",
        "discounted_orders / orders_count.",
    ),
    Trait(
        "discount_amount",
        "int64",
        "minor units",
        "What promotions and coupons took off, ever.",
        ZERO,
        nothing=0,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "discount_depth",
        "float64",
        "share",
        "Promotions and coupons / list value of the orders that had any.",
        "missing for customers without such an order",
    ),
    Trait(
        "discount_spending_share",
        "float64",
        "share",
        "Promotions and coupons / list value of all counted orders.",
    ),
    Trait(
        "is_discount_often",
        "int8",
        "0 or 1",
        "discounted_order_share at least twice the base's, that bound kept within 25 and 60 %.",
        ZERO,
        population=("base",),
        nothing=0,
    ),
)


def off_of_orders(facts: Facts) -> Any:
    """Return order_id, hunted, off: what promotions and coupons took off an order, and what everything did."""
    rows = facts.last_versions("discounts", ["order_id", "kind", "amount"])
    return rows.group_by("order_id").agg(
        hunted=sum_if(rows.kind.isin(HUNTED), rows.amount), off=rows.amount.sum().cast("int64")
    )


def discounted(facts: Facts, sold: Any) -> Any:
    """Return counted orders of known people with what was taken off: customer_key, listed, hunted, has_any.

    Of an order that has no rows of `discounts` its own discount counts as a promotion: nothing tells what else it was.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
    """
    rows = sold.filter(sold.customer_key.notnull()).select("order_id", "customer_key", "sold", "own_discount")
    off = hunted = rows.own_discount
    if facts.has("discounts"):
        rows = beside(rows, off_of_orders(facts), "order_id", "order_id")
        off = ibis.coalesce(rows.off, rows.own_discount)
        hunted = ibis.coalesce(rows.hunted, rows.own_discount)
    return rows.select(
        "customer_key",
        hunted=hunted.cast("int64"),
        listed=(rows.sold + off).cast("int64"),
        has_any=flag(hunted > 0),
    )


def discount_traits(facts: Facts, sold: Any, base: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with a counted order.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
        base: One row with `often_bound`: the share from which on discounts are frequent, in millionths.
    """
    rows = discounted(facts, sold)
    sums = rows.group_by("customer_key").agg(
        n=rows.count().cast("int64"),
        discounted_orders=count_if(rows.has_any == 1),
        discount_amount=rows.hunted.sum().cast("int64"),
        listed=rows.listed.sum().cast("int64"),
        listed_there=sum_if(rows.has_any == 1, rows.listed),
    )
    t = sums.cross_join(base.select("often_bound"))
    return t.select(
        "customer_key",
        "discounted_orders",
        "discount_amount",
        discounted_order_share=ratio_of(t.discounted_orders, t.n),
        discount_depth=ratio_of(t.discount_amount, t.listed_there),
        discount_spending_share=ratio_of(t.discount_amount, t.listed),
        is_discount_often=flag(t.discounted_orders * MILLION >= t.often_bound * t.n),
    )


def often_bound(facts: Facts, sold: Any) -> Any:
    """Return one row with `often_bound`: twice the share of all orders that have a discount, held within `OFTEN`."""
    rows = discounted(facts, sold)
    counted = rows.agg(n=rows.count().cast("int64"), some=count_if(rows.has_any == 1))
    twice = floor_div(counted.some * (2 * MILLION), ibis.greatest(counted.n, 1))
    low, high = OFTEN
    return counted.select(often_bound=ibis.greatest(ibis.least(twice, high), low).cast("int64"))
