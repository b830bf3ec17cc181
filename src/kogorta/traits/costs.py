"""What sold goods cost: by order, less what came back and can be sold again.

The cost of a line is its own, else quantity × unit cost of its product, halves up. Fees (postage, bank charges) are no
goods: what they cost is told by `cost_to_serve`. Nothing is said of a margin unless costs cover `COVER` of what was sold.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import sum_if
from kogorta.traits.orders import order_lines, returns
from kogorta.vocab import ProductKind

COVER_PERCENT = 95
"""A margin without its costs would flatter."""

_MILLIONTHS = 1_000_000_000_000.0
"""Quantities and unit costs are both kept in millionths."""


def costed_lines(facts: Facts, scale: int) -> Any:
    """Lines with `cost` in minor units, missing where nothing tells it; `told_cost`, as the file had it; and `is_fee`.

    Args:
        facts: The stored tables.
        scale: Minor units of one unit of the currency.
    """
    lines = order_lines(facts)
    lines = lines.mutate(told_cost=ibis.coalesce(lines.cost, 0))
    if not facts.has("products"):
        return lines.mutate(cost=lines.cost.cast("int64"), is_fee=ibis.literal(False))
    products = facts.last_versions("products", ["product_id", "unit_cost_micro", "kind"])
    prices = products.select(
        cost_product_id=products.product_id, unit_cost=products.unit_cost_micro, kind=products.kind
    )
    joined = lines.left_join(prices, lines.product_id == prices.cost_product_id)
    exact = (
        joined.quantity_micro.cast("float64") * joined.unit_cost.cast("float64") * float(scale) / _MILLIONTHS
    )
    own = ibis.coalesce(joined.cost, (exact + 0.5).floor().cast("int64"))
    others = [name for name in lines.columns if name != "cost"]
    is_fee = ibis.coalesce(joined.kind == ProductKind.FEE.value, False)
    return joined.select(*others, cost=own.cast("int64"), is_fee=is_fee)


def order_costs(facts: Facts, lines: Any) -> Any:
    """Per order with lines: gross sum of goods, gross sum of those whose cost is known, and the cost of what was kept.

    Columns: order_id, goods, costed, line_cost; `told_cost` is the part of it that files told themselves.

    Args:
        facts: The stored tables.
        lines: As `costed_lines` has them.
    """
    sums = lines.group_by("order_id").agg(
        gross=lines.amount.sum().cast("int64"),
        goods=sum_if(~lines.is_fee, lines.amount),
        told_cost=lines.told_cost.sum().cast("int64"),
        line_cost=ibis.coalesce(lines.cost, 0).sum().cast("int64"),
        costed=sum_if(lines.cost.notnull() & ~lines.is_fee, lines.amount),
    )
    return _less_shelf(sums, _back_on_shelf(facts, lines, sums)) if facts.has("returns") else sums


def _back_on_shelf(facts: Facts, lines: Any, sums: Any) -> Any:
    """Per order: cost given back by what was returned and can be sold again.

    A return that names a line gives back that line's cost in proportion to the quantity, or where it tells
    none, to the money; one that names only the order does so in proportion to the money.
    """
    rows = returns(facts, "line_no", "quantity_micro", "resaleable")
    rows = rows.filter(rows.order_id.notnull() & ibis.coalesce(rows.resaleable, False))
    rows = rows.select("order_id", "line_no", back="amount", back_quantity="quantity_micro")
    named = lines.select(
        line_order_id="order_id",
        line_number="line_no",
        line_quantity="quantity_micro",
        line_amount="amount",
        of_line="cost",
    )
    orders = sums.select(sum_order_id="order_id", order_amount="gross", of_order="line_cost")
    rows = rows.left_join(
        named, [rows.order_id == named.line_order_id, rows.line_no == named.line_number]
    ).select("order_id", "back", "back_quantity", "line_number", "line_quantity", "line_amount", "of_line")
    rows = rows.join(orders, rows.order_id == orders.sum_order_id)
    by_money = ibis.ifelse(
        rows.line_number.notnull(),
        _part(rows.of_line, rows.back, rows.line_amount),
        _part(rows.of_order, rows.back, rows.order_amount),
    )
    by_quantity = _part(rows.of_line, rows.back_quantity, rows.line_quantity)
    rows = rows.mutate(given=ibis.coalesce(by_quantity, by_money, 0))
    return rows.group_by("order_id").agg(given=rows.given.sum().cast("int64"))


def _part(cost: Any, part: Any, whole: Any) -> Any:
    """Cost × part / whole, never more than the cost; missing where something is."""
    bounded = ibis.least(part, whole)
    share = bounded.cast("float64") / ibis.ifelse(whole > 0, whole, 1).cast("float64")
    return ibis.ifelse(
        whole > 0, (cost.cast("float64") * share + 0.5).floor().cast("int64"), ibis.null().cast("int64")
    )


def _less_shelf(sums: Any, given: Any) -> Any:
    back = given.select(back_order_id="order_id", given="given")
    joined = sums.left_join(back, sums.order_id == back.back_order_id)
    kept = ibis.greatest(joined.line_cost - ibis.coalesce(joined.given, 0), 0)
    others = [name for name in sums.columns if name != "line_cost"]
    return joined.select(*others, line_cost=kept)
