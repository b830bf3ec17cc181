"""How much a customer takes home at once, and how much of it he brings back."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import BUYERS, ZERO, Trait
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside, flag, floor_div, numbered
from kogorta.traits.orders import order_lines, returns
from kogorta.traits.ranks import histogram, percentiles
from kogorta.vocab import ProductKind

_MILLION = 1_000_000
BULK_TIMES = 5
BULK_ORDERS = 3

_LINES = ("orders", "order_lines")
_GOODS = (
    "goods sold by weight or measure, whose quantity is no whole number, count one a line; fees count nothing"
)

CONTRACTS = (
    Trait(
        "units_total",
        "int64",
        "units",
        f"Units of counted orders; {_GOODS}.",
        ZERO,
        _LINES,
        nothing=0,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "units_per_order",
        "int64",
        "units",
        "Median of the units of his orders, the lower middle of an even count.",
        "missing for customers without an order with lines",
        _LINES,
    ),
    Trait(
        "is_bulk_buyer",
        "int8",
        "0 or 1",
        "3 orders with lines or more, and units_per_order at least 5 × the base's median of it.",
        ZERO,
        _LINES,
        ("base",),
        nothing=0,
    ),
)

RETURNS = (
    Trait(
        "returns_count",
        "int64",
        "returns",
        "Returns ever.",
        "0 for customers who returned nothing",
        ("returns",),
        nothing=0,
        about="returns_count",
        version=2,
    ),
    Trait(
        "returned_amount",
        "int64",
        "minor units",
        "Money given back ever.",
        "0 for customers who returned nothing",
        ("returns",),
        nothing=0,
        about="returns_count",
        version=2,
    ),
    Trait(
        "return_share",
        "float64",
        "share",
        "returned_amount / what was sold to him in counted orders.",
        tables=("orders", "returns"),
    ),
)


def units_of_orders(facts: Facts, sold: Any) -> Any:
    """Return customer_key, order_id, units of counted orders with lines, of known people.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
    """
    lines = order_lines(facts)
    if facts.has("products"):
        products = facts.last_versions("products", ["product_id", "kind"])
        fees = products.filter(products.kind == ProductKind.FEE.value).select("product_id")
        lines = lines.filter(lines.product_id.isnull()).union(
            lines.filter(lines.product_id.notnull()).anti_join(fees, "product_id")
        )
    is_whole = lines.quantity_micro % _MILLION == 0
    counted = ibis.ifelse(is_whole, floor_div(ibis.greatest(lines.quantity_micro, 0), _MILLION), 1)
    by_order = lines.mutate(units=counted).group_by("order_id").agg(units=ibis._.units.sum().cast("int64"))
    known = sold.filter(sold.customer_key.notnull()).select("order_id", "customer_key")
    return known.join(by_order, "order_id").select("customer_key", "order_id", "units")


def unit_sums(orders: Any) -> Any:
    """Return customer_key, n, units_total, units_per_order of everyone who has an order with lines."""
    ranked = numbered(orders, ["customer_key"], [orders.units, orders.order_id], "unit_rank")
    ranked = ranked.mutate(n=ranked.units.count().over(ibis.window(group_by="customer_key")).cast("int64"))
    middle = floor_div(ranked.n + 1, 2)
    own = ibis.ifelse(ranked.unit_rank == middle, ranked.units, ibis.null().cast("int64"))
    return ranked.group_by("customer_key").agg(
        n=ranked.n.max(), units_total=ranked.units.sum().cast("int64"), units_per_order=own.max()
    )


def unit_traits(facts: Facts, sold: Any, base: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone who has an order with lines.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them.
        base: One row with `units_median`.
    """
    t = unit_sums(units_of_orders(facts, sold)).cross_join(base.select("units_median"))
    bulk = (t.n >= BULK_ORDERS) & (t.units_per_order >= t.units_median * BULK_TIMES)
    return t.select("customer_key", "units_total", "units_per_order", is_bulk_buyer=flag(bulk))


def units_median(facts: Facts, sold: Any) -> Any:
    """Return one row with `units_median`: the median over customers of their own medians."""
    sums = unit_sums(units_of_orders(facts, sold))
    return percentiles(histogram(sums, "units_per_order"), "units_per_order", {"units_median": 50})


def return_traits(facts: Facts, sold: Any) -> Any:
    """Return customer_key and the traits of `RETURNS`, of everyone who brought something back.

    A return belongs to whom it names, else to whoever made its order.

    Args:
        facts: The stored tables.
        sold: Counted orders, as `sold_orders` has them; None where there are no orders.
    """
    rows = returns(facts, "return_id")
    rows = facts.person(rows.select("return_id", "customer_key", "order_id", "amount"))
    if sold is None:
        known = rows.filter(rows.customer_key.notnull())
        return _returned(known).mutate(return_share=ibis.null().cast("float64"))
    buyers = sold.select(sold_order="order_id", buyer="customer_key")
    owned = beside(rows, buyers, "order_id", "sold_order")
    owned = owned.mutate(customer_key=ibis.coalesce(owned.customer_key, owned.buyer))
    found = _returned(owned.filter(owned.customer_key.notnull()))
    bought = sold.filter(sold.customer_key.notnull())
    spent = bought.group_by("customer_key").agg(spent=bought.sold.sum().cast("int64"))
    t = beside(found, spent)
    share = t.returned_amount.cast("float64") / ibis.greatest(t.spent, 1).cast("float64")
    return t.select(
        "customer_key",
        "returns_count",
        "returned_amount",
        return_share=ibis.ifelse(t.spent > 0, share, ibis.null().cast("float64")),
    )


def _returned(rows: Any) -> Any:
    return rows.group_by("customer_key").agg(
        returns_count=rows.count().cast("int64"), returned_amount=rows.amount.sum().cast("int64")
    )
