"""What customers cost to win and what they brought, by the source that they came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.metrics.acquisition import acquired, cost_of, cost_sums, spending_by_source
from kogorta.metrics.campaigns import divided
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.margin import COVER, covered, order_margins
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.traits.idioms import beside, count_if, sum_if

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SourceKpis:
    """Measures of customers who came from one source; money in minor units, all history.

    Attributes:
        customers: How many.
        buyers: With an order.
        repeat_rate: Share of buyers with two orders or more.
        spend: Ad spend of the source up to the instant, whomever it brought; of a segment too.
        cost: What it cost to win these customers: their own costs, and their part of the spend.
        cost_per_customer, cost_per_buyer: That ÷ customers; ÷ buyers.
        revenue, margin: Of their orders.
        ltv_revenue: Revenue ÷ buyers.
        ltv_margin: (Margin − cost) ÷ buyers.
        payback_ratio: Margin ÷ cost: 1 has paid back.
    """

    customers: int
    buyers: int
    repeat_rate: Value
    spend: Value
    cost: Value
    cost_per_customer: Value
    cost_per_buyer: Value
    revenue: Value
    margin: Value
    ltv_revenue: Value
    ltv_margin: Value
    payback_ratio: Value


def by_source(ledger: Ledger, everyone: Any) -> dict[str | None, SourceKpis]:
    """Measure the customers of each source, those with most revenue first; None stands for no known source.

    Args:
        ledger: Whose orders.
        everyone: The customer_key of all whom the ledger is of, also without orders.
    """
    rows = ledger.make("m_by_source", _customers(ledger, everyone))
    told = {row["source"]: row for row in ledger.rows(_sums(ledger, rows))}
    costs = _costs(ledger, rows)
    margins = _margins(ledger, rows)
    spend = spending_by_source(ledger)
    found = {source: _told(row, source, costs, margins, spend) for source, row in told.items()}
    order = sorted(told, key=lambda source: (-told[source]["revenue"], source or ""))
    return {source: found[source] for source in order}


def _customers(ledger: Ledger, everyone: Any) -> Any:
    """Everyone with his source: customer_key, source."""
    facts = ledger.steps.facts
    if not facts.has("customers"):
        return everyone.select("customer_key", source=ibis.null().cast("string"))
    rows = facts.person(facts.last_versions("customers", ["customer_key", "acquisition_source"]))
    told = rows.group_by("customer_key").agg(source=rows.acquisition_source.nullif("").min())
    return beside(everyone.select("customer_key"), told)


def _sums(ledger: Ledger, people: Any) -> Any:
    spent = ledger.spending.select("customer_key", "orders", "priced", "revenue")
    rows = beside(people, spent)
    is_buyer = rows.orders.notnull()
    return rows.group_by("source").agg(
        customers=rows.count().cast("int64"),
        buyers=count_if(is_buyer),
        repeaters=count_if(rows.orders >= 2),
        **{name: sum_if(is_buyer, rows[name]) for name in ("priced", "revenue")},
    )


def _costs(ledger: Ledger, people: Any) -> dict[str | None, float] | None:
    rows = acquired(ledger)
    if rows is None:
        return None
    costs = rows.select("customer_key", "own_cost", "spent", "sharers")
    both = people.join(costs, "customer_key")
    sums = ledger.rows(both.group_by("source").agg(**cost_sums(both)))
    return {row["source"]: cost_of([row]) for row in sums}


def _margins(ledger: Ledger, people: Any) -> dict[str | None, Row]:
    margins = order_margins(ledger)
    if margins is None:
        return {}
    rows = margins.join(people, "customer_key")
    names = ("cost", "sold", "costed")
    sums = rows.group_by("source").agg(**{name: rows[name].sum().cast("int64") for name in names})
    return {row["source"]: row for row in ledger.rows(sums)}


def margin_told(revenue: float, costs: Mapping[str, int] | None) -> Value:
    """Return revenue less what it cost, or say that costs cover too little of it."""
    cover = covered(costs["costed"], costs["sold"]) if costs else 0.0
    if not costs or cover < COVER:
        return Missing(Why.COSTS, cover, COVER)
    return revenue - costs["cost"]


def _told(
    row: Row,
    source: str | None,
    costs: Mapping[str | None, float] | None,
    margins: Mapping[str | None, Row],
    spend: Mapping[str, int],
) -> SourceKpis:
    buyers = float(row["buyers"])
    cost: Value = Missing(Why.ACQUISITION) if costs is None else costs.get(source, 0.0)
    revenue: Value = float(row["revenue"])
    if not row["priced"]:
        revenue = Missing(Why.NO_AMOUNTS if row["buyers"] else Why.NO_ORDERS)
    margin = revenue if isinstance(revenue, Missing) else margin_told(revenue, margins.get(source))
    return SourceKpis(
        customers=row["customers"],
        buyers=row["buyers"],
        repeat_rate=divided(float(row["repeaters"]), buyers, Why.NO_ORDERS),
        spend=float(spend[source]) if source is not None and source in spend else Missing(Why.NO_SPEND),
        cost=cost,
        cost_per_customer=divided(cost, float(row["customers"]), Why.NOBODY),
        cost_per_buyer=divided(cost, buyers, Why.NO_ORDERS),
        revenue=revenue,
        margin=margin,
        ltv_revenue=divided(revenue, buyers, Why.NO_ORDERS),
        ltv_margin=divided(less(margin, cost), buyers, Why.NO_ORDERS),
        payback_ratio=divided(margin, cost, Why.NO_SPEND),
    )


def less(value: Value, cost: Value) -> Value:
    """Take a cost off, or say which of both is missing."""
    if isinstance(value, Missing):
        return value
    return cost if isinstance(cost, Missing) else value - cost
