"""The list of customers: searched, sorted, page by page, masked."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server.accounts.words import Role

As = Callable[[Role | None], Client]


def rows(text: str) -> list[str]:
    return re.findall(r"<tr><th scope=\"row\">.*?</tr>", text)


def test_as_many_are_listed_as_the_base_has(shop: Workspace, owner: Client) -> None:
    people = shop.traits(names=["orders_count"]).num_rows
    text = owner.get("/customers/").content.decode()
    assert f"{people} customers" in text.replace("\u00a0", " ")
    assert len(rows(text)) == 50
    last = owner.get(f"/customers/?page={-(-people // 50)}").content.decode()
    assert len(rows(last)) == people % 50


def test_the_list_of_a_segment_has_its_members(shop: Workspace, owner: Client) -> None:
    sizes = shop.sizes("2026-11-01")["lifecycle"]
    for stage, people in sizes.items():
        text = owner.get(f"/customers/?segment=lifecycle.{stage}").content.decode()
        assert len(rows(text)) == min(people, 50)


def test_a_telephone_is_found_however_it_is_typed(shop: Workspace, owner: Client) -> None:
    someone = shop.warehouse.rows(
        "SELECT value FROM contacts WHERE kind = 'phone' AND value LIKE '+7%' LIMIT 1"
    )[0][0]
    ten = someone[-10:]
    for typed in (someone, f"8{ten}", f"8 ({ten[:3]}) {ten[3:6]}-{ten[6:8]}-{ten[8:]}", ten[-7:]):
        assert someone in owner.get("/customers/", {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", '"><script>alert(1)</script>'])
def test_signs_of_a_search_mean_themselves(shop: Workspace, owner: Client, typed: str) -> None:
    text = owner.get("/customers/", {"q": typed}).content.decode()
    assert "<script>alert" not in text
    assert len(rows(text)) in range(51)
    if typed == "%":
        assert "Nobody fits." in text


def test_who_may_not_see_contacts_sees_masks(shop: Workspace, as_role: As) -> None:
    known = shop.warehouse.rows("SELECT value FROM contacts WHERE kind IN ('phone', 'email')")
    contacts = {value for (value,) in known}
    whole = as_role(Role.MARKETER).get("/customers/").content.decode()
    hidden = as_role(Role.VIEWER).get("/customers/").content.decode()
    assert any(value in whole for value in contacts)
    assert not any(value in hidden for value in contacts)
    assert "•••" in hidden


def test_a_column_sorts_up_and_down(shop: Workspace, owner: Client) -> None:
    def spent(sort: str) -> list[int]:
        text = owner.get(f"/customers/?sort={sort}").content.decode()
        cells = re.findall(r'data-label="Revenue">([^<]*)<', text)
        return [int(re.sub(r"\D", "", cell) or 0) for cell in cells]

    down, up = spent("-revenue_total"), spent("revenue_total")
    assert down == sorted(down, reverse=True)
    assert down[0] > 0
    assert up == sorted(up)
    assert up[0] < down[0]


@pytest.mark.parametrize(
    "query", ["sort=; DROP TABLE people", "page=-3", "page=99999999999", "r=9&fm=1", "page=x"]
)
def test_what_makes_no_sense_in_an_address_is_taken_as_the_usual(
    shop: Workspace, owner: Client, query: str
) -> None:
    assert owner.get(f"/customers/?{query}").status_code == 200
