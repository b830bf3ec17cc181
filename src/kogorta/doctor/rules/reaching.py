"""A segment that cannot be reached is a statistic; a person who is not recognised is two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Finding, Severity, percent
from kogorta.doctor.rules.base import AuditRule, Rule
from kogorta.i18n import Message, lazy, nlazy
from kogorta.membership.sizing import SegmentSize
from kogorta.traits.reach import CHANNELS

_REACH = "reach"


def _reached_of_all(case: Case) -> Finding | None:
    """Return what the audit says of the channel that reaches most people."""
    found = [finding for finding in case.audit.findings if finding.area == _REACH]
    return max(found, key=lambda finding: finding.count, default=None)


class BaseReach(Rule):
    """No channel reaches enough of the base.

    Broken if the channel with most contacts and consents reaches less than `min_reach_ratio` of everyone.
    """

    id = "reach.base"
    severity = Severity.BAD
    finding = lazy("Hardly anybody can be reached")
    why = lazy("The best segment is worth nothing if there is no contact, or no consent to use it.")
    todo = lazy(
        "Import contacts and consents; ask for both at the next purchase and say what for. `kogorta audit` counts them by channel."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Judge the channel that reaches most."""
        best, size = _reached_of_all(case), case.audit.base
        count = best.count if best else 0
        if count < case.settings.min_reach_ratio * size:
            message = (
                best.message
                if best
                else lazy("no contact of any customer is known by which he could be written to")
            )
            yield self.remark(message, count=count, base=size)

    def praise(self, case: Case) -> Message:
        """Say how many are reached."""
        best = _reached_of_all(case)
        return best.message if best else lazy("Customers can be reached.")


class SegmentReach(Rule):
    """A segment that no channel reaches.

    Broken if the channel that reaches most of it, with a contact and a consent, reaches less than `min_reach_ratio`.
    """

    id = "reach.segment"
    severity = Severity.WARN
    finding = lazy("No channel reaches enough of it")
    why = lazy(
        "A campaign goes to those few who can be written to, and its result is taken for that of the segment."
    )
    todo = lazy(
        "Ask its people for a contact and a consent first, at the till, on the site, by a banner: `kogorta segments size` "
        "shows each channel."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether the base itself can be reached: where it cannot, that is told once."""
        return super().can_tell(case) and not any(BaseReach().broken(case))

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with people whose best channel reaches too few of them."""
        for item in case.size.segments:
            channel, reached = _best(item)
            if item.people and reached < case.settings.min_reach_ratio * item.people:
                message = nlazy(
                    "of {n} customer the best channel, {channel}, reaches {reached}: {percent}%",
                    "of {n} customers the best channel, {channel}, reaches {reached}: {percent}%",
                    item.people,
                    channel=CHANNELS[channel][1],
                    reached=reached,
                    percent=percent(reached, item.people),
                )
                yield self.remark(
                    message, item.id, count=reached, base=item.people, severity=case.weight(item.id)
                )

    def praise(self, case: Case) -> Message:
        """Say that each is reached."""
        least = percent(float(case.settings.min_reach_ratio), 1)
        return lazy("Of every segment some channel reaches {percent}% or more.", percent=least)


def _best(item: SegmentSize) -> tuple[str, int]:
    """Return the channel that reaches most, and how many have agreed there."""
    channel = max(CHANNELS, key=lambda name: item.reach[name].granted)
    return channel, item.reach[channel].granted


class Consents(AuditRule):
    """Consents that nobody knows.

    As grave as the audit calls it, by channel; a channel of which nothing at all is known is `info` where another is known.
    """

    id = "reach.consents"
    severity = Severity.WARN
    finding = lazy("Consents are not known")
    why = lazy("Without a proof of consent nothing may be sent: what is unknown counts as a no.")
    todo = lazy(
        "Import the consents table; where there is no proof, ask. Advertising and personal data are agreed to apart."
    )

    def findings(self, case: Case) -> list[Finding]:
        """Return what the audit says of consents."""
        return [found for found in case.audit.findings if found.area == "consents"]

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return the findings that are not good; a channel that nobody was ever asked about is not in use where others are."""
        found = self.findings(case)
        is_any_known = any(item.count < item.base for item in found)
        for item, remark in zip(
            [item for item in found if item.severity is not Severity.GOOD], super().broken(case), strict=True
        ):
            is_unused = is_any_known and item.count == item.base
            yield replace(remark, severity=Severity.INFO) if is_unused else remark

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that they are known."""
        return lazy("Consents are known by channel and purpose.")


class CrossChannel(AuditRule):
    """People who are not recognised in a second channel.

    As grave as the audit calls it: half of the customers is good, a fifth is bad.
    """

    id = "identity.cross_channel"
    severity = Severity.WARN
    finding = lazy("Customers are not recognised across channels")
    why = lazy(
        "Whoever buys in the shop and reads on the site counts as two: one of them is told that he is missed on the day on "
        "which the other has bought."
    )
    todo = lazy(
        "Ask for a telephone or a card at the till and for the same on the site, and send `identify` from the site "
        "after each login."
    )
