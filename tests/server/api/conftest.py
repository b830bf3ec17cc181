"""Programs that show a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.core.cache import cache
from django.test import Client

from kogorta_server.accounts import keys
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role

Programs = Callable[..., Client]


@pytest.fixture
def program(user: Callable[[Role], User]) -> Programs:
    """Return a maker of clients whose key allows some things; by default all that a key may."""
    cache.clear()

    def make(scopes: Iterable[Right] = keys.SCOPES, lang: str = "en") -> Client:
        _, secret = keys.make(user(Role.OWNER), "a shop", scopes)
        return Client(headers={"authorization": f"Bearer {secret}", "accept-language": lang})

    return make
