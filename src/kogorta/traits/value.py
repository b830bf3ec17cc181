"""What a customer is worth: margin, what it cost to win him, what is left of it, and his value of the last 24 months."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import BUYERS, ZERO, Trait
from kogorta.traits.costs import COVER_PERCENT
from kogorta.traits.facts import Facts, params
from kogorta.traits.idioms import beside, count_if, flag, floor_div, sum_if
from kogorta.traits.orders import unlinked_returns
from kogorta.vocab import ValueMeasure

VALUE_DAYS = 730
SOURCE = "source"
"""The kind of base values that tell what a customer of a source cost."""

_COSTS = ("orders", "order_lines")
_UNKNOWN = "missing unless costs cover 95 % of what he bought"

CONTRACTS = (
    Trait(
        "margin_total",
        "int64",
        "minor units",
        "Revenue ever less the cost of what was kept and the cost to serve.",
        _UNKNOWN,
        _COSTS,
    ),
    Trait(
        "value_amount",
        "int64",
        "minor units",
        "Revenue of 730 days, or margin where `[value] measure` says so.",
        "0 for customers without a counted order; a margin is missing unless costs cover 95 % of those days",
        windows=(VALUE_DAYS,),
        about=BUYERS,
        version=2,
    ),
    Trait(
        "value_orders",
        "int64",
        "orders",
        "Counted orders of 730 days.",
        ZERO,
        windows=(VALUE_DAYS,),
        nothing=0,
        about=BUYERS,
        version=2,
    ),
)

PAYBACK = (
    Trait(
        "ltv_to_date",
        "int64",
        "minor units",
        "margin_total − winning_cost, 0 where that is missing.",
        _UNKNOWN,
        _COSTS,
        ("base",),
    ),
    Trait(
        "payback_ratio",
        "float64",
        "ratio",
        "margin_total / winning_cost.",
        "missing where either is, and where he cost nothing",
        _COSTS,
        ("base",),
    ),
    Trait(
        "is_paid_back",
        "int8",
        "0 or 1",
        "margin_total is known and at least winning_cost, which is known too.",
        ZERO,
        _COSTS,
        ("base",),
        nothing=0,
    ),
)

WINNING = (
    Trait(
        "winning_cost",
        "int64",
        "minor units",
        "What his own row says it cost to win him, else an equal part of the ad spend of his source, shared by all whom "
        "it brought and whose rows say nothing; who came from elsewhere cost nothing.",
        "missing where nothing is told of costs in the whole base",
        ("customers",),
        ("base",),
    ),
)


def value_traits(facts: Facts, sold: Any, costs: Any, measure: ValueMeasure) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with a counted order.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
        costs: Their costs, as `order_costs` has them; None where there are no lines.
        measure: What value is measured by.
    """
    rows = _costed_orders(sold, costs)
    if facts.has("returns"):
        rows = rows.union(_loose(facts).select(*rows.columns))
    dated = rows.cross_join(params().select(value_start="back_730"))
    recent = dated["at"] >= dated.value_start
    t = dated.group_by("customer_key").agg(
        margin=dated.margin.sum().cast("int64"),
        goods=dated.goods.sum().cast("int64"),
        costed=dated.costed.sum().cast("int64"),
        recent_revenue=sum_if(recent, dated.revenue),
        recent_margin=sum_if(recent, dated.margin),
        recent_goods=sum_if(recent, dated.goods),
        recent_costed=sum_if(recent, dated.costed),
        value_orders=count_if(recent & (dated.is_order == 1)),
        orders=count_if(dated.is_order == 1),
    )
    t = t.filter(t.orders > 0)
    by_margin = _covered(t.recent_margin, t.recent_costed, t.recent_goods)
    return t.select(
        "customer_key",
        "value_orders",
        margin_total=_covered(t.margin, t.costed, t.goods),
        value_amount=by_margin if measure is ValueMeasure.MARGIN else t.recent_revenue,
    )


def payback_traits(value: Any, winning: Any) -> Any:
    """Return customer_key and the traits of `PAYBACK`, of everyone with a counted order.

    Args:
        value: customer_key, margin_total.
        winning: customer_key, winning_cost; None where no customers are told.
    """
    t = value.select("customer_key", margin="margin_total")
    t = (
        t.mutate(cost=ibis.null().cast("int64"))
        if winning is None
        else beside(t, winning.rename(cost="winning_cost"))
    )
    ratio = t.margin.cast("float64") / ibis.greatest(t.cost, 1).cast("float64")
    return t.select(
        "customer_key",
        ltv_to_date=(t.margin - ibis.coalesce(t.cost, 0)).cast("int64"),
        payback_ratio=ibis.ifelse(t.cost > 0, ratio, ibis.null().cast("float64")),
        is_paid_back=flag(t.margin >= t.cost),
    )


