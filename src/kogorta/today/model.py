"""What today's list consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kogorta.definitions.names import Words

CALL_MADE = "call_made"
"""The event that a call is; its property `outcome` says what came of it."""


class TaskSort(StrEnum):
    """What is to be done."""

    VISIT = "visit"
    INVITE = "invite"
    CALL = "call"


class OutcomeOfCall(StrEnum):
    """What came of a call."""

    BOOKED = "booked"
    TALKED = "talked"
    LATER = "later"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the list.

    Attributes:
        sort: What is to be done.
        customer_id: The id that a source gave.
        name: The person's name; None where nobody told it.
        phone: The number to call, in E.164; None where there is none.
        at: When the visit begins, or the service became due; UTC without a zone; None for calls.
        service, staff: What, and by whom: names where they are told, else ids.
        segment: For calls, the full id of the segment that he is in.
        segment_name: How that is called.
        days: For invitations, whole days since the due date, below 0 before it; for calls, days of silence.
        worth: His value of 24 months, minor units; None where it is not known.
        no_show_share: For visits, the share of earlier bookings that he did not come to; None before the first.
        is_first: For visits, whether he never came before.
    """

    sort: TaskSort
    customer_id: str
    name: str | None
    phone: str | None
    at: datetime | None = None
    service: str | None = None
    staff: str | None = None
    segment: str | None = None
    segment_name: Words | None = None
    days: int | None = None
    worth: int | None = None
    no_show_share: float | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was made on the day.

    Attributes:
        customer_id: The id that a source gave.
        name: The person's name; None where nobody told it.
        phone: His number, in E.164; None where there is none.
        at: When it was written down; UTC without a zone.
        outcome: What came of it.
    """

    customer_id: str
    name: str | None
    phone: str | None
    at: datetime
    outcome: OutcomeOfCall


@dataclass(frozen=True, slots=True)
class Today:
    """The list of one local day.

    Attributes:
        as_of: As of when; UTC without a zone.
        day: The local day.
        tasks: Visits by their hour, then invitations, what is due nearest to now first, then calls, the most valuable first.
        left_out: How many were not listed, by sort: those beyond the limit.
        asked_not_to: People who would stand there and took back their consent to be called.
        called: People who would stand there and were called lately.
        without_phone: People who would be called and have no telephone number.
        made: Whom somebody called on that day, the last call of each, the latest first.
    """

    as_of: datetime
    day: date
    tasks: tuple[Task, ...]
    left_out: dict[TaskSort, int]
    asked_not_to: int
    called: int
    without_phone: int
    made: tuple[Call, ...] = ()

    def of(self, sort: TaskSort) -> tuple[Task, ...]:
        """Return the tasks of one sort."""
        return tuple(task for task in self.tasks if task.sort is sort)
