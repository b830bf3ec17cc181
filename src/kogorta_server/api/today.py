"""Today's list: who comes, whom to invite, whom to call, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kogorta.today import Call as Made
from kogorta.today import OutcomeOfCall, TaskSort
from kogorta.today import Task as Listed
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING, at, aware
from kogorta_server.api.door import ByKey
from kogorta_server.api.repeating import idempotent
from kogorta_server.customers import queries, services

router = Router(tags=["today"])


class Task(Schema):
    """One line of the list."""

    sort: TaskSort
    customer_id: str
    name: str | None
    phone: str | None = Field(description="The number to call, in E.164.")
    at: datetime | None = Field(description="When the visit begins, or the service became due.")
    service: str | None
    staff: str | None
    segment: str | None = Field(description="Of calls, the segment that he is in.")
    days: int | None = Field(
        description="Of invitations, days since the due date; of calls, days of silence."
    )
    worth: int | None = Field(description="His value of 24 months, minor units.")
    no_show_share: float | None = Field(
        description="Of visits, the share of bookings that he did not come to."
    )
    is_first: bool


class Call(Schema):
    """A call that was made on the day; the last of each person."""

    customer_id: str
    name: str | None
    phone: str | None
    at: datetime
    outcome: OutcomeOfCall


class Today(Schema):
    """The list of this day, as of now."""

    as_of: datetime
    day: date
    tasks: list[Task]
    left_out: dict[TaskSort, int] = Field(description="How many stand beyond the limit of the list.")
    asked_not_to: int = Field(description="Who took back the consent to be called.")
    called: int = Field(description="Who was called lately.")
    without_phone: int
    made: list[Call]


class CallIn(Schema):
    """What came of a call."""

    customer_id: str = Field(min_length=1, max_length=500)
    outcome: OutcomeOfCall
    note: str = Field("", max_length=500)


class Recorded(Schema):
    """What was written down."""

    customer_id: str
    outcome: OutcomeOfCall


@router.get("today", response={200: Today, **ERRORS}, operation_id="today", auth=ByKey(Right.CONTACTS))
def show(request: HttpRequest) -> Today:
    """Show the list of this day, worked out anew from everything that is known by now."""
    found = queries.today()
    return Today(
        as_of=aware(found.as_of),
        day=found.day,
        tasks=[_task(item) for item in found.tasks],
        left_out=found.left_out,
        asked_not_to=found.asked_not_to,
        called=found.called,
        without_phone=found.without_phone,
        made=[_call(item) for item in found.made],
    )


@router.post(
    "calls",
    response={201: Recorded, **ERRORS, **MISSING, **CONFLICT},
    operation_id="record_call",
    auth=ByKey(Right.CONTACTS),
)
@idempotent
def call(request: HttpRequest, body: CallIn) -> Status[Recorded]:
    """Write down what came of a call; of several on a day the last one counts."""
    outcome = services.record_call(request, body.customer_id, body.outcome.value, body.note.strip())
    return Status(HTTPStatus.CREATED, Recorded(customer_id=body.customer_id, outcome=outcome))


def _task(item: Listed) -> Task:
    return Task(
        sort=item.sort,
        customer_id=item.customer_id,
        name=item.name,
        phone=item.phone,
        at=at(item.at),
        service=item.service,
        staff=item.staff,
        segment=item.segment,
        days=item.days,
        worth=item.worth,
        no_show_share=item.no_show_share,
        is_first=item.is_first,
    )


def _call(item: Made) -> Call:
    return Call(
        customer_id=item.customer_id,
        name=item.name,
        phone=item.phone,
        at=aware(item.at),
        outcome=item.outcome,
    )
