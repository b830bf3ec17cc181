"""The facts that definitions speak of, one row each: whose, when, and their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.facts import Facts, params
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
        columns: The stored columns that are asked for.
        properties: Columns of registered properties of events among them, with their types.
        names: Names of events that are wanted.
        any_status: Whether orders of every status are wanted.
        people: customer_key, person_key of all ids of those who are asked for; None for everyone, also for browsers
            and devices of which nobody knows whose they are.
        orders: Counted orders with their money and `ORDER_COLUMNS`; None where they are not kept.
    """

    facts: Facts
    columns: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    names: Sequence[str] = ()
    any_status: bool = False
    people: Any = None
    orders: Any = None

    def among(self, *more: str, of: str | None = None, without: Sequence[str] = ()) -> list[str]:
        """Return the columns asked for, and some more, once each; only those that a canonical table has."""
        known = None if of is None else TABLES[of].stored_types
        return [
            name
            for name in dict.fromkeys([*more, *self.columns])
            if name not in without and (known is None or name in known)
        ]


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
    if reads_kept_orders(source, fact):
        return FactRows(_kept_orders(source), ("order_id",))
    if fact.startswith("message_") and fact != "message_sent":
        rows, key = _message_events(source, MessageEventKind(fact.removeprefix("message_")))
    else:
        rows, key = _ROWS[fact](source)
    facts = source.facts
    known = rows.filter(rows.customer_key.notnull() & (rows.moment < rows.as_of))
    wanted = dict.fromkeys(["customer_key", "moment", *key, *source.columns])
    told = known.select(*wanted)
    if source.orders is not None and fact in _UNDER_ORDERS:
        return FactRows(told, key)
    if source.people is None:
        return FactRows(facts.person(told), key)
    people = source.people.rename(own_key="customer_key")
    owned = told.join(people, told.customer_key == people.own_key)
    return FactRows(owned.mutate(customer_key=owned.person_key).select(*wanted), key)


def reads_kept_orders(source: Source, fact: str) -> bool:
    """Whether the rows of a fact are counted orders, of which no more is asked than what is kept."""
    known = {"order_id", "revenue", "status", *_OF_ORDERS}
    return (
        fact == "order"
        and source.orders is not None
        and not source.any_status
        and known.issuperset(source.columns)
    )


def _kept_orders(source: Source) -> Any:
    rows = source.orders.filter(source.orders.customer_key.notnull())
    revenue = ibis.ifelse(rows.has_amount == 1, rows.revenue, ibis.null().cast("int64"))
    told = rows.mutate(moment=rows["at"], revenue=revenue, status=ibis.literal(OrderStatus.COMPLETED.value))
    return told.select(*dict.fromkeys(["customer_key", "moment", "order_id", *source.columns]))


def _plain(table: str, at: str, key: tuple[str, ...]) -> Callable[[Source], tuple[Any, tuple[str, ...]]]:
    def read(source: Source) -> tuple[Any, tuple[str, ...]]:
        rows = source.facts.last_versions(table, source.among("customer_key", at, *key))
        return rows.mutate(moment=rows[at]), key

    return read


def _events(source: Source) -> tuple[Any, tuple[str, ...]]:
    key = ("event_id",)
    canonical = source.among("customer_key", "at", "name", *key, of=EVENTS)
    rows = source.facts.last_versions(EVENTS, canonical, source.properties)
    named = rows.filter(rows.name.isin(sorted(source.names)))
    return named.mutate(moment=named["at"]), key


_OF_ORDERS = ("channel", "outlet_id")
_OF_PRODUCTS = ("name", "category", "brand", "kind")
_UNDER_ORDERS = frozenset({"order_line", "discount"})
"""Facts that are the customer's of their order; kept orders name the person."""


