"""Which language a request is answered in."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from kogorta.i18n import Lang
from kogorta_server.accounts.language import asked_language
from kogorta_server.accounts.models import User

COOKIE = "kogorta_language"


def language_of(request: HttpRequest) -> Lang:
    """Return the language of a person: what he chose, what he chose before he logged in, what his browser asks for."""
    user = getattr(request, "user", None)
    if isinstance(user, User):
        return "ru" if user.language == "ru" else "en"
    chosen = request.COOKIES.get(COOKIE)
    if chosen in {"ru", "en"}:
        return "ru" if chosen == "ru" else "en"
    return asked_language(request)


class LanguageMiddleware:
    """Has Django's own sentences, of forms for instance, said in the language of the person, too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request in its language."""
        with translation.override(language_of(request)):
            response = self._answer(request)
        response.headers.setdefault("Content-Language", language_of(request))
        return response
