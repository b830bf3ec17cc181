"""Segments must be big enough to be worth a campaign, and small enough to be spoken to as one."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity, percent
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy, nlazy
from kogorta.membership.sizing import SegmentSize


def is_rest(case: Case, segment: str) -> bool:
    """Whether a segment takes whoever no other segment of its scheme took: nobody wants it to be of a size."""
    scheme, _, name = segment.partition(".")
    own = case.own_schemes.get(scheme)
    return own is not None and own.otherwise == name


def told(item: SegmentSize) -> Message:
    """Say how many people a segment has, and how much of its base they are."""
    return nlazy(
        "{n} customer, {percent}% of its base",
        "{n} customers, {percent}% of its base",
        item.people,
        percent=percent(item.people, item.base),
    )


def _with_arrivals(now: Message, arrived: int, days: int) -> Message:
    """Say of a signal, in which few stand at a time, how many have passed through it."""
    return lazy(
        "{now}; {entered} in {days}",
        now=now,
        entered=nlazy("{n} entered", "{n} entered", arrived),
        days=nlazy("{n} day", "{n} days", days),
    )


class Small(Rule):
    """A segment of too few people.

    Broken by fewer than `min_people` people, or less than `min_share_ratio` of the base. One without anybody is told by
    `segment.empty`; what remains of a scheme, its `otherwise`, may be of any size. `info` for a signal that few stand in at a
    time and enough have entered in the last `quiet_days`, by the log.
    """

    id = "segment.small"
    severity = Severity.WARN
    finding = lazy("Too few people for a campaign of their own")
    why = lazy(
        "A text, an offer and a measurement cost the same for thirty people as for three thousand, and of thirty "
        "nobody can tell whether the action helped."
    )
    todo = lazy(
        "Join it with its neighbour, or loosen a condition: `kogorta segments size` shows what each change brings. If "
        "the few are worth it, waive the rule and say why."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with somebody in them, but too few; where enough pass through, that is told as a hint."""
        days = case.settings.quiet_days
        for item in case.size.segments:
            if not item.people or is_rest(case, item.id) or not self._is_small(case, item.people, item.base):
                continue
            message, severity = told(item), case.weight(item.id)
            arrived = case.courses[item.id].arrived
            if not self._is_small(case, arrived, item.base):
                severity = Severity.INFO
                message = _with_arrivals(message, arrived, days)
            yield self.remark(message, item.id, count=item.people, base=item.base, severity=severity)

    def _is_small(self, case: Case, people: int, base: int) -> bool:
        least = case.settings
        return people < least.min_people or people < least.min_share_ratio * base

    def praise(self, case: Case) -> Message:
        """Say that nobody is too small."""
        return lazy(
            "No segment has fewer than {people} customers or {percent}% of its base.",
            people=case.settings.min_people,
            percent=percent(float(case.settings.min_share_ratio), 1),
        )


class Large(Rule):
    """A segment of too many people.

    Broken by more than `max_share_ratio` of the base, `min_people` people at least; what remains of a scheme may be of any
    size.
    """

    id = "segment.large"
    severity = Severity.WARN
    finding = lazy("Too many people to be spoken to as one")
    why = lazy(
        "What is said to nearly half of the base is said to nobody: such a message is a mass mailing, it tires people and "
        "costs unsubscriptions."
    )
    todo = lazy(
        "Divide it by what tells its people apart, such as value, category or the time since the last order: join its "
        "condition with another one by `all`."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments that take more of their base than they should; what remains of a scheme may."""
        limits = case.settings
        for item in case.size.segments:
            is_large = item.people >= limits.min_people and item.people > limits.max_share_ratio * item.base
            if is_large and not is_rest(case, item.id):
                yield self.remark(
                    told(item), item.id, count=item.people, base=item.base, severity=case.weight(item.id)
                )

    def praise(self, case: Case) -> Message:
        """Say that nobody is too large."""
        most = percent(float(case.settings.max_share_ratio), 1)
        return lazy("No segment takes more than {percent}% of its base.", percent=most)


class Empty(Rule):
    """A segment of people's own that nobody is in.

    `info` where somebody has entered in the last `quiet_days`, by the log. Ready schemes are not asked: they have places for
    people who may never come.
    """

    id = "segment.empty"
    severity = Severity.WARN
    finding = lazy("Nobody is in it")
    why = lazy("Whatever is planned for it reaches nobody, and nobody notices.")
    todo = lazy(
        "Look which condition lets nobody through: `kogorta segments explain` shows it for any customer. A segment that "
        "has done its work is best taken away."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether there are segments of people's own."""
        return bool(case.audit.base and case.own)

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return them; ready schemes have a place for people who may never come."""
        for item in case.size.segments:
            if item.people or not case.is_own(item.id) or is_rest(case, item.id):
                continue
            message, severity = lazy("no customers"), self.severity
            arrived = case.courses[item.id].arrived
            if arrived:
                severity = Severity.INFO
                message = _with_arrivals(message, arrived, case.settings.quiet_days)
            yield self.remark(message, item.id, base=item.base, severity=severity)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that everywhere is somebody."""
        return lazy("Every segment of your own has people.")
