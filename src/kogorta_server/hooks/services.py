"""Webhooks are made, told what moved, and taken away."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from urllib.parse import urlsplit

from django.db import transaction

from kogorta.errors import InputError, NotFoundError
from kogorta.readings import Moved, Reading
from kogorta.vocab import Cause, ChangeOp
from kogorta_server import clock
from kogorta_server.accounts.sealing import seal
from kogorta_server.hooks.models import Delivery, Webhook
from kogorta_server.hooks.signing import make_secret

PURPOSE = "webhook"
MOST_PEOPLE = 500
"""So many customers one message tells of at most."""

CAUSES = (Cause.FACTS.value, Cause.TIME.value)
"""Who moved because a definition was edited, or the base measured anew, did nothing himself: nobody is told."""

_TYPES = {ChangeOp.ENTER.value: "segment.entered", ChangeOp.LEAVE.value: "segment.left"}
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook, without its secret.

    Attributes:
        id: Its number.
        url: Where it listens.
        segments: Full ids; none for all.
        is_active: Whether it is told anything.
        created_at: When it was made.
        waiting: How many messages wait for another attempt.
    """

    id: int
    url: str
    segments: tuple[str, ...]
    is_active: bool
    created_at: datetime
    waiting: int


def make(url: str, segments: Sequence[str], reading: Reading | None, created_by: str) -> tuple[Hook, str]:
    """Make a webhook; it is told what moves from the next refresh on.

    Args:
        url: Where it listens: http or https.
        segments: Full ids of those that it wants to hear of; none for all.
        reading: The present one: what it tells of is not told.
        created_by: Who makes it.

    Returns:
        The webhook, and its secret, which cannot be had again.

    Raises:
        InputError: The address is none.
        NotFoundError: There is no such segment.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise InputError("this is no address of a webhook", got=url, expected="https://shop.example/hooks")
    for id_ in segments:
        if reading is not None:
            reading.segment(id_)
    secret = make_secret()
    row = Webhook.objects.create(
        url=url,
        sealed_secret=seal(PURPOSE, secret),
        segments=list(dict.fromkeys(segments)),
        told_run=reading.stamp.run_id if reading else 0,
        created_by=created_by,
        created_at=clock.now(),
    )
    return _hook(row), secret


def every() -> list[Hook]:
    """Return all webhooks that were not taken away."""
    return [_hook(row) for row in Webhook.objects.all()]


def remove(hook_id: int) -> None:
    """Take a webhook away, with what waits for it.

    Raises:
        NotFoundError: There is none of this number.
    """
    deleted, _ = Webhook.objects.filter(pk=hook_id).delete()
    if not deleted:
        raise NotFoundError("there is no such webhook", got=str(hook_id))


def tell(reading: Reading) -> int:
    """Write down what webhooks are to be told of refreshes that they do not know yet; return how many messages."""
    count = 0
    for hook in Webhook.objects.filter(is_active=True, told_run__lt=reading.stamp.run_id):
        moved = reading.moved(hook.told_run, CAUSES, hook.segments)
        rows = [_delivery(hook, body) for body in _messages(moved)]
        with transaction.atomic():
            # whoever else tells the same at this moment finds the mark moved, and writes nothing
            ours = Webhook.objects.filter(pk=hook.pk, told_run=hook.told_run).update(
                told_run=reading.stamp.run_id
            )
            if ours:
                Delivery.objects.bulk_create(rows)
                count += len(rows)
    return count


def _messages(moved: Iterable[Moved]) -> Iterator[str]:
    for (run_id, at, segment, op), people in groupby(
        moved, lambda row: (row.run_id, row.at, row.segment, row.op)
    ):
        while some := list(islice(people, MOST_PEOPLE)):
            yield json.dumps(
                {
                    "type": _TYPES[op],
                    "timestamp": at.replace(tzinfo=UTC).isoformat(),
                    "data": {
                        "segment": segment,
                        "run_id": run_id,
                        "customers": [{"customer_id": row.customer_id, "cause": row.cause} for row in some],
                    },
                },
                ensure_ascii=False,
            )


def _delivery(hook: Webhook, body: str) -> Delivery:
    now = clock.now()
    message_id = f"msg_{secrets.token_hex(_ID_BYTES)}"
    return Delivery(webhook=hook, message_id=message_id, body=body, due_at=now, created_at=now)


def _hook(row: Webhook) -> Hook:
    waiting = row.deliveries.filter(due_at__isnull=False).count()
    return Hook(row.pk, row.url, tuple(row.segments), row.is_active, row.created_at, waiting)
