"""ClickHouse inside this process, and sessions on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import ipc

from kogorta.warehouse.sql import literal, quote
from tests.core.language.engines.session import EngineSession
from tests.core.language.store import Store

SETTINGS = {
    # as everywhere else: a row without a partner has missing values
    "join_use_nulls": "1",
    # instants are UTC without a zone inside
    "session_timezone": "'UTC'",
    # a few rows are not worth a second thread
    "max_threads": "1",
}


@contextmanager
def engine() -> Iterator[Any]:
    """Open an engine that keeps everything in memory."""
    # half a gigabyte of program, which is no burden on those who only collect the tests
    import chdb

    connection = chdb.connect(":memory:")
    try:
        for name, value in SETTINGS.items():
            connection.query(f"SET {name} = {value}")
        yield connection
    finally:
        connection.close()


class ClickHouseSession(EngineSession):
    """A session on ClickHouse.

    Args:
        store: Where the facts are.
        connection: To the engine.
        folder: Through which rows come in.
    """

    dialect = "clickhouse"

    def __init__(self, store: Store, connection: Any, folder: Path) -> None:
        super().__init__(store)
        self._connection = connection
        self._file = folder / "incoming.arrow"

    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""
        self._connection.query(sql)

    def insert(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""
        with ipc.new_file(self._file, rows.schema) as file:
            file.write_table(rows)
        self.run(f"INSERT INTO {quote(name)} SELECT * FROM file({literal(str(self._file))}, 'Arrow')")

    def query(self, sql: str, bindings: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run SQL; return Arrow."""
        return ipc.open_file(self._connection.query(sql, "Arrow").bytes()).read_all()

    def close(self) -> None:
        """Forget all that it made."""
        for name in [*self._made]:
            self.drop(name)


@contextmanager
def clickhouse_session(store: Store, connection: Any, folder: Path) -> Iterator[ClickHouseSession]:
    """Open a session, and forget all that it made."""
    session = ClickHouseSession(store, connection, folder)
    try:
        yield session
    finally:
        session.close()
