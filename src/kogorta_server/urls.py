"""All addresses of the service: those of pages, of files that pages are made of, and for machines that watch."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, re_path

import kogorta_server.ui.pages  # noqa: F401  registers the pages
from kogorta_server.operation.probes import PROBES
from kogorta_server.ui.assets import asset
from kogorta_server.ui.page import patterns

urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^assets/(?P<name>[0-9a-f]+)\.(?P<kind>css|js)$", asset, name="asset"),
    *PROBES,
    *patterns(),
]

handler404 = "kogorta_server.ui.pages.refusals.not_found"
handler500 = "kogorta_server.ui.pages.refusals.broken"
