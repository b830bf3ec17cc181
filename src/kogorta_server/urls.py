"""All addresses of the service: those of pages, of files that pages are made of, and for machines that watch."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path

import kogorta_server.ui.pages  # noqa: F401  registers the pages
from kogorta_server.api import problems
from kogorta_server.api.app import make
from kogorta_server.operation.probes import PROBES
from kogorta_server.ui.assets import asset
from kogorta_server.ui.page import patterns
from kogorta_server.ui.pages import refusals

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^assets/(?P<name>[0-9a-f]+)\.(?P<kind>css|js)$", asset, name="asset"),
    *PROBES,
    path("api/v1/", make().urls),
    *patterns(),
]


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is nothing here: to programs as a problem, to people as a page."""
    return problems.nothing(request, exception) if _is_program(request) else refusals.not_found(request)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, likewise."""
    return problems.broken(request) if _is_program(request) else refusals.broken(request)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


handler404 = "kogorta_server.urls.not_found"
handler500 = "kogorta_server.urls.broken"
