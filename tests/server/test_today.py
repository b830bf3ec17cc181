"""Today's list: whom to call, what to say, what came of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.today import OutcomeOfCall, TaskSort
from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
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


def test_an_outcome_is_written_down_and_can_be_put_right(own_shop: Workspace, owner: Client) -> None:
    """Covers: P17"""
    task = own_shop.today().of(TaskSort.CALL)[0]
    sent = {"customer": task.customer_id, "outcome": "talked", "note": "просил каталог"}
    assert owner.post("/today/", sent)["Location"] == "/today/"
    page = owner.get("/today/").content.decode()
    assert "Called today" in page
    text = listed(owner)
    # he is left alone now, and stands among those who were called
    waiting, made = text.split("Called today")
    assert f'value="{task.customer_id}"' not in waiting
    assert re.search(r'value="talked" class="button small" aria-pressed="true"', made)
    owner.post("/today/", {"customer": task.customer_id, "outcome": "declined"})
    (call,) = own_shop.today().made
    assert (call.customer_id, call.outcome) == (task.customer_id, OutcomeOfCall.DECLINED)
    details = [entry.details for entry in AuditEntry.objects.filter(action="customer.called")]
    assert "каталог" not in str(details)
    assert len(details) == 2


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
