"""Who is slipping away, and the money at stake."""

from __future__ import annotations

from typing import Any

from kogorta.membership.log import customer_names
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why
from kogorta.metrics.model import Slipping, SlippingCustomer
from kogorta.traits.idioms import DAY_SECONDS
from kogorta.vocab import LifecycleStage

SLIPPING = (LifecycleStage.AT_RISK.value, LifecycleStage.LOST.value)
MOST = 25


def slipping_of(ledger: Ledger, *, has_amounts: bool) -> Slipping | Missing:
    """Return everyone at risk or lost who brought money within the last 365 days.

    At stake is that money: it says what would be missed if they stayed away. Who has been away longer
    than a year has none at stake any more.
    """
    if ledger.from_sums:
        return Missing(Why.SUMMARIES_ONLY)
    if not ledger.row(ledger.spending.agg(n=ledger.spending.count()))["n"]:
        return Missing(Why.NO_ORDERS)
    if not has_amounts:
        return Missing(Why.NO_AMOUNTS)
    rows = _rows(ledger)
    sums = rows.group_by("lifecycle_stage").agg(
        customers=rows.count().cast("int64"), at_stake=rows.at_stake.sum().cast("int64")
    )
    found = {row["lifecycle_stage"]: (row["customers"], row["at_stake"]) for row in ledger.rows(sums)}
    customers = tuple(_customer(row) for row in ledger.rows(_named(rows)))
    return Slipping({stage: found.get(stage, (0, 0)) for stage in SLIPPING}, customers)


def _rows(ledger: Ledger) -> Any:
    traits = ledger.view.traits
    away = traits.filter(traits.lifecycle_stage.isin(SLIPPING) & (traits.orders_count > 0))
    away = away.select(
        "customer_key", "lifecycle_stage", "lifecycle_reason", "silence_seconds", "rhythm_days"
    )
    spent = ledger.spending.select(
        spender_key="customer_key", orders="orders", revenue="revenue", at_stake="year_revenue"
    )
    rows = away.join(spent, away.customer_key == spent.spender_key)
    return rows.filter(rows.at_stake > 0)


def _named(rows: Any) -> Any:
    """The customers with most at stake, each with the id that a source gave him."""
    top = rows.order_by([rows.at_stake.desc(), rows.customer_key]).limit(MOST)
    names = customer_names().select(named_key="customer_key", customer_id="customer_id")
    named = top.join(names, top.customer_key == names.named_key)
    return named.order_by([named.at_stake.desc(), named.customer_key])


def _customer(row: dict[str, Any]) -> SlippingCustomer:
    return SlippingCustomer(
        row["customer_id"],
        row["lifecycle_stage"],
        row["silence_seconds"] // DAY_SECONDS,
        row["rhythm_days"],
        row["orders"],
        row["revenue"],
        row["at_stake"],
        row["lifecycle_reason"],
    )
