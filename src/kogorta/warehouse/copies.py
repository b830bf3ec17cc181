"""Copies of results in files of their own, which others read while the store is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kogorta.errors import EngineError
from kogorta.warehouse.sql import quote

_WRITING = ".part"
_PART = 10_000


def write_copy(path: Path, tables: Mapping[str, pa.Table], derived: Mapping[str, str] | None = None) -> None:
    """Write tables into a new file, which is there whole or not at all.

    Args:
        path: The file; one of that name is replaced.
        tables: By name.
        derived: More tables by name: a query over those that stand before it. It is run once, so that readers need not.
    """
    part = path.with_suffix(_WRITING)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        with duckdb.connect(str(part), config={"autoinstall_known_extensions": "false"}) as connection:
            for name, rows in tables.items():
                connection.register("incoming_rows", rows)
                connection.execute(f"CREATE TABLE {quote(name)} AS SELECT * FROM incoming_rows")
                connection.unregister("incoming_rows")
            for name, query in (derived or {}).items():
                connection.execute(f"CREATE TABLE {quote(name)} AS {query}")
        part.replace(path)
    except (duckdb.Error, OSError) as error:
        with suppress(OSError):
            part.unlink()
        raise EngineError(
            "a copy of the results could not be written",
            got=str(error),
            hint="is the disk full, or the folder read-only?",
            path=str(path),
        ) from error


class Copy:
    """A file of `write_copy`, open for reading; threads may share it.

    Args:
        path: The file.
        memory_limit: What its questions may use.

    Raises:
        EngineError: The file is not there, or is no copy.
    """

    def __init__(self, path: Path, memory_limit: str = "1GB") -> None:
        self.path = path
        try:
            self._root = duckdb.connect(
                str(path),
                read_only=True,
                config={"memory_limit": memory_limit, "autoinstall_known_extensions": "false"},
            )
        except duckdb.Error as error:
            raise EngineError(
                "a copy of the results cannot be opened", got=str(error), path=str(path)
            ) from error
        self._threads = threading.local()
        self._name = str(self._root.execute("SELECT current_database()").fetchall()[0][0])
        self._hidden: dict[str, str] = {}

    def hide(self, columns: Mapping[str, str], values: Sequence[int]) -> None:
        """Have rows left out of every answer from now on; the file stays as it is.

        Args:
            columns: By table, the column that tells which rows.
            values: What stands in it of those that are left out.
        """
        told = ", ".join(str(int(value)) for value in values)
        self._hidden = {
            table: f"SELECT * FROM {quote(self._name)}.main.{quote(table)} WHERE {quote(column)} NOT IN ({told})"
            for table, column in columns.items()
            if told
        }

    def close(self) -> None:
        """Release the file."""
        self._root.close()

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """Run a query; return its rows by column."""
        found: list[dict[str, Any]] = self.arrow(sql, parameters).to_pylist()
        return found

    def beside(self, sql: str, **tables: pa.Table) -> list[dict[str, Any]]:
        """Run a query on the file and on tables that are laid beside it for this one question; return its rows by column.

        Whatever is hidden is seen here.
        """
        cursor = self._root.cursor()
        try:
            for name, rows in tables.items():
                cursor.register(name, rows)
            found: list[dict[str, Any]] = cursor.execute(sql).to_arrow_table().to_pylist()
            return found
        finally:
            cursor.close()

    def arrow(self, sql: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Run a query; return Arrow."""
        cursor = self._cursor()
        return cursor.execute(sql, list(parameters)).to_arrow_table()

    def batches(self, sql: str, parameters: Sequence[object] = ()) -> Iterator[pa.RecordBatch]:
        """Run a query; return its rows a part at a time, however many there are."""
        cursor = self._fresh()
        try:
            yield from cursor.execute(sql, list(parameters)).to_arrow_reader(_PART)
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """Return the cursor of this thread: one serves one question at a time."""
        found: duckdb.DuckDBPyConnection | None = getattr(self._threads, "cursor", None)
        if found is None or self._threads.hidden is not self._hidden:
            self._threads.hidden = self._hidden
            found = self._threads.cursor = self._fresh()
        return found

    def _fresh(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor that finds what is left of a table before the table."""
        cursor = self._root.cursor()
        for table, rest in self._hidden.items():
            cursor.execute(f"CREATE TEMP VIEW {quote(table)} AS {rest}")
        return cursor
