"""Bring rows that Python makes into a scratch table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from kogorta.errors import KogortaError
from kogorta.warehouse.staging import Staging


def load(staging: Staging, name: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch]) -> None:
    """Make the relation `name` of batches that are made one after the other.

    What goes wrong while they are made passes through the engine and would come out as an error of
    its own, so it is kept here and raised again.
    """
    failed: list[Exception] = []

    def kept() -> Iterator[pa.RecordBatch]:
        try:
            for batch in batches:
                yield batch
                staging.rows_in += batch.num_rows
        except (KogortaError, OSError, ValueError) as error:
            failed.append(error)

    staging.create_from_arrow(name, pa.RecordBatchReader.from_batches(schema, kept()))
    if failed:
        raise failed[0]
