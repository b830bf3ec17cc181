"""One segment understood: what its people are like, how it grew, who came and who left, what it was in the past."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from kogorta.membership import backtest as looked_back
from kogorta.metrics.portrait import Feature as Told
from kogorta.metrics.portrait import Numbers as ToldNumbers
from kogorta.readings import Change as Changed
from kogorta.report.words import cause_name
from kogorta.vocab import ChangeOp
from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING, UNREADABLE, at, aware, current
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.problems import speaker
from kogorta_server.api.segments import SegmentId
from kogorta_server.segments import queries

router = Router(tags=["segments"])
ANSWERS = {**ERRORS, **UNREADABLE, **MISSING}


class Numbers(Schema):
    """What numbers are like; money is minor units, of instants the seconds since."""

    mean: float
    p25: float
    median: float
    p75: float


class Feature(Schema):
    """One value of a trait, or one trait of numbers, of members against the base."""

    trait: str
    value: str | bool | None = Field(description="Null for numbers.")
    share: float = Field(description="Of members of whom the trait is known; 0 to 1.")
    other_share: float
    index: float | None = Field(description="100 × share ÷ the share in the base: 100 is alike.")
    is_few: bool = Field(description="Fewer than 30 people stand behind it.")
    numbers: Numbers | None
    other_numbers: Numbers | None


class Portrait(Schema):
    """What the people of a segment are like: whatever differs from the base by more than chance, what tells most first."""

    segment: str
    as_of: datetime
    features: list[Feature]
    by_definition: list[str] = Field(description="Traits that the definition looks at; they are left out.")


class Doing(Schema):
    """What some people did in a month; amounts are minor units."""

    customers: int
    ordering: int
    orders: int
    revenue: int | None


class PastMonth(Schema):
    """A segment at the end of a month, and what came after."""

    segment: str
    month: str = Field(description="The month that ended, such as 2026-10.")
    at: datetime
    customers: int
    of: int
    entered: int
    left: int
    inside: Doing | None = Field(
        description="What those who were in it did in the month after; null while it is not over."
    )
    others: Doing | None


class Backtest(Schema):
    """The definition as it is now, at the end of each of the last months. It describes, and proves no effect."""

    as_of: datetime
    months: list[PastMonth]
    reads_log: bool = Field(
        description="Whether it asks the log of refreshes, which knows only what was recorded."
    )
    log_since: datetime | None


class Size(Schema):
    """A segment after a refresh that moved anybody."""

    as_of: datetime
    customers: int
    entered: int
    left: int


class TrendMonth(Schema):
    """A segment at the end of a month."""

    month: str
    at: datetime
    customers: int | None = Field(description="Worked out by the definition as it is now.")
    recorded: int | None = Field(description="As the log has it.")
    entered: dict[str, int] = Field(description="By cause.")
    left: dict[str, int]


class Trend(Schema):
    """How a segment grew."""

    segment: str
    sizes: list[Size] = Field(description="By refresh, the oldest first.")
    entered: dict[str, int] = Field(description="Lately, by cause.")
    left: dict[str, int]


class Change(Schema):
    """Somebody who came into a segment or left it."""

    customer_id: str
    name: str | None
    at: datetime
    op: ChangeOp
    cause: str
    says: str = Field(description="The cause in the language of Accept-Language.")


class Reach(Schema):
    """Whom a channel reaches of a segment."""

    channel: str
    contacts: int = Field(description="People with the contact that the channel needs.")
    not_withdrawn: int = Field(description="Of them, who did not take back the consent to advertising.")
    granted: int = Field(description="Of them, who gave it: to them alone offers may go.")


class SqlStep(Schema):
    """A step of how the base is asked."""

    name: str
    sort: str = Field(description="given, step or answer.")
    says: str
    statement: str


@router.get(
    "segments/{segment_id}/portrait",
    response={200: Portrait, **ANSWERS},
    operation_id="portrait",
    auth=ByKey(Right.SEE),
)
def portrait(request: HttpRequest, segment_id: SegmentId) -> Portrait:
    """Compare the people of a segment with the base. It looks at everybody's traits, which takes seconds the first time."""
    reading = current()
    found = queries.portrait(reading.stamp, reading.segment(segment_id).id)
    return Portrait(
        segment=segment_id,
        as_of=aware(reading.stamp.as_of),
        features=[_feature(item) for item in found.features if item.is_telling],
        by_definition=list(found.by_definition),
    )


@router.get(
    "segments/{segment_id}/backtest",
    response={200: Backtest, **ANSWERS},
    operation_id="backtest",
    auth=ByKey(Right.SEE),
)
def backtest(request: HttpRequest, segment_id: SegmentId) -> Backtest:
    """Look back: the definition as it is now, at the end of each of the last twelve months. This takes seconds."""
    reading = current()
    found = queries.backtest(reading.stamp, reading.segment(segment_id).id)
    return Backtest(
        as_of=aware(found.as_of),
        months=[_past(item) for item in found.months],
        reads_log=found.reads_log,
        log_since=at(found.log_since),
    )


