"""Import one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow as pa

from kogorta.ingest.preview import as_source
from kogorta.ingest.report import ImportReport
from kogorta.ingest.run import Run
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings, Progress
from kogorta.ingest.sources.sql import Snapshot
from kogorta.ingest.tracking import import_tracking
from kogorta.schema import table
from kogorta.warehouse.store import Warehouse

AnySource: TypeAlias = str | Path | pa.Table | Snapshot | Iterable[Mapping[str, Any]]


def import_file(
    warehouse: Warehouse,
    source: AnySource,
    *,
    form: str,
    settings: IngestSettings,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring a file into the warehouse: all of it in one commit, or nothing.

    Every row read is counted once: loaded, updated, same, or put into quarantine with its line,
    column, value, reason and what to do. The same file a second time changes nothing.

    Args:
        warehouse: Where facts are kept.
        source: A path, an Arrow table, a copy of rows of another database, or, for `tracking`, messages.
        form: The name of a canonical table, or `tracking`.
        settings: What the workspace says.
        options: What this run wishes.
        progress: Told how far it has come.

    Returns:
        The report, with the mapping and the words to be saved.

    Raises:
        InputError: The file cannot be read (code `input`).
        MappingError: Its columns cannot be matched, or can be read in two ways (code `mapping`).
        NotFoundError: There is no such table (code `not_found`).
    """
    run = Run(warehouse, form, settings, options or ImportOptions(), progress)
    if form == TRACKING:
        return import_tracking(run, source)
    table(form)
    return run.file(as_source(source))
