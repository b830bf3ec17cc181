"""Webhooks: who wants to be told who came into segments and who left."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.problems import Problem
from kogorta_server.hooks import services
from kogorta_server.hooks.services import Hook

router = Router(tags=["webhooks"])


class WebhookIn(Schema):
    """Where to tell, and of what."""

    url: str = Field(max_length=500, description="http or https; redirects are not followed.")
    segments: list[str] = Field(default_factory=list, max_length=500, description="Full ids; none for all.")


class Webhook(Schema):
    """A webhook."""

    id: int
    url: str
    segments: list[str]
    is_active: bool = Field(description="Off once the address has said 410 Gone.")
    waiting: int = Field(description="Messages that wait for another attempt.")
    created_at: datetime


class WebhookMade(Webhook):
    """A webhook, and what proves that a message is ours; it is told once."""

    secret: str = Field(description="As Standard Webhooks have it: whsec_ and base64.")


@router.get(
    "webhooks",
    response={200: list[Webhook], **ERRORS},
    operation_id="list_webhooks",
    auth=ByKey(Right.SETTINGS),
)
def every(request: HttpRequest) -> list[Webhook]:
    """List webhooks."""
    return [Webhook(**_fields(hook)) for hook in services.every()]


@router.post(
    "webhooks",
    response={201: WebhookMade, **ERRORS, **MISSING, HTTPStatus.CONFLICT: Problem},
    operation_id="make_webhook",
    auth=ByKey(Right.SETTINGS),
)
def make(request: HttpRequest, body: WebhookIn) -> Status[WebhookMade]:
    """Have an address told who comes into segments and who leaves, from the next refresh on.

    Messages are those of Standard Webhooks: `segment.entered` and `segment.left`, signed, with a `webhook-id` that stays the same when one is sent
    again. What an edit of a definition moves is not told.
    """
    hook, secret = services.make(body.url, body.segments, base.reading(), key_of(request).name)
    record(request, "webhook.made", str(hook.id))
    return Status(HTTPStatus.CREATED, WebhookMade(**_fields(hook), secret=secret))


@router.delete(
    "webhooks/{int:hook_id}",
    response={204: None, **ERRORS, **MISSING},
    operation_id="remove_webhook",
    auth=ByKey(Right.SETTINGS),
)
def remove(request: HttpRequest, hook_id: int) -> Status[None]:
    """Take a webhook away, with what waits for it."""
    services.remove(hook_id)
    record(request, "webhook.removed", str(hook_id))
    return Status(HTTPStatus.NO_CONTENT, None)


def _fields(hook: Hook) -> dict[str, Any]:
    return {
        "id": hook.id,
        "url": hook.url,
        "segments": list(hook.segments),
        "is_active": hook.is_active,
        "waiting": hook.waiting,
        "created_at": hook.created_at,
    }
