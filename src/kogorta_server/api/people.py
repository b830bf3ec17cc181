"""Customers: lists, one of them, his segments and why he is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from ninja.params import Path
from pydantic import Field

from kogorta.definitions.sentence import clause
from kogorta.i18n import Lang
from kogorta.identity.erase import Erasure
from kogorta.membership.explain import Explanation
from kogorta.membership.reasons import Reason
from kogorta.readings import PeopleQuery, Person, Reading
from kogorta_server import base
from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.api import arrow
from kogorta_server.api.base import ERRORS, MISSING, UNREADABLE, aware, current
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.filters import Filters
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before, leaf
from kogorta_server.api.problems import speaker
from kogorta_server.jobs import erasing

router = Router(tags=["customers"])

CustomerId = Annotated[
    str, Path(max_length=500, description="As the source gave it; escaped where it has slashes.")
]
INSTANTS = ("first_order_at", "last_order_at")


class Customer(Schema):
    """A customer with the traits that lists show; amounts are minor units."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None
    city: str | None
    orders_count: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    revenue_total: int | None
    average_order: float | None = Field(description="A mean, so a fraction of minor units may remain.")
    recency_days: int | None = Field(description="Whole days since the last order.")
    frequency_count: int | None = Field(description="Orders within the window of RFM.")
    monetary_amount: int | None = Field(description="Revenue, or margin, within the window of RFM.")
    rfm_r: int | None
    rfm_f: int | None
    rfm_m: int | None
    rfm_code: str | None
    main_category: str | None
    rhythm_days: float | None = Field(description="How often he usually comes.")
    lifecycle_stage: str | None


class Membership(Schema):
    """A segment that a customer is in."""

    segment: str
    entered_at: datetime


class Condition(Schema):
    """One condition, in words, and whether it holds."""

    says: str
    holds: bool


class Erased(Schema):
    """Whom an erasure takes, and how much with him."""

    customer_ids: list[str]
    devices: int = Field(description="Browsers and devices.")
    orders: int
    events: int
    contacts: int
    deleted: dict[str, int] = Field(description="Rows that are deleted, by table.")
    kept: dict[str, int] = Field(description="Rows that stay as nobody's, by table.")
    quarantined: int = Field(description="Refused rows that hold his ids or contacts.")


class Why(Schema):
    """Why a customer is in a segment or not, and what would change it."""

    customer_id: str
    segment: str
    is_member: bool
    actual: str | None = Field(description="The segment of the same scheme that he is in.")
    as_of: datetime
    known_seq: int
    conditions: list[Condition]
    turns_at: datetime | None = Field(description="When time alone will change it.")


@router.get(
    "customers",
    response={200: Leaf[Customer], **ERRORS, **UNREADABLE},
    operation_id="list_customers",
    auth=ByKey(Right.PEOPLE),
)
def every(
    request: HttpRequest, filters: Query[Filters], limit: Limit, cursor: Cursor
) -> Leaf[Customer] | StreamingHttpResponse:
    """List customers: all, or those whom filters choose. Names and contacts are masked unless the key has the scope `contacts`.

    As Arrow the whole list comes at once; that takes the scope `export`.
    """
    query = filters.query(request, after=key_before(cursor), limit=limit)
    return listed(request, current(), query)


@router.get(
    "customers/{path:customer_id}/segments",
    response={200: list[Membership], **ERRORS, **UNREADABLE, **MISSING},
    operation_id="customer_segments",
    auth=ByKey(Right.PEOPLE),
)
def segments(request: HttpRequest, customer_id: CustomerId) -> list[Membership]:
    """List the segments of a customer, and since when he has been in each."""
    reading = current()
    found = reading.segments_of(reading.person(customer_id).customer_key)
    return [Membership(segment=id_, entered_at=aware(at)) for id_, at in found.items()]


@router.get(
    "customers/{path:customer_id}/why/{segment_id}",
    response={200: Why, **ERRORS, **UNREADABLE, **MISSING},
    operation_id="why",
    auth=ByKey(Right.PEOPLE),
)
def why(request: HttpRequest, customer_id: CustomerId, segment_id: str) -> Why:
    """Say why a customer is in a segment or is not, and when time alone will change it."""
    reading = current()
    t = speaker(request)
    found = base.workspace().explain(segment_id, customer_id, reading.stamp.as_of, reading.stamp.known_seq)
    if isinstance(found, Explanation):
        conditions = [Condition(says=t.say(check.says), holds=check.holds) for check in found.checks]
        turns = next((move.at for move in found.moves if move.kind == "time"), None)
    else:
        conditions = list(_conditions(found.root, t.lang))
        turns = found.turns_at
    return Why(
        customer_id=customer_id,
        segment=segment_id,
        is_member=found.is_member,
        actual=found.actual,
        as_of=aware(found.as_of),
        known_seq=found.known_seq,
        conditions=conditions,
        turns_at=aware(turns) if turns else None,
    )


@router.get(
    "customers/{path:customer_id}",
    response={200: Customer, **ERRORS, **UNREADABLE, **MISSING},
    operation_id="customer",
    auth=ByKey(Right.PEOPLE),
)
def one(request: HttpRequest, customer_id: CustomerId) -> Customer:
    """Show one customer."""
    return customer_of(request, current().person(customer_id))


@router.delete(
    "customers/{path:customer_id}",
    response={200: Erased, **ERRORS, **MISSING},
    operation_id="erase_customer",
    auth=ByKey(Right.ERASE),
)
def erase(request: HttpRequest, customer_id: CustomerId) -> Erased:
    """Erase a person with all of his ids, for ever; `/customers/{id}/erasure` tells before what goes.

    Once this answers, nothing tells of him any more. Sizes of segments follow with the next refresh.
    """
    return erased(erasing.erase(request, customer_id))


def erased(found: Erasure) -> Erased:
    """Return what an erasure takes, or took."""
    return Erased(
        customer_ids=list(found.customer_ids),
        devices=found.devices,
        orders=found.orders,
        events=found.events,
        contacts=found.contacts,
        deleted=dict(found.deleted),
        kept=dict(found.kept),
        quarantined=found.quarantined,
    )


def listed(
    request: HttpRequest, reading: Reading, query: PeopleQuery
) -> Leaf[Customer] | StreamingHttpResponse:
    """Return a page of customers; as Arrow, all of them."""
    if arrow.is_wanted(request):
        return arrow.people(request, reading, query)
    rows = reading.people(query, more=1)
    items, further = leaf(
        [customer_of(request, row) for row in rows], [row.customer_key for row in rows], query.limit
    )
    return Leaf[Customer](items=items, next=further)


def customer_of(request: HttpRequest, row: Person) -> Customer:
    """Return a row of a reading as the key of a request may see it."""
    values: dict[str, Any] = {name: row.values.get(name) for name in Customer.model_fields}
    for name in INSTANTS:
        values[name] = aware(values[name]) if values[name] else None
    if not key_of(request).may(Right.CONTACTS):
        for kind in ("name", "email", "phone"):
            values[kind] = masked(kind, values[kind]) if values[kind] else None
    values["rfm_code"] = None if values["rfm_code"] is None else str(values["rfm_code"])
    return Customer(**values)


def _conditions(root: Reason, lang: Lang) -> Iterator[Condition]:
    """Return the conditions of a tree that are not made of others, in the order in which they stand."""
    workspace = base.workspace()
    with workspace.view() as view:
        catalogue = view.catalogue
    waiting = [root]
    while waiting:
        reason = waiting.pop()
        waiting += reversed(reason.parts)
        if not reason.parts:
            yield Condition(says=clause(reason.node, lang, catalogue), holds=reason.holds)
