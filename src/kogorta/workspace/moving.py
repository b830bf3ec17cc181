"""Moving in: importing what other systems have exported."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from kogorta.ingest import ExportPlan, ImportOptions, ImportReport, Progress, import_preset, plan_export
from kogorta.workspace.ingesting import Ingesting

Paths: TypeAlias = Path | str | Iterable[Path | str]


class Moving(Ingesting):
    """Exports of other systems, read by an import preset."""

    def plan_export(self, paths: Paths, preset: str, options: ImportOptions | None = None) -> ExportPlan:
        """Tell what an import of an export would do: which file fills which tables, in which order.

        Args:
            paths: Files, or folders of files; one, or several.
            preset: Which system: `shopify`, `1c`, …
            options: What the run wishes; a mapping names fields with their table, as `orders.amount`.

        Raises:
            InputError: None of the files is one of this export, or one cannot be read.
            NotFoundError: There is no such preset.
        """
        several = [paths] if isinstance(paths, str | Path) else paths
        files = [Path(path) for path in several]
        return plan_export(self.warehouse, files, import_preset(preset), self._ingest(), options)

    def import_export(
        self,
        paths: Paths,
        preset: str,
        *,
        options: ImportOptions | None = None,
        id_space: str | None = None,
        progress: Progress | None = None,
    ) -> list[ImportReport]:
        """Import what another system has exported: one commit for each table of each file, consents first.

        Args:
            paths: Files, or folders of files; one, or several.
            preset: Which system: `shopify`, `1c`, …
            options: What the run wishes; a mapping names fields with their table, as `orders.amount`.
            id_space: The space of its customer ids; by default each system has one of its own.
            progress: Told how far each table has come.

        Raises:
            InputError: None of the files is one of this export, or one cannot be read.
            NotFoundError: There is no such preset.
        """
        wishes = options or ImportOptions()
        with self.compacting_once():
            return [
                self._import(job.path, job.table, job.options(wishes, id_space), progress)
                for job in self.plan_export(paths, preset, wishes).jobs
            ]
