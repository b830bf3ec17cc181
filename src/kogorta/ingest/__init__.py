"""Readers, column mapping, validation and quarantine: from a file to facts."""

from __future__ import annotations

from kogorta.ingest.folder import tables_in
from kogorta.ingest.importer import import_file
from kogorta.ingest.presets.load import import_preset, import_presets
from kogorta.ingest.presets.plan import ExportPlan, plan_export
from kogorta.ingest.preview import columns_of, preview
from kogorta.ingest.recognise import recognise
from kogorta.ingest.report import ImportReport, Note, Preview, PreviewField, QuarantinedRow
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings, Progress, Step, fingerprint
from kogorta.ingest.sources.sql import Mark, Snapshot, SqlSource, is_url, take

__all__ = [
    "TRACKING",
    "ExportPlan",
    "ImportOptions",
    "ImportReport",
    "IngestSettings",
    "Mark",
    "Note",
    "Preview",
    "PreviewField",
    "Progress",
    "QuarantinedRow",
    "Snapshot",
    "SqlSource",
    "Step",
    "columns_of",
    "fingerprint",
    "import_file",
    "import_preset",
    "import_presets",
    "is_url",
    "plan_export",
    "preview",
    "recognise",
    "tables_in",
    "take",
]