def _costed_orders(sold: Any, costs: Any) -> Any:
    """Orders of known people: customer_key, at, revenue, margin; goods and costed, by which coverage is told; is_order."""
    known = sold.filter(sold.customer_key.notnull())
    revenue = (known.sold - known.returned).cast("int64")
    rows = known.select(
        "order_id", "customer_key", "at", revenue=revenue, served=known.cost_to_serve, sold="sold"
    )
    if costs is None:
        return rows.select(
            "customer_key",
            "at",
            "revenue",
            margin=(rows.revenue - rows.served).cast("int64"),
            goods=ibis.greatest(rows.sold, 0).cast("int64"),
            costed=ibis.literal(0).cast("int64"),
            is_order=ibis.literal(1).cast("int8"),
        )
    rows = beside(rows, costs, "order_id", "order_id")
    return rows.select(
        "customer_key",
        "at",
        "revenue",
        margin=(rows.revenue - rows.served - ibis.coalesce(rows.line_cost, 0)).cast("int64"),
        # of an order without lines everything is sold and nothing costed
        goods=ibis.coalesce(rows.goods, ibis.greatest(rows.sold, 0)).cast("int64"),
        costed=ibis.coalesce(rows.costed, 0).cast("int64"),
        is_order=ibis.literal(1).cast("int8"),
    )


def _loose(facts: Facts) -> Any:
    """Returns that name no order take away from whom they name, when they happened; whether they can be sold again is not asked."""
    rows = unlinked_returns(facts)
    back = (-rows.amount).cast("int64")
    nothing = ibis.literal(0)
    return rows.select(
        "customer_key",
        at=rows.returned_at,
        revenue=back,
        margin=back,
        goods=nothing.cast("int64"),
        costed=nothing.cast("int64"),
        is_order=nothing.cast("int8"),
    )


def _covered(margin: Any, costed: Any, goods: Any) -> Any:
    """Return a margin where costs cover enough of what was sold, else nothing."""
    is_covered = (goods > 0) & (costed * 100 >= goods * COVER_PERCENT)
    return ibis.ifelse(is_covered, margin, ibis.null().cast("int64"))


def winning_costs(facts: Facts, base: Any, sources: Any) -> Any:
    """Return customer_key, winning_cost of everyone with a row of his own.

    Args:
        facts: The stored tables.
        base: One row with `tells_winning`: 1 if the base knows what winning anybody cost.
        sources: key (a source) and value: what each of its customers cost, in minor units.
    """
    people = _won(facts)
    priced = beside(people, sources.select(priced="key", part="value"), "source", "priced")
    t = priced.cross_join(base.select("tells_winning"))
    told = ibis.coalesce(t.cost, t.part, 0)
    return t.select(
        "customer_key",
        winning_cost=ibis.ifelse(t.tells_winning == 1, told, ibis.null().cast("int64")).cast("int64"),
    )


def _won(facts: Facts) -> Any:
    """One row a person: what his own rows say that winning him cost, and his source; of several the greatest, and the first."""
    rows = facts.last_versions("customers", ["customer_key", "acquisition_cost", "acquisition_source"])
    people = facts.person(rows)
    return people.group_by("customer_key").agg(
        cost=people.acquisition_cost.max(), source=people.acquisition_source.min()
    )


def tells_winning(facts: Facts) -> Any:
    """Return one row with `tells_winning`: 1 if any customer's row, or any ad spend, tells what winning cost."""
    people = _won(facts)
    own = people.agg(own=count_if(people.cost.notnull()))
    if not facts.has("ad_spend"):
        return own.select(tells_winning=flag(own.own > 0).cast("int64"))
    spent = _spent(facts)
    both = own.cross_join(spent.agg(paid=spent.count().cast("int64")))
    return both.select(tells_winning=flag((both.own > 0) | (both.paid > 0)).cast("int64"))


def costs_of_sources(facts: Facts) -> Any:
    """Return key (a source) and value: its ad spend up to the instant over those whom it brought, whole minor units."""
    people = _won(facts)
    shared = people.filter(people.cost.isnull() & people.source.notnull())
    brought = shared.group_by("source").agg(n=shared.count().cast("int64"))
    joined = brought.join(_spent(facts), "source")
    return joined.select(key="source", value=floor_div(joined.cost, joined.n))


def _spent(facts: Facts) -> Any:
    rows = facts.last_versions("ad_spend", ["date", "source", "cost"])
    past = rows.filter(rows["date"].cast("timestamp(6)") < rows.as_of)
    return past.group_by("source").agg(cost=past.cost.sum().cast("int64"))
