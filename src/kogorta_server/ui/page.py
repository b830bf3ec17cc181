"""What a page is: a route, a right, a function. Every page of the service is registered here, and nothing else is reachable."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods

from kogorta.errors import InputError, KogortaError, NotFoundError
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
    """

    route: str
    name: str
    right: Right | None
    methods: tuple[str, ...]
    view: View


PAGES: list[Page] = []


def page(
    route: str, *, right: Right | None, methods: tuple[str, ...] = ("GET", "HEAD"), name: str = ""
) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Register a page. Its function takes an `Ask`, and what stands in the route.

    A person without the right is told so; one who is not logged in is asked to.
    """

    def register(function: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        guarded = require_http_methods(list(methods))(_guarded(function, right))
        PAGES.append(Page(route, name or function.__name__, right, methods, guarded))
        return function

    return register


def is_there(name: str) -> bool:
    """Tell whether there is a page of a name."""
    return any(item.name == name for item in PAGES)


def patterns() -> list[URLPattern]:
    """Return the URL patterns of all pages."""
    return [path(item.route, item.view, name=item.name) for item in PAGES]


def _guarded(function: Callable[..., HttpResponseBase], right: Right | None) -> View:
    from kogorta_server.ui.pages import refusals

    @wraps(function)
    def view(request: HttpRequest, **parts: object) -> HttpResponseBase:
        if right is not None:
            user = request.user
            if not isinstance(user, User) or not user.is_active:
                return _to_entrance(request)
            if not user.may(right):
                return refusals.forbidden(ask_of(request))
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


def _to_entrance(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # a fragment of a page cannot ask for a password: the whole page goes there
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["HX-Redirect"] = "/login/"
        return response
    response = redirect("login")
    response["Location"] += f"?next={request.path}"
    return response


__all__ = ["PAGES", "Ask", "Page", "page", "patterns"]
