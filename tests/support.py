"""Small helpers that tests share: rows into a warehouse, without going through files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.schema import TABLES
from kogorta.warehouse.batch import BatchInfo, BatchResult, StagedTable
from kogorta.warehouse.store import Warehouse

IMPORTED = datetime.fromisoformat("2025-06-01")

_ARROW = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "timestamp(6)": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}


def day(text: str) -> datetime:
    """Read `2025-01-31` or `2025-01-31 12:00` as an instant, UTC without a zone."""
    return datetime.fromisoformat(text)


def commit(
    warehouse: Warehouse,
    table: str,
    rows: Sequence[Mapping[str, Any]],
    imported_at: datetime = IMPORTED,
    set_of: str | None = None,
) -> BatchResult:
    """Commit rows of one canonical table, given by stored column names; `customer_id` is text.

    Local dates are filled in as the UTC date where they are not given.
    """
    spec = TABLES[table]
    types = {name: _ARROW[kind] for name, kind in spec.stored_types.items() if name in spec.content}
    types |= {"customer_id": pa.string(), "anonymous_id": pa.string(), "line": pa.int64()}
    complete = [_complete(spec, row, number) for number, row in enumerate(rows, 2)]
    used = [name for name in types if any(name in row for row in complete)]
    arrow = pa.table({name: pa.array([row.get(name) for row in complete], types[name]) for name in used})
    with warehouse.staging() as staging:
        staging.create_from_arrow("typed", arrow)
        info = BatchInfo("test", "rows", f"{table}-{imported_at}", table, imported_at, rows_read=len(rows))
        return warehouse.commit_batch(info, [StagedTable(spec, f"{staging.name}.typed", set_of)])


def _complete(spec: Any, row: Mapping[str, Any], line: int) -> dict[str, Any]:
    filled = {"line": line, **row}
    for column in spec.columns:
        if column.local_date and isinstance(row.get(column.name), datetime):
            filled.setdefault(column.local_date, row[column.name].date())
    return filled


def order(
    order_id: str,
    customer_id: str | None,
    at: str,
    amount: int | None = 10_000,
    status: str = "completed",
    **more: Any,
) -> dict[str, Any]:
    """Return a row of `orders`; `amount` in minor units."""
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "ordered_at": day(at),
        "amount": amount,
        "status": status,
        **more,
    }
