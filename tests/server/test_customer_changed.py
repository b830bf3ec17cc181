"""What changes one customer: calls, erasure."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from kogorta.today import OutcomeOfCall, TaskSort
from kogorta.workspace import Workspace
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.words import Role
from tests.server.customer import HTMX, busiest, part

As = Callable[[Role | None], Client]


def test_free_text_is_hidden_from_whoever_may_not_see_contacts(own_shop: Workspace, as_role: As) -> None:
    customer = busiest(own_shop)
    own_shop.record_call(customer, "talked", "жена Ольга, звонить после шести")
    assert "жена Ольга" in part(as_role(Role.MARKETER), customer, "history", kind="call")
    hidden = part(as_role(Role.VIEWER), customer, "history", kind="call")
    assert "жена Ольга" not in hidden
    assert "•••" in hidden


def test_only_a_typed_id_erases_and_then_nothing_shows_him(own_shop: Workspace, owner: Client) -> None:
    customer = busiest(own_shop)
    address = f"/erasure/{customer}/"
    text = owner.get(address).content.decode()
    preview = own_shop.preview_erasure(customer)
    assert f'data-label="How many">{preview.orders}<' in text
    wrong = owner.post(address, {"confirmation": "c"})
    assert wrong.status_code == 422
    assert own_shop.preview_erasure(customer).orders == preview.orders
    assert owner.post(address, {"confirmation": customer})["Location"] == "/customers/"
    assert owner.get(f"/customers/{customer}/").status_code == 404
    assert owner.get(address).status_code == 404
    entry = AuditEntry.objects.get(action="customer.erased")
    assert (entry.target, entry.details["orders"]) == ("", preview.orders)


def test_an_outcome_is_written_down_and_can_be_put_right(own_shop: Workspace, owner: Client) -> None:
    """Covers: P17"""
    task = own_shop.today().of(TaskSort.CALL)[0]
    sent = {"customer": task.customer_id, "outcome": "talked", "note": "просил каталог"}
    assert owner.post("/today/", sent)["Location"] == "/today/"
    page = owner.get("/today/").content.decode()
    assert "Called today" in page
    text = owner.get("/today/", headers=HTMX).content.decode()
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
