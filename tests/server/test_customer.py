"""One customer: everything that is known of him, masked by role, explained as the library explains."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.test import Client

from kogorta.customers import MomentKind
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.words import Role
from tests.server.customer import PARTS, busiest, part

As = Callable[[Role | None], Client]


def test_the_page_itself_waits_for_nothing_and_each_part_comes_after_it(
    shop: Workspace, owner: Client
) -> None:
    customer = busiest(shop)
    text = owner.get(f"/customers/{customer}/").content.decode()
    assert 'hx-trigger="load"' in text
    assert 'class="moments"' not in text
    assert 'class="moments"' in part(owner, customer, "history")
    assert 'class="moments"' in owner.get(f"/customers/{customer}/?whole=1").content.decode()


def test_the_history_has_as_many_entries_as_plain_sql_counts(shop: Workspace, owner: Client) -> None:
    customer = busiest(shop)
    keys = "(SELECT customer_key FROM customer_ids WHERE customer_id IN (SELECT unnest(?)))"
    ids = list(shop.links(customer).customer_ids)
    for kind, table in (
        ("order", "orders"),
        ("message", "messages"),
        ("consent", "consents"),
        ("ticket", "tickets"),
    ):
        key = {"orders": "order_id", "messages": "message_id", "tickets": "ticket_id"}.get(
            table, '(channel, purpose, "at")'
        )
        ((number,),) = shop.warehouse.rows(
            f"SELECT count(DISTINCT {key}) FROM {table} WHERE customer_key IN {keys}",
            [ids],
        )
        found = shop.timeline(customer, [MomentKind(kind)], limit=1000)
        assert found.total == number
        assert part(owner, customer, "history", kind=kind).count("<li><svg") == min(number, 40)


def test_explanations_are_those_of_the_library(shop: Workspace, owner: Client) -> None:
    customer = busiest(shop)
    stage = base.reading().person(customer).values["lifecycle_stage"]  # type: ignore[union-attr]
    text = part(owner, customer, "why", segment=f"lifecycle.{stage}")
    answer = shop.explain(f"lifecycle.{stage}", customer, "2026-11-01")
    assert answer.is_member
    assert f"{customer} is in “" in text
    assert text.count('class="holds"') == sum(check.holds for check in answer.checks)  # type: ignore[union-attr]
    other = part(owner, customer, "why", segment="lifecycle.prospect")
    assert "is not in" in other
    own = part(owner, customer, "why", segment="best_and_quiet")
    told = shop.explain("best_and_quiet", customer, "2026-11-01")
    assert ("is in “Best and quiet”" in own) is told.is_member
    assert own.count("number of orders") >= 1


def test_segments_of_a_past_day_are_worked_out_and_said_to_be_of_that_day(
    shop: Workspace, owner: Client
) -> None:
    customer = busiest(shop)
    ((first,),) = shop.warehouse.rows("SELECT min(ordered_at) + INTERVAL 40 DAY FROM orders")
    day = f"{first:%Y-%m-%d}"
    page = owner.get(f"/customers/{customer}/", {"part": "segments", "as_of": "2026-10-01"}).content.decode()
    assert "worked out by what is known today" in page
    then = shop.profile(customer, "2026-10-01").segments["lifecycle"]
    assert f"/segments/lifecycle.{then}/" in part(owner, customer, "segments", as_of="2026-10-01")
    assert day


@pytest.mark.parametrize("as_of", ["1999-01-01", "yesterday", "2026-13-40"])
def test_a_day_before_anything_was_known_and_no_day_at_all_are_told(
    shop: Workspace, owner: Client, as_of: str
) -> None:
    customer = busiest(shop)
    for name in ("segments", "traits"):
        text = part(owner, customer, name, as_of=as_of)
        assert 'role="alert"' in text
    whole = owner.get(f"/customers/{customer}/", {"part": "traits", "as_of": as_of, "whole": "1"})
    assert whole.status_code in {400, 404}


def test_no_part_shows_contacts_to_whoever_may_not_see_them(shop: Workspace, as_role: As) -> None:
    customer = busiest(shop)
    ids = list(shop.links(customer).customer_ids)
    known = [
        value
        for (value,) in shop.warehouse.rows(
            "SELECT value FROM contacts WHERE customer_key IN (SELECT customer_key FROM customer_ids"
            " WHERE customer_id IN (SELECT unnest(?)))",
            [ids],
        )
    ]
    ((name,),) = shop.warehouse.rows(
        "SELECT any_value(name) FROM customers WHERE customer_key IN (SELECT customer_key FROM customer_ids"
        " WHERE customer_id IN (SELECT unnest(?)))",
        [ids],
    )
    assert known
    for role in (Role.VIEWER, Role.ANALYST):
        client = as_role(role)
        texts = [client.get(f"/customers/{customer}/").content.decode()]
        texts += [part(client, customer, item) for item in PARTS]
        for text in texts:
            assert not any(value in text for value in known)
            assert name is None or name not in text
    seen = part(as_role(Role.OPERATOR), customer, "contacts")
    assert all(value in seen for value in known)


def test_traits_are_told_by_family_with_their_units(shop: Workspace, owner: Client) -> None:
    customer = busiest(shop)
    text = part(owner, customer, "traits").replace("\u00a0", " ")
    found = shop.profile(customer, "2026-11-01").traits
    orders = re.search(r"<dt>Number of orders</dt><dd>([\d,]+)</dd>", text)
    assert orders
    assert int(orders[1].replace(",", "")) == found["orders_count"]
    assert "Money and discounts" in text
    assert "What sources say" in text


@pytest.mark.parametrize("customer", ["nobody", "c0", "a//b", "../settings"])
def test_whom_nobody_named_is_told(shop: Workspace, owner: Client, customer: str) -> None:
    answer = owner.get(f"/customers/{quote(customer, safe='')}/")
    assert answer.status_code == 404


# --- erasure --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_nobody_but_an_owner_erases(shop: Workspace, as_role: As, role: Role) -> None:
    client, customer = as_role(role), busiest(shop)
    assert client.post(f"/erasure/{customer}/", {"confirmation": customer}).status_code == 403
    assert "/erasure/" not in client.get(f"/customers/{customer}/").content.decode()
    assert shop.preview_erasure(customer).orders > 0
