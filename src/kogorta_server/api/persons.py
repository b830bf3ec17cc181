"""One person: his timeline, what is true of him, how he may be reached, who he is, and what an erasure would take."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from kogorta.customers import Moment as Told
from kogorta.customers import MomentKind
from kogorta.identity.preview import MergeSide
from kogorta.identity.rules import Change
from kogorta.report.words import rule_name
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.masks import HIDDEN, masked
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING, UNREADABLE, at, aware, current
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.leafing import Cursor, Leaf, Limit, cursor_after, key_before
from kogorta_server.api.people import CustomerId, Erased, erased
from kogorta_server.api.problems import speaker
from kogorta_server.api.repeating import idempotent
from kogorta_server.customers import queries, services
from kogorta_server.customers.masks import OPEN_ATTRIBUTES, covered

router = Router(tags=["customers"])
ANSWERS = {**ERRORS, **MISSING}

Instant = Annotated[
    str,
    Query("", max_length=40, description="Day or instant, such as 2026-01-31; none for the last refresh."),
]
Values = dict[str, Any]


class Moment(Schema):
    """An entry of a timeline. Amounts are minor units, quantities millionths."""

    kind: MomentKind
    at: datetime = Field(description="Where it stands; a booking where it starts, which may be ahead.")
    id: str
    values: Values
    parts: dict[str, list[Values]] = Field(
        description="Rows that belong to it, such as the lines of an order."
    )


class Timeline(Leaf[Moment]):
    """A page of everything that is known of a customer, newest first."""

    counts: dict[MomentKind, int] = Field(description="How many entries there are of each kind.")


class Profile(Schema):
    """What is true of a customer as of an instant."""

    customer_id: str
    as_of: datetime
    attributes: Values = Field(
        description="What sources say of him; without the scope `contacts`, only what tells nobody apart."
    )
    traits: Values = Field(description="Every trait by name; null where it is missing.")
    segments: dict[str, str | None] = Field(
        description="By scheme, the segment that he is in; null outside its base."
    )


class Contact(Schema):
    """A contact as it stands."""

    kind: str
    value: str = Field(description="Masked without the scope `contacts`.")
    at: datetime | None
    verified_at: datetime | None
    is_main: bool


class Consent(Schema):
    """A consent that was given or taken back; of each channel and purpose the newest holds."""

    channel: str
    purpose: str
    at: datetime
    op: str = Field(description="granted or withdrawn.")
    source: str | None
    evidence: str | None
    text_version: str | None


class Ways(Schema):
    """How a customer may be reached."""

    contacts: list[Contact]
    consents: list[Consent]


class Link(Schema):
    """A statement that two ids are one person; of a split both are the same."""

    a: str
    b: str
    rule: str
    says: str = Field(description="The rule in the language of Accept-Language.")
    evidence: str
    at: datetime
    revoked_at: datetime | None


class Links(Schema):
    """Which ids are one person."""

    customer_ids: list[str]
    devices: int
    links: list[Link]


class Because(Schema):
    """Why, for whoever looks at it later."""

    because: str = Field("", max_length=500)


class OtherId(Because):
    """The other id."""

    other: str = Field(min_length=1, max_length=500)


class Decided(Schema):
    """What a decision wrote; nothing where it was so already. Segments follow with the next refresh."""

    added: int
    revoked: int


class Side(Schema):
    """One of two persons."""

    customer_ids: list[str]
    devices: int
    names: list[str]
    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None


class Merge(Schema):
    """Two persons side by side, before they are linked."""

    is_one: bool
    a: Side
    b: Side


@router.get(
    "customers/{path:customer_id}/timeline",
    response={200: Timeline, **ANSWERS},
    operation_id="timeline",
    auth=ByKey(Right.PEOPLE),
)
def timeline(
    request: HttpRequest,
    customer_id: CustomerId,
    kind: Annotated[
        list[MomentKind], Query(default_factory=list, max_length=30, description="None for all.")
    ],
    limit: Limit,
    cursor: Cursor,
) -> Timeline:
    """Tell everything that a customer did and that was done with him, newest first."""
    offset = max(key_before(cursor) or 0, 0)
    found = queries.timeline(customer_id, kind, offset=offset, limit=limit)
    is_whole = key_of(request).may(Right.CONTACTS)
    end = offset + len(found.moments)
    return Timeline(
        items=[_moment(item, is_whole=is_whole) for item in found.moments],
        next=cursor_after(end) if end < found.total else None,
        counts=dict(found.counts),
    )


@router.get(
    "customers/{path:customer_id}/profile",
    response={200: Profile, **ANSWERS, **UNREADABLE},
    operation_id="profile",
    auth=ByKey(Right.PEOPLE),
)
def profile(request: HttpRequest, customer_id: CustomerId, as_of: Instant) -> Profile:
    """Tell what is true of a customer: attributes, all traits, segments; as of the last refresh or of another instant."""
    found = queries.profile(customer_id, current().stamp, as_of)
    is_whole = key_of(request).may(Right.CONTACTS)
    return Profile(
        customer_id=customer_id,
        as_of=aware(found.as_of),
        attributes={
            name: _attribute(name, value, is_whole=is_whole) for name, value in found.attributes.items()
        },
        traits={name: _plain(value) for name, value in found.traits.items()},
        segments=dict(found.segments),
    )


@router.get(
    "customers/{path:customer_id}/ways",
    response={200: Ways, **ANSWERS},
    operation_id="ways",
    auth=ByKey(Right.PEOPLE),
)
def ways(request: HttpRequest, customer_id: CustomerId) -> Ways:
    """Tell how a customer may be reached: contacts, and consents with their history."""
    found = queries.ways(customer_id)
    is_whole = key_of(request).may(Right.CONTACTS)
    return Ways(
        contacts=[
            Contact(
                kind=item.kind,
                value=item.value if is_whole else masked(item.kind, item.value),
                at=at(item.at),
                verified_at=at(item.verified_at),
                is_main=item.is_main,
            )
            for item in found.contacts
        ],
        consents=[
            Consent(
                channel=item.channel,
                purpose=item.purpose,
                at=aware(item.at),
                op=item.op,
                source=item.source,
                evidence=item.evidence if is_whole or not item.evidence else HIDDEN,
                text_version=item.text_version,
            )
            for item in found.consents
        ],
    )


@router.get(
    "customers/{path:customer_id}/links",
    response={200: Links, **ANSWERS},
    operation_id="links",
    auth=ByKey(Right.PEOPLE),
)
def links(request: HttpRequest, customer_id: CustomerId) -> Links:
    """Tell which ids are one person with a customer, and what joined them, also what was taken back."""
    found, t = queries.links(customer_id), speaker(request)
    is_whole = key_of(request).may(Right.CONTACTS)
    return Links(
        customer_ids=list(found.customer_ids),
        devices=found.devices,
        links=[
            Link(
                a=item.a,
                b=item.b,
                rule=item.rule,
                says=rule_name(t, item.rule),
                evidence=item.evidence if is_whole or not item.evidence else HIDDEN,
                at=aware(item.at),
                revoked_at=at(item.revoked_at),
            )
            for item in found.links
        ],
    )


@router.get(
    "customers/{path:customer_id}/merge",
    response={200: Merge, **ANSWERS},
    operation_id="preview_link",
    auth=ByKey(Right.PEOPLE),
)
def preview(
    request: HttpRequest,
    customer_id: CustomerId,
    other: Annotated[str, Query(min_length=1, max_length=500, description="The other id.")],
) -> Merge:
    """Show whom a link would join."""
    found = base.workspace().preview_merge(customer_id, other)
    is_whole = key_of(request).may(Right.CONTACTS)
    return Merge(
        is_one=found.is_one, a=_side(found.a, is_whole=is_whole), b=_side(found.b, is_whole=is_whole)
    )


DECISION: dict[str, Any] = {"response": {200: Decided, **ANSWERS, **CONFLICT}, "auth": ByKey(Right.IMPORT)}


@router.post("customers/{path:customer_id}/link", operation_id="link", **DECISION)
@idempotent
def link(request: HttpRequest, customer_id: CustomerId, body: OtherId) -> Decided:
    """Say that two ids are one person, whatever the rules say."""
    return _decided(request, "linked", customer_id, base.workspace().link, body.other, because=body.because)


@router.post("customers/{path:customer_id}/unlink", operation_id="unlink", **DECISION)
@idempotent
def unlink(request: HttpRequest, customer_id: CustomerId, body: OtherId) -> Decided:
    """Take back what `link` said; links by rule stay."""
    return _decided(
        request, "unlinked", customer_id, base.workspace().unlink, body.other, because=body.because
    )


@router.post("customers/{path:customer_id}/split", operation_id="split", **DECISION)
@idempotent
def split(request: HttpRequest, customer_id: CustomerId, body: Because) -> Decided:
    """Take an id out of its person: no rule joins it until `unsplit`; links by hand stay."""
    return _decided(request, "split", customer_id, base.workspace().split, because=body.because)


@router.post("customers/{path:customer_id}/unsplit", operation_id="unsplit", **DECISION)
@idempotent
def unsplit(request: HttpRequest, customer_id: CustomerId, body: Because) -> Decided:
    """Take back a split: the rules speak again."""
    return _decided(request, "unsplit", customer_id, base.workspace().unsplit, because=body.because)


@router.get(
    "customers/{path:customer_id}/erasure",
    response={200: Erased, **ANSWERS},
    operation_id="preview_erasure",
    auth=ByKey(Right.ERASE),
)
def erasure(request: HttpRequest, customer_id: CustomerId) -> Erased:
    """Say whom an erasure would take, and how much with him; nothing is changed."""
    return erased(services.preview_erasure(customer_id))


def _decided(
    request: HttpRequest,
    what: str,
    customer_id: str,
    decide: Callable[..., Change],
    *others: str,
    because: str,
) -> Decided:
    found = decide(customer_id, *others, because=because)
    record(request, f"customer.{what}", customer_id, others=list(others))
    return Decided(added=found.added, revoked=found.revoked)


def _side(side: MergeSide, *, is_whole: bool) -> Side:
    return Side(
        customer_ids=list(side.customer_ids),
        devices=side.devices,
        names=[name if is_whole else masked("name", name) for name in side.names],
        orders=side.orders,
        first_order_at=at(side.first_order_at),
        last_order_at=at(side.last_order_at),
    )


def _attribute(name: str, value: Any, *, is_whole: bool) -> Any:
    if is_whole or name in OPEN_ATTRIBUTES:
        return _plain(value)
    return masked("name", value) if name == "name" and value else HIDDEN


def _moment(item: Told, *, is_whole: bool) -> Moment:
    told = item if is_whole else covered(item)
    return Moment(
        kind=told.kind,
        at=aware(told.at),
        id=told.id,
        values=_row(told.values),
        parts={name: [_row(row) for row in rows] for name, rows in told.parts.items()},
    )


def _row(row: Any) -> Values:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """Return a stored value as JSON has it: an instant with its zone."""
    if isinstance(value, datetime):
        return aware(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return list(value) if isinstance(value, tuple) else value
