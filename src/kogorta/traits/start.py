"""When a newcomer first got what he came for, and whether that was soon after he became known."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import DAY_SECONDS, beside, flag, later
from kogorta.traits.shape import Meaning

FIRST_ORDER = "order"
"""How `event` under `[first_value]` calls the first counted order; anything else is the name of an event."""

_NEVER = ibis.null().cast("timestamp(6)")

CONTRACTS = (
    Trait(
        "first_value_at",
        "timestamp(6)",
        "instant UTC",
        "When the first event was that `event` under `[first_value]` of kogorta.toml names; `order`: the first counted order.",
        "missing for customers who did not get so far",
        (),
    ),
    Trait(
        "is_first_value_in_time",
        "int8",
        "0 or 1",
        "first_value_at lies at most `days` under `[first_value]` of kogorta.toml (of 24 hours each) after the customer became known: "
        "his created_at, the earliest of all his ids, else his first fact.",
        "0 for everyone else",
        (),
        nothing=0,
    ),
)


def start_traits(facts: Facts, meaning: Meaning, first_orders: Any) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone who got so far.

    Args:
        facts: The stored tables.
        meaning: Which event it is, and how soon is soon.
        first_orders: customer_key, at: the first counted order of everyone who has one.
    """
    reached = (
        first_orders if meaning.first_value == FIRST_ORDER else _first_events(facts, meaning.first_value)
    )
    rows = reached.select("customer_key", first_value_at=reached["at"])
    rows = beside(rows, _created(facts)) if facts.has("customers") else rows.mutate(created_at=_NEVER)
    rows = beside(rows, _first_facts(facts, rows.filter(rows.created_at.isnull())))
    soon = later(
        ibis.coalesce(rows.created_at, rows.first_fact_at),
        ibis.literal(meaning.first_value_days * DAY_SECONDS),
    )
    return rows.select(
        "customer_key", "first_value_at", is_first_value_in_time=flag(rows.first_value_at <= soon)
    )


def _first_events(facts: Facts, name: str) -> Any:
    rows = facts.last_versions("events", ["customer_key", "name", "at"])
    own = facts.person(
        rows.filter((rows.name == name) & rows.customer_key.notnull() & (rows["at"] < rows.as_of))
    )
    return own.group_by("customer_key").agg(at=own["at"].min())


def _created(facts: Facts) -> Any:
    """Return customer_key, created_at: since when somebody is said to be a customer, by the earliest of his ids."""
    rows = facts.last_versions("customers", ["customer_key", "created_at"])
    rows = facts.person(rows.filter(rows.created_at < rows.as_of))
    return rows.group_by("customer_key").agg(created_at=rows.created_at.min())


def _first_facts(facts: Facts, people: Any) -> Any:
    """Return customer_key, first_fact_at, of some people: the first that anything tells of them."""
    parts = [people.select("customer_key", at=people.first_value_at)]
    for table in TABLES.values():
        if (
            table.has_customer
            and table.at is not None
            and table.name != "customers"
            and facts.has(table.name)
        ):
            rows = facts.last_versions(table.name, ["customer_key", table.at])
            rows = rows.filter(rows.customer_key.notnull() & (rows[table.at] < rows.as_of))
            parts.append(facts.person(rows.select("customer_key", at=rows[table.at])))
    seen = parts[0]
    for part in parts[1:]:
        seen = seen.union(part)
    own = seen.semi_join(people, "customer_key")
    return own.group_by("customer_key").agg(first_fact_at=own["at"].min())
