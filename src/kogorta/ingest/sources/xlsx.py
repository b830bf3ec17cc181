"""Read a sheet of an Excel workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from kogorta.errors import InputError
from kogorta.i18n import lazy
from kogorta.ingest.raw import Native, RawTable, columns_of
from kogorta.ingest.sources.cells import common_kind, is_empty, kind_of_cell, text_of_cell
from kogorta.ingest.sources.load import load
from kogorta.warehouse.staging import Staging

BATCH = 20_000
MAX_UNPACKED = 2 << 30
MAX_RATIO = 400
BIG = 64 << 20


def read_xlsx(staging: Staging, path: Path, sheet: str | None = None, limit: int | None = None) -> RawTable:
    """Read a sheet into the relation `raw`; lines are the rows that Excel shows.

    Raises:
        InputError: It is no workbook, too big when unpacked, or has no such sheet.
    """
    _check_archive(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        name, rows = _choose(workbook, sheet, path)
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(
            "this workbook cannot be read",
            got=str(error),
            expected="an .xlsx workbook without a password",
            hint="open it in Excel and save it again, or export the sheet as CSV",
            path=str(path),
        ) from error
    _check_formulas(path, name)
    return _load(staging, rows, {"form": "XLSX", "sheet": name}, limit)


def _check_archive(path: Path) -> None:
    """Refuse archives that unpack to more than memory holds."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            "this workbook is damaged", got=str(error), hint="export or download it again", path=str(path)
        ) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries) or 1
    if unpacked > MAX_UNPACKED or (unpacked > BIG and unpacked / packed > MAX_RATIO):
        raise InputError(
            "this workbook is too big when unpacked",
            got=lazy("{unpacked} MiB out of {packed} KiB", unpacked=unpacked >> 20, packed=packed >> 10),
            expected=lazy("at most {most} MiB", most=MAX_UNPACKED >> 20),
            hint="export the sheet as CSV",
            path=str(path),
        )
    if not any(entry.filename.startswith("xl/") for entry in entries):
        raise InputError(
            "this archive is no workbook",
            got=path.name,
            expected="an .xlsx file",
            hint="unpack it first",
            path=str(path),
        )


Numbered = tuple[int, Sequence[object]]


def _choose(workbook: CalamineWorkbook, wanted: str | None, path: Path) -> tuple[str, list[Numbered]]:
    names = workbook.sheet_names
    if wanted is not None and wanted not in names:
        raise InputError(
            "the workbook has no such sheet",
            got=wanted,
            expected=", ".join(names),
            hint="choose one with --sheet",
            path=str(path),
        )
    for name in [wanted] if wanted else names:
        rows = _filled(workbook.get_sheet_by_name(name))
        if rows:
            return name, rows
    raise InputError(
        "the workbook holds no rows", got=path.name, expected="a header and rows", path=str(path)
    )


def _filled(sheet: CalamineSheet) -> list[Numbered]:
    """Return the rows that hold anything, with their numbers."""
    # `skip_empty_area=False` keeps blank rows on top, so that numbers are those that Excel shows.
    rows = enumerate(sheet.to_python(skip_empty_area=False), 1)
    return [(number, row) for number, row in rows if any(cell != "" and cell is not None for cell in row)]


def _check_formulas(path: Path, sheet: str) -> None:
    """Refuse a sheet whose formulas were never calculated: their cells would look empty."""
    pattern = re.compile(rb"<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>|</c>)")
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with archive.open(name) as file:
                tail = b""
                while block := file.read(1 << 20):
                    if pattern.search(tail + block):
                        raise InputError(
                            "the workbook has formulas without their values",
                            got=lazy("sheet {sheet}", sheet=sheet),
                            expected="cells with values",
                            hint="open it in Excel or LibreOffice, let it calculate, save it again",
                            path=str(path),
                        )
                    tail = block[-512:]


def _load(staging: Staging, rows: Sequence[Numbered], details: dict[str, str], limit: int | None) -> RawTable:
    (_, header), body = rows[0], rows[1 : None if limit is None else limit + 1]
    width = max(len(row) for _, row in rows)
    while width and not any(len(row) >= width and row[width - 1] not in ("", None) for _, row in rows):
        width -= 1
    names = [text_of_cell(cell) or "" for cell in header[:width]] + [""] * (width - len(header))
    columns = columns_of(names, [_native(body, position) for position in range(width)])
    schema = pa.schema([("line", pa.int64()), *((column.name, pa.string()) for column in columns)])
    load(staging, "raw", schema, _batches(body, schema, width))
    return RawTable(f"{staging.name}.raw", columns, len(body), details=details)


def _batches(body: Sequence[Numbered], schema: pa.Schema, width: int) -> Iterator[pa.RecordBatch]:
    for start in range(0, len(body), BATCH):
        chunk = body[start : start + BATCH]
        lines = pa.array([number for number, _ in chunk], pa.int64())
        cells = [
            pa.array(
                [text_of_cell(row[position]) if position < len(row) else None for _, row in chunk],
                pa.string(),
            )
            for position in range(width)
        ]
        yield pa.RecordBatch.from_arrays([lines, *cells], schema=schema)


def _native(body: Sequence[Numbered], position: int) -> Native:
    """Return what all filled cells of a column are."""
    cells = (row[position] for _, row in body if position < len(row))
    return common_kind({kind_of_cell(cell) for cell in cells if not is_empty(cell)})
