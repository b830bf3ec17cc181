"""Read a CSV file line by line, so that every physical line is accounted for.

A quote that is opened and not closed costs one row, not the rest of the file.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.raw import RawTable, columns_of
from kogorta.ingest.sources.load import load
from kogorta.ingest.sources.refusals import Refusal, refusals_table
from kogorta.ingest.sources.text import text_lines
from kogorta.warehouse.staging import Staging

BATCH = 20_000
MAX_RECORD_LINES = 200
MAX_RECORD_CHARS = 1_000_000
MAX_REFUSED = 1_000_000

Record = tuple[int, list[str]]


def first_record(text: str, delimiter: str) -> tuple[list[str], int]:
    """Return the cells of the first record and how many physical lines it takes."""
    lines = deque(enumerate(text.splitlines(keepends=True)[: MAX_RECORD_LINES + 1], 1))
    if not lines:
        return [], 1
    first = lines.popleft()
    cells, used = _assemble(first[1], lines, delimiter, iter(()))
    return cells or _loose(first[1], delimiter), used


class CarefulReader:
    """Splits physical lines into records.

    Attributes:
        refused: Rows that are none, filled while reading.
    """

    def __init__(self, lines: Iterator[str], delimiter: str, width: int) -> None:
        self.refused: list[Refusal] = []
        self._lines = enumerate(lines, 1)
        self._ahead: deque[tuple[int, str]] = deque()
        self._delimiter = delimiter
        self._width = width

    def records(self, skip: int) -> Iterator[Record]:
        """Yield (line, cells) of every good record after the first `skip` ones."""
        while (item := self._next()) is not None:
            number, line = item
            text = line.rstrip("\r\n")
            if not text:
                continue
            if skip:
                skip -= 1
                self._record(line)
                continue
            cells = text.split(self._delimiter) if '"' not in text else self._record(line)
            problem = self._problem(cells, text)
            if cells is None or problem:
                self._refuse(number, problem, cells, text)
                continue
            yield number, cells

    def _next(self) -> tuple[int, str] | None:
        return self._ahead.popleft() if self._ahead else next(self._lines, None)

    def _record(self, line: str) -> list[str] | None:
        cells, used = _assemble(line, self._ahead, self._delimiter, self._lines)
        if cells is not None and (used == 1 or len(cells) == self._width):
            for _ in range(used - 1):
                self._ahead.popleft()
            return cells
        return None

    def _problem(self, cells: list[str] | None, text: str) -> str:
        if cells is None:
            return "open_quote"
        if len(cells) != self._width:
            return "too_few_cells" if len(cells) < self._width else "too_many_cells"
        # The cheap test first: nearly every line is plain.
        if not text.isascii() and any("\udc80" <= character <= "\udcff" for character in text):
            return "bad_encoding"
        return "bad_encoding" if any("\0" in cell for cell in cells) else ""

    def _refuse(self, number: int, problem: str, cells: list[str] | None, text: str) -> None:
        shown = f"{len(cells)} / {self._width}" if cells is not None and "cells" in problem else text[:80]
        self.refused.append(Refusal(number, problem, shown, text))
        if len(self.refused) > MAX_REFUSED:
            raise InputError(
                "hardly any line fits the header",
                got=lazy(
                    "{n} refused lines, the first is line {line}", n=MAX_REFUSED, line=self.refused[0].line
                ),
                expected=lazy(
                    "cells in every line: {n}, divided by {delimiter}",
                    n=self._width,
                    delimiter=repr(self._delimiter),
                ),
                hint="name the delimiter with --delimiter, or export the file again",
            )


def _assemble(
    line: str, ahead: deque[tuple[int, str]], delimiter: str, more: Iterator[tuple[int, str]]
) -> tuple[list[str] | None, int]:
    """Parse a record that begins with `line`, taking lines from `ahead` while a quote is open.

    Lines read in advance stay in `ahead`; the caller drops those that were used.
    """
    text, used = line, 1
    while True:
        cells = _strict(text, delimiter) if text.count('"') % 2 == 0 or used == 1 else None
        if cells is not None:
            return cells, used
        if len(ahead) < used:
            item = next(more, None)
            if item is None:
                return None, used
            ahead.append(item)
        text += ahead[used - 1][1]
        used += 1
        if used > MAX_RECORD_LINES or len(text) > MAX_RECORD_CHARS:
            return None, used


def _strict(text: str, delimiter: str) -> list[str] | None:
    """Return the cells if no quote stays open."""
    if len(text) > csv.field_size_limit():
        csv.field_size_limit(MAX_RECORD_CHARS * 2)
    body = text.rstrip("\r\n")
    try:
        rows = list(
            csv.reader(
                [body] if "\n" not in body and "\r" not in body else body.splitlines(True),
                delimiter=delimiter,
                strict=True,
            )
        )
    except csv.Error:
        # A quote in the middle of a quoted cell is odd but plain; an open one is not.
        return None
    return rows[0] if len(rows) == 1 else None


def _loose(text: str, delimiter: str) -> list[str]:
    return text.rstrip("\r\n").split(delimiter)


def read_carefully(
    staging: Staging,
    path: Path,
    encoding: str,
    delimiter: str,
    header: Sequence[str],
    limit: int | None = None,
    header_records: int = 1,
) -> RawTable:
    """Read a file record by record into the relation `raw`."""
    columns = columns_of(header)
    reader = CarefulReader(text_lines(path, encoding), delimiter, len(columns))
    schema = pa.schema([("line", pa.int64()), *((column.name, pa.string()) for column in columns)])
    counted = [0]

    def batches() -> Iterator[pa.RecordBatch]:
        for records in _chunks(reader.records(skip=header_records), limit):
            counted[0] += len(records)
            lines = pa.array([line for line, _ in records], pa.int64())
            cells = [
                pa.array([cell or None for cell in column], pa.string())
                for column in zip(*(c for _, c in records), strict=True)
            ]
            yield pa.RecordBatch.from_arrays([lines, *cells], schema=schema)

    load(staging, "raw", schema, batches())
    return RawTable(
        f"{staging.name}.raw",
        columns,
        counted[0],
        refusals=refusals_table(staging, reader.refused),
        refused=len(reader.refused),
    )


def _chunks(records: Iterator[Record], limit: int | None) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    for number, record in enumerate(records, 1):
        chunk.append(record)
        if len(chunk) == BATCH or number == limit:
            yield chunk
            chunk = []
        if number == limit:
            return
    if chunk:
        yield chunk
