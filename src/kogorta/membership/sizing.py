"""How many people a definition takes, and how many of them can be reached, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import ibis

from kogorta.definitions.names import Words
from kogorta.errors import NotFoundError
from kogorta.membership.asked import Asked
from kogorta.membership.held import Held
from kogorta.membership.view import View
from kogorta.traits.idioms import count_if
from kogorta.traits.reach import CHANNELS, KINDS_TABLE, WORDS_TABLE, channel_kinds, channel_words, reach


@dataclass(frozen=True, slots=True)
class Reach:
    """How many people of a segment can be reached by one channel.

    Attributes:
        contacts: People with a contact of the kind that the channel needs, as it is stored: whether a number was
            made up is told by the audit.
        not_withdrawn: Of them, those who did not take back their consent to advertising, whether they ever gave it
            or not.
        granted: Of them, those who gave it and did not take it back: to them alone offers may go.
    """

    contacts: int = 0
    not_withdrawn: int = 0
    granted: int = 0


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """The size of one segment.

    Attributes:
        id: `scheme.segment`, or the bare id of a free segment; empty for all segments together.
        people: How many are in it.
        base: Of how many: everyone known; of a scheme, everyone whom it divides.
        reach: By channel.
    """

    id: str
    people: int
    base: int
    reach: Mapping[str, Reach]

    @property
    def share_ratio(self) -> float | None:
        """People ÷ base; None where there is nobody."""
        return self.people / self.base if self.base else None


@dataclass(frozen=True, slots=True)
class Size:
    """The size of what was asked for.

    Attributes:
        as_of: The instant; UTC without a zone.
        known_seq: As far as what was known.
        frame_at: When the values were taken that people are compared with.
        customers: Everyone known.
        has_contacts: Whether the base knows any contact at all.
        has_consents: Whether the base knows any consent at all.
        segments: Of each segment, in the order of the definition.
        total: Of all of them together, each person counted once.
        names: How each segment is called, by full id.
        unrecorded: Conditions with `held_for` that are true of nobody, because no refresh recorded them yet.
    """

    as_of: datetime
    known_seq: int
    frame_at: datetime
    customers: int
    has_contacts: bool
    has_consents: bool
    segments: tuple[SegmentSize, ...]
    total: SegmentSize
    names: Mapping[str, Words]
    unrecorded: tuple[Held, ...]

    @property
    def people(self) -> int:
        """People in any of the segments, each counted once."""
        return self.total.people

    def __getitem__(self, segment: str) -> SegmentSize:
        """Return the size of one segment by its full id.

        Raises:
            NotFoundError: It was not asked for.
        """
        for item in self.segments:
            if item.id == segment:
                return item
        raise NotFoundError(
            "there is no such segment", got=segment, expected=", ".join(item.id for item in self.segments)
        )


TOGETHER = ""
"""Stands for all segments that are asked for at once."""


def size(view: View, asked: Asked) -> Size:
    """Count the people of segments as of the view's instant, and whom of them each channel reaches.

    Channels are read as the audit reads them: `SMS`, `sms` and `смс` are one, `any` is each of them.

    Raises:
        InputError: A scheme that is asked for says nothing of this base.
    """
    rows = asked.wide(view)
    inside = asked.members(rows)
    anywhere = inside.select("customer_key").distinct().mutate(segment=ibis.literal(TOGETHER))
    members = view.steps.make("k_sized", inside.union(anywhere))
    people = _people(view, members)
    reached = reached_by(view, members)
    bases = view.steps.row(
        rows.agg(
            customers=rows.count().cast("int64"),
            **{item.id: rows[item.trait].count().cast("int64") for item in asked.schemes},
        )
    )

    def sized(id_: str) -> SegmentSize:
        item = asked.scheme_of(id_) if id_ != TOGETHER else None
        base = bases["customers" if item is None or item.is_free else item.id]
        own = {channel: reached.get((id_, channel), Reach()) for channel in CHANNELS}
        return SegmentSize(id_, people.get(id_, 0), base, own)

    facts = view.steps.facts
    return Size(
        as_of=view.instant.as_of,
        known_seq=view.instant.known_seq,
        frame_at=view.frames.rfm.frame_at,
        customers=bases["customers"],
        has_contacts=facts.has("contacts"),
        has_consents=facts.has("consents"),
        segments=tuple(map(sized, asked.segments)),
        total=sized(TOGETHER),
        names=asked.names,
        unrecorded=asked.unrecorded(view),
    )


def _people(view: View, members: Any) -> dict[str, int]:
    counted = members.group_by("segment").agg(n=members.count().cast("int64"))
    return {row["segment"]: row["n"] for row in view.steps.rows(counted)}


def reached_by(view: View, members: Any) -> dict[tuple[str, str], Reach]:
    """Count, by segment and channel, who has a contact and what he said.

    Args:
        view: The base.
        members: Who is in which segment: customer_key, segment.
    """
    if not view.steps.facts.has("contacts"):
        return {}
    view.session.load(KINDS_TABLE, channel_kinds())
    view.session.load(WORDS_TABLE, channel_words())
    owners = view.steps.make("k_reach", reach(view.steps.facts))
    rows = members.join(owners, "customer_key").select("segment", "channel", "is_granted", "is_withdrawn")
    stands = rows.is_withdrawn == 0
    counted = rows.group_by("segment", "channel").agg(
        contacts=rows.count().cast("int64"),
        not_withdrawn=count_if(stands),
        granted=count_if(stands & (rows.is_granted == 1)),
    )
    return {
        (row["segment"], row["channel"]): Reach(row["contacts"], row["not_withdrawn"], row["granted"])
        for row in view.steps.rows(counted)
    }
