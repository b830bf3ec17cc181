"""Schemes: how they divide the base, what segments share, who moved where."""

from __future__ import annotations

from datetime import date, datetime
from itertools import combinations
from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.params import Path
from pydantic import Field

from kogorta.readings import Listed, PeopleQuery, Reading
from kogorta.report.model import Rfm
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING, UNREADABLE, Words, aware, current, words
from kogorta_server.api.door import ByKey
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before
from kogorta_server.api.people import Customer, listed
from kogorta_server.segments.schemes import (
    OUTSIDE,
    choose,
    compared,
    move_of,
    recorded,
    scheme_of,
    schemes_of,
    worked_out,
)

router = Router(tags=["schemes"])
ANSWERS = {**ERRORS, **UNREADABLE, **MISSING}

SchemeId = Annotated[str, Path(max_length=200, description="Such as rfm_simple or lifecycle.")]


class Place(Schema):
    """A segment of a scheme, and what its people are together."""

    id: str
    name: Words
    customers: int
    customers_week_before: int | None
    buyers: int
    orders: int
    revenue: int | None = Field(description="Of all their orders, minor units; null without amounts.")
    recency_days: float | None = Field(description="Mean days since the last order.")


class Cell(Schema):
    """A cell of the RFM grid; its people are `/customers?r=…&fm=…`."""

    r: int
    fm: int
    segment: str
    customers: int


class Scheme(Schema):
    """A scheme: everybody in it stands in one of its segments."""

    id: str
    name: Words
    is_own: bool
    customers: int = Field(description="Different people in it.")
    is_partition: bool = Field(description="Whether each of them stands in exactly one segment.")
    segments: list[Place]
    grid: list[Cell] | None = Field(description="Of `rfm_simple`: recency by frequency and money.")


class Pair(Schema):
    """Two segments and the people whom they share."""

    a: str
    b: str
    customers_a: int
    customers_b: int
    common: int
    smaller_ratio: float | None = Field(description="Common ÷ the smaller segment.")
    either_ratio: float | None = Field(description="Common ÷ people in either.")
    index: float | None = Field(
        description="How many times more people are in both than if one had nothing to do with the other."
    )


class Flow(Schema):
    """How many went from one segment to another; null is outside the scheme. Who stayed is told, too."""

    source: str | None
    target: str | None
    customers: int


class Movements(Schema):
    """Who went where between two days."""

    scheme: str
    start: datetime
    end: datetime
    is_recorded: bool = Field(
        description="Whether refreshes recorded both days; else it was worked out from all that is known."
    )
    start_run: int | None = Field(description="With `end_run`, for the list of those who moved.")
    end_run: int | None
    flows: list[Flow]


class Refresh(Schema):
    """A refresh between which and others movements can be told."""

    run: int
    as_of: datetime


@router.get(
    "schemes",
    response={200: list[Scheme], **ERRORS, **UNREADABLE},
    operation_id="list_schemes",
    auth=ByKey(Right.SEE),
)
def every(request: HttpRequest) -> list[Scheme]:
    """List schemes: how each divides the base, and what its segments bring."""
    reading = current()
    return [_scheme(reading, id_, items) for id_, items in schemes_of(reading).items()]


@router.get(
    "schemes/{scheme_id}", response={200: Scheme, **ANSWERS}, operation_id="scheme", auth=ByKey(Right.SEE)
)
def one(request: HttpRequest, scheme_id: SchemeId) -> Scheme:
    """Show one scheme; of `rfm_simple`, its grid, too."""
    reading = current()
    return _scheme(reading, scheme_id, scheme_of(reading, scheme_id))


@router.get(
    "schemes/{scheme_id}/refreshes",
    response={200: list[Refresh], **ANSWERS},
    operation_id="scheme_refreshes",
    auth=ByKey(Right.SEE),
)
def refreshes(request: HttpRequest, scheme_id: SchemeId) -> list[Refresh]:
    """List the refreshes between which movements were recorded, the newest first."""
    reading = current()
    scheme_of(reading, scheme_id)
    return [Refresh(run=run.run_id, as_of=aware(run.as_of)) for run in reading.movements.runs(scheme_id)]


