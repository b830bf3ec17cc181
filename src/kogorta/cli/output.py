"""Tables for people, files for programs."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from kogorta.errors import InputError
from kogorta.ingest.report import harmless

out = Console(highlight=False, soft_wrap=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


def table(
    title: str,
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[int] = (),
    console: Console = out,
) -> None:
    """Print a table; `right` lists the columns that hold numbers."""
    grid = Table(
        title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    for number, header in enumerate(headers):
        is_number = number in right
        # a number is never broken: what stands beside it gives way
        grid.add_column(header, justify="right" if is_number else "left", overflow="fold", no_wrap=is_number)
    for row in rows:
        grid.add_row(*row)
    console.print(grid)


def plain(text: str, console: Console = out) -> None:
    """Print a text as it is: nothing in it is markup, no line is broken."""
    console.print(text, markup=False, emoji=False, highlight=False, soft_wrap=True)


def emit(rows: Sequence[Mapping[str, Any]], format_: Format, path: Path | None = None) -> None:
    """Write rows for programs, to a file or to standard output.

    Raises:
        InputError: Parquet was asked for without a file.
    """
    emit_arrow(pa.Table.from_pylist(list(rows)), format_, path)


def emit_arrow(rows: pa.Table, format_: Format, path: Path | None = None) -> None:
    """Write Arrow rows as `emit` does."""
    if format_ is Format.PARQUET:
        if path is None:
            raise InputError("Parquet cannot be printed", hint="name a file: --out FILE.parquet")
        pq.write_table(rows, path)
        return
    if path is None:
        _write_text(rows, format_, sys.stdout)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        _write_text(rows, format_, file)


def emit_json(value: object, path: Path | None = None) -> None:
    """Write one JSON value, to a file or to standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n"
    if path is None:
        sys.stdout.write(text)
    else:
        path.write_text(text, encoding="utf-8")


def format_of(path: Path) -> Format:
    """Return the format that the name of a file asks for.

    Raises:
        InputError: Its ending says nothing.
    """
    try:
        return Format(path.suffix.lstrip(".").lower())
    except ValueError:
        raise InputError(
            "the ending of the file does not tell its format",
            got=path.name,
            expected=".csv, .json or .parquet",
        ) from None


def _write_text(rows: pa.Table, format_: Format, file: Any) -> None:
    if format_ is Format.JSON:
        json.dump(rows.to_pylist(), file, ensure_ascii=False, indent=1, default=_plain)
        file.write("\n")
        return
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(rows.column_names)
    for batch in rows.to_batches():
        for row in batch.to_pylist():
            writer.writerow([_cell(value) for value in row.values()])


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _cell(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return harmless(value) if isinstance(value, str) else value
