# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Read Parquet files and Arrow tables: typed cells become text that reads back the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kogorta.errors import InputError
from kogorta.ingest.raw import Native, RawColumn, RawTable, columns_of
from kogorta.ingest.sources.load import load
from kogorta.warehouse.staging import Staging

BATCH = 65_536


def read_arrow(staging: Staging, table: pa.Table, limit: int | None = None) -> RawTable:
    """Bring an Arrow table into the relation `raw`; its lines are counted from 1."""
    return _load(
        staging, table.schema, iter((table if limit is None else table.slice(0, limit)).to_batches(BATCH))
    )


def read_parquet(staging: Staging, path: Path, limit: int | None = None) -> RawTable:
    """Bring a Parquet file into the relation `raw`; its lines are counted from 1."""
    try:
        with pq.ParquetFile(path) as file:
            batches = file.iter_batches(batch_size=BATCH)
            raw = _load(staging, file.schema_arrow, batches if limit is None else _first(batches, limit))
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            "this Parquet file is damaged",
            got=str(error).split("\n")[0],
            hint="export it again",
            path=str(path),
        ) from error
    return replace(raw, details={"form": "Parquet"})


def _first(batches: Iterator[pa.RecordBatch], limit: int) -> Iterator[pa.RecordBatch]:
    left = limit
    for batch in batches:
        if left <= 0:
            return
        yield batch.slice(0, left)
        left -= batch.num_rows


def _load(staging: Staging, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> RawTable:
    natives = [_native(field.type) for field in schema]
    columns = columns_of(schema.names, natives)
    if not columns:
        raise InputError("the table has no columns", expected="at least one column")
    types = [pa.timestamp("us") if _is_zoned(field.type) else field.type for field in schema]
    renamed = pa.schema([pa.field(column.name, type_) for column, type_ in zip(columns, types, strict=True)])
    load(staging, "incoming", renamed, (_unzoned(batch, renamed) for batch in batches))
    cells = ", ".join(
        f"{_text_sql(column, field.type)} AS {column.name}"
        for column, field in zip(columns, schema, strict=True)
    )
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.raw AS SELECT {cells} FROM {staging.name}.incoming i ORDER BY i.rowid"
    )
    staging.execute(f"DROP TABLE {staging.name}.incoming")
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.raw")
    return RawTable(f"{staging.name}.raw", columns, rows, line="(r.rowid + 1)", details={"form": "Arrow"})


def _unzoned(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Rename the columns, and turn instants with a zone into UTC without one."""
    arrays = [
        array.cast(pa.timestamp("us", tz=array.type.tz), safe=False).cast(pa.timestamp("us"))
        if _is_zoned(array.type)
        else array
        for array in batch.columns
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _is_zoned(type_: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(type_)) and type_.tz is not None


def _native(type_: pa.DataType) -> Native:
    value = type_.value_type if pa.types.is_dictionary(type_) else type_
    if pa.types.is_boolean(value):
        return Native.BOOLEAN
    if pa.types.is_date(value):
        return Native.DATE
    if pa.types.is_timestamp(value):
        return Native.INSTANT
    is_number = pa.types.is_integer(value) or pa.types.is_floating(value) or pa.types.is_decimal(value)
    return Native.NUMBER if is_number else Native.TEXT


def _text_sql(column: RawColumn, type_: pa.DataType) -> str:
    cell = f"i.{column.name}"
    if _is_zoned(type_):
        return f"CAST({cell} AS VARCHAR) || 'Z'"
    if pa.types.is_floating(type_):
        # Identifiers that pandas has made floats (17850.0) are whole numbers again.
        return (
            f"CASE WHEN {cell} = trunc({cell}) AND abs({cell}) < 1e15 THEN CAST(CAST({cell} AS BIGINT) AS VARCHAR)"
            f" ELSE CAST({cell} AS VARCHAR) END"
        )
    if pa.types.is_nested(type_) and not pa.types.is_dictionary(type_):
        return f"CAST(to_json({cell}) AS VARCHAR)"
    return f"nullif(CAST({cell} AS VARCHAR), '')"
