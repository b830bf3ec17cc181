"""A request that is sent again with the same idempotency key is answered as before and does nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from ninja import Status
from ninja.responses import NinjaJSONEncoder

from kogorta_server import clock
from kogorta_server.api.door import key_of, take_over
from kogorta_server.api.models import KeptAnswer
from kogorta_server.api.problems import answer, problem, speaker

HEADER = "Idempotency-Key"
KEPT = timedelta(days=1)
_GIVEN_UP = timedelta(minutes=5)
"""What is not answered by then never will be: its process is gone."""

LONGEST = 255

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def idempotent(endpoint: Endpoint) -> Endpoint:
    """Have an endpoint honour `Idempotency-Key`.

    The key is free to choose, of at most 255 characters, and counts for a day. Sent again with another body it is refused; while the
    first request is being answered, too. A request that failed is not kept: it may be sent again.
    """

    @wraps(endpoint)
    def guarded(request: HttpRequest, *parts: Any, **more: Any) -> Any:
        chosen = request.headers.get(HEADER, "")
        if not chosen:
            return endpoint(request, *parts, **more)
        if len(chosen) > LONGEST:
            return _refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key")
        held = _hold(request, chosen)
        if isinstance(held, HttpResponse):
            return held
        try:
            result = endpoint(request, *parts, **more)
        except BaseException:
            held.delete()
            raise
        status, content = (
            (result.status_code, result.value) if isinstance(result, Status) else (HTTPStatus.OK, result)
        )
        KeptAnswer.objects.filter(pk=held.pk).update(status=status, body=NinjaJSONEncoder().encode(content))
        return result

    take_over(guarded, endpoint)
    return guarded  # type: ignore[return-value]  # the same, guarded


def forget_old() -> int:
    """Forget answers that were kept long enough; return how many."""
    now = clock.now()
    old = Q(created_at__lt=now - KEPT) | Q(created_at__lt=now - _GIVEN_UP, status=None)
    deleted, _ = KeptAnswer.objects.filter(old).delete()
    return deleted


def _hold(request: HttpRequest, chosen: str) -> KeptAnswer | HttpResponse:
    """Take the key for this request, or answer what it was answered before."""
    digest = sha256(
        b"\n".join([(request.method or "").encode(), request.path.encode(), _body(request)])
    ).hexdigest()
    forget_old()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(
                api_key_id=key_of(request).id, idempotency_key=chosen, digest=digest, created_at=clock.now()
            )
    except IntegrityError:
        kept = KeptAnswer.objects.filter(api_key_id=key_of(request).id, idempotency_key=chosen).first()
    if kept is None or kept.status is None:
        return _refuse(request, HTTPStatus.CONFLICT, "idempotency_running")
    if kept.digest != digest:
        return _refuse(request, HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key")
    return HttpResponse(
        kept.body,
        status=kept.status,
        content_type="application/json; charset=utf-8",
        headers={"Idempotency-Replayed": "true"},
    )


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RawPostDataException:
        # a file went to disk while it came in: its length must do
        return request.headers.get("Content-Length", "").encode()


def _refuse(request: HttpRequest, status: HTTPStatus, code: str) -> HttpResponse:
    t = speaker(request)
    detail = (
        t.gettext("The first request with this idempotency key is still being answered.")
        if status is HTTPStatus.CONFLICT
        else t.gettext("This idempotency key belongs to another request, or is too long.")
    )
    return answer(problem(status, code, detail))
