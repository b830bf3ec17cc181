"""Messages are sent: each until its address says that it has it, or three days are over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener  # noqa: TID251  the ban is the library's

from kogorta_server import clock
from kogorta_server.accounts.sealing import unseal
from kogorta_server.hooks.models import Delivery, Webhook
from kogorta_server.hooks.services import PURPOSE
from kogorta_server.hooks.signing import headers

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 60, 300, 1800, 7200, 21600, 36000, 50400, 72000))
"""How long after each attempt that failed the next one is made; after the last nobody tries any more."""

KEPT = timedelta(days=30)
_TIMEOUT = 15.0
_AT_ONCE = 200

logger = logging.getLogger(__name__)


class _NoRedirects(HTTPRedirectHandler):
    """A message goes where its owner said, and nowhere else."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = build_opener(_NoRedirects)


def send_due(check: Callable[[], None] = lambda: None) -> dict[str, int]:
    """Send what is due, the oldest first; one address that fails does not hold up the others.

    Args:
        check: Asked before each message; it raises where the work must stop.

    Returns:
        How many arrived and how many did not.
    """
    counts = {"delivered": 0, "failed": 0}
    stuck: set[int] = set()
    due = Delivery.objects.filter(due_at__lte=clock.now(), webhook__is_active=True).select_related("webhook")
    for delivery in due.order_by("id")[:_AT_ONCE]:
        check()
        if delivery.webhook_id in stuck:
            continue
        status = _send(delivery)
        is_there = status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        _note(delivery, status, clock.now(), is_there=is_there)
        counts["delivered" if is_there else "failed"] += 1
        if not is_there:
            stuck.add(delivery.webhook_id)
    return counts


def forget_old() -> int:
    """Remove messages that are over and old; return how many."""
    deleted, _ = Delivery.objects.filter(due_at=None, created_at__lt=clock.now() - KEPT).delete()
    return deleted


def _send(delivery: Delivery) -> int | None:
    """Send a message; return the status of the answer, None where there was none."""
    hook = delivery.webhook
    signed = headers(unseal(PURPOSE, hook.sealed_secret), delivery.message_id, clock.now(), delivery.body)
    request = Request(  # noqa: S310  the scheme was checked when the webhook was made
        hook.url,
        delivery.body.encode(),
        {**signed, "Content-Type": "application/json", "User-Agent": "Kogorta"},
    )
    try:
        with _OPENER.open(request, timeout=_TIMEOUT) as answer:
            found: int = answer.status
            return found
    except HTTPError as error:
        return error.code
    except (URLError, HTTPException, OSError) as error:
        logger.warning("webhook %s did not answer: %s", hook.pk, type(error).__name__)
        return None


def _note(delivery: Delivery, status: int | None, now: datetime, *, is_there: bool) -> None:
    attempts = delivery.attempts + 1
    if status == HTTPStatus.GONE:
        Webhook.objects.filter(pk=delivery.webhook_id).update(is_active=False)
    again = None if is_there or attempts > len(PAUSES) else now + PAUSES[attempts - 1]
    Delivery.objects.filter(pk=delivery.pk).update(
        attempts=attempts, status=status, due_at=again, delivered_at=now if is_there else None
    )
