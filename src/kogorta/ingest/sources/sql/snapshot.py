"""Rows of a database as they were at one moment, in a file of ours."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kogorta.ingest.raw import Native, RawTable, columns_of
from kogorta.ingest.sources.load import load
from kogorta.ingest.sources.sql.mark import Mark
from kogorta.warehouse.staging import Staging

BATCH = 65_536


@dataclass(frozen=True)
class Snapshot:
    """A copy of an answer.

    Attributes:
        path: Of the file: texts, in columns `c0`, `c1`, …
        name: What was asked for, for people.
        source: The address, without user and password.
        headers: Names of the columns.
        natives: What their cells were.
        rows: How many there are.
        mark: The highest value of the column of changes; None without one.
        since: Whether only rows from the last mark on were asked for.
    """

    path: Path
    name: str
    source: str
    headers: tuple[str, ...]
    natives: tuple[Native, ...]
    rows: int
    mark: Mark | None = None
    since: bool = False


def read_snapshot(staging: Staging, snapshot: Snapshot, limit: int | None = None) -> RawTable:
    """Bring a copy into the relation `raw`; its lines are counted from 1."""
    columns = columns_of(snapshot.headers, snapshot.natives)
    schema = pa.schema([(column.name, pa.string()) for column in columns])
    with pq.ParquetFile(snapshot.path) as file:
        batches = file.iter_batches(batch_size=BATCH if limit is None else limit)
        load(
            staging,
            "raw",
            schema,
            batches if limit is None else (batch for batch, _ in zip(batches, (0,), strict=False)),
        )
    rows = snapshot.rows if limit is None else min(limit, snapshot.rows)
    details = {"form": "SQL", "source": snapshot.source}
    return RawTable(f"{staging.name}.raw", columns, rows, line="(r.rowid + 1)", details=details)
