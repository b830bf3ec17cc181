"""Find out for which table a file is, where nobody says it."""

from __future__ import annotations

from pathlib import Path

from kogorta.errors import MappingError
from kogorta.ingest.folder import table_of
from kogorta.ingest.mapping.guess import Why
from kogorta.ingest.mapping.resolve import ColumnMapping, resolve, samples_of
from kogorta.ingest.preview import ROWS
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings
from kogorta.ingest.sources import read_source
from kogorta.ingest.sources.open import kind_of
from kogorta.schema import TABLES
from kogorta.warehouse.store import Warehouse

_COMPANION, _BY_VALUES = 0.6, 0.5
"""What a column is worth that says something of another table, or that only its values tell."""

_SENDERS = {"userId", "anonymousId", "user_id", "anonymous_id"}


def recognise(warehouse: Warehouse, path: Path, settings: IngestSettings) -> str:
    """Return the table that a file is for, or `tracking`.

    Its name tells it, or else its columns: the table that understands most of them.

    Args:
        warehouse: Lends its scratch space.
        path: The file.
        settings: What the workspace says.

    Raises:
        InputError: The file cannot be read.
        MappingError: Its columns are those of no table.
    """
    kind = kind_of(path)
    named = table_of(path)
    if named:
        return named
    if kind == "xml":
        return "products"
    options = ImportOptions()
    with warehouse.staging() as staging:
        raw = read_source(staging, path, options, ROWS)
        if kind == "json" and "type" in raw.headers and _SENDERS & {*raw.headers}:
            return TRACKING
        samples = samples_of(staging, raw)
        found: dict[str, float] = {}
        for form in TABLES:
            try:
                found[form] = _worth(resolve(form, raw, samples, settings, options))
            except MappingError:
                continue
    # of several that understand it equally well the first is meant: people come before sales
    best = max(found, key=lambda form: found[form], default=None)
    if best is None or found[best] < 1:
        raise MappingError(
            "the columns of this file are those of no table",
            got=", ".join(raw.headers),
            expected=", ".join(TABLES),
            hint="choose the table by hand; then it is told which column is missing",
        )
    return best


def _worth(mapping: ColumnMapping) -> float:
    """Return how much of a file is understood: one for each column of the table itself that its header tells."""
    return sum(
        (1.0 if choice.field.table == mapping.form else _COMPANION)
        * (_BY_VALUES if choice.why is Why.VALUES else 1.0)
        for choice in mapping.choices
    )
