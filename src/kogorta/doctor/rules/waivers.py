"""Waivers are rules too: one that is over or no longer needed is told."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.case import Case, Use
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy


class _OfWaivers(Rule):
    """A rule on waivers."""

    def can_tell(self, case: Case) -> bool:
        """Whether there are any."""
        return bool(case.uses)

    def told(self, use: Use, message: Message) -> Remark:
        """Return a remark on a waiver."""
        return self.remark(message, use.waiver.segment)


class Expired(_OfWaivers):
    """A waiver whose last day is over.

    Told while the rule is still broken there.
    """

    id = "waiver.expired"
    severity = Severity.WARN
    finding = lazy("A waiver has expired")
    why = lazy("It was given for a time; what it set aside counts again.")
    todo = lazy(
        "Mend what the rule says, or look at the reason again and write a new day into `kogorta.toml`."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return waivers that are over while their rule is still broken."""
        for use in case.uses:
            until = use.waiver.until
            if use.is_expired and use.is_needed and until is not None:
                message = lazy(
                    "{rule} was waived until {day}: {reason}",
                    rule=use.waiver.rule,
                    day=until,
                    reason=use.waiver.reason,
                )
                yield self.told(use, message)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that none is."""
        return lazy("No waiver that is needed has expired.")


class Unneeded(_OfWaivers):
    """A waiver of what is good by now.

    Told of rules that could be judged.
    """

    id = "waiver.unneeded"
    severity = Severity.INFO
    finding = lazy("A waiver is not needed")
    why = lazy("It hides nothing today, but it would hide the next one who breaks the rule.")
    todo = lazy("Take it out of `kogorta.toml`; look also whether the segment is written right.")

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return waivers that set nothing aside, of rules that could be judged."""
        for use in case.uses:
            if not use.is_needed and use.can_tell:
                message = lazy(
                    "{rule} is not broken there: {reason}", rule=use.waiver.rule, reason=use.waiver.reason
                )
                yield self.told(use, message)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that all are."""
        return lazy("Every waiver is needed.")
