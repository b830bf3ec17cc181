"""Reference facts as rows of the stored tables, versions and commits as given.

These tests are about meaning, not about reading files: the rows stand in the store exactly as the
reference sees them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa

from kogorta.schema import MICRO, TABLES
from tests.core.reference.facts import Facts
from tests.core.reference.rows import Row, to_rows


def utc(year: int, month: int, day: int, hour: int = 0) -> datetime:
    """An instant as it is stored: UTC without a zone."""
    return datetime(year, month, day, hour, tzinfo=UTC).replace(tzinfo=None)


EPOCH = utc(1970, 1, 1)
"""`valid_at` of what has no instant of its own."""

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "timestamp(6)": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}

KeyOf = Callable[[str, int], int]
"""The key under which the n-th row of a table names a customer."""


def naive(value: object) -> datetime:
    """An instant as it is stored: UTC without a zone."""
    assert isinstance(value, datetime)
    return value.astimezone(UTC).replace(tzinfo=None)


def local_date(value: object, zone: str) -> date:
    """The calendar day of an instant in the workspace's zone."""
    assert isinstance(value, datetime)
    return value.astimezone(ZoneInfo(zone)).date()


def whole(value: object) -> int:
    """A number of a row."""
    assert isinstance(value, int)
    return value


def order_line(row: Row) -> Row:
    """A line with its gross sum."""
    quantity, price = whole(row["quantity"]), whole(row["unit_price"])
    micro = {
        "quantity_micro": quantity * MICRO,
        "unit_price_micro": price * MICRO,
        "amount": quantity * price,
    }
    return {**row, **micro}


def product(row: Row) -> Row:
    """A product with its top-level category."""
    return {**row, "category_top": row["category"]}


def subscription(row: Row) -> Row:
    """A subscription in the product's words."""
    words = {"active": "live", "paused": "paused", "cancelled": "ended"}
    return {**row, "status": words[str(row["status"])], "created_at": row["valid_at"]}


def message(row: Row) -> Row:
    """A message is visible from when it was sent."""
    return {**row, "valid_at": row["send_at"]}


def message_event(row: Row) -> Row:
    """What became of a message, visible from when it happened."""
    return {**row, "kind": row["name"], "valid_at": row["at"]}


def customer(row: Row) -> Row:
    """A customer is visible from when he was created; who was not, has no instant."""
    return {**row, "valid_at": row["created_at"]}


SHAPES: Mapping[str, Callable[[Row], Row]] = {
    "order_lines": order_line,
    "products": product,
    "subscriptions": subscription,
    "messages": message,
    "message_events": message_event,
    "customers": customer,
}


def stored_row(name: str, row: Row, zone: str, key: int | None) -> Row:
    """One row with every stored column."""
    table = TABLES[name]
    shaped = SHAPES[name](row) if name in SHAPES else row
    stored: Row = {column: shaped.get(column) for column in table.stored_types}
    for column in table:
        if column.local_date and shaped.get(column.name) is not None:
            stored[column.name] = naive(shaped[column.name])
            stored[column.local_date] = local_date(shaped[column.name], zone)
    valid_at = shaped.get("valid_at")
    stored["valid_at"] = EPOCH if valid_at is None else naive(valid_at)
    stored["version_no"] = shaped.get("version_no", 1)
    stored["is_removed"] = False
    if table.has_customer:
        stored["customer_key"] = key
    return stored


def arrow(name: str, rows: list[Row]) -> pa.Table:
    """Rows of one stored table."""
    schema = pa.schema([(column, ARROW_TYPES[type_]) for column, type_ in TABLES[name].stored_types.items()])
    return pa.Table.from_pylist(rows, schema)


def stored_tables(facts: Facts, key_of: KeyOf) -> dict[str, list[Row]]:
    """Every table that has rows, ready to be inserted."""
    tables: dict[str, list[Row]] = {}
    for name, rows in to_rows(facts).items():
        tables[name] = [
            stored_row(
                name, row, facts.zone, key_of(str(row["customer_id"]), i) if "customer_id" in row else None
            )
            for i, row in enumerate(rows)
        ]
    return tables