def _orders(source: Source) -> tuple[Any, tuple[str, ...]]:
    money = ("amount", "discount") if "revenue" in source.columns else ()
    own = source.among("order_id", "customer_key", "ordered_at", "status", *money, without=("revenue",))
    rows = source.facts.last_versions("orders", own)
    if not source.any_status:
        rows = rows.filter(rows.status == OrderStatus.COMPLETED.value)
    if money:
        told = money_of_orders(source.facts, rows)
        revenue = ibis.ifelse(told.sold.notnull(), told.sold - told.returned, ibis.null().cast("int64"))
        rows = told.select(*rows.columns, revenue=revenue.cast("int64"))
    return rows.mutate(moment=rows.ordered_at), ("order_id",)


def _headers(source: Source) -> Any:
    """Counted orders: order_id, customer_key, moment and what their lines ask of them."""
    asked = [name for name in _OF_ORDERS if name in source.columns]
    if source.orders is not None:
        rows = source.orders.filter(source.orders.customer_key.notnull())
        told = rows.select("customer_key", *asked, header_order_id=rows.order_id, moment=rows["at"])
        return told.cross_join(params().select("as_of"))
    rows = source.facts.last_versions("orders", ["order_id", "customer_key", "ordered_at", "status", *asked])
    counted = rows.filter(rows.status == OrderStatus.COMPLETED.value)
    return counted.select(
        "customer_key", "as_of", *asked, header_order_id=counted.order_id, moment=counted.ordered_at
    )


def _under_order(source: Source, table: str, key: tuple[str, ...], without: Sequence[str] = ()) -> Any:
    own = source.among(*key, "order_id", of=table, without=(*_OF_ORDERS, *without))
    rows = source.facts.last_versions(table, own).select(*own)
    headers = _headers(source)
    joined = rows.join(headers, rows.order_id == headers.header_order_id)
    return joined.drop("header_order_id")


def _order_lines(source: Source) -> tuple[Any, tuple[str, ...]]:
    key = ("order_id", "line_no")
    asked = [name for name in _OF_PRODUCTS if name in source.columns]
    lines = _under_order(source, "order_lines", (*key, "product_id"), _OF_PRODUCTS)
    if asked and source.facts.has("products"):
        products = source.facts.last_versions("products", ["product_id", *asked])
        told = products.select(*asked, named_product_id=products.product_id)
        lines = beside(lines, told, "product_id", "named_product_id").drop("named_product_id")
    elif asked:
        lines = lines.mutate(**{name: ibis.null().cast("string") for name in asked})
    return lines, key


def _discounts(source: Source) -> tuple[Any, tuple[str, ...]]:
    key = ("order_id", "line_no", "kind", "reference")
    return _under_order(source, "discounts", key), key


def _bookings(source: Source) -> tuple[Any, tuple[str, ...]]:
    key = ("booking_id",)
    rows = source.facts.last_versions(
        "bookings", source.among("customer_key", "created_at", "starts_at", *key)
    )
    return rows.mutate(moment=ibis.coalesce(rows.created_at, rows.starts_at)), key


def _visits(source: Source) -> tuple[Any, tuple[str, ...]]:
    key = ("booking_id",)
    own = source.among("customer_key", "created_at", "starts_at", "status", *key)
    rows = source.facts.last_versions("bookings", own)
    visited = rows.filter(
        (rows.status == BookingStatus.VISITED.value) & ibis.coalesce(rows.created_at < rows.as_of, True)
    )
    return visited.mutate(moment=visited.starts_at), key


def _message_events(source: Source, kind: MessageEventKind) -> tuple[Any, tuple[str, ...]]:
    events = source.facts.last_versions("message_events", ["message_id", "kind", "at", "machine", "url"])
    wanted = events.filter((events.kind == kind.value) & (events["at"] < events.as_of))
    if kind is MessageEventKind.OPENED:
        wanted = wanted.filter(~ibis.coalesce(wanted.machine, False))
    wanted = wanted.select("message_id", "url", moment=wanted["at"])
    own = source.among("customer_key", "send_at", "message_id", of="messages", without=("url",))
    messages = source.facts.last_versions("messages", own)
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
