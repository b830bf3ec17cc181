# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Read a clean UTF-8 CSV file with the engine's own reader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from kogorta.ingest.raw import RawTable, columns_of
from kogorta.ingest.sources.refusals import Refusal, refusals_table
from kogorta.ingest.sources.scan import Scan, lines_at
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

MAX_REFUSED = 100_000
_REASONS = {"MISSING COLUMNS": "too_few_cells", "TOO MANY COLUMNS": "too_many_cells"}


def read_fast(
    staging: Staging, path: Path, delimiter: str, header: Sequence[str], found: Scan
) -> RawTable | None:
    """Read the file; None if what was read does not add up to its physical lines."""
    columns = columns_of(header)
    names = ", ".join(f"'{column.name}': 'VARCHAR'" for column in columns)
    for table in ("ingest_refused_rows", "ingest_refused_scans"):
        staging.execute(f"DROP TABLE IF EXISTS {table}")
    staging.rows_awaited = found.lines
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.raw AS SELECT * FROM read_csv({literal(str(path))},
        auto_detect = false, header = true, delim = {literal(delimiter)}, quote = '"', escape = '"',
        columns = {{{names}}}, nullstr = '', store_rejects = true, rejects_limit = 0,
        rejects_table = 'ingest_refused_rows', rejects_scan = 'ingest_refused_scans')"""
    )
    staging.rows_awaited = 0
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.raw")
    refused = _refused(staging, path, header)
    if refused is None or rows + len(refused) + 1 != found.lines:
        return None
    staging.rows_in = rows
    if not refused:
        return RawTable(
            f"{staging.name}.raw", columns, rows, line="(r.rowid + 2)", odd_blanks=found.odd_blanks
        )
    _number_lines(staging, [row.line for row in refused])
    return RawTable(
        f"{staging.name}.numbered",
        columns,
        rows,
        refusals=refusals_table(staging, refused),
        refused=len(refused),
    )


def _refused(staging: Staging, path: Path, header: Sequence[str]) -> list[Refusal] | None:
    """Return the refused lines; None if they are of a kind that only the careful reader can place."""
    rows = staging.fetch(
        "SELECT line_byte_position - 1, min(error_type), min(csv_line), min(error_message) FROM ingest_refused_rows"
        f" GROUP BY 1 ORDER BY 1 LIMIT {MAX_REFUSED + 1}"
    )
    if len(rows) > MAX_REFUSED or any(row[0] is None or row[1] not in _REASONS for row in rows):
        return None
    lines = lines_at(path, [row[0] for row in rows])
    if len(set(lines)) != len(rows):
        return None
    return [
        Refusal(line, _REASONS[kind], str(_cells(message, len(header))), text or "")
        for line, (_, kind, text, message) in zip(lines, rows, strict=True)
    ]


def _cells(message: str, expected: int) -> str:
    found = message.rsplit("Found:", 1)[-1].split()
    return f"{found[0] if found else '?'} / {expected}"


def _number_lines(staging: Staging, refused: list[int]) -> None:
    """Give every good row its physical line: refused lines before it push it down."""
    # The k-th good row stands one line lower for each refused line above it.
    shifts = {0: 2}
    for number, line in enumerate(refused, 1):
        shifts[line - 2 - (number - 1)] = 2 + number
    table = pa.table(
        {"from_row": pa.array(shifts.keys(), pa.int64()), "shift": pa.array(shifts.values(), pa.int64())}
    )
    staging.create_from_arrow("shifts", table)
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.numbered AS
        SELECT r.*, r.rowid + s.shift AS line FROM {staging.name}.raw r
        ASOF JOIN {staging.name}.shifts s ON r.rowid >= s.from_row ORDER BY r.rowid"""
    )
    staging.execute(f"DROP TABLE {staging.name}.raw")
