"""Margin of the base: revenue less the cost of what was kept, less cost to serve.

Margin is missing unless costs cover 95 % of what goods and services brought: a margin without its costs would
flatter. Fees (postage, bank charges) are no units that cost; what they cost is told by `cost_to_serve`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.metrics.acquisition import acquisition_cost
from kogorta.metrics.ledger import Ledger, with_params
from kogorta.metrics.missing import Missing, Why
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import sum_if
from kogorta.traits.orders import order_lines, returns
from kogorta.vocab import ProductKind

COVER = 0.95
_MILLIONTHS = 1_000_000_000_000.0
"""Quantities and unit costs are both kept in millionths."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Margin of known customers, in minor units; None where costs cover too little.

    Attributes:
        total: Of all history.
        year: Of the last 365 days.
        cover: Share of what was sold, fees left out, whose cost is known, all history.
        year_cover: The same of the last 365 days.
        acquisition: What it cost to win these customers; None where nothing is told of it.
    """

    total: float | None
    year: float | None
    cover: float
    year_cover: float
    acquisition: float | None

    def missing(self, *, is_year: bool = False) -> Missing:
        """Say how much costs cover."""
        return Missing(Why.COSTS, self.year_cover if is_year else self.cover, COVER)


def margin_of(ledger: Ledger) -> Margin:
    """Work out the margin as of the instant of a view."""
    if not _has_costs(ledger):
        return Margin(None, None, 0.0, 0.0, None)
    row = ledger.row(_sums(ledger, _order_costs(ledger)))
    cover, year_cover = _share(row["costed"], row["sold"]), _share(row["year_costed"], row["year_sold"])
    spent = ledger.spending
    money = ledger.row(spent.agg(total=spent.revenue.sum(), year=spent.year_revenue.sum()))
    return Margin(
        money["total"] - row["cost"] if cover >= COVER else None,
        money["year"] - row["year_cost"] if year_cover >= COVER else None,
        cover,
        year_cover,
        acquisition_cost(ledger) if cover >= COVER else None,
    )


def _share(part: int | None, whole: int | None) -> float:
    return (part or 0) / whole if whole and whole > 0 else 0.0


def _has_costs(ledger: Ledger) -> bool:
    facts = ledger.steps.facts
    if not facts.has("orders", "order_lines"):
        return False
    lines = order_lines(facts)
    if ledger.row(lines.agg(n=lines.cost.count()))["n"]:
        return True
    if not facts.has("products"):
        return False
    products = facts.last_versions("products", ["product_id", "unit_cost_micro"])
    return bool(ledger.row(products.agg(n=products.unit_cost_micro.count()))["n"])


def _sums(ledger: Ledger, costs: Any) -> Any:
    orders = ledger.orders
    known = orders.filter(orders.customer_key.notnull())
    joined = known.left_join(costs, known.order_id == costs.cost_order_id)
    rows = with_params(
        joined.select("at", "revenue", "cost", "goods", "line_cost", "told_cost", "costed"), "year_start"
    )
    # `cost` of an order is that of its lines as the file told it, and the cost to serve.
    cost = rows.cost - ibis.coalesce(rows.told_cost, 0) + ibis.coalesce(rows.line_cost, 0)
    sold = ibis.coalesce(rows.goods, ibis.greatest(rows.revenue, 0))
    costed = ibis.coalesce(rows.costed, 0)
    in_year = rows["at"] >= rows.year_start
    return rows.agg(
        cost=cost.sum().cast("int64"),
        sold=sold.sum().cast("int64"),
        costed=costed.sum().cast("int64"),
        year_cost=sum_if(in_year, cost),
        year_sold=sum_if(in_year, sold),
        year_costed=sum_if(in_year, costed),
    )


def _order_costs(ledger: Ledger) -> Any:
    """Per order: gross sum of its lines, of goods among them, their cost less what came back, and gross with a cost."""
    facts = ledger.steps.facts
    lines = _costed_lines(facts, 10**ledger.view.config.minor_digits)
    if facts.has("returns"):
        lines = ledger.make("m_costed_lines", lines)
    sums = lines.group_by("order_id").agg(
        gross=lines.amount.sum().cast("int64"),
        goods=sum_if(~lines.is_fee, lines.amount),
        told_cost=lines.told_cost.sum().cast("int64"),
        line_cost=ibis.coalesce(lines.cost, 0).sum().cast("int64"),
        costed=sum_if(lines.cost.notnull() & ~lines.is_fee, lines.amount),
    )
    if facts.has("returns"):
        sums = _less_shelf(sums, _back_on_shelf(facts, lines, sums))
    return ledger.make("m_order_costs", sums.rename(cost_order_id="order_id"))


def _costed_lines(facts: Facts, scale: int) -> Any:
    """Lines with `cost`: their own, else quantity × unit cost of the product, halves up; and whether they are fees."""
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
