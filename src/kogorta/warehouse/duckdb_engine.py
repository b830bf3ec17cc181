"""The embedded engine: one process owns one DuckDB file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar
from weakref import ref

import duckdb
import pyarrow as pa

from kogorta.errors import EngineError
from kogorta.warehouse.checkpoint import OWN_CHECKPOINTS, Checkpoints, mend
from kogorta.warehouse.counting import count_progress, share_done
from kogorta.warehouse.layout import ROW_GROUP
from kogorta.warehouse.lock import Lock, busy
from kogorta.warehouse.sql import HINT, hint_bits, quote, render
from kogorta.warehouse.writer import Writer

T = TypeVar("T")

_numbers = count(1)

DEFAULT_MEMORY_LIMIT = "6GB"
DEFAULT_THREADS: int | None = None
"""Nothing: as many as there are cores."""

_STORE = "store"
"""What the file is called within the engine, which is opened with nothing: only so can it be told how many rows a group has."""

_FORMAT = "STORAGE_VERSION 'v1.5.0'"
"""Of a new store: the first in which texts that repeat are packed so that one of them is found without reading all of its group."""

_FEW = 4_096
"""Up to so many values on one side of a join are looked for in the least and greatest values of each group of rows of the other."""

_REFUSALS = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.TransactionException,
    duckdb.OutOfMemoryException,
)


class DuckDBSession:
    """A cursor of its own with scratch tables of its own."""

    dialect = "duckdb"

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._loaded: dict[str, Callable[[], pa.Table | None]] = {}

    def materialise(self, name: str, expression: Any, params: Mapping[str, Any] | None = None) -> int:
        """Evaluate an Ibis expression into a temporary table; return its number of rows."""
        query = render(expression, params)
        self._loaded.pop(name, None)
        sql = f"CREATE OR REPLACE TEMP TABLE {quote(name)} AS {query.sql}"
        row = self._cursor.execute(sql, query.bindings or None).fetchone()
        return int(row[0]) if row else 0

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a temporary table of Arrow rows; one that holds these rows already stays."""
        is_few = rows.num_rows <= _FEW
        loaded = self._loaded.pop(name, None)
        known = loaded() if loaded else None
        if known is not rows and not (is_few and known is not None and known.equals(rows)):
            self._lay(name, rows)
        # many are not kept in memory for this
        self._loaded[name] = (lambda: rows) if is_few else ref(rows)

    def _lay(self, name: str, rows: pa.Table) -> None:
        self._cursor.register("incoming_rows", rows)
        try:
            self._cursor.execute(f"CREATE OR REPLACE TEMP TABLE {quote(name)} AS SELECT * FROM incoming_rows")
        finally:
            self._cursor.unregister("incoming_rows")

    def ask_only(self, name: str, customers: pa.Table) -> None:
        """Make a temporary table of the keys of those who alone are asked for, and know them by `sql.HINT`."""
        self.load(name, customers)
        keys = customers["customer_key"].to_pylist()
        bits = bytearray(b"0" * hint_bits(len(keys)))
        for key in keys:
            bits[key & (len(bits) - 1)] = ord("1")
        self._cursor.execute(f"SET VARIABLE {HINT} = CAST($bits AS BIT)", {"bits": bits.decode()})

    def fetch(self, expression: Any, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Evaluate an Ibis expression; return Arrow."""
        query = render(expression, params)
        return self.query(query.sql, query.bindings)

    def query(self, sql: str, bindings: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run SQL; return Arrow."""
        return self._cursor.execute(sql, bindings or None).to_arrow_table()

    @contextmanager
    def handing_over(self) -> Iterator[Handed]:
        """Open a place for relations that the writer reads, too: scratch tables are seen by their session alone."""
        name = f"handed_{next(_numbers)}"
        self._cursor.execute(f"ATTACH ':memory:' AS {name}")
        try:
            yield Handed(name, self._cursor)
        finally:
            self._cursor.execute(f"DETACH {name}")


class Handed:
    """Relations that a session makes and the writer reads, without a detour through Python."""

    def __init__(self, name: str, cursor: duckdb.DuckDBPyConnection) -> None:
        self._name = name
        self._cursor = cursor

    def put(self, name: str, expression: Any, params: Mapping[str, Any] | None = None) -> str:
        """Evaluate an Ibis expression into a relation; return how SQL names it."""
        query = render(expression, params)
        relation = f"{self._name}.{quote(name)}"
        self._cursor.execute(f"CREATE TABLE {relation} AS {query.sql}", query.bindings or None)
        return relation


class DuckDBEngine:
    """Owns a DuckDB file: one writer thread, a cursor for each reader.

    Args:
        path: The file; made if it is missing.
        memory_limit: What DuckDB may use before it spills to disk.
        threads: How many a query may take; by default `DEFAULT_THREADS`.

    Raises:
        WorkspaceBusyError: Another process holds the file, or this one does already.
        EngineError: The file is no DuckDB store.
    """

    dialect = "duckdb"

    def __init__(
        self, path: Path, *, memory_limit: str = DEFAULT_MEMORY_LIMIT, threads: int | None = None
    ) -> None:
        self.path = path
        self.scratch = path.parent / "scratch"
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(path)
        try:
            mend(path)
            self._root = _connect(path, memory_limit, threads or DEFAULT_THREADS)
        except BaseException:
            self._lock.release()
            raise
        # What a killed process left behind; while we hold the file, nobody else uses the folder.
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True, exist_ok=True)
        self._root.execute(f"SET temp_directory = '{_escaped(self.scratch)}'")
        self._writing = self._cursor()
        count_progress(self._writing)
        self._checkpoints = Checkpoints(path, self._writing)
        self._writer = Writer(self._writing, after_commit=self._checkpoints.make_if_due)

    @contextmanager
    def session(self) -> Iterator[DuckDBSession]:
        """Open a reader; each thread takes its own."""
        with self.cursor() as cursor:
            yield DuckDBSession(cursor)

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a raw cursor, for the warehouse's own use."""
        cursor = self._cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._root.cursor()
        cursor.execute(f"USE {_STORE}")
        return cursor

    def write(self, work: Callable[[Any], T]) -> T:
        """Run `work` in the writer's transaction; return after it is durable."""
        try:
            result: T = self._writer.submit(work).result()
        except _REFUSALS as error:
            raise EngineError(
                "the store could not be written; nothing of this batch was kept",
                got=str(error),
                hint="is the disk full, or the folder read-only?",
            ) from error
        return result

    def writing_share(self) -> float | None:
        """Return how much of the writer's running statement is done, 0 to 1; None where nothing says."""
        return share_done(self._writing)

    def free_space(self) -> None:
        """Have the writer make a checkpoint next, so that what was dropped can be written over."""
        self._writer.submit(lambda _: self._checkpoints.wish())

    def close(self) -> None:
        """Finish writes and release the file."""
        self._writer.close()
        self._checkpoints.make()
        self._root.close()
        self._checkpoints.close()
        shutil.rmtree(self.scratch, ignore_errors=True)
        self._lock.release()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def _connect(path: Path, memory_limit: str, threads: int | None) -> duckdb.DuckDBPyConnection:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "autoinstall_known_extensions": "false",
        "dynamic_or_filter_threshold": _FEW,
        **OWN_CHECKPOINTS,
    }
    if threads:
        config["threads"] = threads
    root = duckdb.connect(config=config)
    try:
        attach(root, path, _STORE)
    except duckdb.IOException as error:
        root.close()
        raise _explain(error, path) from error
    except duckdb.Error as error:
        root.close()
        raise EngineError("the store cannot be opened", got=str(error), path=str(path)) from error
    return root


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str) -> None:
    """Open a store beside others, with the groups of rows that a store has; made if it is missing."""
    # A file keeps its format: killed while it is changed, it would not take what the older one has logged.
    format_ = "" if path.exists() else f", {_FORMAT}"
    connection.execute(f"ATTACH '{_escaped(path)}' AS {quote(name)} (ROW_GROUP_SIZE {ROW_GROUP}{format_})")


def _explain(error: duckdb.IOException, path: Path) -> EngineError:
    text = str(error)
    if "Could not set lock" in text:
        holder = re.search(r"PID (\d+)", text)
        return busy(holder.group(1) if holder else "", path)
    return EngineError(
        "the store cannot be opened",
        got=text,
        hint="is it a Kogorta store, and may you read it?",
        path=str(path),
    )
