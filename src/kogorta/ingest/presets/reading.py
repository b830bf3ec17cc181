# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Read one table of an export: the rows of the file, and of each row what its fields are made of.

What comes out is a file as any other: columns of text with a header, and which field each of them is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from kogorta.errors import MappingError
from kogorta.ingest.exports import Cell, FillDown, First, Form, Reading, TablePart, Value
from kogorta.ingest.mapping.guess import squash
from kogorta.ingest.presets.documents import leaves, records, tree_paths
from kogorta.ingest.presets.paths import text_at
from kogorta.ingest.presets.sql import value_sql
from kogorta.ingest.raw import Native, RawColumn, RawTable, columns_of
from kogorta.ingest.settings import ImportOptions, IngestSettings
from kogorta.ingest.sources import Source, read_source
from kogorta.ingest.sources.finish import finish
from kogorta.ingest.sources.json_lines import extract
from kogorta.ingest.sources.load import load
from kogorta.warehouse.staging import Staging

_BATCH = 20_000


def settings_for(settings: IngestSettings, reading: Reading | None) -> IngestSettings:
    """Return the settings with the words of the system below those of the workspace."""
    if reading is None or not reading.part.words:
        return settings
    return replace(settings, statuses={**reading.part.words, **settings.statuses})


def read_rows(
    staging: Staging, source: Source, options: ImportOptions, limit: int | None = None
) -> tuple[RawTable, dict[str, str] | None]:
    """Read a source as it is, or what of it an import preset wants for one table.

    Args:
        staging: Where the rows go.
        source: A path, or an Arrow table.
        options: Encoding, delimiter, sheet, and what is wanted of an export.
        limit: For a preview: no more rows than this.

    Returns:
        The rows, and field → header where a preset says it.

    Raises:
        InputError: It cannot be read.
        MappingError: It has no column that people have named for this table.
    """
    reading = options.reading
    if reading is None:
        return read_source(staging, source, options, limit), None
    part, form = reading.part, reading.file.form
    if form is Form.TABLE:
        raw = read_source(staging, source, options, limit)
    else:
        assert isinstance(source, Path), "documents are files"
        raw = _flat(staging, source, reading)
        for name in sorted(part.trees):
            _load_tree(staging, name, tree_paths(source, form, reading.file.trees[name]))
    if part.fill_down:
        raw = _filled_down(staging, raw, part.fill_down)
    _check_given(raw, reading)
    return _projected(staging, raw, part, reading.instant)


def _check_given(raw: RawTable, reading: Reading) -> None:
    found = _named(raw, reading.given.values())
    for column in reading.given.values():
        if column not in found:
            raise MappingError(
                "the file has no such column",
                got=column,
                expected=", ".join(raw.headers),
                hint="write the header as it stands in the file: --map field=column",
                path="--map",
            )


def _flat(staging: Staging, path: Path, reading: Reading) -> RawTable:
    """Bring the records of a document into the relation `raw`; a line is the number of its record."""
    part = reading.part
    asked = part.cells
    schema = pa.schema(
        [("line", pa.int64()), *((f"c{n}", pa.string()) for n in range(len(asked))), ("rest", pa.string())]
    )
    load(staging, "records", schema, _batches(path, reading, schema))
    source = f"{staging.name}.records"
    found = staging.fetch(
        f"""SELECT name FROM (SELECT line, unnest(json_keys(rest)) AS name FROM {source} WHERE rest IS NOT NULL)
        GROUP BY name ORDER BY min(line), name"""
    )
    kept = [name for (name,) in found]
    columns = columns_of([*asked, *kept])
    cells = [f"r.c{n}" for n in range(len(asked))] + [extract("r.rest", [name]) for name in kept]
    listed = "".join(f", {sql} AS {column.name}" for sql, column in zip(cells, columns, strict=True))
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.raw AS SELECT r.line{listed} FROM {source} r ORDER BY r.line"
    )
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.raw")
    form = reading.file.form.value.upper()
    return finish(staging, RawTable(f"{staging.name}.raw", columns, rows, details={"form": form}))


