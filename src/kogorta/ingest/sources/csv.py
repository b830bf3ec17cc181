"""Read a CSV file: the engine's own reader for what is clean, a careful one for what is not.

The fast reader takes nearly every file. It is believed only if its rows and refusals add up to the
physical lines of the file; otherwise (line breaks inside quotes, open quotes, blank lines between
rows) the careful reader, which follows every physical line, reads the file again.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.raw import RawTable
from kogorta.ingest.settings import ImportOptions
from kogorta.ingest.sources.csv_careful import first_record, read_carefully
from kogorta.ingest.sources.csv_fast import read_fast
from kogorta.ingest.sources.scan import scan
from kogorta.ingest.sources.text import SAMPLE, detect_delimiter, detect_encoding, known_encoding, transcode
from kogorta.warehouse.staging import Staging

MAX_COLUMNS = 2000
_EXCEL_HINT = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
"""A first line by which Excel is told the delimiter."""


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes:
        encoding: Of its bytes.
        delimiter: Between cells.
        header: The cells of the first record.
        header_lines: How many physical lines the header takes.
        header_records: How many records stand above the first row.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_lines: int = 1
    header_records: int = 1


def dialect_of(path: Path, options: ImportOptions) -> Dialect:
    """Find out encoding, delimiter and header.

    Raises:
        InputError: It is no text, or has no header.
    """
    with path.open("rb") as file:
        head = file.read(SAMPLE)
    encoding = known_encoding(options.encoding) if options.encoding else detect_encoding(head, path)
    text = head.decode(encoding, errors="replace").lstrip("\ufeff")
    named = _EXCEL_HINT.match(text)
    text = text[named.end() :] if named else text
    if options.delimiter is not None and len(options.delimiter) != 1:
        raise InputError(
            "a delimiter is one character", got=options.delimiter, expected=", or ; or | or a tab"
        )
    delimiter = options.delimiter or (named[1] if named else detect_delimiter(text))
    skipped = len(text) - len(text.lstrip("\r\n"))
    cells, lines = first_record(text[skipped:], delimiter)
    if len(cells) > MAX_COLUMNS:
        raise InputError(
            "the header has too many columns",
            got=len(cells),
            expected=lazy("at most {most}", most=MAX_COLUMNS),
            hint="is the first line really the header, and the delimiter right (--delimiter)?",
            path=str(path),
        )
    # Blank lines above the header belong to it, so that the first row keeps its line.
    above = text[:skipped].count("\n") + bool(named)
    return Dialect(encoding, delimiter, tuple(cells), lines + above, 2 if named else 1)


def read_csv(staging: Staging, path: Path, options: ImportOptions, limit: int | None = None) -> RawTable:
    """Read a CSV file into the relation `raw`."""
    dialect = dialect_of(path, options)
    details = {"form": "CSV", "encoding": dialect.encoding, "delimiter": dialect.delimiter}
    if limit is not None or len(dialect.header) < 2 or dialect.header_lines > 1:
        raw = read_carefully(
            staging, path, dialect.encoding, dialect.delimiter, dialect.header, limit, dialect.header_records
        )
    elif dialect.encoding in ("utf-8", "utf-8-sig"):
        raw = _read_utf8(staging, path, dialect)
    else:
        raw = _read_transcoded(staging, path, dialect)
    return replace(raw, details=details)


def _read_transcoded(staging: Staging, path: Path, dialect: Dialect) -> RawTable:
    with tempfile.TemporaryDirectory(prefix="kogorta-") as folder:
        copy = Path(folder) / "utf8.csv"
        if transcode(path, dialect.encoding, copy):
            return read_carefully(staging, path, dialect.encoding, dialect.delimiter, dialect.header)
        return _read_utf8(staging, copy, replace(dialect, encoding="utf-8"))


def _read_utf8(staging: Staging, path: Path, dialect: Dialect) -> RawTable:
    found = scan(path)
    raw = read_fast(staging, path, dialect.delimiter, dialect.header, found) if found.is_plain else None
    return raw or read_carefully(staging, path, dialect.encoding, dialect.delimiter, dialect.header)
