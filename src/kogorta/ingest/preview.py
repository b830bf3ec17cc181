"""Show how a file will be read before it is."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from kogorta.errors import InputError
from kogorta.ingest.mapping.fields import short_name
from kogorta.ingest.mapping.resolve import resolve, samples_of
from kogorta.ingest.presets.reading import read_rows
from kogorta.ingest.report import Preview, PreviewField
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings
from kogorta.ingest.sources import Source, read_source
from kogorta.ingest.sources.sql import Snapshot
from kogorta.schema import table
from kogorta.warehouse.store import Warehouse

ROWS = 1_000
_SHOWN = 3


def preview(
    warehouse: Warehouse,
    source: object,
    *,
    form: str,
    settings: IngestSettings,
    options: ImportOptions | None = None,
) -> Preview:
    """Return how a file will be read, from its first rows; nothing is kept.

    Args:
        warehouse: Lends its scratch space.
        source: A path, an Arrow table, or a copy of rows of another database.
        form: The name of a canonical table, or `tracking`.
        settings: What the workspace says.
        options: What this run wishes.

    Raises:
        InputError: The file cannot be read (code `input`).
        MappingError: A needed column was not found (code `mapping`).
    """
    options = options or ImportOptions()
    if form == TRACKING:
        return Preview(TRACKING, (), details={"form": "Segment messages"})
    table(form)
    with warehouse.staging() as staging:
        raw, declared = read_rows(staging, as_source(source), options, ROWS)
        mapping = resolve(form, raw, samples_of(staging, raw), settings, options, declared)
    fields = tuple(
        PreviewField(short_name(form, choice.field), choice.column.header, choice.why.value, choice.samples)
        for choice in mapping.choices
    )
    return Preview(form, fields, tuple(column.header for column in mapping.rest), raw.details)


def columns_of(warehouse: Warehouse, path: Path) -> dict[str, tuple[str, ...]]:
    """Return the headers of a file in its order, each with some of its filled cells.

    Args:
        warehouse: Lends its scratch space.
        path: The file.

    Raises:
        InputError: It cannot be read.
    """
    with warehouse.staging() as staging:
        raw = read_source(staging, path, ImportOptions(), ROWS)
        samples = samples_of(staging, raw)
    return {header: tuple(samples[header][:_SHOWN]) for header in raw.headers}


def as_source(source: object) -> Source:
    """Return a source as the readers take it.

    Raises:
        InputError: It is neither a file nor an Arrow table.
    """
    if isinstance(source, pa.Table | Snapshot):
        return source
    if isinstance(source, str | Path):
        return Path(source)
    raise InputError(
        "only tracking messages can be given one by one",
        got=type(source).__name__,
        expected="a path or an Arrow table",
        hint="make an Arrow table of them: pyarrow.Table.from_pylist(rows)",
    )
