"""A store filled with a few rows, written short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta.config import Config
from kogorta.metrics import Metrics, measure
from kogorta.schema import MICRO, TABLES
from kogorta.warehouse.store import Warehouse

Row = dict[str, Any]

_ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "timestamp(6)": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def utc(
    year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0, micro: int = 0
) -> datetime:
    """An instant as it is kept inside: UTC without a zone."""
    return datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC).replace(tzinfo=None)


EPOCH = utc(1970, 1, 1)


def config(business: str = "shop", timezone: str = "UTC", **rfm: Any) -> Config:
    """Settings of a workspace."""
    workspace = {"business": business, "timezone": timezone, "name": "Test", "currency": "EUR"}
    return Config.model_validate({"workspace": workspace, "rfm": rfm})


def order(
    order_id: str, key: int | None, at: datetime, amount: int | None, *, day: date | None = None, **more: Any
) -> Row:
    """One counted order; its local day is the UTC one unless it is given."""
    row = {"order_id": order_id, "customer_key": key, "ordered_at": at, "ordered_date": day or at.date()}
    return row | {"status": "completed", "amount": amount, "valid_at": at, **more}


def line(order_id: str, number: int, amount: int, cost: int | None, **more: Any) -> Row:
    """One line of one unit."""
    row = {"order_id": order_id, "line_no": number, "amount": amount, "cost": cost}
    return row | {"quantity_micro": MICRO, **more}


def give_back(
    return_id: str, key: int | None, order_id: str | None, at: datetime, amount: int, **more: Any
) -> Row:
    """One return."""
    row = {"return_id": return_id, "customer_key": key, "order_id": order_id, "amount": amount}
    return row | {"returned_at": at, "returned_date": at.date(), "valid_at": at, **more}


def stored(table: str, row: Mapping[str, Any]) -> Row:
    """The row with every stored column."""
    system = {"valid_at": EPOCH, "ingest_seq": 1, "version_no": 1, "is_removed": False}
    unknown = set(row) - set(TABLES[table].stored_types)
    assert not unknown, f"{table} has no {unknown}"
    return dict.fromkeys(TABLES[table].stored_types) | system | dict(row)


class Shop:
    """One store, emptied and filled again."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = Warehouse(folder / "warehouse.duckdb")
        self._used: set[str] = set()

    def fill(self, imported_at: datetime = EPOCH, **tables: Sequence[Row]) -> None:
        """Lay rows into the empty store; every customer's id is `c` and his key."""
        self.warehouse.write(lambda connection: self._replace(connection, tables, imported_at))

    def _replace(self, connection: Any, tables: Mapping[str, Sequence[Row]], imported_at: datetime) -> None:
        for name in [*self._used, "customer_ids", "batches"]:
            connection.execute(f"DELETE FROM {name}")
        self._used |= set(tables)
        for name, rows in tables.items():
            schema = pa.schema(
                [(column, _ARROW[type_]) for column, type_ in TABLES[name].stored_types.items()]
            )
            connection.register("incoming", pa.Table.from_pylist([stored(name, row) for row in rows], schema))
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM incoming")
            connection.unregister("incoming")
        keys = {row["customer_key"] for rows in tables.values() for row in rows if row.get("customer_key")}
        for key in sorted(keys):
            connection.execute("INSERT INTO customer_ids VALUES (?, 'main', ?, 1)", [key, f"c{key}"])
        connection.execute(
            "INSERT INTO batches BY NAME SELECT 1::BIGINT AS ingest_seq, ?::TIMESTAMP AS imported_at",
            [imported_at],
        )

    def measure(self, as_of: datetime, settings: Config | None = None) -> Metrics:
        """Measure it."""
        return measure(self.warehouse, settings or config(), as_of)
