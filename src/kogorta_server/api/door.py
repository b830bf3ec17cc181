"""Who may come in: a key in the header, the scope that an endpoint needs, how often it may ask."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from kogorta_server.accounts import keys
from kogorta_server.accounts.keys import Key
from kogorta_server.accounts.rights import Right
from kogorta_server.api.problems import ScopeError

RATE = "1200/min"
"""Requests of one key."""


class ByKey(HttpBearer):
    """A key as the bearer's token, which has to have a scope; every endpoint says which.

    Args:
        right: The scope.
    """

    openapi_description = "A key of the settings page, such as kgr_1a2b…; it is shown once, when it is made."

    def __init__(self, right: Right) -> None:
        super().__init__()
        self.right = right

    def authenticate(self, request: HttpRequest, token: str) -> Key | None:  # noqa: ARG002  ninja asks so
        """Return the key, if it opens anything.

        Raises:
            ScopeError: It does not allow this.
        """
        found = keys.find(token)
        if found is not None:
            _check(found, self.right)
        return found


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


def need(request: HttpRequest, right: Right) -> None:
    """Refuse a request whose key does not have one more scope.

    Raises:
        ScopeError: It has not.
    """
    _check(key_of(request), right)


def _check(key: Key, right: Right) -> None:
    if not key.may(right):
        raise ScopeError(
            "this key does not allow that",
            got=", ".join(sorted(key.scopes)),
            expected=right.value,
            hint="make a key with this scope on the page of keys",
        )


def take_over(wrapper: Callable[..., Any], endpoint: Callable[..., Any]) -> None:
    """Give a wrapper the signature of its endpoint with types instead of their names: ninja looks those up where the wrapper stands."""
    wrapper.__signature__ = signature(endpoint, eval_str=True)  # type: ignore[attr-defined]  # read by inspect