@router.get(
    "segments/{segment_id}/trend",
    response={200: Trend, **ANSWERS},
    operation_id="trend",
    auth=ByKey(Right.SEE),
)
def trend(request: HttpRequest, segment_id: SegmentId) -> Trend:
    """Tell how a segment grew with each refresh, and why people came and left lately."""
    reading = current()
    id_ = reading.segment(segment_id).id
    causes = reading.causes(id_)
    return Trend(
        segment=id_,
        sizes=[
            Size(as_of=aware(item.as_of), customers=item.people, entered=item.entered, left=item.left)
            for item in reading.sizes(id_)
        ],
        entered=causes.get(ChangeOp.ENTER, {}),
        left=causes.get(ChangeOp.LEAVE, {}),
    )


@router.get(
    "segments/{segment_id}/months",
    response={200: list[TrendMonth], **ANSWERS},
    operation_id="trend_by_month",
    auth=ByKey(Right.SEE),
)
def months(
    request: HttpRequest,
    segment_id: SegmentId,
    months: Annotated[int, Query(6, ge=1, le=36, description="How many.")],
) -> list[TrendMonth]:
    """Tell how many were in a segment at the end of each month: worked out anew, and as the log has it. This takes seconds."""
    reading = current()
    found = queries.trend(reading.stamp, reading.segment(segment_id).id, months)
    return [
        TrendMonth(
            month=str(step.month)[:7],
            at=aware(step.at),
            customers=step.people,
            recorded=step.recorded,
            entered=dict(step.entered),
            left=dict(step.left),
        )
        for step in found.steps
    ]


@router.get(
    "segments/{segment_id}/changes",
    response={200: list[Change], **ANSWERS},
    operation_id="changes",
    auth=ByKey(Right.PEOPLE),
)
def changes(
    request: HttpRequest,
    segment_id: SegmentId,
    limit: Annotated[int, Query(50, ge=1, le=1000, description="How many at most.")],
) -> list[Change]:
    """List who came into a segment and who left it lately, and why; the latest first."""
    reading = current()
    return [_change(request, item) for item in reading.changes(reading.segment(segment_id).id, limit)]


@router.get(
    "segments/{segment_id}/reach",
    response={200: list[Reach], **ANSWERS},
    operation_id="reach",
    auth=ByKey(Right.SEE),
)
def reach(request: HttpRequest, segment_id: SegmentId) -> list[Reach]:
    """Tell how many of a segment each channel reaches."""
    reading = current()
    found = reading.reach.get(reading.segment(segment_id).id, {})
    return [
        Reach(
            channel=channel,
            contacts=item.contacts,
            not_withdrawn=item.not_withdrawn,
            granted=item.granted,
        )
        for channel, item in found.items()
    ]


@router.get(
    "segments/{segment_id}/sql",
    response={200: list[SqlStep], **ANSWERS},
    operation_id="segment_sql",
    auth=ByKey(Right.SEE),
)
def sql(request: HttpRequest, segment_id: SegmentId) -> list[SqlStep]:
    """Show how the base is asked for a segment, step by step."""
    reading, t = current(), speaker(request)
    return [
        SqlStep(name=step.name, sort=step.sort, says=t.say(step.says), statement=step.statement)
        for step in queries.sql(reading.stamp, reading.segment(segment_id).id)
    ]


def _feature(item: Told) -> Feature:
    return Feature(
        trait=item.trait,
        value=item.value,
        share=item.share_ratio,
        other_share=item.other_share_ratio,
        index=item.index,
        is_few=item.is_few,
        numbers=_numbers(item.numbers),
        other_numbers=_numbers(item.other_numbers),
    )


def _numbers(found: ToldNumbers | None) -> Numbers | None:
    if found is None:
        return None
    return Numbers(mean=found.mean, p25=found.p25, median=found.median, p75=found.p75)


def _past(item: looked_back.Month) -> PastMonth:
    return PastMonth(
        segment=item.segment,
        month=str(item.month)[:7],
        at=aware(item.at),
        customers=item.people,
        of=item.base,
        entered=item.entered,
        left=item.left,
        inside=_doing(item.inside),
        others=_doing(item.others),
    )


def _doing(found: looked_back.Doing | None) -> Doing | None:
    if found is None:
        return None
    return Doing(customers=found.people, ordering=found.ordering, orders=found.orders, revenue=found.revenue)


def _change(request: HttpRequest, item: Changed) -> Change:
    is_whole = key_of(request).may(Right.CONTACTS)
    return Change(
        customer_id=item.customer_id,
        name=item.name if is_whole or not item.name else masked("name", item.name),
        at=aware(item.at),
        op=ChangeOp(item.op),
        cause=item.cause,
        says=cause_name(speaker(request), item.cause),
    )
