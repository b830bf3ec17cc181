"""Which segments share their people, and who is claimed by which of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from kogorta.definitions.names import Words
from kogorta.errors import InputError
from kogorta.membership.asked import Asked
from kogorta.membership.view import View
from kogorta.traits.idioms import numbered, text_cases


@dataclass(frozen=True, slots=True)
class Pair:
    """Two segments and the people that are in both.

    Attributes:
        a: Full id of the one.
        b: Full id of the other.
        people_a: How many are in the one.
        people_b: How many are in the other.
        common: How many are in both.
    """

    a: str
    b: str
    people_a: int
    people_b: int
    common: int

    @property
    def jaccard_ratio(self) -> float | None:
        """People in both ÷ people in either; None where there is nobody."""
        either = self.people_a + self.people_b - self.common
        return self.common / either if either else None

    @property
    def smaller(self) -> str:
        """The id of the smaller one; of two equal ones the first."""
        return self.b if self.people_b < self.people_a else self.a

    @property
    def share_of_smaller_ratio(self) -> float | None:
        """People in both ÷ people of the smaller one; None where that is empty."""
        least = min(self.people_a, self.people_b)
        return self.common / least if least else None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a free segment keeps when each customer belongs to the first of his segments.

    Attributes:
        segment: Its id.
        priority: Its number; the smaller acts first.
        people: How many are in it.
        kept: Of them, those whom no segment before it claims.
        claimed: Of the others, how many each segment before it claims; the one that takes most first.
    """

    segment: str
    priority: int
    people: int
    kept: int
    claimed: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How segments share their people.

    Attributes:
        as_of: The instant; UTC without a zone.
        known_seq: As far as what was known.
        frame_at: When the values were taken that people are compared with.
        customers: Everyone known.
        people: The size of each segment, in the order in which they were asked for.
        pairs: Every two segments that may share people (two of one scheme cannot), the most common people first.
        claims: Free segments with a priority, in the order in which they act; of equal priorities by id.
        names: How each segment is called, by full id.
    """

    as_of: datetime
    known_seq: int
    frame_at: datetime
    customers: int
    people: Mapping[str, int]
    pairs: tuple[Pair, ...]
    claims: tuple[Claim, ...]
    names: Mapping[str, Words]

    def common(self, a: str, b: str) -> int:
        """Return how many people are in both of two segments; of one segment, all of its own."""
        if a == b:
            return self.people[a]
        return next((pair.common for pair in self.pairs if {pair.a, pair.b} == {a, b}), 0)


def overlap(view: View, asked: Asked) -> Overlap:
    """Compare segments as of the view's instant.

    Everyone is counted once by the set of segments that he is in; only these counts are compared, so the work hardly
    grows with the base.

    Raises:
        InputError: There are fewer than two segments to compare, or a scheme says nothing of this base.
    """
    if len(asked.segments) < 2:
        raise InputError(
            "it takes two segments to compare",
            got=", ".join(asked.segments) or None,
            hint="name some: kogorta segments overlap ID ID …; kogorta segments list shows what there is",
        )
    sets, members = _sets(view, asked)
    people = _people(view, asked, members)
    return Overlap(
        as_of=view.instant.as_of,
        known_seq=view.instant.known_seq,
        frame_at=view.frames.rfm.frame_at,
        customers=view.steps.row(sets.agg(n=sets.customers.sum().cast("int64")))["n"] or 0,
        people=people,
        pairs=_pairs(view, asked, members, people),
        claims=_claims(view, asked, sets, people),
        names=asked.names,
    )


def _sets(view: View, asked: Asked) -> tuple[Any, Any]:
    """Return the sets of segments that people are in: one row each, and one row for each of its segments."""
    rows = asked.wide(view)
    columns = [item.trait for item in asked.schemes]
    counted = rows.group_by(columns).agg(customers=rows.count().cast("int64"))
    # the number of a set stands where members are told by their key
    sets = view.steps.make(
        "k_sets", numbered(counted, [], [counted[name] for name in columns], "customer_key")
    )
    inside = asked.members(sets)
    weights = sets.select("customers", set_no="customer_key")
    told = inside.join(weights, inside.customer_key == weights.set_no)
    return sets, view.steps.make("k_set_members", told.select("set_no", "segment", "customers"))


def _people(view: View, asked: Asked, members: Any) -> dict[str, int]:
    counted = members.group_by("segment").agg(n=members.customers.sum().cast("int64"))
    found = {row["segment"]: row["n"] for row in view.steps.rows(counted)}
    return {id_: found.get(id_, 0) for id_ in asked.segments}


def _pairs(view: View, asked: Asked, members: Any, people: Mapping[str, int]) -> tuple[Pair, ...]:
    other = members.select(other_no="set_no", other="segment")
    both = members.join(other, members.set_no == other.other_no)
    both = both.filter(both.segment != both.other)
    counted = both.group_by("segment", "other").agg(n=both.customers.sum().cast("int64"))
    common = {(row["segment"], row["other"]): row["n"] for row in view.steps.rows(counted)}
    pairs = [
        Pair(a, b, people[a], people[b], common.get((a, b), 0))
        for a, b in combinations(asked.segments, 2)
        if asked.scheme_of(a) != asked.scheme_of(b)
    ]
    return tuple(sorted(pairs, key=lambda pair: (-pair.common, -(pair.jaccard_ratio or 0), pair.a, pair.b)))


def _claims(view: View, asked: Asked, sets: Any, people: Mapping[str, int]) -> tuple[Claim, ...]:
    order = sorted(
        (definition.priority, item.id)
        for item in asked.schemes
        if item.is_free and (definition := asked.definitions[item.id]).priority is not None
    )
    if not order:
        return ()
    first = text_cases([(sets[asked.scheme_of(id_).trait].notnull(), id_) for _, id_ in order])
    claimed = sets.mutate(claimant=first)
    taken = {id_: _by_claimant(view, claimed, asked.scheme_of(id_).trait) for _, id_ in order}
    return tuple(
        Claim(
            id_,
            priority,
            people[id_],
            taken[id_].get(id_, 0),
            {other: n for other, n in _most_first(taken[id_]) if other != id_},
        )
        for priority, id_ in order
    )


def _by_claimant(view: View, claimed: Any, column: str) -> dict[str, int]:
    """Count the people of a segment by the segment that claims them."""
    inside = claimed.filter(claimed[column].notnull())
    counted = inside.group_by("claimant").agg(n=inside.customers.sum().cast("int64"))
    return {row["claimant"]: row["n"] for row in view.steps.rows(counted)}


def _most_first(counts: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
