"""Errors as programs read them: RFC 9457, with what was given, what was expected and how to mend it."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from pydantic import Field

from kogorta.errors import (
    DriftError,
    HistoryError,
    InputError,
    KogortaError,
    NotFoundError,
    ProblemsError,
    WorkspaceBusyError,
)
from kogorta.i18n import Translator, translator
from kogorta.message import Sentence
from kogorta_server.accounts.language import asked_language

MEDIA = "application/problem+json"

logger = logging.getLogger(__name__)


class Problem(Schema):
    """What is wrong with a request."""

    type: str = Field(
        default="about:blank", description="Always about:blank: `code` tells kinds of problems apart."
    )
    title: str = Field(description="The status in words.")
    status: int = Field(description="The status of the answer.")
    code: str = Field(description="A stable word for the kind of problem, such as `not_found`.")
    detail: str = Field(description="What is wrong, in the language of Accept-Language.")
    got: str | None = Field(default=None, description="What was given.")
    expected: str | None = Field(default=None, description="What would have been accepted.")
    hint: str | None = Field(default=None, description="How to mend it.")
    path: str | None = Field(default=None, description="Where in the request or the document it stands.")
    problems: list[Problem] = Field(
        default_factory=list, description="Where several are found at once, each of them."
    )


_STATUS: tuple[tuple[type[KogortaError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (DriftError, HTTPStatus.CONFLICT),
    (HistoryError, HTTPStatus.CONFLICT),
    (WorkspaceBusyError, HTTPStatus.CONFLICT),
    (ProblemsError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (InputError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


class ScopeError(KogortaError):
    """A key does not allow what was asked."""

    code = "scope"


def install(api: NinjaAPI) -> None:
    """Have an API answer every error as a problem."""
    api.exception_handler(ScopeError)(_refused_scope)
    api.exception_handler(KogortaError)(_refused)
    api.exception_handler(ValidationError)(_invalid)
    api.exception_handler(AuthenticationError)(_unknown)
    api.exception_handler(Throttled)(_throttled)
    api.exception_handler(HttpError)(_http)
    api.exception_handler(Http404)(nothing)
    api.exception_handler(Exception)(broken)


def answer(problem: Problem, **headers: str) -> HttpResponse:
    """Answer with a problem."""
    body = problem.model_dump(exclude_none=True)
    if not problem.problems:
        del body["problems"]
    return JsonResponse(body, status=problem.status, content_type=MEDIA, headers=headers)


def problem(status: HTTPStatus, code: str, detail: str, **more: Any) -> Problem:
    """Make a problem."""
    return Problem(title=status.phrase, status=status, code=code, detail=detail, **more)


def speaker(request: HttpRequest) -> Translator:
    """Return who speaks the language that a program asks for."""
    return translator(asked_language(request))


def told(error: KogortaError, status: HTTPStatus, t: Translator) -> Problem:
    """Return an error that is meant for people as a problem."""

    def say(sentence: Sentence | None) -> str | None:
        return None if sentence is None else t.say(sentence)

    parts = error.problems if isinstance(error, ProblemsError) else ()
    return problem(
        status,
        error.code,
        t.say(error.message),
        got=None if error.got is None else str(error.got),
        expected=say(error.expected),
        hint=say(error.hint),
        path=error.path,
        problems=[told(part, status, t) for part in parts],
    )


def wrong(error: KogortaError, t: Translator) -> Problem:
    """Return an error as the problem that it would be answered with."""
    status = next(
        (status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.UNPROCESSABLE_ENTITY
    )
    return told(error, status, t)


def _refused(request: HttpRequest, error: KogortaError) -> HttpResponse:
    return answer(wrong(error, speaker(request)))


def _refused_scope(request: HttpRequest, error: ScopeError) -> HttpResponse:
    return answer(told(error, HTTPStatus.FORBIDDEN, speaker(request)))


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    t = speaker(request)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    parts = [
        problem(status, str(item["type"]), str(item["msg"]), path=".".join(str(part) for part in item["loc"]))
        for item in error.errors
    ]
    return answer(
        problem(status, "invalid", t.gettext("The request is not as it should be."), problems=parts)
    )


def _unknown(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    detail = speaker(request).gettext("Show a key: Authorization: Bearer kgr_…")
    found = problem(HTTPStatus.UNAUTHORIZED, "no_key", detail)
    return answer(found, **{"WWW-Authenticate": 'Bearer realm="Kogorta"'})


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    detail = speaker(request).gettext("Too many requests. Wait as long as Retry-After says.")
    return answer(
        problem(HTTPStatus.TOO_MANY_REQUESTS, "too_many", detail),
        **{"Retry-After": str(int(error.wait or 1) + 1)},
    )


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    return answer(problem(HTTPStatus(error.status_code), "request", str(error)))


def nothing(request: HttpRequest, _error: Exception) -> HttpResponse:
    """Say that there is nothing of this address."""
    return answer(
        problem(HTTPStatus.NOT_FOUND, "not_found", speaker(request).gettext("There is nothing here."))
    )


def broken(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """Say that the fault is ours."""
    if error is not None:
        logger.error("a request to the API broke", exc_info=error)
    detail = speaker(request).gettext("The fault is ours and was written to the log. Try again in a minute.")
    return answer(problem(HTTPStatus.INTERNAL_SERVER_ERROR, "broken", detail))
