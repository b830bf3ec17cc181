"""A workspace: everything that can be done with one base, in one place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pyarrow as pa

from kogorta import config as configuration
from kogorta.compile.frame import ALL
from kogorta.doctor import Audit, audit
from kogorta.membership import log
from kogorta.membership.explain import Explanation, explain
from kogorta.membership.reasons import Reasons, reasons
from kogorta.membership.refresh import RefreshReport, refresh, refresh_due
from kogorta.membership.status import Status, status
from kogorta.report.build import report_data
from kogorta.report.model import ReportData
from kogorta.traits.catalogue import TRAITS
from kogorta.workspace.base import InstantLike, KnownLike
from kogorta.workspace.customers import Customers
from kogorta.workspace.defining import Defining
from kogorta.workspace.examining import Examining
from kogorta.workspace.fetching import Fetching
from kogorta.workspace.instants import parse_known
from kogorta.workspace.listing import Listing
from kogorta.workspace.measuring import Measuring
from kogorta.workspace.moving import Moving
from kogorta.workspace.people import People
from kogorta.workspace.presets import Presets


class Workspace(People, Customers, Defining, Listing, Presets, Measuring, Examining, Fetching, Moving):
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

    def status(self, as_of: InstantLike | None = None, known_at: KnownLike | None = None) -> Status:
        """Tell how fresh each scheme and segment is, what is late, and why a refresh that failed did.

        Args:
            as_of: The instant that ages are counted from, by default now; refreshes as of later than it do not count.
            known_at: As far as what was known then: later imports do not count, nor refreshes that knew them.
        """
        with self.view(as_of, known_at) as view:
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

    def traits(
        self,
        as_of: InstantLike | None = None,
        known_at: KnownLike | None = None,
        *,
        names: Sequence[str] | None = None,
    ) -> pa.Table:
        """Return traits of everyone: customer_id and one column per trait.

        Args:
            as_of: The instant; now by default.
            known_at: As far as what was known then; by default everything.
            names: Which traits, in this order; all of them by default. Few take a fraction of the time.

        Raises:
            NotFoundError: There is no such trait.
        """
        with self.view(as_of, known_at) as view:
            columns = [trait.name for trait in TRAITS] if names is None else list(dict.fromkeys(names))
            named = view.wide(columns).join(log.customer_names(), "customer_key")
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
