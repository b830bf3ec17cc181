"""Customers: lists, one of them, his segments and why he is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.params import Path
from pydantic import Field

from kogorta.definitions.sentence import clause
from kogorta.i18n import Lang
from kogorta.membership.explain import Explanation
from kogorta.membership.reasons import Reason
from kogorta.readings import PeopleQuery, Person
from kogorta_server import base
from kogorta_server.accounts.masks import masked
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, UNREADABLE, aware, current
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before, leaf
from kogorta_server.api.problems import Problem, speaker

router = Router(tags=["customers"])

CustomerId = Annotated[
    str, Path(max_length=500, description="As the source gave it; escaped where it has slashes.")
]
MISSING = {HTTPStatus.NOT_FOUND: Problem}
INSTANTS = ("first_order_at", "last_order_at")


class Customer(Schema):
    """A customer with the traits that lists show; amounts are minor units."""

    customer_id: str
    name: str | None
    email: str | None
    phone: str | None
    city: str | None
    orders_count: int
    revenue_total: int | None
    average_order: float | None = Field(description="A mean, so a fraction of minor units may remain.")
    first_order_at: datetime | None
    last_order_at: datetime | None
    rfm_code: str | None
    lifecycle_stage: str | None


class Membership(Schema):
    """A segment that a customer is in."""

    segment: str
    entered_at: datetime


class Condition(Schema):
    """One condition, in words, and whether it holds."""

    says: str
    holds: bool


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
    request: HttpRequest,
    limit: Limit,
    cursor: Cursor,
    search: Annotated[
        str, Query("", max_length=200, description="Part of a name, an id, an e-mail, a telephone.")
    ],
) -> Leaf[Customer]:
    """List customers, page by page. Names and contacts are masked unless the key has the scope `contacts`."""
    reading = current()
    query = PeopleQuery(
        search=search, sort="customer_key", is_descending=False, after=key_before(cursor), limit=limit
    )
    rows = reading.people(query, more=1)
    items, further = leaf(
        [customer_of(request, row) for row in rows], [row.customer_key for row in rows], limit
    )
    return Leaf[Customer](items=items, next=further)


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
