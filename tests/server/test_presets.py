"""Ready segments: what they need of the base, and that they are added with one click."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client

from kogorta.workspace import Workspace

FRAGMENT = {"HX-Request": "true"}


def gallery(client: Client) -> dict[str, str]:
    """Return the cards under each heading."""
    text = client.get("/presets/list/", headers=FRAGMENT).content.decode()
    parts = re.findall(r"<h2>(.*?)</h2>(.*?)</section>", text, re.DOTALL)
    return dict(parts)


def test_every_preset_stands_where_it_belongs(shop: Workspace, owner: Client) -> None:
    """No tables of goods that go together, of calls or of appointments: what needs them does not apply."""
    offers = shop.presets()
    shown = gallery(owner)
    for title, wanted in (
        ("Possible now", [item for item in offers if not item.lacks.tables and not item.lacks.events]),
        ("Not possible here yet", [item for item in offers if item.lacks.tables or item.lacks.events]),
    ):
        assert shown.get(title, "").count("<article") == len(wanted)
    possible = set(re.findall(r'name="preset" value="(\w+)"', shown["Possible now"]))
    assert possible == {item.preset.id for item in offers if not item.lacks.tables and not item.lacks.events}
    assert shown["Not possible here yet"].count("It does not apply here: ") == shown[
        "Not possible here yet"
    ].count("<article")


def offered(client: Client, query: str, lang: str = "en") -> list[str]:
    """Return the names of the cards that a search leaves."""
    answer = client.get(f"/presets/list/{query}", headers={**FRAGMENT, "accept-language": lang})
    return [html.unescape(name) for name in re.findall(r"<h3>(.*?)</h3>", answer.content.decode())]


def test_presets_are_found_by_words_and_by_goal(shop: Workspace, owner: Client) -> None:
    everything = offered(owner, "")
    assert len(everything) == len(shop.presets())
    carts = offered(owner, "?q=ABANDONED+cart")
    assert carts
    assert set(carts) < set(everything)
    assert all("cart" in name.lower() for name in carts)
    won = offered(owner, "?goal=win_back")
    cards = [
        {plan.goal.value for plan in item.definition.playbooks.values()}
        for item in shop.presets()
        if item.definition.playbooks
    ]
    assert len(won) == sum("win_back" in goals for goals in cards)
    assert offered(owner, "?q=nothing+of+the+kind") == []
    assert (
        "No ready segment is like this." in owner.get("/presets/list/?q=nothing+of+the+kind").content.decode()
    )
    assert offered(owner, "?goal=nonsense") == []


def test_without_a_script_the_search_is_a_page(shop: Workspace, owner: Client) -> None:
    text = owner.get("/presets/list/?q=cart&goal=sell").content.decode()
    assert 'value="cart"' in text
    assert '<option value="sell" selected>' in text
    assert "<html" in text


@pytest.mark.parametrize("preset", ["nobody", "<script>alert(1)</script>", "../../etc"])
def test_what_is_no_preset_is_told(shop: Workspace, owner: Client, preset: str) -> None:
    assert owner.post("/presets/add/", {"preset": preset}).status_code == 302
    text = owner.get("/presets/").content.decode()
    assert "there is no such preset" in text
    assert "<script>alert" not in text


def test_a_value_that_does_not_suit_is_told(shop: Workspace, owner: Client) -> None:
    offer = next(item for item in shop.presets() if item.preset.parameters and not item.lacks)
    parameter = next(item for item in offer.preset.parameters if isinstance(item.default, int))
    owner.post("/presets/add/", {"preset": offer.preset.id, f"value-{parameter.id}": "many"})
    assert "this is no value for the parameter" in owner.get("/presets/").content.decode()
    assert offer.id not in shop.definitions


def test_a_form_that_names_none_does_nothing(shop: Workspace, owner: Client) -> None:
    assert owner.post("/presets/add/", {}).status_code == 400
