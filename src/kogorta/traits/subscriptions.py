"""What was agreed to come by itself: auto-orders, passes, what is paid ahead."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import count_if
from kogorta.vocab import SubscriptionStatus

_TABLES = ("subscriptions",)

CONTRACTS = (
    Trait(
        "live_subscriptions",
        "int64",
        "subscriptions",
        "Subscriptions and passes that run.",
        "0 for customers without one",
        _TABLES,
        nothing=0,
        about="live_subscriptions",
        version=2,
    ),
    Trait(
        "next_delivery_at",
        "timestamp(6)",
        "instant UTC",
        "When the nearest delivery ahead of those that run is due.",
        "missing for customers who expect none",
        _TABLES,
    ),
    Trait(
        "prepaid_until",
        "timestamp(6)",
        "instant UTC",
        "Until when something is paid: the furthest of all subscriptions and passes, whatever became of them.",
        "missing for customers who paid nothing ahead",
        _TABLES,
    ),
)


def subscription_traits(facts: Facts) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone who took out a subscription."""
    rows = facts.last_versions(
        "subscriptions", ["customer_key", "created_at", "status", "next_at", "prepaid_until"]
    )
    made = ibis.coalesce(rows.created_at < rows.as_of, True)
    rows = facts.person(rows.filter(rows.customer_key.notnull() & made))
    runs = rows.status == SubscriptionStatus.LIVE.value
    never = ibis.null().cast("timestamp(6)")
    return rows.group_by("customer_key").agg(
        live_subscriptions=count_if(runs),
        next_delivery_at=ibis.ifelse(runs & (rows.next_at > rows.as_of), rows.next_at, never).min(),
        prepaid_until=rows.prepaid_until.max(),
    )
