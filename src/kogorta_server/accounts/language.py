"""Which language somebody asks for whom we do not know."""

from __future__ import annotations

from django.http import HttpRequest

from kogorta.i18n import Lang


def asked_language(request: HttpRequest) -> Lang:
    """Return the language that a browser or a program asks for; English unless it is Russian."""
    return "ru" if request.headers.get("Accept-Language", "").lower().startswith("ru") else "en"
