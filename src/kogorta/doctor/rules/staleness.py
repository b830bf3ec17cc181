"""Segments age: with every day that nobody refreshes them they name other people than they mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Finding, Severity
from kogorta.doctor.rules.base import AuditRule, Rule
from kogorta.errors import PartitionError
from kogorta.i18n import Message, lazy, nlazy
from kogorta.membership.status import Position
from kogorta.vocab import Freshness

_DAY = timedelta(days=1)


class StaleSegment(Rule):
    """A segment whose cadence is over.

    `warn` for what is more than two cadences old, what was never refreshed, and what has no cadence and is older than
    `stale_days`; `info` for what is due, and for what was defined anew since.
    """

    id = "stale.segment"
    severity = Severity.WARN
    finding = lazy("Not brought up to date in time")
    why = lazy(
        "Whoever has bought since still gets the reminder to buy, and whoever is leaving is not yet asked to stay. In a few "
        "weeks the lists name other people than they mean."
    )
    todo = lazy("Let the clock start it: `kogorta refresh --due`. `kogorta status` shows what is due when.")

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return what is due, and what has no cadence but is old."""
        for item in case.status.positions:
            if item.id in case.schemes:
                yield from self._judged(case, item)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that all is fresh."""
        return lazy("Every segment is brought up to date as often as it should be.")

    def _judged(self, case: Case, item: Position) -> Iterator[Remark]:
        if item.as_of is None:
            yield self.remark(lazy("no refresh has brought it up to date yet"), item.id)
            return
        days = max(0, (case.status.at - item.as_of) // _DAY)
        age = nlazy("{n} day old", "{n} days old", days)
        limit = timedelta(days=case.settings.stale_days)
        is_old = item.cadence is None and case.status.at - item.as_of > limit
        if item.freshness is Freshness.STALE or is_old:
            yield self.remark(age, item.id, count=days)
        elif item.freshness is Freshness.CHANGED:
            message = lazy("its definition has changed since the last refresh")
            yield self.remark(message, item.id, severity=Severity.INFO)
        elif item.freshness is Freshness.DUE and item.cadence is not None:
            yield self.remark(age, item.id, count=days, severity=Severity.INFO)


class FailedRefresh(Rule):
    """A refresh that did not come to its end.

    Broken by a refresh that failed or was killed, until one comes to its end.
    """

    id = "stale.refresh"
    severity = Severity.BAD
    finding = lazy("The last refresh failed")
    why = lazy("All segments stay as they were, and the longer that lasts, the less they mean.")
    todo = lazy("`kogorta status` says why. Mend that, and run `kogorta refresh`.")

    def can_tell(self, case: Case) -> bool:
        """Whether a refresh was ever begun."""
        return case.status.failure is not None or case.last_run is not None

    def broken(self, case: Case) -> Iterator[Remark]:
        """Tell of the failure."""
        failure = case.status.failure
        if failure is not None:
            yield self.remark(
                nlazy("{n} refresh failed in a row", "{n} refreshes failed in a row", failure.times),
                count=failure.times,
            )

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that it did not."""
        return lazy("The last refresh came to its end.")


class Partition(Rule):
    """The proof that each scheme puts everyone into exactly one segment.

    Every refresh proves it before it writes; broken if that stopped the last one.
    """

    id = "stale.partition"
    severity = Severity.BAD
    finding = lazy("A scheme is no partition of its base")
    why = lazy(
        "Somebody stands in two segments of one scheme, or in none: he gets two offers, or is forgotten."
    )
    todo = lazy(
        "This is a fault of Kogorta: please report it with what `kogorta status` says. The last good result stays."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether there was a run."""
        return case.last_run is not None

    def broken(self, case: Case) -> Iterator[Remark]:
        """Tell of a refresh that was stopped by the proof."""
        failure = case.status.failure
        if failure is not None and failure.code == PartitionError.code:
            yield self.remark(lazy("the last refresh was stopped by the proof; nothing was recorded"))

    def praise(self, case: Case) -> Message:
        """Say what was proved."""
        run = case.last_run
        return lazy(
            "The last run proved of every scheme that each customer of its base is in exactly one segment (run {run}).",
            run=run.run_id if run else 0,
        )


class StaleFacts(AuditRule):
    """Imports that stopped.

    As grave as the audit calls it: a week is fresh, a month is bad.
    """

    id = "stale.facts"
    severity = Severity.WARN
    finding = lazy("Nothing was imported lately")
    why = lazy("Segments are as old as the facts that they are made of, however often they are refreshed.")
    todo = lazy("Import what happened since, best by the clock: `kogorta import`.")

    def findings(self, case: Case) -> list[Finding]:
        """Return how old the last import is."""
        found = case.audit.find("imports.age")
        return [found] if found else []
