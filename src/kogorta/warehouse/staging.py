"""A scratch database attached beside the store while one import is prepared.

Files are read, typed and judged here, out of sight and out of the writer's way. What a killed
import has spilled to disk is removed when the store is opened again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.warehouse.counting import count_progress, share_done
from kogorta.warehouse.sql import quote

if TYPE_CHECKING:
    import duckdb

    from kogorta.warehouse.duckdb_engine import DuckDBEngine

_numbers = count(1)


class Staging:
    """SQL over a scratch database; relations are named `f"{staging.name}.relation"`.

    Attributes:
        rows_in: Rows that a reader has handed over so far.
        rows_awaited: Rows that the running statement will read by itself; 0 if it is not known to.
    """

    def __init__(self, name: str, cursor: duckdb.DuckDBPyConnection) -> None:
        self.name = name
        self.rows_in = 0
        self.rows_awaited = 0
        self._cursor = cursor
        count_progress(cursor)

    def share(self) -> float | None:
        """Return how much of the running statement is done, 0 to 1; None where nothing says. Any thread may ask."""
        return share_done(self._cursor)

    def rows_seen(self, share: float | None) -> int:
        """Return how many rows of a source have come in: those handed over, and a share of those awaited."""
        return self.rows_in + int(self.rows_awaited * (share or 0))

    def execute(self, sql: str, parameters: Sequence[object] | None = None) -> None:
        """Run one statement."""
        import duckdb

        try:
            self._cursor.execute(sql, parameters)
        except duckdb.InvalidInputException as error:
            raise InputError("the file cannot be read", got=str(error).split("\n")[0]) from error

    def fetch(self, sql: str, parameters: Sequence[object] | None = None) -> list[tuple[Any, ...]]:
        """Run a query; return its rows."""
        return self._cursor.execute(sql, parameters).fetchall()

    def arrow(self, sql: str, parameters: Sequence[object] | None = None) -> pa.Table:
        """Run a query; return Arrow."""
        return self._cursor.execute(sql, parameters).to_arrow_table()

    def create_from_arrow(self, name: str, batches: pa.RecordBatchReader | pa.Table) -> None:
        """Make the relation `name` from Arrow rows."""
        self._cursor.register("incoming_rows", batches)
        try:
            self._cursor.execute(
                f"CREATE OR REPLACE TABLE {self.name}.{quote(name)} AS SELECT * FROM incoming_rows"
            )
        finally:
            self._cursor.unregister("incoming_rows")


@contextmanager
def open_staging(engine: DuckDBEngine) -> Iterator[Staging]:
    """Attach a new scratch database; detach it at the end.

    It is in memory as far as the limit goes and spills to the engine's scratch folder beyond it: writing
    everything to a file of its own took three times as long.
    """
    name = f"staging_{next(_numbers)}"
    with engine.cursor() as cursor:
        cursor.execute(f"ATTACH ':memory:' AS {name}")
        try:
            yield Staging(name, cursor)
        finally:
            cursor.execute(f"DETACH {name}")
