"""Measures of the base and of segments: by month, by source, by campaign and channel, by cohort; what to do now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from kogorta.i18n import Translator
from kogorta.metrics import Missing
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import MessagesBy
from kogorta.metrics.monthly import MonthKpis
from kogorta.readings import Reading
from kogorta.report.model import Absent
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING, UNREADABLE, aware, current
from kogorta_server.api.door import ByKey
from kogorta_server.api.measured import (
    GroupMeasures,
    MessageMeasures,
    MonthMeasures,
    SourceMeasures,
    WhyMissing,
    measured,
    reason,
)
from kogorta_server.api.problems import speaker
from kogorta_server.segments import queries, steps

router = Router(tags=["measures"])
ANSWERS = {**ERRORS, **UNREADABLE, **MISSING}

Segment = Annotated[
    str, Query("", max_length=200, description="Full id of a segment; none for the whole base.")
]
Months = Annotated[int, Query(12, ge=1, le=36, description="How many, that of the last refresh among them.")]


class Kpis(Schema):
    """Measures month by month, from the oldest."""

    segment: str | None
    as_of: datetime
    months: list[MonthMeasures] = Field(description="None of a base that knows only sums.")


class Cohort(Schema):
    """Customers whose first order was in one local month."""

    month: str = Field(description="Such as 2026-10.")
    customers: int
    active: list[int] = Field(
        description="How many of them ordered in the month of the first order and in each month after it; whole months only."
    )
    revenue: int = Field(description="Of all their orders so far, minor units.")
    earned: list[int] = Field(
        description="The same by month: that of the first order, and those after it, as far as they are over."
    )


class Cohorts(Schema):
    """Who of each month's new buyers stayed."""

    segment: str | None
    as_of: datetime
    cohorts: list[Cohort]
    missing: str | None = Field(description="Why there are none.")


class Sources(Schema):
    """Measures by the source that customers came from, most revenue first."""

    segment: str | None
    as_of: datetime
    sources: list[SourceMeasures]


class Messages(Schema):
    """Measures of messages by campaign or channel, most messages first."""

    segment: str | None
    as_of: datetime
    by: MessagesBy
    groups: list[GroupMeasures]
    missing: WhyMissing | None = Field(description="Why there are none.")


class Step(Schema):
    """A group of people to whom it matters most to write today, in the language of Accept-Language."""

    id: str = Field(description="A stable word: due, at_risk, gone_quiet, second_order, lost, first_order.")
    customers: int
    money: float | None = Field(description="What is at stake, minor units.")
    title: str
    text: str
    segment: str | None = Field(description="Who they are; null for those who stand on today's list.")


@router.get(
    "steps", response={200: list[Step], **ERRORS, **UNREADABLE}, operation_id="steps", auth=ByKey(Right.SEE)
)
def steps_now(request: HttpRequest) -> list[Step]:
    """Say what to do now, the most urgent first."""
    reading = current()
    return [
        Step(
            id=item.id,
            customers=item.people,
            money=item.money,
            title=item.title,
            text=item.text,
            segment=item.segment,
        )
        for item in steps.steps(reading, View(reading.report, speaker(request)))
    ]


@router.get("kpis", response={200: Kpis, **ANSWERS}, operation_id="kpis", auth=ByKey(Right.SEE))
def kpis(
    request: HttpRequest,
    segment: Segment,
    months: Months,
    then: Annotated[
        bool,
        Query(
            False,
            description="Of a segment: measure in each month those who were in it when the month ended, not those who are now.",
        ),
    ],
) -> Kpis:
    """Measure the base, or those who are in a segment, month by month. Of the base at most 13 months are kept."""
    reading, t = current(), speaker(request)
    found: Iterable[MonthKpis]
    if segment:
        found = queries.kpis(reading.stamp, reading.segment(segment).id, months, then=then).months
    else:
        found = reading.figures.months[-months:]
    return Kpis(
        segment=segment or None, as_of=aware(reading.stamp.as_of), months=[_month(t, item) for item in found]
    )


