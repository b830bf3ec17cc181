"""What is told of one customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Row = Mapping[str, Any]


class MomentKind(StrEnum):
    """What an entry of a timeline is."""

    ORDER = "order"
    RETURN = "return"
    BOOKING = "booking"
    SUBSCRIPTION = "subscription"
    SESSION = "session"
    CALL = "call"
    MESSAGE = "message"
    TICKET = "ticket"
    POINTS = "points"
    COUPON = "coupon"
    ANSWER = "answer"
    CONSENT = "consent"
    ATTRIBUTE = "attribute"
    LIST = "list"
    SUMMARY = "summary"
    SEGMENTS = "segments"
    IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry of a timeline.

    Attributes:
        kind: What it is.
        at: Where it stands; UTC without a zone. A booking stands where it starts, which may be ahead.
        id: The id of its row; of a session its id, or the local day of events without one; of moves between segments the
            number of the refresh.
        values: Columns of its row as they are stored: instants UTC without a zone, money in minor units, quantities in
            millionths. Beside an id of a good, of staff or of an outlet stands its name, as `product`, `staff`, `outlet`.
        parts: Rows that belong to it, by what they are: `lines` and `discounts` of an order, `answers` to a message, `events`
            of a session (the last ones) and their `counts` by name, `moves` between segments.
    """

    kind: MomentKind
    at: datetime
    id: str
    values: Row
    parts: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of everything that is known of one customer, newest first.

    Attributes:
        customer_id: Whom it is about, as it was asked.
        as_of: As of when; UTC without a zone.
        counts: How many entries there are of each kind, whatever was asked for; kinds without any are left out.
        moments: The page.
        total: How many entries there are of the kinds that were asked for.
        cut: Kinds of which only the newest entries are told, since there are too many.
    """

    customer_id: str
    as_of: datetime
    counts: Mapping[MomentKind, int]
    moments: tuple[Moment, ...]
    total: int
    cut: tuple[MomentKind, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What is true of one customer as of an instant.

    Attributes:
        customer_id: Whom it is about, as it was asked.
        as_of, known_seq: As of when, as far as what was known; UTC without a zone.
        attributes: What sources say of him, such as `city`; only what is known.
        traits: Every trait that is worked out, by name, as it is stored; None where it is missing.
        segments: The segment of each scheme that he is in; None where he stands outside its base. Of a free segment both
            are its id.
    """

    customer_id: str
    as_of: datetime
    known_seq: int
    attributes: Row
    traits: Row
    segments: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as it stands.

    Attributes:
        kind, value: What it is.
        at: Since when it is known; UTC without a zone.
        verified_at: When he proved that it is his.
        is_main: Whether it is the main one of its kind.
    """

    kind: str
    value: str
    at: datetime | None
    verified_at: datetime | None
    is_main: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent that was given or taken back.

    Attributes:
        channel, purpose: To what.
        at: When; UTC without a zone.
        op: `granted` or `withdrawn`.
        source: Where it was told.
        evidence: What proves it.
        text_version: Which wording he agreed to.
    """

    channel: str
    purpose: str
    at: datetime
    op: str
    source: str | None
    evidence: str | None
    text_version: str | None


@dataclass(frozen=True, slots=True)
class Ways:
    """How one customer may be reached.

    Attributes:
        contacts: By kind, the main one first.
        consents: By channel and purpose, the newest of each first: that is the one that holds.
    """

    contacts: tuple[Contact, ...]
    consents: tuple[Consent, ...]
