"""What customers asked of support, and how satisfied it left them."""

from __future__ import annotations

from typing import Any

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.favourites import all_beside
from kogorta.traits.idioms import count_if, last_by_id

_TABLES = ("tickets",)
_NO_TICKET = "missing for customers without a request"
_NONE = "0 for customers without a request"
_TIES = "of several at one instant that of the id last in code point order"

CONTRACTS = (
    Trait(
        "tickets_count",
        "int64",
        "requests",
        "Requests to support, ever.",
        _NONE,
        _TABLES,
        nothing=0,
        about="tickets_count",
        version=2,
    ),
    Trait(
        "open_tickets",
        "int64",
        "requests",
        "Requests that were not closed before the instant.",
        _NONE,
        _TABLES,
        nothing=0,
        about="open_tickets",
        version=2,
    ),
    Trait(
        "last_ticket_at",
        "timestamp(6)",
        "instant UTC",
        "When the last request was opened.",
        _NO_TICKET,
        _TABLES,
    ),
    Trait(
        "last_ticket_topic",
        "string",
        "topic",
        f"Topic of the last request; {_TIES}.",
        "missing where that request tells none",
        _TABLES,
    ),
    Trait(
        "last_satisfaction",
        "int64",
        "score",
        f"Score of the last request that was given one; {_TIES}.",
        "missing for customers who gave none",
        _TABLES,
    ),
)


def support_traits(facts: Facts) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone who asked something."""
    columns = ("ticket_id", "customer_key", "opened_at", "topic", "closed_at", "satisfaction")
    rows = facts.last_versions("tickets", columns)
    rows = facts.person(rows.filter(rows.customer_key.notnull() & (rows.opened_at < rows.as_of)))
    last = last_by_id(rows, "opened_at", "ticket_id")
    scored = last_by_id(rows.filter(rows.satisfaction.notnull()), "opened_at", "ticket_id")
    return all_beside(
        rows,
        rows.group_by("customer_key").agg(
            tickets_count=rows.count().cast("int64"),
            open_tickets=count_if(rows.closed_at.isnull() | (rows.closed_at >= rows.as_of)),
        ),
        last.select("customer_key", last_ticket_at=last.opened_at, last_ticket_topic=last.topic.nullif("")),
        scored.select("customer_key", last_satisfaction=scored.satisfaction),
    )