def _batches(path: Path, reading: Reading, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    part = reading.part
    asked = part.cells
    taken = {*asked, *part.leave}
    rows: list[list[str | None]] = []
    first = 1
    for node in records(path, reading.file, part):
        rest = leaves(node, taken) if part.rest else None
        cells = [text_at(node, name) for name in asked]
        rows.append([*cells, json.dumps(rest, ensure_ascii=False) if rest else None])
        if len(rows) == _BATCH:
            yield _batch(rows, first, schema)
            first += len(rows)
            rows = []
    yield _batch(rows, first, schema)


def _batch(rows: list[list[str | None]], first: int, schema: pa.Schema) -> pa.RecordBatch:
    lines = pa.array(range(first, first + len(rows)), pa.int64())
    columns = [pa.array([row[n] for row in rows], pa.string()) for n in range(len(schema) - 1)]
    return pa.RecordBatch.from_arrays([lines, *columns], schema=schema)


def _load_tree(staging: Staging, name: str, paths: Mapping[str, str]) -> None:
    table = {"id": pa.array(list(paths), pa.string()), "path": pa.array(list(paths.values()), pa.string())}
    staging.create_from_arrow(f"tree_{name}", pa.table(table))


def _filled_down(staging: Staging, raw: RawTable, fill: FillDown) -> RawTable:
    """Repeat the cells of the first row of each group in its further rows."""
    named = _named(raw, (*fill.by, *fill.cells))
    by = next((named[name].sql for name in fill.by if name in named), None)
    if by is None:
        return raw
    wanted = {named[name].name for name in fill.cells if name in named}
    window = f"OVER (PARTITION BY {by} ORDER BY {raw.line} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)"
    cells = ", ".join(
        f"CASE WHEN {by} IS NULL THEN {column.sql} ELSE first_value({column.sql} IGNORE NULLS) {window} END"
        f" AS {column.name}"
        if column.name in wanted
        else f"r.{column.name}"
        for column in raw.columns
    )
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.repeated AS"
        f" SELECT {raw.line} AS line, {cells} FROM {raw.relation} r ORDER BY line"
    )
    return replace(raw, relation=f"{staging.name}.repeated", line="r.line")


def _projected(
    staging: Staging, raw: RawTable, part: TablePart, instant: str
) -> tuple[RawTable, dict[str, str]]:
    """Make a column for each field that the file can fill, and keep the columns that nothing asks for."""
    named = _named(raw, part.cells)
    headers: list[str] = []
    cells: list[str] = []
    natives: list[Native] = []
    made: dict[str, str] = {}
    for name, value in part.fields.items():
        sql = value_sql(value, named, staging.name, instant)
        if sql is None:
            continue
        plain = _plain(value, named)
        made[name] = plain.header if plain and plain.header not in headers else name
        headers.append(made[name])
        cells.append(sql)
        natives.append(plain.native if plain else Native.TEXT)
    for column in _rest(raw, part, named):
        headers.append(column.header)
        cells.append(column.sql)
        natives.append(column.native)
    columns = columns_of(headers, natives)
    listed = ", ".join(f"{sql} AS {column.name}" for sql, column in zip(cells, columns, strict=True))
    needed = [cells[headers.index(made[name])] if name in made else "NULL" for name in part.needs]
    where = " AND ".join(f"({sql}) IS NOT NULL" for sql in needed) or "true"
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.asked AS"
        f" SELECT {raw.line} AS line, {listed} FROM {raw.relation} r WHERE {where} ORDER BY line"
    )
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.asked")
    relation = replace(raw, relation=f"{staging.name}.asked", columns=columns, rows=rows, line="r.line")
    # Rows that are no rows of their file are told once, with the table that keeps everything else.
    told = relation if part.rest else replace(relation, refusals=None, refused=0)
    return finish(staging, told), made


def _named(raw: RawTable, names: Iterable[str]) -> dict[str, RawColumn]:
    """Return the columns that cells of a preset mean, by the names that the preset has for them."""
    exact = {column.header: column for column in raw.columns}
    alike = {squash(column.header): column for column in reversed(raw.columns)}
    found = {name: exact.get(name) or alike.get(squash(name)) for name in names}
    return {name: column for name, column in found.items() if column}


def _plain(value: Value, named: Mapping[str, RawColumn]) -> RawColumn | None:
    """Return the one column that a value is as it stands; None if it is made of more."""
    if isinstance(value, Cell):
        return named.get(value.name)
    if isinstance(value, First) and all(isinstance(part, Cell) for part in value.values):
        found = [named[p.name] for p in value.values if isinstance(p, Cell) and p.name in named]
        return found[0] if len(found) == 1 else None
    return None


def _rest(raw: RawTable, part: TablePart, named: Mapping[str, RawColumn]) -> Iterator[RawColumn]:
    if part.rest:
        known = {column.header for column in named.values()}
        left = set(map(squash, part.leave))
        yield from (c for c in raw.columns if c.header not in known and squash(c.header) not in left)
