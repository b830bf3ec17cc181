"""What it cost to win customers.

A customer costs what his own row says, else an equal part of the ad spend of his source up to the instant, shared by all
whom it brought and whose own row says nothing. Who came from elsewhere cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis

from kogorta.metrics.ledger import Ledger, with_params
from kogorta.traits.idioms import count_if, sum_if


def acquired(ledger: Ledger) -> Any:
    """Return whom it cost what to win: customer_key, source, own_cost, spent, sharers; None where nothing tells it.

    `own_cost` is what his own row says. Where it says nothing, and his source was paid for, `spent` is all that was paid
    for it, and `sharers` how many customers share that; else both are missing.
    """
    whole = ledger.whole
    return whole.once("acquired", lambda: _acquired(whole))


def cost_sums(rows: Any) -> dict[str, Any]:
    """Return the sums that `cost_of` adds up, of rows of `acquired` that are grouped by `source` at least."""
    return {
        "own_cost": sum_if(rows.own_cost.notnull(), rows.own_cost),
        "sharing": count_if(rows.spent.notnull()),
        "spent": rows.spent.max(),
        "sharers": rows.sharers.max(),
    }


def cost_of(sums: Iterable[Mapping[str, Any]]) -> float:
    """Return what some customers cost, of sums by source."""
    total = 0.0
    for row in sorted(sums, key=lambda row: row["source"] or ""):
        total += row["own_cost"]
        if row["sharing"]:
            total += row["spent"] * row["sharing"] / row["sharers"]
    return total


def acquisition_cost(ledger: Ledger) -> float | None:
    """Return the cost of winning everyone with an order; None where nothing tells it."""
    rows = acquired(ledger)
    if rows is None:
        return None
    buyers = rows.semi_join(ledger.spending, "customer_key")
    return cost_of(ledger.rows(buyers.group_by("source").agg(**cost_sums(buyers))))


def spending_by_source(ledger: Ledger) -> dict[str, int]:
    """Return the ad spend of each source up to the instant, in minor units."""
    if not ledger.steps.facts.has("ad_spend"):
        return {}
    return {row["source"]: row["spent"] for row in ledger.rows(_spent(ledger))}


def _acquired(ledger: Ledger) -> Any:
    facts = ledger.steps.facts
    if not facts.has("customers"):
        return None
    rows = facts.last_versions("customers", ["customer_key", "acquisition_cost", "acquisition_source"])
    owned = facts.person(rows)
    people = owned.group_by("customer_key").agg(
        own_cost=owned.acquisition_cost.max(), source=owned.acquisition_source.min()
    )
    shared = _shared(ledger, people) if facts.has("ad_spend") else people.mutate(**_NOTHING)
    made = ledger.make("m_acquired", shared)
    told = ledger.row(made.agg(own=made.own_cost.count()))["own"]
    return made if told or spending_by_source(ledger) else None


_NOTHING = {name: ibis.null().cast("int64") for name in ("spent", "sharers")}


def _shared(ledger: Ledger, people: Any) -> Any:
    """Put beside everyone what was paid for his source, and with how many he shares it."""
    sharing = people.filter(people.own_cost.isnull() & people.source.notnull())
    counted = sharing.group_by("source").agg(sharers=sharing.count().cast("int64"))
    spent = _spent(ledger)
    both = spent.join(counted, spent.source == counted.source).select(
        of_source=spent.source, spent=spent.spent, sharers=counted.sharers
    )
    rows = people.left_join(both, (people.source == both.of_source) & people.own_cost.isnull())
    return rows.select("customer_key", "source", "own_cost", "spent", "sharers")


def _spent(ledger: Ledger) -> Any:
    spend = ledger.steps.facts.last_versions("ad_spend", ["date", "source", "cost"])
    rows = with_params(spend.select("date", "source", "cost"), "today")
    past = rows.filter(rows["date"] <= rows.today)
    return past.group_by("source").agg(spent=past.cost.sum().cast("int64"))
