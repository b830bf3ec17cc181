"""What customers are measured with must fit the base: windows, history, costs."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.compile.frame import gap_percentiles
from kogorta.compile.steps import HISTORY
from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Finding, Severity
from kogorta.doctor.rules.base import AuditRule, Rule
from kogorta.i18n import Message, lazy, nlazy
from kogorta.traits.idioms import DAY_SECONDS
from kogorta.traits.lifecycle import PROVISIONAL_DAYS

_TIMES = 4
"""A window holds four times the gap that nine of ten gaps are shorter than, or the quiet look lost."""


class ShortWindow(Rule):
    """A window of RFM that is too short for how seldom people come.

    Broken if it is shorter than four times the P90 of all gaps between order days.
    """

    id = "yardstick.window"
    severity = Severity.WARN
    finding = lazy("The window of RFM is too short for how seldom people come")
    why = lazy(
        "Whoever comes regularly, but seldom, has one order in the window or none: he is scored as somebody who hardly buys."
    )
    todo = lazy(
        "Set `window_days` in the section rfm of `kogorta.toml`. Kogorta never changes it by itself: scores before and after "
        "cannot be compared."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether anybody came twice, so that there are gaps to measure."""
        return super().can_tell(case) and not case.view.steps.from_sums and self._gap(case) > 0

    def broken(self, case: Case) -> Iterator[Remark]:
        """Compare the window with the gaps between order days of the whole base."""
        window, needed = self._window(case), _TIMES * self._gap(case)
        if window and window < needed:
            message = nlazy(
                "the window is {n} day; it takes {needed}",
                "the window is {n} days; it takes {needed}",
                window,
                needed=needed,
            )
            yield self.remark(message, count=window, base=needed)

    def praise(self, case: Case) -> Message:
        """Say that it is long enough."""
        return nlazy(
            "The window of RFM is long enough: nine of ten gaps between orders are up to {n} day.",
            "The window of RFM is long enough: nine of ten gaps between orders are up to {n} days.",
            self._gap(case),
        )

    def _window(self, case: Case) -> int:
        """Return the window in days, 0 for all."""
        return case.view.frames.rfm.values["window_days"] or 0

    def _gap(self, case: Case) -> int:
        steps = case.view.steps
        row = steps.row(steps.plan.keep(gap_percentiles, lambda: gap_percentiles(steps.plan)))
        return row["p90"] or 0


class ShortHistory(Rule):
    """A history that is too short to be sure who is lost.

    Broken by less than 180 days between the first counted order and now.
    """

    id = "yardstick.history"
    severity = Severity.INFO
    finding = lazy("The history is too short to be sure of stages")
    why = lazy(
        "Who is new and who is lost is a first guess: whoever seems new may have bought before the first import."
    )
    todo = lazy("Import older orders, as far back as they are kept.")

    def can_tell(self, case: Case) -> bool:
        """Whether it is known since when people order."""
        return super().can_tell(case) and self._seconds(case) is not None

    def broken(self, case: Case) -> Iterator[Remark]:
        """Tell that stages are provisional."""
        seconds = self._seconds(case)
        if seconds is not None and seconds < PROVISIONAL_DAYS * DAY_SECONDS:
            yield self.remark(
                nlazy("less than {n} day of history", "less than {n} days of history", PROVISIONAL_DAYS)
            )

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that it is long enough."""
        return nlazy(
            "The history is longer than {n} day, so stages are no first guess.",
            "The history is longer than {n} days, so stages are no first guess.",
            PROVISIONAL_DAYS,
        )

    def _seconds(self, case: Case) -> int | None:
        steps = case.view.steps
        found: int | None = steps.row(steps.get(HISTORY))["history_seconds"]
        return found


class Costs(AuditRule):
    """Costs that nobody knows.

    Broken unless costs cover 95 % of what goods and services brought, as margin asks it.
    """

    id = "yardstick.costs"
    severity = Severity.WARN
    finding = lazy("Costs are missing, so value and margin cannot be told")
    why = lazy(
        "Whoever spends most need not bring most: without costs the shop courts people whom it pays to keep."
    )
    todo = lazy("Import `unit_cost` with `order_lines` or products, and `cost_to_serve` with orders.")

    def findings(self, case: Case) -> list[Finding]:
        """Return what the audit says of costs."""
        found = case.audit.find("sales.margin")
        return [found] if found else []
