"""The warehouse: the stored facts and the house's own books, behind one door."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa

from kogorta.errors import NotFoundError
from kogorta.i18n import lazy
from kogorta.schema import TABLES, ColumnType
from kogorta.warehouse import migrations
from kogorta.warehouse.batch import BatchInfo, BatchRecord, BatchResult, PropertySpec, StagedLink, StagedTable
from kogorta.warehouse.commit import Commit
from kogorta.warehouse.ddl import create_statements
from kogorta.warehouse.duckdb_engine import DEFAULT_MEMORY_LIMIT, DuckDBEngine, DuckDBSession
from kogorta.warehouse.duplicate import duplicate
from kogorta.warehouse.looked_up import LookedUp
from kogorta.warehouse.sql import quote
from kogorta.warehouse.staging import Staging, open_staging

T = TypeVar("T")


@dataclass(frozen=True)
class _Names:
    """The names of events up to a commit.

    Attributes:
        last: The number of the commit.
        names: Of the events.
        seen: How many there were.
        is_whole: Whether there are no others; not if some of them are gone.
    """

    last: int = 0
    names: frozenset[str] = frozenset()
    seen: int = 0
    is_whole: bool = True


class Warehouse:
    """One open store of versioned facts.

    Args:
        path: The DuckDB file; made if it is missing.
        minor_digits: Decimals of the reporting currency, written down when the store is made.
        memory_limit: See `DuckDBEngine`.

    Attributes:
        refreshing: Held by the refresh that is at work: two at once would write the same changes twice.
    """

    def __init__(
        self, path: Path, *, minor_digits: int = 2, memory_limit: str = DEFAULT_MEMORY_LIMIT
    ) -> None:
        self.engine = DuckDBEngine(path, memory_limit=memory_limit)
        self.refreshing = threading.Lock()
        self._looked_up = LookedUp()
        self._names = _Names()
        try:
            self._prepare(minor_digits)
        except BaseException:
            self.engine.close()
            raise

    def close(self) -> None:
        """Finish writes and release the store."""
        self.engine.close()

    def _prepare(self, minor_digits: int) -> None:
        if self._tables() == set():
            self.engine.write(lambda connection: _create(connection, minor_digits))
        else:
            self.migrate()

    def _tables(self) -> set[str]:
        with self.engine.cursor() as cursor:
            rows = cursor.execute(
                "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database()"
            )
            return {row[0] for row in rows.fetchall()}

    # --- schema -----------------------------------------------------------------------------------

    @property
    def schema_version(self) -> int:
        """The version of the stored schema."""
        with self.engine.cursor() as cursor:
            row = cursor.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
        return int(row[0]) if row else 0

    def migrate(self, target: int = migrations.CURRENT_VERSION) -> None:
        """Bring the stored schema to version `target`, forward or back, step by step."""
        for version, statements in migrations.plan(self.schema_version, target):
            self.engine.write(partial(_step, version=version, statements=statements))

    # --- reading ----------------------------------------------------------------------------------

    def session(self) -> AbstractContextManager[DuckDBSession]:
        """Open a reader with scratch tables of its own."""
        return self.engine.session()

    def rows(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] | None = None
    ) -> list[tuple[Any, ...]]:
        """Run a small query on the books; return its rows."""
        with self.engine.cursor() as cursor:
            return cursor.execute(sql, parameters).fetchall()

    def arrow(self, sql: str, parameters: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run a query; return Arrow."""
        with self.engine.cursor() as cursor:
            return cursor.execute(sql, parameters).to_arrow_table()

    def known_seq(self, known_at: datetime | int | None = None) -> int:
        """Return the last `ingest_seq` known at an instant (UTC), or now.

        A whole number is taken as an `ingest_seq` itself.
        """
        if isinstance(known_at, int):
            return known_at
        condition = "" if known_at is None else "WHERE imported_at <= ?"
        row = self.rows(
            f"SELECT coalesce(max(ingest_seq), 0) FROM batches {condition}",
            None if known_at is None else [known_at],
        )
        return int(row[0][0])

    def contents(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the canonical tables that have rows, and those in which a key has several versions."""
        return self._looked_up.get("contents", self._contents)

    def _contents(self) -> tuple[frozenset[str], frozenset[str]]:
        parts = [
            f"SELECT '{name}', EXISTS (FROM {quote(name)}), EXISTS (FROM {quote(name)} WHERE version_no > 1)"
            for name in TABLES
        ]
        rows = self.rows(" UNION ALL ".join(parts))
        return frozenset(name for name, has, _ in rows if has), frozenset(
            name for name, _, many in rows if many
        )

    def duplicate(self, path: Path) -> dict[str, int]:
        """Write a copy of the whole store into a new file; return how many rows each of its tables has."""
        return duplicate(self.engine, path)

    # --- importing --------------------------------------------------------------------------------

    @contextmanager
    def staging(self) -> Iterator[Staging]:
        """Open a scratch database in which an import is prepared."""
        with open_staging(self.engine) as staging:
            yield staging

    def commit_batch(
        self,
        info: BatchInfo,
        tables: Sequence[StagedTable] = (),
        links: Sequence[StagedLink] = (),
        properties: Sequence[PropertySpec] = (),
    ) -> BatchResult:
        """Bring staged relations into the store in one transaction: all of them or none."""
        return self.write(lambda connection: Commit(connection, info).run(tables, links, properties))

    def writing_share(self) -> float | None:
        """Return how much of the statement that writes now is done, 0 to 1; None where nothing says."""
        return self.engine.writing_share()

    def find_batch(self, file_digest: str) -> BatchRecord | None:
        """Return the last batch with this digest, if there is one."""
        rows = self.rows(
            "SELECT ingest_seq, source, file_name, form, imported_at, rows_read, rows_loaded, rows_updated, rows_same,"
            " rows_quarantined FROM batches WHERE file_digest = ? ORDER BY ingest_seq DESC LIMIT 1",
            [file_digest],
        )
        return BatchRecord(*rows[0]) if rows else None

    def event_names(self) -> frozenset[str]:
        """Return the names of all events that were ever stored; looked up once after each change of facts."""
        return self._looked_up.get("event names", self._stored_names)

    def _stored_names(self) -> frozenset[str]:
        """Look through the events of the commits since the last look; through all of them if some are gone since."""
        found = self._names_after(self._names)
        self._names = found if found.is_whole else self._names_after(_Names())
        return self._names.names

    def _names_after(self, known: _Names) -> _Names:
        ((_, stored, last), *new) = self.rows(
            """SELECT NULL, count(*), (SELECT coalesce(max(ingest_seq), 0) FROM batches) FROM events
            UNION ALL SELECT name, count(*), NULL FROM events WHERE ingest_seq > ? GROUP BY name ORDER BY 3 NULLS LAST""",
            [known.last],
        )
        seen = known.seen + sum(count for _, count, _ in new)
        return _Names(last, known.names.union(name for name, _, _ in new), seen, is_whole=seen == stored)

    def properties(self, table: str | None = None) -> list[PropertySpec]:
        """Return the registered properties, of one table or of all."""
        rows = self.rows(
            "SELECT table_name, scope, name, type, column_name FROM properties WHERE ? IS NULL OR table_name = ?"
            " ORDER BY table_name, scope, name",
            [table, table],
        )
        return [
            PropertySpec(t, scope, name, ColumnType(type_), column) for t, scope, name, type_, column in rows
        ]

    # --- people -----------------------------------------------------------------------------------

    def customer_key(self, customer_id: str) -> int:
        """Return the key of a customer by the id that a source gave him.

        Raises:
            NotFoundError: If no source ever named him; the hint shows ids of the right form.
        """
        rows = self.rows("SELECT min(customer_key) FROM customer_ids WHERE customer_id = ?", [customer_id])
        if rows[0][0] is None:
            some = self.rows("SELECT customer_id FROM customer_ids ORDER BY customer_key LIMIT 3")
            raise NotFoundError(
                "there is no such customer",
                got=customer_id,
                expected=lazy("an id as a source gave it, such as {ids}", ids=", ".join(r[0] for r in some))
                if some
                else "an id as a source gave it",
            )
        return int(rows[0][0])

    def write(self, work: Callable[[Any], T]) -> T:
        """Run `work`, which may change facts, in the writer's transaction; return after it is durable."""
        with self._looked_up.changing() as about_to_commit:

            def changing(connection: Any) -> T:
                result = work(connection)
                about_to_commit()
                return result

            return self.engine.write(changing)

    def write_books(self, work: Callable[[Any], T]) -> T:
        """Run `work`, which changes the house's own books alone, in the writer's transaction."""
        return self.engine.write(work)


def _create(connection: Any, minor_digits: int) -> None:
    for statement in create_statements():
        connection.execute(statement)
    books = {"schema_version": str(migrations.CURRENT_VERSION), "minor_digits": str(minor_digits)}
    for key, value in books.items():
        connection.execute("INSERT INTO meta VALUES (?, ?)", [key, value])


def _step(connection: Any, version: int, statements: Sequence[str]) -> None:
    for statement in statements:
        connection.execute(statement)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", [str(version)])


def dumps(value: object) -> str:
    """Return stable JSON: the same value gives the same text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
