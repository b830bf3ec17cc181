"""PostgreSQL, through psycopg 3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader
from psycopg.types.string import TextLoader

from kogorta.ingest.sources.sql.address import Address
from kogorta.ingest.sources.sql.database import ROWS_AT_ONCE, SECONDS_TO_CONNECT, Database

FAILURES = (psycopg.Error,)


class Postgres(Database):
    """A transaction that only reads, all of it of one state."""

    failures = FAILURES
    tables_sql = (
        "SELECT table_schema, table_name, table_schema = ANY (current_schemas(false)) FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
    )

    def cursor(self) -> Any:
        """Return a cursor on the server: rows come as they are fetched."""
        made = self.connection.cursor(name="kogorta")
        made.itersize = ROWS_AT_ONCE
        return made

    def execute(self, cursor: Any, sql: str, values: Sequence[object]) -> None:
        """Run a query on a cursor."""
        cursor.execute(sql.encode(), tuple(values) or None)


class _Date(DateLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


class _Timestamp(TimestampLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


class _Timestamptz(TimestamptzLoader):
    def load(self, data: Any) -> Any:
        return _lenient(super().load, data)


def _lenient(load: Any, data: Any) -> Any:
    """Let `infinity` and years that Python does not have pass as text: their rows are judged like any other."""
    try:
        return load(data)
    except psycopg.DataError:
        return bytes(data).decode()


LOADERS: dict[str, Any] = {
    "date": _Date,
    "timestamp": _Timestamp,
    "timestamptz": _Timestamptz,
    # As it is written: numbers in it would lose digits.
    "json": TextLoader,
    "jsonb": TextLoader,
}


def connect(address: Address) -> Database:
    """Open a connection; options of the address are those of libpq."""
    options: dict[str, Any] = {
        "connect_timeout": str(SECONDS_TO_CONNECT),
        "application_name": "kogorta",
        **address.options,
    }
    where = {"host": address.host, "port": address.port, "user": address.user, "password": address.password}
    given = {name: value for name, value in where.items() if value}
    connection = psycopg.connect(**{**options, **given, "dbname": address.database})
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    for name, loader in LOADERS.items():
        connection.adapters.register_loader(name, loader)
    connection.execute("SET TIME ZONE 'UTC'")
    connection.execute("SET DateStyle TO ISO")
    return Postgres(address, connection)
