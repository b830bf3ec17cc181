"""What definitions would change if they were saved: who enters, who leaves, who stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import ibis

from kogorta.definitions.document import Definition
from kogorta.definitions.names import Words
from kogorta.definitions.schemes import Scheme
from kogorta.membership.asked import Asked, asked_schemes
from kogorta.membership.define import checked, dependents
from kogorta.membership.held import Held
from kogorta.membership.log import customer_names
from kogorta.membership.own import scheme_of
from kogorta.membership.view import View
from kogorta.traits.idioms import beside, numbered

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
        names: How each segment is called, by full id.
        unrecorded: Conditions with `held_for` that would be true of nobody yet, because no refresh recorded them.
    """

    as_of: datetime
    known_seq: int
    frame_at: datetime
    customers: int
    segments: tuple[SegmentDiff, ...]
    names: Mapping[str, Words]
    unrecorded: tuple[Held, ...]

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
    moved = _moved(view, before, after)
    grouped = moved.group_by("definition", WAS, NOW).agg(n=moved.count().cast("int64"))
    flows = [_Flow(row["definition"], row[WAS], row[NOW], row["n"]) for row in view.steps.rows(grouped)]
    names = {op: _names(view, moved, *op, members) for op in ((WAS, NOW), (NOW, WAS))} if members else {}
    found = [
        _segment(id_, kinds, [flow for flow in flows if flow.definition == _definition_of(id_)])
        for id_ in _segments(kinds, before, after)
    ]
    return Diff(
        view.instant.as_of,
        view.instant.known_seq,
        view.frames.rfm.frame_at,
        sum(flow.people for flow in flows if flow.definition == after.schemes[0].id),
        tuple(
            replace(
                item,
                leaving=names.get((WAS, NOW), {}).get(item.id, ()),
                entering=names.get((NOW, WAS), {}).get(item.id, ()),
            )
            for item in found
        ),
        before.names | after.names,
        after.unrecorded(view),
    )


@dataclass(frozen=True)
class _Flow:
    """People of one definition who are in the same segments before and after; None is none."""

    definition: str
    was: str | None
    now: str | None
    people: int


def _kinds(view: View, new: Sequence[Definition], standing: Mapping[str, Definition]) -> dict[str, Kind]:
    """Return what would happen to each definition that is given, and to each that names a changed one."""
    kinds: dict[str, Kind] = {}
    for item in new:
        if item.id not in view.own:
            kinds[item.id] = "new"
        else:
            kinds[item.id] = "same" if view.own[item.id] == item else "changed"
    changed = [id_ for id_, kind in kinds.items() if kind == "changed"]
    for id_ in (other for changed_id in changed for other in dependents(standing, changed_id)):
        if kinds.get(id_, "same") == "same":
            kinds[id_] = "dependent"
    return kinds


def _segments(kinds: Mapping[str, Kind], before: Asked, after: Asked) -> list[str]:
    """Return the ids of all segments, those of one definition together, what would be no more at its end."""
    every = dict.fromkeys([*after.segments, *before.segments])
    order = list(kinds)
    return sorted(every, key=lambda id_: order.index(_definition_of(id_)))


def _definition_of(segment: str) -> str:
    return segment.partition(".")[0]


def _moved(view: View, before: Asked, after: Asked) -> Any:
    """Return definition, customer_key, was, now of everyone: the full ids of the segments before and after."""
    rows = after.wide(view)
    rows = rows.select("customer_key", **{f"now_{item.id}": rows[item.trait] for item in after.schemes})
    if before.schemes:
        old = before.wide(view)
        told = old.select("customer_key", **{f"was_{item.id}": old[item.trait] for item in before.schemes})
        rows = beside(rows, told)
    was = {item.id: item for item in before.schemes}
    parts = [
        rows.select(
            "customer_key",
            definition=ibis.literal(item.id),
            was=_full(rows, f"was_{item.id}", was.get(item.id)),
            now=_full(rows, f"now_{item.id}", item),
        )
        for item in after.schemes
    ]
    united = parts[0]
    for part in parts[1:]:
        united = united.union(part)
    return view.steps.make("k_diff", united)


def _full(rows: Any, column: str, item: Scheme | None) -> Any:
    """Return the full id of the segment that a column names."""
    if item is None:
        return ibis.null().cast("string")
    return rows[column] if item.is_free else ibis.literal(f"{item.id}.") + rows[column]


def _segment(id_: str, kinds: Mapping[str, Kind], flows: Sequence[_Flow]) -> SegmentDiff:
    definition = _definition_of(id_)
    everyone = sum(flow.people for flow in flows)
    is_free = id_ == definition

    def people(keep: Callable[[_Flow], bool]) -> int:
        return sum(flow.people for flow in flows if keep(flow))

    return SegmentDiff(
        id_,
        definition,
        kinds[definition],
        was=people(lambda flow: flow.was == id_),
        now=people(lambda flow: flow.now == id_),
        entered=people(lambda flow: flow.now == id_ != flow.was),
        left=people(lambda flow: flow.was == id_ != flow.now),
        base_was=everyone if is_free else people(lambda flow: flow.was is not None),
        base_now=everyone if is_free else people(lambda flow: flow.now is not None),
    )


def _names(view: View, moved: Any, here: str, there: str, most: int) -> dict[str, tuple[str, ...]]:
    """Return, by segment, the first ids of those who are in it only in one of the two columns."""
    gone = moved.filter(moved[here].notnull() & ~moved[here].identical_to(moved[there]))
    named = gone.select("customer_key", segment=gone[here]).join(customer_names(), "customer_key")
    ranked = numbered(named, ["segment"], [named.customer_id])
    first = ranked.filter(ranked.rank_no <= most).select("segment", "customer_id", "rank_no")
    found: dict[str, tuple[str, ...]] = {}
    for row in view.steps.rows(first.order_by("segment", "rank_no")):
        found[row["segment"]] = (*found.get(row["segment"], ()), row["customer_id"])
    return found
