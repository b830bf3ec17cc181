"""Who may open what: every address of the service, every role, and a stranger."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

import kogorta_server.urls  # noqa: F401  registers the pages
from kogorta.workspace import Workspace
from kogorta_server.accounts.rights import RIGHTS, Right
from kogorta_server.accounts.words import Role
from kogorta_server.ui.page import PAGES, Page

OPEN = {"login", "login_code", "logout", "language", "invited"}
"""What strangers may open. A page joins them here, by hand, or it needs a right."""

PROBES = {"health_live", "health_ready", "metrics"}
"""Addresses for machines, with tests of their own."""

PARTS = {
    "<int:user_id>": "1",
    "<int:key_id>": "1",
    "<str:section_id>": "rfm",
    "<str:uid>": "MQ",
    "<str:token>": "abc-123",
    "<path:customer_id>": "c1",
    "<str:segment_id>": "rfm_simple.champions",
    "<str:definition_id>": "best_and_quiet",
    "<int:job_id>": "1",
    "<int:upload_id>": "1",
    "<int:number>": "1",
    "<str:scheme_id>": "rfm_simple",
}
"""What stands for the changing part of a route."""

As = Callable[[Role | None], Client]


def address(page: Page) -> str:
    route = page.route
    for part, value in PARTS.items():
        route = route.replace(part, value)
    assert "<" not in route, f"say in PARTS what stands for {page.route}"
    return f"/{route}"


def test_every_address_of_the_service_is_a_page_with_a_rule_or_a_file() -> None:
    found = {item.name for item in get_resolver().url_patterns if isinstance(item, URLPattern)}
    assert found == {item.name for item in PAGES} | {"asset"} | PROBES
    assert {item.name for item in PAGES if item.right is None} == OPEN


@pytest.mark.parametrize("page", [item for item in PAGES if item.right], ids=lambda item: item.name)
def test_a_page_opens_to_the_roles_that_have_its_right_and_to_nobody_else(
    shop: Workspace, as_role: As, page: Page
) -> None:
    for role in (*Role, None):
        client = as_role(role)
        # pages that open are costly: whoever opens them has nothing but this right in common with the others who may
        if role is not None and page.right in RIGHTS[role] and role is not least(page.right):
            continue
        for method in page.methods if role is not least(page.right) else page.methods[:1]:
            answer = client.generic(method, address(page))
            if role is None:
                assert (answer.status_code, answer["Location"][:7]) == (302, "/login/")
            elif page.right in RIGHTS[role]:
                assert answer.status_code not in {403, 500}
            else:
                assert answer.status_code == 403


def least(right: Right | None) -> Role:
    """Return the role that has a right and the fewest others."""
    return min((role for role in Role if right in RIGHTS[role]), key=lambda role: len(RIGHTS[role]))


def test_who_was_switched_off_is_a_stranger(
    shop: Workspace, as_role: As, user: Callable[[Role], object]
) -> None:
    client = as_role(Role.OWNER)
    assert client.get("/").status_code == 200
    from kogorta_server.accounts.models import User

    User.objects.update(is_active=False)
    assert client.get("/").status_code == 302


def test_only_an_owner_may_do_everything() -> None:
    assert [role for role in Role if RIGHTS[role] == frozenset(Right)] == [Role.OWNER]
    assert all(Right.SEE in rights for rights in RIGHTS.values())
