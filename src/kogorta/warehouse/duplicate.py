"""A whole store in a second file, as of one moment, while others read and write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from kogorta.errors import EngineError
from kogorta.warehouse.duckdb_engine import DuckDBEngine, attach
from kogorta.warehouse.sql import quote

_OWN = "current_database()"


def duplicate(engine: DuckDBEngine, path: Path) -> dict[str, int]:
    """Write everything that is committed now into a new file; what is committed meanwhile is not in it.

    Nobody waits: it is one reader among others.

    Args:
        engine: The store.
        path: The file, which is not there yet.

    Returns:
        How many rows each table of the copy has.

    Raises:
        EngineError: The disk is full, or the copy is not equal to the store.
    """
    try:
        with engine.cursor() as cursor:
            attach(cursor, path, "duplicate")
            try:
                return _copied(cursor)
            finally:
                cursor.execute("DETACH duplicate")
    except duckdb.Error as error:
        raise EngineError(
            "the store could not be copied",
            got=str(error),
            hint="is the disk full, or the folder read-only?",
            path=str(path),
        ) from error


def row_counts(path: Path) -> dict[str, int]:
    """Return how many rows each table of a store has that nobody has open.

    Raises:
        EngineError: The file is no store.
    """
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            (name,) = connection.execute(f"SELECT {_OWN}").fetchall()[0]
            return _counted(connection, name)
    except duckdb.Error as error:
        raise EngineError("the file is no store", got=str(error), path=str(path)) from error


def _copied(cursor: Any) -> dict[str, int]:
    (store,) = cursor.execute(f"SELECT {_OWN}").fetchone()
    # one transaction: what is counted is what is copied
    cursor.execute("BEGIN TRANSACTION")
    try:
        cursor.execute(f"COPY FROM DATABASE {quote(store)} TO duplicate")
        found, copied = _counted(cursor, store), _counted(cursor, "duplicate")
        cursor.execute("COMMIT")
    except duckdb.Error:
        cursor.execute("ROLLBACK")
        raise
    cursor.execute("CHECKPOINT duplicate")
    if found != copied:
        raise EngineError("the copy of the store is not equal to it", got=_difference(found, copied))
    return copied


def _counted(connection: Any, database: str) -> dict[str, int]:
    names = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? ORDER BY table_name", [database]
    ).fetchall()
    return {
        name: connection.execute(f"SELECT count(*) FROM {quote(database)}.main.{quote(name)}").fetchone()[0]
        for (name,) in names
    }


def _difference(found: dict[str, int], copied: dict[str, int]) -> str:
    names = sorted(name for name in found.keys() | copied.keys() if found.get(name) != copied.get(name))
    return ", ".join(f"{name}: {found.get(name)} / {copied.get(name)}" for name in names)
