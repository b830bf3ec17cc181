"""Every request: its number, how long it took, what became of it."""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections.abc import Callable
from time import perf_counter

from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponseBase

from kogorta_server.accounts.models import User
from kogorta_server.logs import REQUEST
from kogorta_server.operation.metrics import observe

_HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_QUIET = {"health_live", "health_ready", "metrics", "asset"}
"""Asked so often that a line for each would hide the others."""

_log = logging.getLogger("kogorta.requests")


class WatchingMiddleware:
    """Gives each request an id, measures it, and writes it down: by the name of its page, never by its address."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request."""
        number = _number(request)
        mark = REQUEST.set(number)
        started = perf_counter()
        try:
            response = self._answer(request)
            response[_HEADER] = number
            _write(request, response, perf_counter() - started)
            return response
        finally:
            REQUEST.reset(mark)


def _number(request: HttpRequest) -> str:
    """Return the id that a proxy gave, or a new one."""
    given = request.headers.get(_HEADER, "")
    return given if _ID.fullmatch(given) else secrets.token_hex(8)


def _write(request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
    page = (request.resolver_match.view_name if request.resolver_match else "") or "unknown"
    observe(page, request.method or "", response.status_code, seconds)
    # whoever was not looked up for the answer is not looked up for the log
    user = getattr(request, "_cached_user", None)
    fields = {
        "method": request.method,
        "page": page,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "user": user.pk if isinstance(user, User) else None,
    }
    level = logging.DEBUG if page in _QUIET and response.status_code < 500 else logging.INFO
    _log.log(level, "request", extra={"fields": fields})


def _broken(**_: object) -> None:
    _log.error("request failed", exc_info=sys.exc_info())


got_request_exception.connect(_broken, dispatch_uid="kogorta.watching")
