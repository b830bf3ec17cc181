"""A workspace: everything that can be done with one base, in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_bytes
from types import TracebackType
from typing import Any

import pyarrow as pa

from kogorta import config as configuration
from kogorta.compile.frame import ALL
from kogorta.config import Config
from kogorta.doctor import Audit, audit
from kogorta.identity import manual
from kogorta.identity.erase import Erasure, erase, preview_erasure
from kogorta.identity.preview import MergePreview, preview_merge
from kogorta.identity.rules import Change
from kogorta.identity.rules import update as update_identity
from kogorta.ingest import ImportOptions, ImportReport, Preview, Progress, import_file, preview
from kogorta.ingest.settings import TRACKING, IngestSettings
from kogorta.membership import log
from kogorta.membership.explain import Explanation, explain
from kogorta.membership.refresh import RefreshReport, last_run, refresh
from kogorta.membership.view import View, open_view
from kogorta.report.build import report_data
from kogorta.report.model import ReportData
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import clock
from kogorta.workspace.folder import STORE
from kogorta.workspace.instants import parse_instant, parse_known
from kogorta.workspace.links import Links, links_of

InstantLike = str | datetime | date
KnownLike = str | datetime | int


class Workspace:
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

    def __init__(self, folder: Path, now: Callable[[], datetime] = clock.now) -> None:
        self.folder = folder
        self.config: Config = configuration.load(folder)
        self.now = now
        self.warehouse = Warehouse(
            folder / STORE,
            minor_digits=self.config.minor_digits,
            memory_limit=self.config.engine.memory_limit,
        )

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Finish writes and release the store."""
        self.warehouse.close()

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
        config = self.config
        return IngestSettings(
            timezone=config.zone,
            currency=config.workspace.currency,
            minor_digits=config.minor_digits,
            now=self.now(),
            rates=config.rates,
            statuses=config.statuses,
            fee_codes=config.catalogue.fee_codes,
            mappings=config.mappings,
        )

    # --- who is who -------------------------------------------------------------------------------

    def link(self, a: str, b: str, *, because: str = "") -> Change:
        """Say that two ids are one person, whatever the rules say; segments follow at the next refresh.

        Args:
            a: An id, as a source gave it.
            b: The other one.
            because: Why, for whoever looks at it later.

        Returns:
            What was written; without an `ingest_seq` it was so already.

        Raises:
            NotFoundError: No source ever named one of them.
            InputError: Both are the same.
        """
        return manual.link(self.warehouse, a, b, self.now(), reason=because)

    def unlink(self, a: str, b: str, *, because: str = "") -> Change:
        """Take back what `link` said; links by rule stay.

        Raises:
            NotFoundError: No source ever named one of them.
            InputError: Nobody linked the two by hand.
        """
        return manual.unlink(self.warehouse, a, b, self.now(), reason=because)

    def split(self, customer: str, *, because: str = "") -> Change:
        """Take an id out of its person: no rule joins it until `unsplit`; links by hand stay.

        Raises:
            NotFoundError: No source ever named it.
        """
        return manual.split(self.warehouse, self.config, customer, self.now(), reason=because)

    def unsplit(self, customer: str, *, because: str = "") -> Change:
        """Take back a split: the rules speak again.

        Raises:
            NotFoundError: No source ever named it.
            InputError: It is not split.
        """
        return manual.unsplit(self.warehouse, self.config, customer, self.now(), reason=because)

    def preview_merge(self, a: str, b: str) -> MergePreview:
        """Show whom `link` would join, with their ids, names and orders; the rules have spoken before.

        Raises:
            NotFoundError: No source ever named one of them.
        """
        update_identity(self.warehouse, self.config, self.now())
        return preview_merge(self.warehouse, a, b)

    def links(self, customer: str) -> Links:
        """Return which ids are one person with a customer, and every link of theirs; the rules have spoken before.

        Raises:
            NotFoundError: No source ever named it.
        """
        update_identity(self.warehouse, self.config, self.now())
        return links_of(self.warehouse, customer)

    # --- taking out -------------------------------------------------------------------------------

    def preview_erasure(self, customer: str, id_space: str | None = None) -> Erasure:
        """Say whom `erase` would take, and how much with him.

        Raises:
            NotFoundError: No source ever named this id, or its person was erased before.
            InputError: Several persons have this id, each in a space of its own; name the space.
        """
        update_identity(self.warehouse, self.config, self.now())
        return preview_erasure(self.warehouse, self.config, customer, id_space)

    def erase(self, customer: str, id_space: str | None = None) -> Erasure:
        """Erase a person with all of his ids: what describes or reaches him is deleted, the rest is nobody's.

        He is in no answer any more, at no instant. His ids and contacts are refused by later imports. The next
        refresh writes that he left his segments, by `erasure`. This cannot be undone.

        Args:
            customer: An id as a source gave it; all ids that are one person with it go too.
            id_space: In which space it stands; needed only where several persons have this id.

        Returns:
            What was taken.

        Raises:
            NotFoundError: No source ever named this id, or its person was erased before.
            InputError: Several persons have this id, each in a space of its own; name the space.
        """
        update_identity(self.warehouse, self.config, self.now())
        taken = erase(self.warehouse, self.config, customer, self.now(), token_bytes, id_space)
        self.warehouse.checkpoint()
        return taken

    # --- asking -----------------------------------------------------------------------------------

    def instant(self, as_of: InstantLike | None = None) -> datetime:
        """Return an instant as it is kept inside: UTC without a zone; now by default."""
        return self.now() if as_of is None else parse_instant(as_of, self.config.zone)

    @contextmanager
    def view(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> Iterator[View]:
        """Open the base as of an instant, as far as was known at another."""
        known = parse_known(known_at, self.config.zone)
        with open_view(self.warehouse, self.config, self.instant(as_of), known) as view:
            yield view

    def refresh(
        self,
        as_of: InstantLike | None = None,
        *,
        full: bool = False,
        progress: Callable[[str], None] = lambda _: None,
    ) -> RefreshReport:
        """Bring every scheme up to an instant and write down what changed, and why.

        The first refresh chooses the RFM window if none is set, and writes it to `kogorta.toml`.
        """
        report = refresh(
            self.warehouse, self.config, self.instant(as_of), self.now(), full=full, progress=progress
        )
        if report.window_chosen is not None:
            days: int | str = "all" if report.window_chosen == ALL else report.window_chosen
            self.config = configuration.update(
                self.folder,
                {"rfm": {"window_days": days}},
                comment="chosen by the first refresh: 4 × P90 of the gaps",
            )
        return report

    @property
    def refreshed_at(self) -> datetime | None:
        """As of when the last refresh stands; UTC."""
        run = last_run(self.warehouse)
        return run.as_of if run else None

    def last_instant(self) -> datetime:
        """Return the instant that questions are asked as of by default: the last refresh, else now; aware."""
        return (self.refreshed_at or self.now()).replace(tzinfo=UTC)

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
        item, name = log.find_segment(self.config, segment)
        if recorded:
            return log.recorded_members(self.warehouse, item, name, self.instant(as_of))
        with self.view(as_of, known_at) as view:
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
    ) -> Explanation:
        """Say why a customer is in a segment or not, and what would change it."""
        with self.view(as_of, known_at) as view:
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
