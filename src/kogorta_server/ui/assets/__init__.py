"""The style and the script of all pages: each one file, named by its content, so that browsers may keep it for ever."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from importlib import resources

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kogorta import look

_DIGITS = 12
_YEAR = 365 * 24 * 3600


@lru_cache(maxsize=1)
def style() -> bytes:
    """Return the style sheet: that of the report, the frame of pages, then what single pages need."""
    return (look.stylesheet() + _own("css")).encode()


@lru_cache(maxsize=1)
def script() -> bytes:
    """Return the script: htmx, and a little of our own."""
    htmx = (
        resources.files("django_htmx").joinpath("static", "django_htmx", "htmx-2.min.js").read_text("utf-8")
    )
    return f"{htmx}\n{_own('js')}".encode()


@lru_cache(maxsize=4)
def version(kind: str) -> str:
    """Return the name of the current file of a kind, `css` or `js`."""
    content = style() if kind == "css" else script()
    return sha256(content).hexdigest()[:_DIGITS]


def path(kind: str) -> str:
    """Return where the current file of a kind stands."""
    return f"/assets/{version(kind)}.{kind}"


@require_safe
def asset(_request: HttpRequest, name: str, kind: str) -> HttpResponse:
    """Give a file to a browser."""
    if name != version(kind):
        raise Http404
    content, type_ = (style(), "text/css") if kind == "css" else (script(), "text/javascript")
    response = HttpResponse(content, content_type=f"{type_}; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


def _own(kind: str) -> str:
    """Return our own files of a kind, one after another; `app` first, since the others build on it."""
    folder = resources.files("kogorta_server.ui.assets")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(f".{kind}"))
    names.sort(key=lambda name: name != f"app.{kind}")
    return "\n".join(folder.joinpath(name).read_text("utf-8") for name in names)
