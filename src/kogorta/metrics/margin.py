"""Margin of the base: revenue less the cost of what was kept, less cost to serve.

Margin is missing unless costs cover 95 % of what goods and services brought: a margin without its costs would
flatter. Fees (postage, bank charges) are no units that cost; what they cost is told by `cost_to_serve`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.compile.plan import COSTS
from kogorta.metrics.acquisition import acquisition_cost
from kogorta.metrics.ledger import Ledger, with_params
from kogorta.metrics.missing import Missing, Why
from kogorta.traits.costs import COVER_PERCENT
from kogorta.traits.idioms import sum_if
from kogorta.traits.orders import order_lines

COVER = COVER_PERCENT / 100


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
    rows = order_margins(ledger)
    if rows is None:
        return Margin(None, None, 0.0, 0.0, None)
    row = ledger.row(_sums(rows))
    cover, year_cover = covered(row["costed"], row["sold"]), covered(row["year_costed"], row["year_sold"])
    spent = ledger.spending
    money = ledger.row(spent.agg(total=spent.revenue.sum(), year=spent.year_revenue.sum()))
    return Margin(
        (money["total"] or 0) - row["cost"] if cover >= COVER else None,
        (money["year"] or 0) - row["year_cost"] if year_cover >= COVER else None,
        cover,
        year_cover,
        acquisition_cost(ledger) if cover >= COVER else None,
    )


def order_margins(ledger: Ledger) -> Any:
    """Return what orders of known customers cost: customer_key, at, day, cost, sold, costed; None without any cost.

    `sold` is what the order brought, fees left out, and `costed` the part of it whose cost is known.
    """
    return ledger.once("margins", lambda: _order_margins(ledger))


def covered(part: int | None, whole: int | None) -> float:
    """Return the share of what was sold whose cost is known; 0 where nothing was."""
    return (part or 0) / whole if whole and whole > 0 else 0.0


def _order_margins(ledger: Ledger) -> Any:
    if ledger.whole is not ledger:
        every = order_margins(ledger.whole)
        return None if every is None else ledger.make("m_margins", ledger.mine(every))
    if not _has_costs(ledger):
        return None
    orders, costs = ledger.orders, ledger.steps.get(COSTS).rename(cost_order_id="order_id")
    known = orders.filter(orders.customer_key.notnull())
    rows = known.left_join(costs, known.order_id == costs.cost_order_id)
    told = rows.select(
        "customer_key",
        "at",
        "day",
        # `cost` of an order is that of its lines as the file told it, and the cost to serve.
        cost=rows.cost - ibis.coalesce(rows.told_cost, 0) + ibis.coalesce(rows.line_cost, 0),
        sold=ibis.coalesce(rows.goods, ibis.greatest(rows.revenue, 0)),
        costed=ibis.coalesce(rows.costed, 0),
    )
    return ledger.make("m_margins", told)


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


def _sums(margins: Any) -> Any:
    rows = with_params(margins, "year_start")
    in_year = rows["at"] >= rows.year_start
    names = ("cost", "sold", "costed")
    # over no row a sum is missing; a conditional one is not
    sums = {name: sum_if(rows["at"].notnull(), rows[name]) for name in names}
    return rows.agg(**sums, **{f"year_{name}": sum_if(in_year, rows[name]) for name in names})
