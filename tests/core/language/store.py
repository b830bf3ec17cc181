"""A real store that is filled anew with each world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from kogorta.schema import TABLES, ColumnType
from kogorta.schema.types import STORAGE
from kogorta.traits.shape import Shape
from kogorta.warehouse.ddl import BOOKS
from kogorta.warehouse.moments import MOMENTS, rows_sql
from kogorta.warehouse.sql import quote, sql_type
from kogorta.warehouse.store import Warehouse
from tests.core.language.facts import Property, Row, World

ARROW_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "int32": pa.int32(),
    "float64": pa.float64(),
    "timestamp(6)": pa.timestamp("us"),
    "date": pa.date32(),
    "boolean": pa.bool_(),
}
LOG_BOOKS = ("membership_changes", "runs")
ALWAYS_EMPTIED = ("customer_ids", "batches", "properties", *LOG_BOOKS, *MOMENTS.values())


class Store:
    """One store, emptied and filled again."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = Warehouse(folder / "warehouse.duckdb")
        self.world = World({})
        self._columns: set[tuple[str, str]] = set()
        self._used: set[str] = set()

    def fill(self, world: World) -> None:
        """Lay a world into the empty store."""
        self.world = world
        # apart: a table cannot lose rows and get a column in one transaction
        self.warehouse.write(self._register)
        self.warehouse.write(self._replace)

    @property
    def aliases(self) -> pa.Table:
        """Second ids and the persons they are."""
        world = self.world
        pairs = sorted((world.key(one), world.key(other)) for one, other in world.same.items())
        return pa.table(
            {
                "customer_key": pa.array([pair[0] for pair in pairs], pa.int64()),
                "person_key": pa.array([pair[1] for pair in pairs], pa.int64()),
            }
        )

    def _replace(self, connection: Any) -> None:
        for name in [*self._used, *ALWAYS_EMPTIED]:
            connection.execute(f"DELETE FROM {quote(name)}")
        self._used = {name for name, rows in self.world.rows.items() if rows}
        for name in sorted(self._used):
            extra = [item for item in self.world.properties if item.table == name]
            types = TABLES[name].stored_types | {item.column: STORAGE[item.type] for item in extra}
            rows = [stored(self.world, name, row, extra) for row in self.world.rows[name]]
            _insert(connection, name, types, rows)
        for name, moments in MOMENTS.items():
            connection.execute(f"INSERT INTO {moments} {rows_sql(name)}")
        for name, rows in books(self.world).items():
            _insert(connection, name, BOOKS[name], rows)

    def _register(self, connection: Any) -> None:
        for item in self.world.properties:
            if (item.table, item.column) not in self._columns:
                type_ = sql_type(STORAGE[item.type])
                connection.execute(
                    f"ALTER TABLE {quote(item.table)} ADD COLUMN IF NOT EXISTS {quote(item.column)} {type_}"
                )
                self._columns.add((item.table, item.column))


def shape_of(worlds: Sequence[World], *, generous: bool) -> Shape:
    """A shape that fits each of these worlds: no wider than need be, or one that leaves no work out."""
    if generous:
        versioned = {name for name, table in TABLES.items() if not table.immutable}
        return Shape(frozenset(TABLES), frozenset(versioned), has_aliases=True)
    rows = [(name, row) for world in worlds for name, several in world.rows.items() for row in several]
    present = {name for name, _ in rows}
    versioned = {name for name, row in rows if row["version_no"] > 1}
    return Shape(frozenset(present), frozenset(versioned), any(world.same for world in worlds))


def _insert(connection: Any, name: str, types: Mapping[str, str], rows: list[Row]) -> None:
    if rows:
        schema = pa.schema([(column, ARROW_TYPES[type_]) for column, type_ in types.items()])
        connection.register("incoming", pa.Table.from_pylist(rows, schema))
        connection.execute(f"INSERT INTO {quote(name)} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")


def stored(world: World, name: str, row: Row, properties: list[Property]) -> Row:
    """A row with every stored column: its person's key, local dates, the tops of paths."""
    found: Row = {column: row.get(column) for column in TABLES[name].stored_types}
    for column in TABLES[name]:
        cell = row.get(column.stored)
        if column.local_date and cell is not None:
            found[column.local_date] = local_day(cell, world.zone)
        if column.type is ColumnType.PATH and cell:
            found[f"{column.stored}_top"] = cell.split("/")[0]
    if TABLES[name].has_customer:
        found["customer_key"] = None if row["customer"] is None else world.key(row["customer"])
    return found | {item.column: row.get(item.column) for item in properties}


def local_day(instant: datetime, zone: str) -> Any:
    """The calendar day of an instant in a zone."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def books(world: World) -> dict[str, list[Row]]:
    """The house's own books about a world."""
    seqs = sorted({1} | {row["ingest_seq"] for rows in world.rows.values() for row in rows})
    knew = {row["at"]: row.get("known_seq", 1) for row in world.log}
    runs = sorted(knew)
    return {
        "customer_ids": [
            {
                "customer_key": world.key(one),
                "id_space": "anonymous" if one in world.anonymous else "main",
                "customer_id": one,
                "ingest_seq": 1,
            }
            for one in world.ids
        ],
        "batches": [{"ingest_seq": seq, "imported_at": world.imported_at(seq)} for seq in seqs],
        "properties": [
            {
                "table_name": item.table,
                "scope": item.scope,
                "name": item.name,
                "type": item.type.value,
                "column_name": item.column,
                "ingest_seq": 1,
            }
            for item in world.properties
        ],
        "membership_changes": [log_row(world, row, runs) for row in world.log],
        "runs": [
            {"run_id": number, "as_of": at, "known_seq": knew[at], "finished_at": at}
            for number, at in enumerate(runs, 1)
        ],
    }


def log_row(world: World, row: Row, runs: list[datetime]) -> Row:
    """A change of membership; a free segment stands under its own id twice."""
    scheme, _, segment = row["segment"].partition(".")
    return {
        "scheme": scheme,
        "segment": segment or scheme,
        "customer_key": world.key(row["customer"]),
        "at": row["at"],
        "op": row["op"],
        "cause": row["cause"],
        "version": 1,
        "run_id": runs.index(row["at"]) + 1,
    }
