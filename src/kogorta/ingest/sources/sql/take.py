"""Copy what a database answers into a file, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kogorta.errors import SourceError
from kogorta.ingest.raw import Native
from kogorta.ingest.sources.cells import common_kind, is_empty, kind_of_cell, text_of_cell
from kogorta.ingest.sources.sql.database import Database, Rows, opened
from kogorta.ingest.sources.sql.mark import Mark, highest
from kogorta.ingest.sources.sql.snapshot import Snapshot
from kogorta.ingest.sources.sql.source import SqlSource, changed, columns_only, whole


def take(
    source: SqlSource,
    folder: Path,
    mark: Mark | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Snapshot:
    """Ask a database once, and keep the answer.

    Memory holds some rows at a time, whatever their number.

    Args:
        source: What is asked for.
        folder: Where the copy goes; whoever asks removes it.
        mark: How far it was read before; rows below are not asked for.
        told: Given the number of rows that have come so far.

    Raises:
        SourceError: It cannot be reached or refuses the question.
    """
    with opened(source.address) as database:
        column = _find_column(source, database)
        copy = _Copy(folder / "snapshot.parquet", column, mark)
        copy.write(_ask(source, database, column, mark), told)
        return Snapshot(
            copy.path,
            source.name,
            str(database.address),
            copy.headers,
            tuple(common_kind(kinds) for kinds in copy.kinds),
            copy.rows,
            copy.mark,
            mark is not None,
        )


def _ask(source: SqlSource, database: Database, column: str | None, mark: Mark | None) -> Rows:
    if column is None or mark is None:
        return database.ask(whole(source, database))
    return database.ask(changed(source, database, column), [mark.since])


def _find_column(source: SqlSource, database: Database) -> str | None:
    """Return the column of changes as the database calls it; None if none is named."""
    wanted = source.since_column
    if wanted is None:
        return None
    rows = database.ask(columns_only(source, database))
    for _ in rows.blocks:
        """There are none; a cursor is ready for the next question once it is read to its end."""
    found = [name for name in rows.headers if name == wanted] or [
        name for name in rows.headers if name.casefold() == wanted.casefold()
    ]
    if len(found) == 1:
        return found[0]
    raise SourceError(
        "the answer has no such column, by which changes could be told",
        got=wanted,
        expected=", ".join(rows.headers),
        hint="name one of them with --since-column",
    )


@dataclass
class _Copy:
    """The file that is being written, and what was seen of its rows."""

    path: Path
    column: str | None
    mark: Mark | None
    headers: tuple[str, ...] = ()
    kinds: list[set[Native]] = field(default_factory=list)
    rows: int = 0

    def write(self, answer: Rows, told: Callable[[int], None]) -> None:
        self.headers = answer.headers
        self.kinds = [set() for _ in answer.headers]
        schema = pa.schema([(f"c{place}", pa.string()) for place in range(len(answer.headers))])
        with pq.ParquetWriter(self.path, schema) as writer:
            for block in answer.blocks:
                columns = [self._column(place, block) for place in range(len(answer.headers))]
                writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
                self.rows += len(block)
                self._raise(block)
                told(self.rows)

    def _column(self, place: int, block: Sequence[Sequence[Any]]) -> pa.Array:
        cells = [row[place] for row in block]
        self.kinds[place] |= {kind_of_cell(cell) for cell in cells if not is_empty(cell)}
        return pa.array([text_of_cell(cell) for cell in cells], pa.string())

    def _raise(self, block: Sequence[Sequence[Any]]) -> None:
        """Raise the mark by the values of some rows."""
        if self.column is None:
            return
        place = self.headers.index(self.column)
        values = [row[place] for row in block if not is_empty(row[place])]
        if values:
            self.mark = self.mark.raised(values, self.column) if self.mark else highest(values, self.column)
