"""Value, preferences, segments of people's own, advice, today's list."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kogorta.definitions.names import Words
from kogorta.definitions.playbooks import Playbook
from kogorta.i18n import Message
from kogorta.report.model.base import Absent, Severity


@dataclass(frozen=True, slots=True)
class Worth:
    """How value is spread over those who bought within 24 months.

    Attributes:
        buyers: How many they are.
        value: What all of them brought, minor units.
        tops: Per cent of them, and the share of the value that so many of the most valuable bring.
        losing: Customers on whom more was spent than they brought, or why this is unknown.
        known: Of how many it is known.
        hunters: Customers with 3 orders or more who take discounts often.
        repeaters: All customers with 3 orders or more.
    """

    buyers: int
    value: int
    tops: tuple[tuple[int, float], ...]
    losing: int | Absent
    known: int
    hunters: int
    repeaters: int


@dataclass(frozen=True, slots=True)
class Taste:
    """One preference: its trait, of how many customers it is known, and its values with their customers."""

    trait: str
    customers: int
    values: tuple[tuple[str | int, int], ...]


@dataclass(frozen=True, slots=True)
class OwnScheme:
    """A scheme or a free segment that people defined: name, the customers of each segment, and the cards that it carries."""

    id: str
    name: Words
    is_free: bool
    segments: tuple[tuple[str, Words, int], ...]
    playbooks: Mapping[str, Playbook] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Advice:
    """A rule of good segmentation that is broken.

    Attributes:
        rule: Its id.
        severity: How much it matters.
        finding: What is wrong.
        places: Where: the id and the name of the segment if it is about one, and what is said of it.
        why: What it costs.
        todo: What to do.
    """

    rule: str
    severity: Severity
    finding: Message
    places: tuple[tuple[str | None, Words | None, Message], ...]
    why: Message
    todo: Message


@dataclass(frozen=True, slots=True)
class Checkup:
    """What the doctor says: what is wrong, what is good, how much is waived."""

    advice: tuple[Advice, ...]
    good: tuple[Message, ...]
    waived: int


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who comes on the day, or to whom something is due.

    Attributes:
        customer_id: The id that a source gave.
        at: The hour of the visit, or the due date; with a zone.
        service, staff: What, and by whom.
        days: Since the due date; None of visits.
        no_show_share: Share of earlier bookings that he did not come to; None before the first, and of what is due.
    """

    customer_id: str
    at: datetime
    service: str | None
    staff: str | None
    days: int | None = None
    no_show_share: float | None = None


@dataclass(frozen=True, slots=True)
class Agenda:
    """Who comes on a day, and whom to invite.

    Attributes:
        day: The local day.
        visits: By their hour.
        due: What is due nearest to now first.
        left_out: How many more are due.
    """

    day: date
    visits: tuple[Visitor, ...]
    due: tuple[Visitor, ...]
    left_out: int
