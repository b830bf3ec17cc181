"""What it cost to win the customers who bought."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.metrics.ledger import Ledger, with_params
from kogorta.traits.idioms import count_if, flag, sum_if


def acquisition_cost(ledger: Ledger) -> float | None:
    """Return the cost of winning everyone with an order; None where nothing tells it.

    A customer costs what his own row says, else an equal part of the ad spend of his source up to the
    instant, shared by all whom it brought and whose own row says nothing. Who came from elsewhere cost
    nothing.
    """
    facts = ledger.steps.facts
    if not facts.has("customers"):
        return None
    own = ledger.row(_own(ledger))
    spent = ledger.rows(_spent(ledger)) if facts.has("ad_spend") else []
    if not own["told"] and not spent:
        return None
    brought = {row["source"]: row for row in ledger.rows(_brought(ledger))} if spent else {}
    shared = 0.0
    for row in sorted(spent, key=lambda row: str(row["source"])):
        people = brought.get(row["source"])
        if people:
            shared += row["cost"] * people["buyers"] / people["customers"]
    return float(own["cost"] or 0) + shared


def _people(ledger: Ledger) -> Any:
    """One row a customer: his own cost and his source, and whether he has an order."""
    facts = ledger.steps.facts
    rows = facts.last_versions("customers", ["customer_key", "acquisition_cost", "acquisition_source"])
    people = facts.person(rows)
    told = people.group_by("customer_key").agg(
        cost=people.acquisition_cost.max(), source=people.acquisition_source.min()
    )
    buyers = ledger.spending.select(buyer_key="customer_key")
    joined = told.left_join(buyers, told.customer_key == buyers.buyer_key)
    return joined.select("cost", "source", is_buyer=flag(joined.buyer_key.notnull()))


def _own(ledger: Ledger) -> Any:
    rows = _people(ledger)
    return rows.agg(
        told=count_if(rows.cost.notnull()), cost=sum_if(rows.is_buyer == 1, ibis.coalesce(rows.cost, 0))
    )


def _brought(ledger: Ledger) -> Any:
    rows = _people(ledger)
    shared = rows.filter(rows.cost.isnull() & rows.source.notnull())
    return shared.group_by("source").agg(
        customers=shared.count().cast("int64"), buyers=count_if(shared.is_buyer == 1)
    )


def _spent(ledger: Ledger) -> Any:
    spend = ledger.steps.facts.last_versions("ad_spend", ["date", "source", "cost"])
    rows = with_params(spend.select("date", "source", "cost"), "today")
    past = rows.filter(rows["date"] <= rows.today)
    return past.group_by("source").agg(cost=past.cost.sum().cast("int64"))