@router.get(
    "schemes/{scheme_id}/movements",
    response={200: Movements, **ANSWERS},
    operation_id="movements",
    auth=ByKey(Right.SEE),
)
def movements(
    request: HttpRequest,
    scheme_id: SchemeId,
    start: Annotated[date | None, Query(None, description="Local day; by default a week before the end.")],
    end: Annotated[date | None, Query(None, description="Local day; by default that of the last refresh.")],
) -> Movements:
    """Count who went from which segment to which between two days.

    Days of refreshes are told as they were recorded. Any others are worked out, which takes seconds.
    """
    reading = current()
    scheme_of(reading, scheme_id)
    choice = choose(reading, scheme_id, start, end)
    found = recorded(reading, scheme_id, choice.runs) if choice.runs else worked_out(reading, choice)
    runs = choice.runs or (None, None)
    return Movements(
        scheme=scheme_id,
        start=_aware(found.instants[0]),
        end=_aware(found.instants[1]),
        is_recorded=choice.runs is not None,
        start_run=runs[0].run_id if runs[0] else None,
        end_run=runs[1].run_id if runs[1] else None,
        flows=[
            Flow(source=source, target=target, customers=people)
            for (source, target), people in found.counts.items()
        ],
    )


@router.get(
    "schemes/{scheme_id}/moved",
    response={200: Leaf[Customer], **ANSWERS},
    operation_id="moved",
    auth=ByKey(Right.PEOPLE),
)
def moved(
    request: HttpRequest,
    scheme_id: SchemeId,
    source: Annotated[str, Query(max_length=200, description=f"A segment of the scheme, or `{OUTSIDE}`.")],
    target: Annotated[str, Query(max_length=200, description=f"Likewise; not both `{OUTSIDE}`.")],
    start_run: Annotated[int, Query(ge=0, le=2**31, description="As `/movements` tells them.")],
    end_run: Annotated[int, Query(ge=0, le=2**31)],
    limit: Limit,
    cursor: Cursor,
) -> Leaf[Customer] | StreamingHttpResponse:
    """List who went from one segment to another between two refreshes; whoever stayed, where both are the same.

    As Arrow the whole list comes at once; that takes the scope `export`.
    """
    reading = current()
    scheme_of(reading, scheme_id)
    move, _ = move_of(reading, scheme_id, (source, target), (str(start_run), str(end_run)))
    query = PeopleQuery(
        move=move, sort="customer_key", is_descending=False, after=key_before(cursor), limit=limit
    )
    return listed(request, reading, query)


@router.get("overlap", response={200: list[Pair], **ANSWERS}, operation_id="overlap", auth=ByKey(Right.SEE))
def overlap(
    request: HttpRequest,
    segment: Annotated[
        list[str], Query(default_factory=list, max_length=16, description="Which; by default free ones.")
    ],
) -> list[Pair]:
    """Tell how many people any two segments share; two of one scheme share nobody and are left out."""
    reading = current()
    chosen = compared(reading, segment)
    everyone = reading.report.base.customers
    found = [
        reading.shared_by(one.id, other.id)
        for one, other in combinations(chosen, 2)
        if one.scheme != other.scheme
    ]
    return [
        Pair(
            a=item.a,
            b=item.b,
            customers_a=item.people_a,
            customers_b=item.people_b,
            common=item.common,
            smaller_ratio=item.smaller_ratio,
            either_ratio=item.either_ratio,
            index=item.index(everyone),
        )
        for item in found
    ]


def _scheme(reading: Reading, id_: str, items: list[Listed]) -> Scheme:
    covered, rfm = reading.covered(id_), reading.report.rfm
    return Scheme(
        id=id_,
        name=words(items[0].scheme_name),
        is_own=items[0].is_own,
        customers=covered.people,
        is_partition=covered.is_partition,
        segments=[_place(reading, item) for item in items],
        grid=_grid(rfm) if id_ == "rfm_simple" and isinstance(rfm, Rfm) else None,
    )


def _place(reading: Reading, item: Listed) -> Place:
    total = reading.totals[item.id]
    return Place(
        id=item.id,
        name=words(item.name),
        customers=item.people,
        customers_week_before=item.before,
        buyers=total.buyers,
        orders=total.orders,
        revenue=total.revenue,
        recency_days=total.recency_days,
    )


def _grid(rfm: Rfm) -> list[Cell]:
    return [
        Cell(r=cell.r, fm=cell.fm, segment=f"rfm_simple.{cell.segment}", customers=cell.customers)
        for cell in rfm.grid
    ]


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else aware(instant)