@router.get("cohorts", response={200: Cohorts, **ANSWERS}, operation_id="cohorts", auth=ByKey(Right.SEE))
def cohorts(request: HttpRequest, segment: Segment) -> Cohorts:
    """Tell cohorts by month of the first order: of the base, or of those who are in a segment."""
    reading, t = current(), speaker(request)
    told: list[Cohort] = []
    missing = None
    if segment:
        found = queries.cohorts(reading.stamp, reading.segment(segment).id)
        if isinstance(found, Missing):
            missing = reason(t, found).says
        else:
            told = [
                Cohort(
                    month=_name(item.month),
                    customers=item.customers,
                    active=list(item.active),
                    revenue=item.revenue,
                    earned=list(item.earned),
                )
                for item in found
            ]
    else:
        told, missing = _of_base(reading, t)
    return Cohorts(segment=segment or None, as_of=aware(reading.stamp.as_of), cohorts=told, missing=missing)


@router.get("sources", response={200: Sources, **ANSWERS}, operation_id="sources", auth=ByKey(Right.SEE))
def sources(request: HttpRequest, segment: Segment) -> Sources:
    """Measure what customers of each source cost and bring."""
    reading, t = current(), speaker(request)
    if segment:
        found = list(queries.sources(reading.stamp, reading.segment(segment).id).items())
    else:
        found = list(reading.figures.sources)
    told = [measured(SourceMeasures, t, item, source=name) for name, item in found]
    return Sources(segment=segment or None, as_of=aware(reading.stamp.as_of), sources=told)


@router.get("messages", response={200: Messages, **ANSWERS}, operation_id="messages", auth=ByKey(Right.SEE))
def messages(
    request: HttpRequest,
    segment: Segment,
    months: Months,
    by: Annotated[MessagesBy, Query(MessagesBy.CAMPAIGN)],
) -> Messages:
    """Measure messages of the last months: how they were answered, which orders followed, what they cost.

    An order is ascribed to the message that its customer opened or clicked last within seven days before it. It came after the
    message, which proves no effect. Of the whole base 13 months are looked at.
    """
    reading, t = current(), speaker(request)
    found = _messages(reading, segment, months, by)
    known = () if isinstance(found, Missing) else found
    return Messages(
        segment=segment or None,
        as_of=aware(reading.stamp.as_of),
        by=by,
        groups=[measured(GroupMeasures, t, item, name=name) for name, item in known],
        missing=reason(t, found) if isinstance(found, Missing) else None,
    )


def _messages(
    reading: Reading, segment: str, months: int, by: MessagesBy
) -> list[tuple[str | None, MessageKpis]] | Missing:
    if segment:
        found = queries.messages(reading.stamp, reading.segment(segment).id, by, months)
        return found if isinstance(found, Missing) else list(found.items())
    kept = reading.figures.campaigns if by is MessagesBy.CAMPAIGN else reading.figures.channels
    return kept if isinstance(kept, Missing) else list(kept)


def _month(t: Translator, found: MonthKpis) -> MonthMeasures:
    messages = found.messages
    told = messages if isinstance(messages, Missing) else measured(MessageMeasures, t, messages)
    return measured(MonthMeasures, t, found, month=_name(found.month), messages=told)


def _of_base(reading: Reading, t: Translator) -> tuple[list[Cohort], str | None]:
    """Return what a reading keeps; in the month of the first order everybody of a cohort ordered."""
    found = reading.report.cohorts
    if isinstance(found, Absent):
        return [], t.say(found.reason)
    told = [
        Cohort(
            month=_name(item.month),
            customers=item.customers,
            active=[item.customers, *item.active],
            revenue=item.revenue,
            earned=list(item.earned),
        )
        for item in found
    ]
    return told, None


def _name(month: object) -> str:
    return str(month)[:7]
