"""A living segment changes, but does not jump."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.history import Course
from kogorta.doctor.model import Severity, percent
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy, nlazy


class Frozen(Rule):
    """A segment that nobody enters or leaves.

    By the log: it has people, was refreshed before the last `quiet_days` and in them, and nobody entered or left in them.
    """

    id = "motion.frozen"
    severity = Severity.WARN
    finding = lazy("Nobody entered or left for a long time")
    why = lazy(
        "Customers change; a segment that does not is a list of names. Its people get the same again and again, and "
        "whoever has become like them gets nothing."
    )
    todo = lazy(
        "Tie it to what people do: a window such as `within: 90d`, a trait, a stage. If it is meant to be a list, say so in "
        "a waiver."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether any segment has been refreshed for so long."""
        return any(self._is_known(case, course) for course in case.courses.values())

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with people that were refreshed all the time and never changed."""
        days = case.settings.quiet_days
        start = case.view.instant.as_of - timedelta(days=days)
        for segment, course in case.courses.items():
            is_still = not any(move.at >= start for move in course.moves)
            if course.people and is_still and self._is_known(case, course):
                message = nlazy("unchanged for {n} day or more", "unchanged for {n} days or more", days)
                yield self.remark(message, segment, count=course.people, severity=case.weight(segment))

    def praise(self, case: Case) -> Message:
        """Say that people come and go."""
        return nlazy(
            "In every segment that has been refreshed for {n} day somebody entered or left.",
            "In every segment that has been refreshed for {n} days somebody entered or left.",
            case.settings.quiet_days,
        )

    def _is_known(self, case: Case, course: Course) -> bool:
        start = case.view.instant.as_of - timedelta(days=case.settings.quiet_days)
        return any(at < start for at in course.refreshed_at) and any(
            at >= start for at in course.refreshed_at
        )


class Swing(Rule):
    """A segment whose size jumps between two refreshes.

    By the log of the last `quiet_days`: one refresh changed it by more than `max_swing_ratio` of what it was, and it had
    `min_people` before. What an edit of the definition, an erasure or a merge of ids moved does not count.
    """

    id = "motion.swing"
    severity = Severity.WARN
    finding = lazy("Its size jumps between refreshes")
    why = lazy(
        "Half of the people whom the campaign was made for are others the next time: nothing can be planned for it, and "
        "results of two months cannot be compared."
    )
    todo = lazy(
        "Lengthen its window, or take a condition that changes more slowly; if imports came in lumps, import more often."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether there were two refreshes to compare."""
        return any(len(course.refreshed_at) > 1 for course in case.courses.values())

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments with the last such jump, unless so few people were in it that a jump says nothing."""
        limits, as_of = case.settings, case.view.instant.as_of
        start = as_of - timedelta(days=limits.quiet_days)
        zone = case.view.config.zone
        for segment, course in case.courses.items():
            jumps = [
                move
                for move in course.moves
                if move.at >= start
                and move.before >= limits.min_people
                and abs(move.lived) > limits.max_swing_ratio * move.before
            ]
            if jumps:
                last = jumps[-1]
                after = last.before + last.lived
                message = nlazy(
                    "from {before} to {n} customer on {day}",
                    "from {before} to {n} customers on {day}",
                    after,
                    before=last.before,
                    day=last.at.replace(tzinfo=UTC).astimezone(zone).date(),
                )
                yield self.remark(
                    message, segment, count=abs(last.lived), base=last.before, severity=case.weight(segment)
                )

    def praise(self, case: Case) -> Message:
        """Say that sizes are steady."""
        most = percent(float(case.settings.max_swing_ratio), 1)
        return lazy("No segment grew or shrank by more than {percent}% between two refreshes.", percent=most)
