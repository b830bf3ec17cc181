"""Today's list: whom to call, what to say, what came of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.today import TaskSort
from kogorta.workspace import Workspace
from kogorta_server.accounts.words import Role

As = Callable[[Role | None], Client]
HTMX = {"HX-Request": "true"}


def listed(client: Client) -> str:
    return client.get("/today/", headers=HTMX).content.decode()


def test_the_list_has_whom_the_library_lists_each_with_his_number(shop: Workspace, owner: Client) -> None:
    """Covers: P17"""
    found = shop.today()
    text = listed(owner)
    calls = found.of(TaskSort.CALL)
    assert calls
    assert text.count('class="task"') == len(found.tasks)
    for task in calls:
        assert f'href="tel:{task.phone}"' in text
        assert f'value="{task.customer_id}"' in text
    assert text.count("What to say") == len([task for task in calls if task.segment])


def test_the_page_comes_before_the_list_and_works_without_scripts(shop: Workspace, owner: Client) -> None:
    page = owner.get("/today/").content.decode()
    assert 'hx-trigger="load"' in page
    assert 'class="task"' not in page
    assert 'class="task"' in owner.get("/today/?whole=1").content.decode()


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"customer": "nobody", "outcome": "talked"}, 404),
        ({"customer": "", "outcome": "talked"}, 404),
        ({"customer": "c1", "outcome": "shouted"}, 400),
        ({}, 400),
    ],
)
def test_what_is_no_outcome_and_nobodys_call_is_refused(
    shop: Workspace, owner: Client, sent: dict[str, str], status: int
) -> None:
    assert owner.post("/today/", sent).status_code == status
    assert shop.today().made == ()


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_whoever_may_not_see_contacts_has_no_list(shop: Workspace, as_role: As, role: Role) -> None:
    client = as_role(role)
    assert client.get("/today/").status_code == 403
    assert client.post("/today/", {"customer": "c1", "outcome": "talked"}).status_code == 403
    assert 'href="/today/"' not in client.get("/customers/").content.decode()
