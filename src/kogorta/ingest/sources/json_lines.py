# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Read JSON Lines: one object a line; nested objects become columns with dots, two levels deep."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.ingest.raw import Native, RawTable, columns_of
from kogorta.ingest.sources.load import load
from kogorta.ingest.sources.text import text_lines
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

BATCH = 20_000
_SCHEMA = pa.schema([("line", pa.int64()), ("body", pa.string())])
_NUMBERS = {"UBIGINT", "BIGINT", "HUGEINT", "UHUGEINT", "DOUBLE"}


@dataclass(frozen=True)
class Leaf:
    """One value that objects of a file may have.

    Attributes:
        path: Its keys from the top.
        type: The engine's word for what it holds.
    """

    path: tuple[str, ...]
    type: str

    @property
    def name(self) -> str:
        """Its keys with dots between them."""
        return ".".join(self.path)

    @property
    def native(self) -> Native:
        """What its values are."""
        if self.type in _NUMBERS:
            return Native.NUMBER
        return Native.BOOLEAN if self.type == "BOOLEAN" else Native.TEXT

    def sql(self, body: str, under: tuple[str, ...] = ()) -> str:
        """Return SQL of the value as text; arrays and objects stay JSON."""
        return extract(body, (*under, *self.path))


def extract(body: str, path: Iterable[str]) -> str:
    """Return SQL that takes the value at a path out of JSON as text."""
    return f"nullif(json_extract_string({body}, {literal(pointer(path))}), '')"


def pointer(path: Iterable[str]) -> str:
    """Return a path as a JSON pointer, which takes any key as it is, whatever signs it has."""
    return "".join("/" + key.replace("~", "~0").replace("/", "~1") for key in path)


def leaves(structure: object, depth: int = 2, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Yield the values of objects of a structure as the engine describes it."""
    if isinstance(structure, Mapping) and structure and depth:
        for key, inner in structure.items():
            yield from leaves(inner, depth - 1, (*path, key))
    elif path:
        yield Leaf(path, structure if isinstance(structure, str) else "JSON")


def read_bodies(staging: Staging, lines: Iterable[tuple[int, str]]) -> None:
    """Make the relations `bodies` (line, body) of good objects and `refusals` of the rest."""
    load(staging, "all_bodies", _SCHEMA, _batches(lines))
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.bodies AS SELECT line, body FROM {staging.name}.all_bodies"
        f" WHERE CASE WHEN json_valid(body) THEN json_type(body) = 'OBJECT' ELSE false END ORDER BY line"
    )
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.refusals AS SELECT line, 'bad_json' AS reason,"
        f" left(body, 80) AS value, body AS raw FROM {staging.name}.all_bodies"
        f" WHERE NOT coalesce(CASE WHEN json_valid(body) THEN json_type(body) = 'OBJECT' ELSE false END, false)"
    )
    staging.execute(f"DROP TABLE {staging.name}.all_bodies")


def _batches(lines: Iterable[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
    numbers: list[int] = []
    bodies: list[str] = []
    for number, body in lines:
        numbers.append(number)
        bodies.append(body)
        if len(numbers) == BATCH:
            yield pa.RecordBatch.from_arrays(
                [pa.array(numbers, pa.int64()), pa.array(bodies, pa.string())], schema=_SCHEMA
            )
            numbers, bodies = [], []
    yield pa.RecordBatch.from_arrays(
        [pa.array(numbers, pa.int64()), pa.array(bodies, pa.string())], schema=_SCHEMA
    )


def file_lines(path: Path, limit: int | None = None) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every line that holds anything.

    Raises:
        InputError: The file is one JSON array instead of one object a line.
    """
    read = 0
    for number, line in enumerate(text_lines(path, "utf-8-sig"), 1):
        text = line.strip()
        if not text:
            continue
        if not read and text.startswith("["):
            raise InputError(
                "this is one JSON array",
                got=text[:40],
                expected="JSON Lines: one object a line",
                hint="write each object on a line of its own (jq -c '.[]' does it)",
                path=str(path),
            )
        read += 1
        # Bytes that are no text make the line invalid JSON, and visible.
        yield number, text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
        if read == limit:
            return


def object_lines(objects: Iterable[Mapping[str, object]]) -> Iterator[tuple[int, str]]:
    """Yield (number, JSON) of objects in memory."""
    for number, item in enumerate(objects, 1):
        yield number, json.dumps(item, ensure_ascii=False, default=str)


def read_json_lines(staging: Staging, path: Path, limit: int | None = None) -> RawTable:
    """Read a file of objects into the relation `raw`."""
    read_bodies(staging, file_lines(path, limit))
    ((structure,),) = staging.fetch(
        f"SELECT json_group_structure(CAST(body AS JSON)) FROM {staging.name}.bodies"
    )
    found = list(leaves(json.loads(structure or "{}")))
    if not found:
        raise InputError(
            "the file holds no JSON objects", got=str(path), expected="one object a line", path=str(path)
        )
    columns = columns_of([leaf.name for leaf in found], [leaf.native for leaf in found])
    cells = ", ".join(
        f"{leaf.sql('body')} AS {column.name}" for leaf, column in zip(found, columns, strict=True)
    )
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.raw AS SELECT line, {cells} FROM {staging.name}.bodies ORDER BY line"
    )
    ((rows,), (refused,)) = staging.fetch(
        f"SELECT count(*) FROM {staging.name}.raw UNION ALL SELECT count(*) FROM {staging.name}.refusals"
    )
    refusals = f"{staging.name}.refusals" if refused else None
    return RawTable(
        f"{staging.name}.raw",
        columns,
        rows,
        refusals=refusals,
        refused=refused,
        details={"form": "JSON Lines"},
    )
