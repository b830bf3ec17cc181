"""What a page is: a route, a right, a function. Every page of the service is registered here, and nothing else is reachable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from kogorta.errors import InputError, KogortaError, NotFoundError
from kogorta_server.accounts import second
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, ask_of

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Page:
    """One address of the service.

    Attributes:
        route: As Django writes it.
        name: By which links name it.
        right: What a person must be allowed to; None for those who are not logged in, too.
        methods: Which requests it answers.
        view: The function, with all that guards it.
        is_own: Whether it is about the person himself: it opens also to who must first set up his second step.
    """

    route: str
    name: str
    right: Right | None
    methods: tuple[str, ...]
    view: View
    is_own: bool = False


PAGES: list[Page] = []


def page(
    route: str,
    *,
    right: Right | None,
    methods: tuple[str, ...] = ("GET", "HEAD"),
    name: str = "",
    is_own: bool = False,
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Register a page. Its function takes an `Ask`, and what stands in the route.

    A person without the right is told so; one who is not logged in is asked to.
    """

    def register(function: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        guarded = require_http_methods(list(methods))(_guarded(function, right, is_own))
        PAGES.append(Page(route, name or function.__name__, right, methods, guarded, is_own))
        return function

    return register


def is_there(name: str) -> bool:
    """Tell whether there is a page of a name."""
    return any(item.name == name for item in PAGES)


def patterns() -> list[URLPattern]:
    """Return the URL patterns of all pages."""
    return [path(item.route, item.view, name=item.name) for item in PAGES]


def _guarded(function: Callable[..., HttpResponseBase], right: Right | None, is_own: bool) -> View:
    from kogorta_server.ui.pages import refusals

    @wraps(function)
    def view(request: HttpRequest, **parts: object) -> HttpResponseBase:
        if right is not None:
            user = request.user
            if not isinstance(user, User) or not user.is_active:
                return _sent(request, "login", f"?next={quote(request.path)}")
            if not user.may(right):
                return refusals.forbidden(ask_of(request))
            if not is_own and second.is_owed(user):
                return _sent(request, "security")
        ask = ask_of(request)
        try:
            return function(ask, **parts)
        except NotFoundError as error:
            return refusals.refused(ask, error, HTTPStatus.NOT_FOUND)
        except InputError as error:
            return refusals.refused(ask, error, HTTPStatus.BAD_REQUEST)
        except KogortaError as error:
            return refusals.refused(ask, error, HTTPStatus.CONFLICT)

    return view


def _sent(request: HttpRequest, name: str, query: str = "") -> HttpResponse:
    """Send the browser to another page, also where it only asked for a part of one."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Redirect"] = reverse(name)
        return response
    return HttpResponseRedirect(reverse(name) + query)


__all__ = ["PAGES", "Ask", "Page", "page", "patterns"]
