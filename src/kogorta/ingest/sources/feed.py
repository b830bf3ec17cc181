# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Read a catalogue feed: offers become rows, what they say becomes columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from kogorta.errors import InputError
from kogorta.ingest.feeds import AMOUNTS, CODES, CURRENCY, PARAMS, Record, feed_of, is_google_header
from kogorta.ingest.feeds.google import rows
from kogorta.ingest.raw import Native, RawTable, columns_of
from kogorta.ingest.settings import ImportOptions
from kogorta.ingest.sources.json_lines import pointer, read_bodies
from kogorta.ingest.sources.text import SAMPLE, detect_encoding, known_encoding, text_lines
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

MOST_PARAMS = 50
"""So many parameters of goods become properties of their own, the commonest ones."""


def is_google_text(head: bytes, path: Path, options: ImportOptions) -> bool:
    """Whether a text is a feed of Google Merchant divided by tabs, told by its first bytes."""
    if b"\t" not in head.split(b"\n")[0]:
        return False
    return is_google_header(
        head.decode(_encoding(path, options), errors="replace").lstrip("\ufeff").split("\n")[0]
    )


def read_google_text(
    staging: Staging, path: Path, options: ImportOptions, limit: int | None = None
) -> RawTable:
    """Read a feed divided by tabs into the relation `raw`."""
    encoding = _encoding(path, options)
    raw = _read(staging, rows(text_lines(path, encoding)), limit, path)
    return replace(raw, details={"form": "Google Merchant (TSV)", "encoding": encoding})


def read_feed(staging: Staging, path: Path, options: ImportOptions, limit: int | None = None) -> RawTable:
    """Read a feed of XML into the relation `raw`; lines are those of the file.

    Raises:
        InputError: It is no feed that is read, is damaged, or declares entities.
    """
    encoding = known_encoding(options.encoding) if options.encoding else None
    feed = feed_of(path, encoding)
    raw = _read(staging, feed.records(path, encoding), limit, path)
    return replace(raw, details={"form": feed.name})


def _encoding(path: Path, options: ImportOptions) -> str:
    if options.encoding:
        return known_encoding(options.encoding)
    with path.open("rb") as file:
        return detect_encoding(file.read(SAMPLE), path)


def _read(staging: Staging, records: Iterable[Record], limit: int | None, path: Path) -> RawTable:
    seen = _Seen()
    read_bodies(staging, seen.lines(records if limit is None else islice(records, limit)))
    if "product_id" not in seen.names:
        raise InputError(
            "the feed holds no offers",
            got=path.name,
            expected="at least one <offer>, <item> or <entry> with an id and a price",
            path=str(path),
        )
    raw = _columns(staging, seen)
    plain = _plain_amounts(staging, raw)
    columns = tuple(
        replace(
            column,
            is_code=column.header in CODES,
            native=Native.NUMBER if column.header in plain else column.native,
        )
        for column in raw.columns
    )
    return replace(raw, columns=columns, currency=CURRENCY if CURRENCY in raw.headers else None)


@dataclass
class _Seen:
    """What the records of a feed say, by name.

    Attributes:
        names: In the order in which they came up.
        params: Parameters of goods, with how many goods have each.
    """

    names: dict[str, None] = field(default_factory=dict)
    params: Counter[str] = field(default_factory=Counter)

    def lines(self, records: Iterable[Record]) -> Iterator[tuple[int, str]]:
        """Yield each record as JSON, with its line."""
        for record in records:
            for name, cell in record.cells.items():
                if isinstance(cell, dict):
                    self.params.update(cell.keys())
                else:
                    self.names[name] = None
            yield record.line, json.dumps(record.cells, ensure_ascii=False)

    def paths(self) -> Iterator[tuple[str, ...]]:
        """Yield where the cells of each column stand: of parameters the commonest, and one column with all if there are more."""
        for name in self.names:
            yield (name,)
        commonest = sorted(self.params, key=lambda name: (-self.params[name], name))
        for name in commonest[:MOST_PARAMS]:
            yield (PARAMS, name)
        if len(commonest) > MOST_PARAMS:
            yield (PARAMS,)


def _columns(staging: Staging, seen: _Seen) -> RawTable:
    """Make the relation `raw` of the bodies; each is taken apart once, whatever the number of columns."""
    paths = list(seen.paths())
    columns = columns_of([".".join(path) for path in paths])
    pointers = ", ".join(literal(pointer(path)) for path in paths)
    cells = ", ".join(f"nullif(v[{place}], '') AS {column.name}" for place, column in enumerate(columns, 1))
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.raw AS SELECT line, {cells} FROM"
        f" (SELECT line, json_extract_string(body, [{pointers}]) AS v FROM {staging.name}.bodies) ORDER BY line"
    )
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.raw")
    return RawTable(f"{staging.name}.raw", columns, rows)


def _plain_amounts(staging: Staging, raw: RawTable) -> set[str]:
    """Return the columns of amounts that are written as feeds have to: with a point, and nothing between thousands.

    Then 1.250 is one and a quarter beyond doubt; where some cell is written otherwise, all of them are looked at.
    """
    found = [column for column in raw.columns if column.header in AMOUNTS]
    if not found:
        return set()
    tests = ", ".join(
        f"coalesce(bool_and(regexp_full_match({c.sql}, '-?[0-9]+(\\.[0-9]+)?')), false)" for c in found
    )
    (row,) = staging.fetch(f"SELECT {tests} FROM {raw.relation} r")
    return {column.header for column, is_plain in zip(found, row, strict=True) if is_plain}
