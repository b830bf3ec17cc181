"""Bringing data into a workspace: files, folders, tables and messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta import config as configuration
from kogorta.config import Config
from kogorta.ingest import (
    ImportOptions,
    ImportReport,
    IngestSettings,
    Preview,
    Progress,
    Snapshot,
    columns_of,
    import_file,
    preview,
    recognise,
    tables_in,
)
from kogorta.ingest.settings import TRACKING
from kogorta.workspace.upkeep import Upkeep


class Ingesting(Upkeep):
    """Imports, each one commit or nothing."""

    def preview(
        self, source: Path | str | pa.Table | Snapshot, table: str, options: ImportOptions | None = None
    ) -> Preview:
        """Show how a file would be read: which column becomes what, and why."""
        return preview(
            self.warehouse,
            _source(source),
            form=table,
            settings=self._ingest(),
            options=options or ImportOptions(),
        )

    def recognise(self, path: Path | str) -> str:
        """Return the table that a file is for, or `tracking`: its name or its columns tell it.

        Raises:
            InputError: The file cannot be read.
            MappingError: Its columns are those of no table.
        """
        return recognise(self.warehouse, Path(path), self._ingest())

    def columns_of(self, path: Path | str) -> dict[str, tuple[str, ...]]:
        """Return the headers of a file in its order, each with some of its filled cells.

        Raises:
            InputError: The file cannot be read.
        """
        return columns_of(self.warehouse, Path(path))

    def import_file(
        self,
        path: Path | str,
        table: str,
        mapping: Mapping[str, str] | None = None,
        *,
        options: ImportOptions | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a file into a canonical table, or Segment-spec messages with table `tracking`.

        All or quarantine: every row read is counted as loaded, same, updated or quarantined. The
        mapping and the shop's own words are saved, so that the next file of this shape needs neither.
        """
        return self._import(Path(path), table, _with_mapping(options, mapping), progress)

    def import_folder(
        self,
        path: Path | str,
        *,
        options: ImportOptions | None = None,
        progress: Progress | None = None,
    ) -> list[ImportReport]:
        """Import all files of a folder that are named after tables, as `import_file` does, one commit each.

        Names are those of the canonical tables, with more behind a hyphen where a table has several files:
        `orders.parquet`, `orders-2.parquet`. Folders within are left alone.

        Raises:
            InputError: No file is named after a table.
            ProblemsError: Some files are not; then nothing is imported.
        """
        with self.compacting_once():
            return [
                self.import_file(file, table, options=options, progress=progress)
                for file, table in tables_in(Path(path))
            ]

    def import_table(
        self,
        rows: Any,
        table: str,
        mapping: Mapping[str, str] | None = None,
        *,
        options: ImportOptions | None = None,
    ) -> ImportReport:
        """Import an Arrow table or a data frame as `import_file` does."""
        return self._import(arrow_of(rows), table, _with_mapping(options, mapping), None)

    def import_tracking(self, messages: Iterable[Mapping[str, Any]]) -> ImportReport:
        """Import Segment-spec messages (identify, track, page, screen, group, alias)."""
        return self._import(list(messages), TRACKING, ImportOptions(), None)

    def _import(
        self, source: Any, form: str, options: ImportOptions, progress: Progress | None
    ) -> ImportReport:
        report = import_file(
            self.warehouse, source, form=form, settings=self._ingest(), options=options, progress=progress
        )
        if not options.dry_run:
            self._remember(report, options)
            self.compact_if_due()
        return report

    def _remember(self, report: ImportReport, options: ImportOptions) -> None:
        changes: dict[str, dict[str, Any]] = {}
        if report.new_statuses:
            changes["statuses"] = dict(report.new_statuses)
        reading = options.reading
        # What an import preset says stays its own: only what a person has put right is kept.
        known_as = reading.known_as if reading else report.mapping_fingerprint
        mapping = reading.given if reading else report.mapping
        if known_as and mapping:
            changes[f"mappings.{known_as}"] = dict(mapping)
        if changes:
            self.config = configuration.update(self.folder, changes)

    def _ingest(self) -> IngestSettings:
        return ingest_settings(self.config, self.now())


def ingest_settings(config: Config, now: datetime) -> IngestSettings:
    """Return what an import must know of the workspace's settings.

    Args:
        config: Of the workspace.
        now: The instant of the import; UTC.
    """
    return IngestSettings(
        timezone=config.zone,
        currency=config.workspace.currency,
        minor_digits=config.minor_digits,
        now=now,
        rates=config.rates,
        statuses=config.statuses,
        fee_codes=config.catalogue.fee_codes,
        mappings=config.mappings,
    )


def _source(source: Path | str | pa.Table | Snapshot) -> Any:
    return Path(source) if isinstance(source, str) else source


def arrow_of(rows: Any) -> pa.Table:
    """Return rows of whatever library as an Arrow table."""
    if isinstance(rows, pa.Table):
        return rows
    if hasattr(rows, "__arrow_c_stream__"):
        return pa.table(rows)
    return pa.Table.from_pandas(rows, preserve_index=False)


def _with_mapping(options: ImportOptions | None, mapping: Mapping[str, str] | None) -> ImportOptions:
    base = options or ImportOptions()
    return replace(base, mapping={**base.mapping, **mapping}) if mapping else base
