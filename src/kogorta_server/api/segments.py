"""Segments and schemes: what there is, who is in it, what a definition would take."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema, Status
from ninja.params import Path
from pydantic import Field

from kogorta.readings import Listed, PeopleQuery
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api import arrow
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING, UNREADABLE, Words, at, aware, current, words
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before, leaf
from kogorta_server.api.people import Customer, customer_of
from kogorta_server.api.repeating import idempotent
from kogorta_server.segments import services
from kogorta_server.segments.queries import MOST_TEXT, given

router = Router(tags=["segments"])

SegmentId = Annotated[
    str, Path(max_length=200, description="Such as rfm_simple.champions, or the id of a free segment.")
]


class Segment(Schema):
    """A segment and its size."""

    id: str
    scheme: str
    name: Words
    meaning: Words
    is_own: bool = Field(description="Whether people defined it.")
    is_free: bool = Field(description="Whether it stands outside schemes and may share people with others.")
    customers: int
    customers_week_before: int | None


class Member(Customer):
    """Somebody who is in a segment."""

    entered_at: datetime | None = Field(description="Since when the log has him there.")


class DefinitionIn(Schema):
    """A definition of a segment or a scheme."""

    definition: str = Field(
        description="YAML or JSON in the language of segments.", min_length=1, max_length=MOST_TEXT
    )


class DefinitionSaved(DefinitionIn):
    """A definition, and the versions from which whoever wrote it began."""

    based_on: dict[str, int] | None = Field(
        None,
        description="By id, the version that was changed; 0 of a new one. Where somebody else has saved another meanwhile, nothing is "
        "written and the answer is 409. Left out, whatever stands is overwritten.",
    )


class SegmentSize(Schema):
    """How many people a definition takes."""

    id: str
    customers: int
    of: int = Field(description="Of how many.")
    at_least: int | None = Field(default=None, description="With 95 %; only of an estimate.")
    at_most: int | None = Field(default=None, description="With 95 %; only of an estimate.")


class Sizes(Schema):
    """What a definition would take; nothing is saved."""

    as_of: datetime
    is_exact: bool
    segments: list[SegmentSize]


class Registered(Schema):
    """A version of a definition that was written."""

    id: str
    version: int
    fingerprint: str


@router.get(
    "segments",
    response={200: list[Segment], **ERRORS, **UNREADABLE},
    operation_id="list_segments",
    auth=ByKey(Right.SEE),
)
def every(request: HttpRequest) -> list[Segment]:
    """List all segments with their sizes, ready ones and those that people defined."""
    return [_segment(item) for item in current().segments.values()]


@router.get(
    "segments/{segment_id}",
    response={200: Segment, **ERRORS, **UNREADABLE, **MISSING},
    operation_id="segment",
    auth=ByKey(Right.SEE),
)
def one(request: HttpRequest, segment_id: SegmentId) -> Segment:
    """Show one segment."""
    return _segment(current().segment(segment_id))


@router.get(
    "segments/{segment_id}/members",
    response={200: Leaf[Member], **ERRORS, **UNREADABLE, **MISSING},
    operation_id="members",
    auth=ByKey(Right.PEOPLE),
)
def members(
    request: HttpRequest, segment_id: SegmentId, limit: Limit, cursor: Cursor
) -> Leaf[Member] | StreamingHttpResponse:
    """List who is in a segment. Names and contacts are masked unless the key has the scope `contacts`.

    As Arrow the whole list comes at once; that takes the scope `export`.
    """
    reading = current()
    query = PeopleQuery(
        segments=(reading.segment(segment_id).id,),
        sort="customer_key",
        is_descending=False,
        after=key_before(cursor),
        limit=limit,
    )
    if arrow.is_wanted(request):
        return arrow.people(request, reading, query)
    rows = reading.people(query, more=1)
    found = [Member(**customer_of(request, row).model_dump(), entered_at=at(row.entered_at)) for row in rows]
    items, further = leaf(found, [row.customer_key for row in rows], limit)
    return Leaf[Member](items=items, next=further)


@router.post("size", response={200: Sizes, **ERRORS}, operation_id="size", auth=ByKey(Right.SEE))
def size(request: HttpRequest, body: DefinitionIn) -> Sizes:
    """Count exactly how many people a definition takes; nothing is saved."""
    found = base.workspace().size(given(body.definition))
    rows = [SegmentSize(id=item.id, customers=item.people, of=item.base) for item in found.segments]
    return Sizes(as_of=aware(found.as_of), is_exact=True, segments=rows)


@router.post("estimate", response={200: Sizes, **ERRORS}, operation_id="estimate", auth=ByKey(Right.SEE))
def estimate(request: HttpRequest, body: DefinitionIn) -> Sizes:
    """Tell about how many people a definition takes, at once, with the interval that the count lies in; nothing is saved."""
    found = base.workspace().estimate(given(body.definition))
    rows = [
        SegmentSize(
            id=item.id, customers=item.people, of=found.customers, at_least=item.low, at_most=item.high
        )
        for item in found.segments
    ]
    return Sizes(as_of=aware(found.as_of), is_exact=found.is_exact, segments=rows)


@router.post(
    "segments",
    response={201: list[Registered], **ERRORS, **CONFLICT},
    operation_id="define",
    auth=ByKey(Right.SEGMENTS),
)
@idempotent
def define(request: HttpRequest, body: DefinitionSaved) -> Status[list[Registered]]:
    """Save a definition: a new one, or the next version. A refresh begins, which tells whom it takes.

    The list is empty where nothing changed.
    """
    saved = services.save(body.definition, key_of(request).name, body.based_on)
    for id_ in saved.ids:
        record(request, "segment.saved", id_)
    return Status(
        HTTPStatus.CREATED,
        [
            Registered(id=item.definition, version=item.number, fingerprint=item.fingerprint)
            for item in saved.changed
        ],
    )


@router.delete(
    "segments/{segment_id}",
    response={204: None, **ERRORS, **MISSING, **CONFLICT},
    operation_id="undefine",
    auth=ByKey(Right.SEGMENTS),
)
def undefine(
    request: HttpRequest,
    segment_id: SegmentId,
    based_on: Annotated[
        int | None,
        Query(None, ge=0, le=2**31, description="The version that was looked at; none for whatever stands."),
    ],
) -> Status[None]:
    """Take a definition away; its history stays. One that others name is refused."""
    services.remove(segment_id, key_of(request).name, based_on)
    record(request, "segment.removed", segment_id)
    return Status(HTTPStatus.NO_CONTENT, None)


def _segment(item: Listed) -> Segment:
    return Segment(
        id=item.id,
        scheme=item.scheme,
        name=words(item.name),
        meaning=words(item.meaning),
        is_own=item.is_own,
        is_free=item.is_free,
        customers=item.people,
        customers_week_before=item.before,
    )
