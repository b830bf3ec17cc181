"""Importing from other people's databases: once, or again and again only what has changed."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kogorta.config import SourcesSection, SourceTable
from kogorta.errors import NotFoundError
from kogorta.i18n import lazy
from kogorta.ingest import (
    ImportOptions,
    ImportReport,
    Mark,
    Note,
    Progress,
    Snapshot,
    SqlSource,
    Step,
    take,
)
from kogorta.schema import table as canonical_table
from kogorta.warehouse.marks import keep_mark, read_mark
from kogorta.workspace.ingesting import Ingesting


class Fetching(Ingesting):
    """Databases as sources. Nothing is ever written to them."""

    def import_sql(
        self,
        url: str,
        table: str,
        *,
        from_table: str | None = None,
        query: str | None = None,
        since_column: str | None = None,
        everything: bool = False,
        options: ImportOptions | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import rows of a database into a canonical table, as `import_file` does with a file.

        Args:
            url: `sqlite:///FILE`, `postgresql://USER:PASSWORD@HOST/DATABASE` or `mysql://…`; `${NAME}` in it is taken from the
                environment. The books keep it without user and password.
            table: The canonical table.
            from_table: The table or view of the database; by default one that is called like the canonical table.
            query: One SELECT instead of a table.
            since_column: A column that grows with every change: from the second time on only rows at or above the highest
                value seen are asked for.
            everything: Ask for all rows all the same.
            options: What this run wishes.
            progress: Told how far it has come.

        Raises:
            SourceError: The database cannot be reached or refuses the question.
        """
        source = SqlSource.meant_for(table, url, from_table, query, since_column)
        with self.fetched(source, table, everything=everything, progress=progress) as snapshot:
            return self.import_fetched(snapshot, source, table, options=options, progress=progress)

    def import_source(
        self,
        name: str,
        *,
        everything: bool = False,
        progress: Progress | None = None,
    ) -> list[ImportReport]:
        """Import every table of a source that `kogorta.toml` names under `[sources]`, one commit each.

        Raises:
            NotFoundError: It names none of this name.
            SourceError: The database cannot be reached or refuses a question; what was imported before it stays.
        """
        with self.compacting_once():
            reports = []
            for source, table, options in self.named_source(name):
                with self.fetched(source, table, everything=everything, progress=progress) as snapshot:
                    reports.append(
                        self.import_fetched(snapshot, source, table, options=options, progress=progress)
                    )
            return reports

    def named_source(self, name: str) -> list[tuple[SqlSource, str, ImportOptions]]:
        """Return what a source of `kogorta.toml` consists of: each question, its canonical table, and how it is read.

        Raises:
            NotFoundError: There is none of this name.
        """
        section = self.config.sources.get(name)
        if section is None:
            raise NotFoundError(
                "kogorta.toml names no such source",
                got=name,
                expected=", ".join(self.config.sources),
                hint=lazy(
                    "describe it under [sources.{name}] (docs/howto/import-from-a-database.md)", name=name
                ),
            )
        return [_part(section, part, self.folder) for part in section.tables]

    @contextmanager
    def fetched(
        self,
        source: SqlSource,
        table: str,
        *,
        everything: bool = False,
        progress: Progress | None = None,
    ) -> Iterator[Snapshot]:
        """Copy the rows that a database has now, or those that have changed; the copy is gone when the block ends.

        Args:
            source: What is asked for.
            table: The canonical table that it is meant for.
            everything: All rows, also where it is known what was read before.
            progress: Told how many rows have come.

        Raises:
            NotFoundError: There is no such canonical table.
            SourceError: The database cannot be reached or refuses the question.
        """
        canonical_table(table)
        asks_again = source.since_column and not everything
        kept = self.read_so_far(source.question, table) if asks_again else None
        mark = Mark.read(kept) if kept else None
        began = time.perf_counter()

        def told(rows: int) -> None:
            if progress:
                progress(Step("reading", rows, time.perf_counter() - began))

        with tempfile.TemporaryDirectory(prefix="source-", dir=self.scratch) as folder:
            yield take(source, Path(folder), mark, told)

    def read_so_far(self, question: tuple[str, ...], table: str) -> str | None:
        """Return up to where a question was read for a canonical table, as `Mark` writes it; None where it never was."""
        return read_mark(self.warehouse, (*question, table))

    def keep_read(self, question: tuple[str, ...], table: str, mark: str) -> None:
        """Remember up to where a question was read for a canonical table, as `Mark` writes it."""
        keep_mark(self.warehouse, (*question, table), mark)

    def import_fetched(
        self,
        snapshot: Snapshot,
        source: SqlSource,
        table: str,
        *,
        options: ImportOptions | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a copy that `fetched` made, and remember how far the source is read."""
        wishes = options or ImportOptions()
        wishes = replace(wishes, source=wishes.source or snapshot.source)
        if not snapshot.rows:
            return _nothing(snapshot, table)
        report = self.import_snapshot(snapshot, table, options=wishes, progress=progress)
        if snapshot.mark is None or wishes.dry_run:
            return report
        self.keep_read(source.question, table, snapshot.mark.written)
        if not report.quarantined:
            return report
        told = Note("refused_at_source", {"n": report.quarantined})
        return replace(report, notes=(*report.notes, told))

    def import_snapshot(
        self,
        snapshot: Snapshot,
        table: str,
        *,
        options: ImportOptions | None = None,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Import a copy as `import_file` does a file; how far its source is read is another matter."""
        return self._import(snapshot, table, options or ImportOptions(), progress)


def _part(section: SourcesSection, part: SourceTable, folder: Path) -> tuple[SqlSource, str, ImportOptions]:
    source = SqlSource.meant_for(
        part.table, section.url, part.from_table, part.query, part.since_column, folder
    )
    wishes = ImportOptions(mapping=part.map)
    return (
        source,
        part.table,
        wishes if section.id_space is None else replace(wishes, id_space=section.id_space),
    )


def _nothing(snapshot: Snapshot, table: str) -> ImportReport:
    """Return the report of an answer without rows."""
    note = Note("nothing_changed" if snapshot.since else "no_rows")
    return ImportReport(table, snapshot.name, 0, 0, 0, 0, 0, 0.0, notes=(note,))
