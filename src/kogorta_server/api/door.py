"""Who may come in: a key in the header, the scope that an endpoint needs, how often it may ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from kogorta_server.accounts import keys
from kogorta_server.accounts.keys import Key
from kogorta_server.accounts.rights import Right
from kogorta_server.api.problems import ScopeError

RATE = "1200/min"
"""Requests of one key."""

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class ByKey(HttpBearer):
    """A key as the bearer's token."""

    openapi_description = "A key of the settings page, such as kgr_1a2b…; it is shown once, when it is made."

    def authenticate(self, request: HttpRequest, token: str) -> Key | None:  # noqa: ARG002  ninja asks so
        """Return the key, if it opens anything."""
        return keys.find(token)


class Rate(SimpleRateThrottle):
    """So many requests of one key."""

    scope = "key"

    def __init__(self, rate: str = RATE) -> None:
        super().__init__(rate)

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return what requests are counted by."""
        found = getattr(request, "auth", None)
        return f"api-rate-{found.id}" if isinstance(found, Key) else None


def key_of(request: HttpRequest) -> Key:
    """Return the key of a request that was let in."""
    found: Key = request.auth  # type: ignore[attr-defined]  # ninja sets it
    return found


def needs(right: Right) -> Callable[[Endpoint], Endpoint]:
    """Have an endpoint ask for a scope; every endpoint says which, and a test holds them to it.

    Raises:
        ScopeError: The key of a request does not allow it.
    """

    def guard(endpoint: Endpoint) -> Endpoint:
        @wraps(endpoint)
        def guarded(request: HttpRequest, *parts: Any, **more: Any) -> Any:
            if not key_of(request).may(right):
                raise ScopeError(
                    "this key does not allow that",
                    got=", ".join(sorted(key_of(request).scopes)),
                    expected=right.value,
                    hint="make a key with this scope on the page of keys",
                )
            return endpoint(request, *parts, **more)

        take_over(guarded, endpoint)
        guarded.right = right  # type: ignore[attr-defined]  # read by the test of the matrix
        return guarded  # type: ignore[return-value]  # the same, guarded

    return guard


def take_over(wrapper: Callable[..., Any], endpoint: Callable[..., Any]) -> None:
    """Give a wrapper the signature of its endpoint with types instead of their names: ninja looks those up where the wrapper stands."""
    wrapper.__signature__ = signature(endpoint, eval_str=True)  # type: ignore[attr-defined]  # read by inspect
