"""The facts that definitions speak of, one row each: whose, when, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import beside
from kogorta.traits.orders import money_of_orders
from kogorta.vocab import BookingStatus, MessageEventKind, OrderStatus

EVENTS = "events"
"""All events are read together."""


@dataclass(frozen=True)
class Source:
    """Where the rows of a fact come from.

    Attributes:
        facts: The stored tables.
        properties: Columns of registered properties of events, with their types.
        names: Names of events that are wanted.
        any_status: Whether orders of every status are wanted.
    """

    facts: Facts
    properties: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    any_status: bool = False


@dataclass(frozen=True)
class FactRows:
    """Rows of one kind of fact.

    Attributes:
        rows: customer_key (of the person), moment, and the stored columns.
        key: Columns that order facts of one instant.
    """

    rows: Any
    key: tuple[str, ...]


def fact_rows(source: Source, fact: str) -> FactRows:
    """Return the facts of a kind with an instant before as_of, whose customer is known.

    Args:
        source: Where from.
        fact: A reserved fact, or `EVENTS`.
    """
    if fact.startswith("message_") and fact != "message_sent":
        rows, key = _message_events(source, MessageEventKind(fact.removeprefix("message_")))
    else:
        rows, key = _ROWS[fact](source)
    facts = source.facts
    known = rows.filter(rows.customer_key.notnull() & (rows.moment < rows.as_of))
    return FactRows(facts.person(known.drop("as_of")), key)


def _plain(table: str, at: str, key: tuple[str, ...]) -> Callable[[Source], tuple[Any, tuple[str, ...]]]:
    def read(source: Source) -> tuple[Any, tuple[str, ...]]:
        rows = source.facts.last_versions(table, _columns(table))
        return rows.mutate(moment=rows[at]), key

    return read


def _columns(table: str) -> list[str]:
    return [
        name
        for name in TABLES[table].stored_types
        if name not in {"valid_at", "ingest_seq", "version_no", "is_removed"}
    ]


def _events(source: Source) -> tuple[Any, tuple[str, ...]]:
    rows = source.facts.last_versions(EVENTS, _columns(EVENTS), source.properties)
    named = rows.filter(rows.name.isin(sorted(source.names)))
    return named.mutate(moment=named["at"]), ("event_id",)


_OF_ORDERS = ("channel", "outlet_id")


def _orders(source: Source) -> tuple[Any, tuple[str, ...]]:
    rows = source.facts.last_versions("orders", _columns("orders"))
    if not source.any_status:
        rows = rows.filter(rows.status == OrderStatus.COMPLETED.value)
    money = money_of_orders(source.facts, rows)
    revenue = ibis.ifelse(money.sold.notnull(), money.sold - money.returned, ibis.null().cast("int64"))
    return money.select(*rows.columns, moment=money.ordered_at, revenue=revenue.cast("int64")), ("order_id",)


def _headers(source: Source) -> Any:
    """Counted orders: order_id, customer_key, moment and what their lines may ask of them."""
    rows = source.facts.last_versions(
        "orders", ["order_id", "customer_key", "ordered_at", "status", *_OF_ORDERS]
    )
    counted = rows.filter(rows.status == OrderStatus.COMPLETED.value)
    return counted.select(
        "customer_key", "as_of", *_OF_ORDERS, header_order_id=counted.order_id, moment=counted.ordered_at
    )


def _under_order(source: Source, table: str) -> Any:
    own = [name for name in _columns(table) if name not in {"ordered_at", "ordered_date", "customer_key"}]
    rows = source.facts.last_versions(table, own).select(*own)
    headers = _headers(source)
    joined = rows.join(headers, rows.order_id == headers.header_order_id)
    return joined.select(*own, "customer_key", "as_of", "moment", *_OF_ORDERS)


def _order_lines(source: Source) -> tuple[Any, tuple[str, ...]]:
    lines = _under_order(source, "order_lines")
    names = ("name", "category", "brand", "kind")
    if source.facts.has("products"):
        products = source.facts.last_versions("products", ["product_id", *names])
        told = products.select(*names, named_product_id=products.product_id)
        lines = beside(lines, told, "product_id", "named_product_id").drop("named_product_id")
    else:
        lines = lines.mutate(**{name: ibis.null().cast("string") for name in names})
    return lines, ("order_id", "line_no")


def _discounts(source: Source) -> tuple[Any, tuple[str, ...]]:
    return _under_order(source, "discounts"), ("order_id", "line_no", "kind", "reference")


def _bookings(source: Source) -> tuple[Any, tuple[str, ...]]:
    rows = source.facts.last_versions("bookings", _columns("bookings"))
    return rows.mutate(moment=ibis.coalesce(rows.created_at, rows.starts_at)), ("booking_id",)


def _visits(source: Source) -> tuple[Any, tuple[str, ...]]:
    rows = source.facts.last_versions("bookings", _columns("bookings"))
    visited = rows.filter(
        (rows.status == BookingStatus.VISITED.value) & ibis.coalesce(rows.created_at < rows.as_of, True)
    )
    return visited.mutate(moment=visited.starts_at), ("booking_id",)


def _message_events(source: Source, kind: MessageEventKind) -> tuple[Any, tuple[str, ...]]:
    events = source.facts.last_versions("message_events", ["message_id", "kind", "at", "machine", "url"])
    wanted = events.filter((events.kind == kind.value) & (events["at"] < events.as_of))
    if kind is MessageEventKind.OPENED:
        wanted = wanted.filter(~ibis.coalesce(wanted.machine, False))
    wanted = wanted.select("message_id", "url", moment=wanted["at"])
    messages = source.facts.last_versions("messages", _columns("messages"))
    sent = messages.filter(messages.send_at < messages.as_of).rename(sent_message_id="message_id")
    joined = wanted.join(sent, wanted.message_id == sent.sent_message_id)
    return joined.drop("sent_message_id"), ("message_id",)


_ROWS: dict[str, Callable[[Source], tuple[Any, tuple[str, ...]]]] = {
    EVENTS: _events,
    "order": _orders,
    "order_line": _order_lines,
    "discount": _discounts,
    "return": _plain("returns", "returned_at", ("return_id",)),
    "booking": _bookings,
    "visit": _visits,
    "subscription": _plain("subscriptions", "created_at", ("subscription_id",)),
    "ticket": _plain("tickets", "opened_at", ("ticket_id",)),
    "points": _plain("points", "at", ("entry_id",)),
    "survey_answer": _plain("survey_answers", "at", ("answer_id",)),
    "list_change": _plain("list_changes", "at", ("list", "op")),
    "consent_change": _plain("consents", "at", ("channel", "purpose", "op")),
    "attribute_change": _plain("attribute_changes", "at", ("key",)),
    "message_sent": _plain("messages", "send_at", ("message_id",)),
}
"""How the rows of each fact are read."""
