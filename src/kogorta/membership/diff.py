"""What definitions would change if they were saved: who enters, who leaves, who stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import ibis

from kogorta.definitions.document import Definition
from kogorta.definitions.schemes import Scheme
from kogorta.membership.asked import Asked, asked_schemes
from kogorta.membership.define import checked, dependents
from kogorta.membership.log import customer_names
from kogorta.membership.own import scheme_of
from kogorta.membership.view import View
from kogorta.traits.idioms import beside, count_if, numbered

Kind = Literal["new", "changed", "same", "dependent"]
"""Of a definition: not registered yet, registered in other words, registered in the very same, or only naming one that is
changed."""

WAS, NOW = "was", "now"


@dataclass(frozen=True, slots=True)
class SegmentDiff:
    """What would happen to one segment.

    Attributes:
        id: Full id.
        definition: Of which definition it is.
        kind: What would happen to that definition.
        was: People in it as it is registered.
        now: People in it as it would be.
        entered: People who are in it only as it would be.
        left: People who are in it only as it is registered.
        base_was: Of how many it is a share as registered: everyone known; of a scheme, everyone whom it divides.
        base_now: The same as it would be.
        entering: The first of those who would enter, by id, as many as were wanted.
        leaving: The first of those who would leave.
    """

    id: str
    definition: str
    kind: Kind
    was: int
    now: int
    entered: int
    left: int
    base_was: int
    base_now: int
    entering: tuple[str, ...] = ()
    leaving: tuple[str, ...] = ()

    @property
    def stayed(self) -> int:
        """People who are in it either way."""
        return self.was - self.left


@dataclass(frozen=True, slots=True)
class Diff:
    """What definitions would change.

    Attributes:
        as_of: The instant; UTC without a zone.
        known_seq: As far as what was known.
        frame_at: When the values were taken that people are compared with.
        customers: Everyone known.
        segments: Of every segment of the definitions and of what names them, in this order; also segments that would
            be no more.
    """

    as_of: datetime
    known_seq: int
    frame_at: datetime
    customers: int
    segments: tuple[SegmentDiff, ...]

    @property
    def is_idle(self) -> bool:
        """Whether nobody would move."""
        return not any(item.entered or item.left for item in self.segments)


def diff(view: View, new: Sequence[Definition], members: int = 0) -> Diff:
    """Compare definitions with those registered, as of the view's instant; nothing is saved.

    Both are read against the same frames: the newest stored ones, and where a definition compares with a value of the
    base that none of them holds, with that of this instant.

    Args:
        view: The base.
        new: The definitions.
        members: How many ids to name of those who would enter and leave each segment.

    Raises:
        ProblemsError: Something in the definitions is wrong, or would no longer be right; all of it is listed.
    """
    standing = checked(view, new)
    kinds = _kinds(view, new, standing)
    before = asked_schemes([scheme_of(view.own[id_]) for id_ in kinds if id_ in view.own], view.own)
    after = asked_schemes([scheme_of(standing[id_]) for id_ in kinds], standing)
    compared = _Compared(view, before, after)
    customers = compared.customers
    ids = dict.fromkeys([*after.segments, *before.segments])
    found = []
    for id_ in sorted(ids, key=lambda id_: list(kinds).index(id_.partition(".")[0])):
        definition = id_.partition(".")[0]
        entered, left, stayed = compared.counts(id_)
        found.append(
            SegmentDiff(
                id_,
                definition,
                kinds[definition],
                was=stayed + left,
                now=stayed + entered,
                entered=entered,
                left=left,
                base_was=compared.base(before, definition),
                base_now=compared.base(after, definition),
                entering=compared.names(id_, WAS, NOW, members),
                leaving=compared.names(id_, NOW, WAS, members),
            )
        )
    return Diff(
        view.instant.as_of, view.instant.known_seq, view.frames.rfm.frame_at, customers, tuple(found)
    )


def _kinds(view: View, new: Sequence[Definition], standing: dict[str, Definition]) -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for item in new:
        if item.id not in view.own:
            kinds[item.id] = "new"
        else:
            kinds[item.id] = "same" if view.own[item.id] == item else "changed"
    for item in new:
        for id_ in dependents(standing, item.id):
            if kinds[item.id] != "same":
                kinds.setdefault(id_, "dependent")
    return kinds
