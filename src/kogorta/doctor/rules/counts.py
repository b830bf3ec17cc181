"""Few segments that are used are better than many that are not."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy, nlazy

_WHY = lazy(
    "Each segment asks for its text, its offer and somebody who looks at its result. What nobody has time for is "
    "written to as before, only with more work."
)


class _OfOwn(Rule):
    """A rule that counts definitions of people's own."""

    severity = Severity.WARN
    why = _WHY

    def can_tell(self, case: Case) -> bool:
        """Whether there are any."""
        return bool(case.own)


class ManyFree(_OfOwn):
    """More free segments than anybody acts on.

    Broken by more than `max_free_segments`. Segments of schemes are not counted here: a scheme is one division.
    """

    id = "count.free"
    finding = lazy("More free segments than can be worked with")
    todo = lazy(
        "Keep three to five that answer a need and bring money, make a scheme of those that divide the same people, and "
        "take the others away."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Count free segments."""
        found, most = len(case.free), case.settings.max_free_segments
        if found > most:
            message = nlazy(
                "{n} free segment; up to {most} is good",
                "{n} free segments; up to {most} is good",
                found,
                most=most,
            )
            yield self.remark(message, count=found)

    def praise(self, case: Case) -> Message:
        """Say how many there are."""
        return nlazy(
            "{n} free segment: few enough to be worked with.",
            "{n} free segments: few enough to be worked with.",
            len(case.free),
        )


class LongScheme(_OfOwn):
    """A scheme with more segments than anybody keeps apart.

    Broken by more than `max_scheme_segments` in one scheme of people's own.
    """

    id = "count.scheme"
    finding = lazy("More segments in one scheme than can be kept apart")
    todo = lazy(
        "Join neighbours that are treated alike: three to five segments of a scheme are a good beginning."
    )

    def can_tell(self, case: Case) -> bool:
        """Whether there are schemes of people's own."""
        return bool(case.own_schemes)

    def broken(self, case: Case) -> Iterator[Remark]:
        """Count the segments of each scheme of people's own."""
        most = case.settings.max_scheme_segments
        for id_, item in case.own_schemes.items():
            found = len(item.segments)
            if found > most:
                message = nlazy(
                    "{n} segment; up to {most} is good",
                    "{n} segments; up to {most} is good",
                    found,
                    most=most,
                )
                yield self.remark(message, id_, count=found)

    def praise(self, case: Case) -> Message:
        """Say how many the longest has."""
        longest = max(len(item.segments) for item in case.own_schemes.values())
        return nlazy(
            "No scheme of your own has more than {n} segment.",
            "No scheme of your own has more than {n} segments.",
            longest,
        )


class ManyInAll(_OfOwn):
    """More segments in all than a shop can look after.

    Broken by more than `max_own_segments` segments of people's own, free ones and those of schemes, or by more than
    `max_schemes` schemes.
    """

    id = "count.all"
    finding = lazy("Over-segmentation: dozens of small groups")
    todo = lazy(
        "Look what each brought in the last quarter, keep those that brought anything, and take the others away: their "
        "versions stay in the registry."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Count segments and schemes of people's own."""
        segments, most = self._segments(case), case.settings.max_own_segments
        if segments > most:
            message = nlazy(
                "{n} segment of your own; up to {most} is good",
                "{n} segments of your own; up to {most} is good",
                segments,
                most=most,
            )
            yield self.remark(message, count=segments)
        schemes, most = len(case.own_schemes), case.settings.max_schemes
        if schemes > most:
            message = nlazy(
                "{n} scheme of your own; up to {most} is good",
                "{n} schemes of your own; up to {most} is good",
                schemes,
                most=most,
            )
            yield self.remark(message, count=schemes)

    def praise(self, case: Case) -> Message:
        """Say how many there are."""
        return nlazy(
            "{n} segment of your own in all: no over-segmentation.",
            "{n} segments of your own in all: no over-segmentation.",
            self._segments(case),
        )

    def _segments(self, case: Case) -> int:
        return sum(len(item.segments) for item in case.own.values())
