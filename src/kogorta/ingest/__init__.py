"""Readers, column mapping, validation and quarantine: from a file to facts."""

from __future__ import annotations

from kogorta.ingest.folder import tables_in
from kogorta.ingest.importer import import_file
from kogorta.ingest.preview import preview
from kogorta.ingest.report import ImportReport, Note, Preview, PreviewField, QuarantinedRow
from kogorta.ingest.settings import TRACKING, ImportOptions, IngestSettings, Progress, Step, fingerprint

__all__ = [
    "TRACKING",
    "ImportOptions",
    "ImportReport",
    "IngestSettings",
    "Note",
    "Preview",
    "PreviewField",
    "Progress",
    "QuarantinedRow",
    "Step",
    "fingerprint",
    "import_file",
    "preview",
    "tables_in",
]
