"""The reserved facts that a definition may speak of, with their columns."""

from __future__ import annotations

from collections.abc import Mapping

from kogorta.definitions.catalogue import ColumnInfo, FactInfo, Kind
from kogorta.schema import MICRO, TABLES, Column, ColumnType
from kogorta.vocab import MessageEventKind

KINDS: dict[ColumnType, Kind] = {
    ColumnType.ID: Kind.TEXT,
    ColumnType.TEXT: Kind.TEXT,
    ColumnType.ENUM: Kind.TEXT,
    ColumnType.PATH: Kind.PATH,
    ColumnType.ID_LIST: Kind.LIST,
    ColumnType.MONEY: Kind.MONEY,
    ColumnType.PRICE: Kind.NUMBER,
    ColumnType.QUANTITY: Kind.NUMBER,
    ColumnType.INTEGER: Kind.NUMBER,
    ColumnType.NUMBER: Kind.NUMBER,
    ColumnType.INSTANT: Kind.INSTANT,
    ColumnType.DATE: Kind.DATE,
    ColumnType.BOOLEAN: Kind.FLAG,
}
"""What each stored type is to a definition."""

_PEOPLE = {"customer_id", "anonymous_id"}


def column_info(column: Column, minor_digits: int) -> ColumnInfo:
    """Return what a canonical column is to a definition."""
    kind = KINDS[column.type]
    micro = column.type in {ColumnType.PRICE, ColumnType.QUANTITY}
    scale = MICRO if micro else 10**minor_digits if kind is Kind.MONEY else 1
    return ColumnInfo(kind, column.stored, scale, column.values)


def columns_of(table: str, minor_digits: int, leave: frozenset[str] = frozenset()) -> dict[str, ColumnInfo]:
    """Return the columns of a canonical table that a definition may test, by name."""
    return {
        column.name: column_info(column, minor_digits)
        for column in TABLES[table]
        if column.name not in _PEOPLE | leave and KINDS[column.type] is not Kind.LIST
    }


def reserved_facts(minor_digits: int) -> Mapping[str, FactInfo]:
    """Return the reserved facts by name.

    | fact | what | at |
    |---|---|---|
    | order | counted orders (of any status where `where` names `status`); `revenue` net of discounts and returns | ordered_at |
    | order_line | lines of counted orders, with what is known of the product and the order | ordered_at |
    | discount | discounts on counted orders | ordered_at |
    | return | returns | returned_at |
    | booking | bookings that were made | created_at, or where it is missing starts_at |
    | visit | bookings that became a visit | starts_at |
    | subscription | auto-orders and passes | created_at |
    | ticket | requests to support | opened_at |
    | points | lines of the loyalty ledger | at |
    | survey_answer, list_change, consent_change, attribute_change | rows of these tables | at |
    | message_sent | messages | send_at |
    | message_delivered, … | what became of them; openings by machines left out | at |
    """
    money = ColumnInfo(Kind.MONEY, "revenue", 10**minor_digits)
    orders = columns_of("orders", minor_digits, frozenset({"ordered_at", "currency"})) | {"revenue": money}
    of_order = {name: orders[name] for name in ("channel", "outlet_id")}
    products = columns_of("products", minor_digits)
    of_product = {name: products[name] for name in ("name", "category", "brand", "kind")}
    lines = columns_of("order_lines", minor_digits, frozenset({"ordered_at"}))
    bookings = columns_of("bookings", minor_digits, frozenset({"created_at"}))
    messages = columns_of("messages", minor_digits, frozenset({"send_at"}))
    facts = {
        "order": FactInfo(("orders",), orders),
        "order_line": FactInfo(("orders", "order_lines"), lines | of_order | of_product),
        "discount": FactInfo(
            ("orders", "discounts"),
            columns_of("discounts", minor_digits, frozenset({"ordered_at"})) | of_order,
        ),
        "return": FactInfo(("returns",), columns_of("returns", minor_digits, frozenset({"returned_at"}))),
        "booking": FactInfo(("bookings",), bookings),
        "visit": FactInfo(
            ("bookings",),
            {name: info for name, info in bookings.items() if name not in {"status", "starts_at"}},
        ),
        "subscription": FactInfo(
            ("subscriptions",), columns_of("subscriptions", minor_digits, frozenset({"created_at"}))
        ),
        "ticket": FactInfo(("tickets",), columns_of("tickets", minor_digits, frozenset({"opened_at"}))),
        "points": FactInfo(("points",), columns_of("points", minor_digits, frozenset({"at"}))),
        "message_sent": FactInfo(("messages",), messages),
    }
    for name, table in (
        ("survey_answer", "survey_answers"),
        ("list_change", "list_changes"),
        ("consent_change", "consents"),
        ("attribute_change", "attribute_changes"),
    ):
        facts[name] = FactInfo((table,), columns_of(table, minor_digits, frozenset({"at"})))
    url = columns_of("message_events", minor_digits)["url"]
    for kind in MessageEventKind:
        if kind is not MessageEventKind.SENT:
            facts[f"message_{kind.value}"] = FactInfo(("messages", "message_events"), messages | {"url": url})
    return facts


def event_columns(minor_digits: int) -> Mapping[str, ColumnInfo]:
    """Return the columns that every event has."""
    return columns_of("events", minor_digits, frozenset({"at", "name"}))
