"""Segments are unique, and whoever is in several of them knows one that speaks to him."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from kogorta.doctor.case import Case
from kogorta.doctor.checkup import Remark
from kogorta.doctor.model import Severity, percent
from kogorta.doctor.rules.base import Rule
from kogorta.i18n import Message, lazy, nlazy
from kogorta.membership.overlap import Pair


class _OfFree(Rule):
    """A rule that compares free segments with each other."""

    severity = Severity.WARN

    def can_tell(self, case: Case) -> bool:
        """Whether there are two to compare."""
        return bool(case.audit.base) and len(case.free) > 1

    def _pairs(self, case: Case) -> Iterator[Pair]:
        """Yield pairs of free segments that share people."""
        for pair in case.overlap.pairs:
            if pair.common and pair.a in case.free and pair.b in case.free:
                yield pair


class Overlapping(_OfFree):
    """Two free segments with mostly the same people.

    Broken if more than `max_overlap_ratio` of the smaller one are in the other; `info` where their priorities say which of them
    acts.
    """

    id = "overlap.large"
    finding = lazy("Mostly the same people as another segment")
    why = lazy(
        "The same people get two messages about two things, and neither result can be told from the other."
    )
    todo = lazy(
        "Take the people of the one out of the other (`not: {example}`), or join both: `kogorta segments overlap` "
        "shows all pairs.",
        example="{in_segment: …}",
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return pairs that share too much of the smaller one."""
        most = case.settings.max_overlap_ratio
        for pair in self._pairs(case):
            smaller, larger = (pair.b, pair.a) if pair.smaller == pair.b else (pair.a, pair.b)
            people = min(pair.people_a, pair.people_b)
            if pair.common > most * people and not _is_same(case, pair):
                message = nlazy(
                    "{n} customer, {percent}% of it, is also in {other}",
                    "{n} customers, {percent}% of it, are also in {other}",
                    pair.common,
                    percent=percent(pair.common, people),
                    other=larger,
                )
                severity = Severity.INFO if _is_ordered(case, pair) else self.severity
                yield self.remark(
                    message, smaller, other=larger, count=pair.common, base=people, severity=severity
                )

    def praise(self, case: Case) -> Message:
        """Say that they keep apart."""
        most = percent(float(case.settings.max_overlap_ratio), 1)
        return lazy("No two free segments share more than {percent}% of the smaller one.", percent=most)


class Unordered(_OfFree):
    """Free segments that share people, and nothing says which of them acts.

    Broken by a segment that shares anybody with another one and has no `priority`, or the same.
    """

    id = "overlap.priority"
    finding = lazy("Shares people with others, and no priority says who acts first")
    why = lazy("Whoever is in both gets both messages, or whichever was sent first by chance.")
    todo = lazy(
        "Write `priority: 1, 2, 3 …` into the definitions, the most urgent first. `kogorta segments overlap` shows who "
        "then claims whom."
    )

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return each segment whose place among those that it shares people with is not said; one that is the same needs none."""
        rivals: dict[str, list[Pair]] = {}
        for pair in self._pairs(case):
            if _is_same(case, pair):
                continue
            a, b = case.free[pair.a].priority, case.free[pair.b].priority
            for segment, own, other in ((pair.a, a, b), (pair.b, b, a)):
                if own is None or own == other:
                    rivals.setdefault(segment, []).append(pair)
        for segment in case.free:
            if segment in rivals:
                yield self._told(case, segment, rivals[segment])

    def _told(self, case: Case, segment: str, pairs: list[Pair]) -> Remark:
        most = max(pairs, key=lambda pair: pair.common)
        other = most.b if most.a == segment else most.a
        message = nlazy(
            "shares {n} customer with {other}",
            "shares {n} customers with {other}",
            most.common,
            other=other,
        )
        if len(pairs) > 1:
            message = nlazy(
                "shares people with {n} other, most with {other}: {common}",
                "shares people with {n} others, most with {other}: {common}",
                len(pairs),
                other=other,
                common=most.common,
            )
        return self.remark(
            message, segment, other=other, count=most.common, base=case.overlap.people[segment]
        )

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that the order is clear."""
        return lazy("Of all free segments that share people it is said which acts first.")


class Same(Rule):
    """Two segments that are one.

    Broken by equal trees of conditions (of free segments, or within a scheme), and by equal people, also those of a segment
    of a ready scheme.
    """

    id = "overlap.same"
    severity = Severity.WARN
    finding = lazy("The same as another segment")
    why = lazy(
        "Two names for the same people: each is worked on apart, and sooner or later they are told different things."
    )
    todo = lazy("Keep one of them, and take the other away.")

    def can_tell(self, case: Case) -> bool:
        """Whether there are segments of people's own."""
        return bool(case.audit.base and case.own)

    def broken(self, case: Case) -> Iterator[Remark]:
        """Return segments that ask the same as another one, or that have exactly its people."""
        told = set()
        for segment, other in _asking_the_same(case):
            told.add(frozenset((segment, other)))
            yield self.remark(lazy("asks exactly what {other} asks", other=other), segment, other=other)
        for pair in case.overlap.pairs:
            ids = frozenset((pair.a, pair.b))
            if pair.people_a == pair.people_b == pair.common > 0 and ids not in told:
                yield from self._of_one_base(case, pair)

    def _of_one_base(self, case: Case, pair: Pair) -> Iterator[Remark]:
        """Tell of a pair with the same people, unless both are ready: these are groupings of one another."""
        segment, other = (pair.b, pair.a) if case.is_own(pair.b) else (pair.a, pair.b)
        if case.is_own(segment):
            message = nlazy(
                "its {n} customer is exactly that of {other}",
                "its {n} customers are exactly those of {other}",
                pair.common,
                other=other,
            )
            yield self.remark(message, segment, other=other, count=pair.common, base=pair.common)

    def praise(self, case: Case) -> Message:  # noqa: ARG002  every rule is asked alike
        """Say that each is one of its kind."""
        return lazy("No segment of your own is the same as another one.")


def _asking_the_same(case: Case) -> Iterator[tuple[str, str]]:
    """Yield pairs of free segments, or of segments of one scheme, with the same tree of conditions."""
    for a, b in combinations(case.free.values(), 2):
        if a.where == b.where:
            yield b.id, a.id
    for item in case.own_schemes.values():
        for one, two in combinations(item.parts, 2):
            if one.where == two.where:
                yield f"{item.id}.{two.id}", f"{item.id}.{one.id}"


def _is_same(case: Case, pair: Pair) -> bool:
    is_equal = pair.people_a == pair.people_b == pair.common
    return is_equal or case.free[pair.a].where == case.free[pair.b].where


def _is_ordered(case: Case, pair: Pair) -> bool:
    """Whether it is said which of two free segments acts first."""
    a, b = case.free[pair.a].priority, case.free[pair.b].priority
    return None not in (a, b) and a != b
