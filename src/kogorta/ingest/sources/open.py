"""Find out what a source is and give it to its reader."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.raw import RawTable
from kogorta.ingest.settings import ImportOptions
from kogorta.ingest.sources.arrow import read_arrow, read_parquet
from kogorta.ingest.sources.csv import read_csv
from kogorta.ingest.sources.feed import is_google_text, read_feed, read_google_text
from kogorta.ingest.sources.finish import finish
from kogorta.ingest.sources.json_lines import read_json_lines
from kogorta.ingest.sources.sql import Snapshot, read_snapshot
from kogorta.ingest.sources.xlsx import read_xlsx
from kogorta.warehouse.staging import Staging

Source: TypeAlias = Path | pa.Table | Snapshot
"""A file, rows that are in memory already, or a copy of rows of another database."""

_MAGIC = {
    b"PK\x03\x04": "xlsx",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "xls",
    b"\x1f\x8b": "gzip",
    b"%PDF": "pdf",
}
_PAGE = (b"<!doctype html", b"<html", b"<meta", b"<table")
"""How a web page begins; some CRMs call a page with a table an Excel file."""
_MARKS = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"
"""What may stand before the first letter of a text."""
_FOREIGN = {
    "xls": (lazy("an old Excel workbook (.xls)"), lazy("open it and save it as .xlsx or CSV")),
    "gzip": (lazy("a compressed file"), lazy("unpack it first")),
    "pdf": (lazy("a PDF document"), lazy("export the table as CSV or .xlsx")),
    "page": (
        lazy("a web page"),
        lazy("export the table as CSV; some programs give a web page the name of an Excel file"),
    ),
}


def read_source(
    staging: Staging, source: Source, options: ImportOptions, limit: int | None = None
) -> RawTable:
    """Read a source into scratch tables.

    Args:
        staging: Where the rows go.
        source: A path, an Arrow table, or a copy of rows of another database.
        options: Encoding, delimiter, sheet.
        limit: For a preview: no more rows than this.

    Raises:
        InputError: It is missing, empty, no table, or of a form that is not read.
    """
    if isinstance(source, pa.Table):
        return finish(staging, read_arrow(staging, source, limit))
    if isinstance(source, Snapshot):
        return finish(staging, read_snapshot(staging, source, limit))
    kind = kind_of(source)
    if kind == "xlsx":
        raw = read_xlsx(staging, source, options.sheet, limit)
    elif kind == "parquet":
        raw = read_parquet(staging, source, limit)
    elif kind == "json":
        raw = read_json_lines(staging, source, limit)
    elif kind == "xml":
        raw = read_feed(staging, source, options, limit)
    elif is_google_text(head_of(source), source, options):
        raw = read_google_text(staging, source, options, limit)
    else:
        raw = read_csv(staging, source, options, limit)
    return finish(staging, raw)


def kind_of(path: Path) -> str:
    """Return `csv`, `xlsx`, `parquet`, `json` or `xml`, by content first and by name second.

    Raises:
        InputError: Nothing that could be read.
    """
    head = head_of(path)
    start = head.lstrip(_MARKS)
    kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if start.lower().startswith(_PAGE):
        kind = "page"
    if kind in _FOREIGN:
        what, hint = _FOREIGN[kind]
        raise InputError(
            "this form of file is not read",
            got=what,
            expected="CSV, XLSX, Parquet, JSON Lines or XML",
            hint=hint,
            path=str(path),
        )
    if kind:
        return kind
    if start.startswith(b"<"):
        return "xml"
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return "json"
    return "csv"


def head_of(path: Path, size: int = 4096) -> bytes:
    """Return the first bytes of a file.

    Raises:
        InputError: It is missing, a folder, empty, or must not be read.
    """
    if path.is_dir():
        raise InputError(
            "this is a folder", got=str(path), expected="a file", hint="name the files in it one by one"
        )
    try:
        with path.open("rb") as file:
            head = file.read(size)
    except FileNotFoundError:
        raise InputError(
            "there is no such file",
            got=str(path),
            expected="an existing file",
            hint="check the name and the folder",
        ) from None
    except OSError as error:
        raise InputError(
            "the file cannot be read",
            got=f"{path}: {error.strerror}",
            hint="may you read it, and is it a plain file?",
        ) from error
    if not head.strip():
        raise InputError(
            "the file is empty",
            got=str(path),
            expected="a header and at least one row",
            hint="export it again",
        )
    return head


def digest_of(source: Source) -> str:
    """Return the SHA-256 of a file's bytes, or of the rows of an Arrow table."""
    if isinstance(source, Snapshot):
        return digest_of(source.path)
    if isinstance(source, pa.Table):
        digest = hashlib.sha256()
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, source.schema) as writer:
            writer.write_table(source.combine_chunks())
        digest.update(sink.getvalue())
        return digest.hexdigest()
    head_of(source)
    with source.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
