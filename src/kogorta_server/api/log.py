"""The audit log: who did what."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from kogorta_server.accounts import audit
from kogorta_server.accounts.audit import AuditQuery
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS
from kogorta_server.api.door import ByKey
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before, leaf

router = Router(tags=["audit"])

Instant = Annotated[AwareDatetime | None, Query(None)]


class Entry(Schema):
    """Something that somebody did."""

    at: datetime
    who: str = Field(description="His address as it was then, or the name of a key; empty for a stranger.")
    action: str = Field(description="Such as segment.saved.")
    target: str
    details: dict[str, Any]
    address: str | None = Field(description="From where.")


@router.get("audit", response={200: Leaf[Entry], **ERRORS}, operation_id="audit", auth=ByKey(Right.USERS))
def entries(
    request: HttpRequest,
    limit: Limit,
    cursor: Cursor,
    since: Instant,
    until: Instant,
    who: Annotated[str, Query("", max_length=254)],
    action: Annotated[str, Query("", max_length=60, description="Such as segment.saved.")],
) -> Leaf[Entry]:
    """List who did what, the latest first."""
    query = AuditQuery(who, action, since, until, before=key_before(cursor))
    rows = audit.entries(query, 0, limit + 1)
    found = [
        Entry(
            at=row.at,
            who=row.who,
            action=row.action,
            target=row.target,
            details=row.details,
            address=row.address,
        )
        for row in rows
    ]
    items, further = leaf(found, [row.id for row in rows], limit)
    return Leaf[Entry](items=items, next=further)
