"""A workspace: everything that can be done with one base, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta import config as configuration
from kogorta.compile.frame import ALL
from kogorta.doctor import Audit, audit
from kogorta.ingest import ImportOptions, ImportReport, Preview, Progress, import_file, preview, tables_in
from kogorta.ingest.settings import TRACKING, IngestSettings
from kogorta.membership import log
from kogorta.membership.explain import Explanation, explain
from kogorta.membership.reasons import Reasons, reasons
from kogorta.membership.refresh import RefreshReport, refresh, refresh_due
from kogorta.membership.status import Status, status
from kogorta.report.build import report_data
from kogorta.report.model import ReportData
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.defining import Defining
from kogorta.workspace.ingesting import ingest_settings
from kogorta.workspace.instants import parse_known
from kogorta.workspace.people import People
from kogorta.workspace.planning import Planning
from kogorta.workspace.questions import Questions
from kogorta.workspace.upkeep import Upkeep


class Workspace(People, Defining, Planning, Questions, Upkeep):
    """One open workspace. Use it in a `with` block, or call `close`.

    Instants may be given as `datetime`, `date` or text; without an offset they are local to the
    workspace's zone. `as_of` defaults to now.

    Args:
        folder: Where `kogorta.toml` stands.
        now: The clock; tests give their own.

    Raises:
        ConfigError: The folder is no workspace.
        WorkspaceBusyError: Another process holds it.
    """

    # --- bringing data in -------------------------------------------------------------------------

    def preview(
        self, source: Path | str | pa.Table, table: str, options: ImportOptions | None = None
    ) -> Preview:
        """Show how a file would be read: which column becomes what, and why."""
        return preview(
            self.warehouse,
            _source(source),
            form=table,
            settings=self._ingest(),
            options=options or ImportOptions(),
        )

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
        return self._import(_arrow(rows), table, _with_mapping(options, mapping), None)

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
            self._remember(report)
            self.compact_if_due()
        return report

    def _remember(self, report: ImportReport) -> None:
        changes: dict[str, dict[str, Any]] = {}
        if report.new_statuses:
            changes["statuses"] = dict(report.new_statuses)
        if report.mapping_fingerprint and report.mapping:
            changes[f"mappings.{report.mapping_fingerprint}"] = dict(report.mapping)
        if changes:
            self.config = configuration.update(self.folder, changes)

    def _ingest(self) -> IngestSettings:
        return ingest_settings(self.config, self.now())

    # --- asking -----------------------------------------------------------------------------------

    def refresh(
        self,
        as_of: InstantLike | None = None,
        *,
        full: bool = False,
        everyone: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> RefreshReport:
        """Bring every scheme up to an instant and write down what changed, and why.

        Only those who can have moved since the last run are looked at, where that says the same
        (docs/explanation/refresh.md).

        Args:
            as_of: As of when; by default now.
            full: Take new frames whatever their age; everyone is looked at.
            everyone: Look at everyone, also at those who cannot have moved.
            progress: Told what is being done.

        The first refresh chooses the RFM window if none is set, and writes it to `kogorta.toml`.
        """
        report = refresh(
            self.warehouse,
            self.config,
            self.instant(as_of),
            self.now(),
            full=full,
            everyone=everyone,
            progress=progress,
        )
        self._keep_window(report)
        return report

    def refresh_due(
        self,
        as_of: InstantLike | None = None,
        *,
        everyone: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> RefreshReport | None:
        """Bring up to an instant what is due, as `refresh` does; for whoever starts refreshes by the clock.

        Due is whose cadence is over, and what is new, means something else or was taken away since. Cadences stand in
        `kogorta.toml` and in definitions (docs/howto/keep-segments-fresh.md).

        Returns:
            None if nothing is due.
        """
        report = refresh_due(
            self.warehouse,
            self.config,
            self.instant(as_of),
            self.now(),
            everyone=everyone,
            progress=progress,
        )
        if report is not None:
            self._keep_window(report)
        return report

    def status(self, as_of: InstantLike | None = None) -> Status:
        """Tell how fresh each scheme and segment is, what is late, and why a refresh that failed did.

        Args:
            as_of: The instant that ages are counted from; by default now.
        """
        with self.view(as_of) as view:
            return status(view)

    def _keep_window(self, report: RefreshReport) -> None:
        if report.window_chosen is not None:
            days: int | str = "all" if report.window_chosen == ALL else report.window_chosen
            self.config = configuration.update(
                self.folder,
                {"rfm": {"window_days": days}},
                comment="chosen by the first refresh: 4 × P90 of the gaps",
            )

    def members(
        self,
        segment: str,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        recorded: bool = False,
    ) -> pa.Table:
        """Return the members of a segment such as `rfm_simple.champions`.

        Args:
            segment: `scheme.segment`.
            as_of: As of when.
            known_at: As far as what was known then; an instant or an ingest_seq.
            recorded: Read the log instead of working it out anew.

        Returns:
            customer_id, one row a member; with `recorded` also entered_at.
        """
        with self.view(as_of, known_at) as view:
            item, name = log.find_segment(view.schemes, segment)
            if recorded:
                return log.recorded_members(self.warehouse, item, name, self.instant(as_of))
            return log.computed_members(view, item, name)

    def sizes(
        self, as_of: InstantLike | None = None, known_at: KnownLike | None = None
    ) -> dict[str, dict[str, int]]:
        """Return the number of members of every segment of every scheme."""
        with self.view(as_of, known_at) as view:
            return log.sizes(view)

    def traits(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> pa.Table:
        """Return all traits of everyone: customer_id and one column per trait."""
        with self.view(as_of, known_at) as view:
            named = view.traits.join(log.customer_names(), "customer_key")
            columns = [name for name in view.traits.columns if name != "customer_key"]
            return view.session.fetch(
                named.select("customer_id", *columns).order_by("customer_id"), view.instant.bindings
            )

    def explain(
        self, segment: str, customer: str, as_of: InstantLike | None = None, known_at: KnownLike | None = None
    ) -> Explanation | Reasons:
        """Say why a customer is in a segment or not, and what would change it.

        Returns:
            Of a ready scheme an `Explanation` in its own words; of a definition of people's own the `Reasons`, the
            tree of its conditions.
        """
        with self.view(as_of, known_at) as view:
            item, name = log.find_segment(view.schemes, segment)
            if item.family == "own":
                return reasons(view, view.own[item.id], name, customer)
            return explain(view, segment, customer)

    def transitions(
        self,
        scheme: str,
        start: InstantLike,
        end: InstantLike | None = None,
        known_at: KnownLike | None = None,
    ) -> dict[tuple[str | None, str | None], int]:
        """Count who went from where to where between two instants; None is outside the base."""
        known = parse_known(known_at, self.config.zone)
        return log.transitions(
            self.warehouse, self.config, scheme, self.instant(start), self.instant(end), known
        )

    def audit(self, as_of: InstantLike | None = None) -> Audit:
        """Say what the base lacks, what that switches off, and what is good."""
        return audit(self.warehouse, self.config, self.instant(as_of))

    def report_data(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> ReportData:
        """Return all numbers of the report."""
        known = parse_known(known_at, self.config.zone)
        return report_data(self.warehouse, self.config, self.instant(as_of), known)


def _source(source: Path | str | pa.Table) -> Any:
    return Path(source) if isinstance(source, str) else source


def _arrow(rows: Any) -> pa.Table:
    if isinstance(rows, pa.Table):
        return rows
    if hasattr(rows, "__arrow_c_stream__"):
        return pa.table(rows)
    return pa.Table.from_pandas(rows, preserve_index=False)


def _with_mapping(options: ImportOptions | None, mapping: Mapping[str, str] | None) -> ImportOptions:
    from dataclasses import replace

    base = options or ImportOptions()
    return replace(base, mapping={**base.mapping, **mapping}) if mapping else base
