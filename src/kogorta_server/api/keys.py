"""Keys of programs: listed, made, taken back. A key makes none that may more than itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from kogorta_server.accounts import keys as books
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.keys import Key as Held
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING
from kogorta_server.api.door import ByKey, need

router = Router(tags=["keys"])


class Key(Schema):
    """A key, without its secret."""

    id: int
    name: str
    prefix: str
    scopes: list[Right]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyIn(Schema):
    """A key to be made."""

    name: str = Field(min_length=1, max_length=100, description="What it is for.")
    scopes: list[Right] = Field(min_length=1, description="What it allows; at most what the asking key does.")
    expires_at: AwareDatetime | None = Field(None, description="From when on it opens nothing; none never.")


class KeyMade(Key):
    """A key, and its secret, which is told once."""

    secret: str


@router.get("keys", response={200: list[Key], **ERRORS}, operation_id="list_keys", auth=ByKey(Right.USERS))
def every(request: HttpRequest) -> list[Key]:
    """List all keys, the newest first."""
    return [Key(**_fields(item)) for item in books.every()]


@router.post("keys", response={201: KeyMade, **ERRORS}, operation_id="make_key", auth=ByKey(Right.USERS))
def make(request: HttpRequest, body: KeyIn) -> Status[KeyMade]:
    """Make a key. It is not answered again to an idempotency key: secrets are not kept."""
    for right in sorted(set(body.scopes)):
        need(request, right)
    key, secret = books.make(None, body.name, body.scopes, body.expires_at)
    record(request, "key.made", key.prefix, scopes=sorted(key.scopes))
    return Status(HTTPStatus.CREATED, KeyMade(**_fields(key), secret=secret))


@router.delete(
    "keys/{int:key_id}",
    response={204: None, **ERRORS, **MISSING},
    operation_id="revoke_key",
    auth=ByKey(Right.USERS),
)
def revoke(request: HttpRequest, key_id: int) -> Status[None]:
    """Take a key back for good."""
    for right in sorted(books.one(key_id).scopes):
        need(request, right)
    key = books.revoke(key_id)
    record(request, "key.revoked", key.prefix)
    return Status(HTTPStatus.NO_CONTENT, None)


def _fields(key: Held) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "prefix": key.prefix,
        "scopes": sorted(key.scopes),
        "created_by": key.created_by,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    }
