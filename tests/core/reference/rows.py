"""Facts as plain rows of the canonical tables, for importing the same base into the product."""

from __future__ import annotations

from collections.abc import Callable

from tests.core.reference.facts import Facts, MessageOpen, OrderLine, Versioned

Row = dict[str, object]
Tables = dict[str, list[Row]]
Money = Callable[[int], object]


def minor(amount: int) -> object:
    """Money as it is: an integer of minor units."""
    return amount


def stamp(row: Versioned) -> Row:
    """The columns that place a version in time."""
    return {"valid_at": row.valid_at, "ingest_seq": row.ingest_seq, "version_no": row.version_no}


def order_rows(facts: Facts, money: Money = minor) -> list[Row]:
    """Table ``orders``, one row per version."""
    return [
        {
            "order_id": row.order_id,
            "customer_id": row.customer,
            "ordered_at": row.ordered_at,
            "completed_at": row.completed_at,
            "status": row.status,
            "amount": None if row.amount is None else money(row.amount),
            "discount": money(row.discount),
            **stamp(row),
        }
        for row in facts.orders
    ]


def unit_price(line: OrderLine) -> int:
    """The gross price of one unit, which must be a whole number of minor units."""
    price, rest = divmod(line.amount, line.quantity)
    if rest:
        raise ValueError(f"line {line.line_no} of order {line.order_id}: {line.amount} / {line.quantity}")
    return price


def line_rows(facts: Facts, money: Money = minor) -> list[Row]:
    """Table ``order_lines``, one row per version; a column ``category`` only where a line has its own."""
    return [
        {
            "order_id": row.order_id,
            "line_no": row.line_no,
            "product_id": row.product_id,
            "quantity": row.quantity,
            "unit_price": money(unit_price(row)),
            **({"category": row.category} if row.category is not None else {}),
            **stamp(row),
        }
        for row in facts.lines
    ]


def discount_rows(facts: Facts, money: Money = minor) -> list[Row]:
    """Table ``discounts``, one row per version."""
    return [
        {
            "order_id": row.order_id,
            "line_no": row.line_no,
            "kind": row.kind,
            "amount": money(row.amount),
            **stamp(row),
        }
        for row in facts.discounts
    ]


def return_rows(facts: Facts, money: Money = minor) -> list[Row]:
    """Table ``returns``, one row per version."""
    return [
        {
            "return_id": row.return_id,
            "customer_id": row.customer,
            "order_id": row.order_id,
            "line_no": row.line_no,
            "returned_at": row.returned_at,
            "amount": money(row.amount),
            **stamp(row),
        }
        for row in facts.returns
    ]


def product_rows(facts: Facts) -> list[Row]:
    """Table ``products``, one row per version; the category path is its top level alone."""
    return [
        {"product_id": row.product_id, "name": row.product_id, "category": row.category, **stamp(row)}
        for row in facts.products
    ]


def booking_rows(facts: Facts) -> list[Row]:
    """Table ``bookings``, one row per version."""
    return [
        {
            "booking_id": row.booking_id,
            "customer_id": row.customer,
            "created_at": row.created_at,
            "starts_at": row.starts_at,
            "status": row.status,
            "service": row.service,
            "order_id": row.order_id,
            **stamp(row),
        }
        for row in facts.bookings
    ]


def subscription_rows(facts: Facts) -> list[Row]:
    """Table ``subscriptions``, one row per version."""
    return [
        {
            "subscription_id": row.subscription_id,
            "customer_id": row.customer,
            "next_at": row.next_at,
            "status": row.status,
            **stamp(row),
        }
        for row in facts.subscriptions
    ]


def message_rows(facts: Facts) -> list[Row]:
    """Table ``messages``."""
    return [
        {
            "message_id": row.message_id,
            "customer_id": row.customer,
            "channel": row.channel,
            "send_at": row.sent_at,
            "ingest_seq": row.ingest_seq,
        }
        for row in facts.messages
    ]


def opened_row(row: MessageOpen) -> Row:
    """An opening as a message event."""
    return {
        "message_id": row.message_id,
        "name": "opened",
        "at": row.opened_at,
        "machine": row.machine,
        "ingest_seq": row.ingest_seq,
    }


def message_event_rows(facts: Facts) -> list[Row]:
    """Table ``message_events``: that each message was sent, and its openings."""
    sent: list[Row] = [
        {
            "message_id": row.message_id,
            "name": "sent",
            "at": row.sent_at,
            "machine": False,
            "ingest_seq": row.ingest_seq,
        }
        for row in facts.messages
    ]
    return sent + [opened_row(row) for row in facts.opens]


def customer_rows(facts: Facts) -> list[Row]:
    """Table ``customers``."""
    return [
        {
            "customer_id": row.customer,
            "created_at": row.created_at,
            "account_id": row.account,
            "ingest_seq": row.ingest_seq,
        }
        for row in facts.customers
    ]


def to_rows(facts: Facts, money: Money = minor) -> Tables:
    """All tables that have rows; ``money`` turns minor units into what the reader wants."""
    tables: Tables = {
        "customers": customer_rows(facts),
        "products": product_rows(facts),
        "orders": order_rows(facts, money),
        "order_lines": line_rows(facts, money),
        "discounts": discount_rows(facts, money),
        "returns": return_rows(facts, money),
        "bookings": booking_rows(facts),
        "subscriptions": subscription_rows(facts),
        "messages": message_rows(facts),
        "message_events": message_event_rows(facts),
    }
    return {name: rows for name, rows in tables.items() if rows}


def sequence_of(row: Row) -> int:
    """The commit a row came in."""
    value = row["ingest_seq"]
    assert isinstance(value, int)
    return value


def to_batches(tables: Tables) -> list[tuple[int, Tables]]:
    """The rows commit by commit, oldest first, as they would be imported one after another."""
    sequences = sorted({sequence_of(row) for rows in tables.values() for row in rows})
    return [
        (
            sequence,
            {
                name: part
                for name, rows in tables.items()
                if (part := [row for row in rows if sequence_of(row) == sequence])
            },
        )
        for sequence in sequences
    ]
