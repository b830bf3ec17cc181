"""The page of settings: what it shows, what it refuses."""

from __future__ import annotations

import html
from collections.abc import Callable

import pytest
from django.test import Client

from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.accounts.words import Role
from kogorta_server.tuning.sections import SECTIONS
from kogorta_server.tuning.values import changes, texts

As = Callable[[Role | None], Client]


def form_of(section: str, **changed: str) -> dict[str, str]:
    """Return what the form of a section sends: what stands there, and what somebody typed over it."""
    return texts(base.workspace().config, SECTIONS[section]) | changed


def test_every_setting_of_the_page_is_one_of_the_file(shop: Workspace, owner: Client) -> None:
    page = html.unescape(owner.get("/settings/").content.decode())
    for section in SECTIONS.values():
        fields = type(getattr(shop.config, section.id)).model_fields
        assert {setting.key for setting in section.settings} <= set(fields)
        assert str(section.title) in page
    for read in ("730 days", "7 days", "15 minutes", "2%", "40%"):
        assert read in page.replace("\xa0", " ")
    for fixed in ("Europe/Moscow", "RUB", "kogorta.toml"):
        assert fixed in page


@pytest.mark.parametrize("section", SECTIONS)
def test_what_a_form_shows_is_no_change(shop: Workspace, owner: Client, section: str) -> None:
    assert changes(shop.config, SECTIONS[section], texts(shop.config, SECTIONS[section])) == {}
    answer = owner.post(f"/settings/{section}/", form_of(section))
    assert answer.status_code == 200
    assert "Nothing is changed yet." in answer.content.decode()


@pytest.mark.parametrize(
    ("section", "typed", "said"),
    [
        ("rfm", {"window_days": "soon"}, "a window is a number of days above 0"),
        ("rfm", {"window_days": "-5"}, "a window is a number of days above 0"),
        ("rfm", {"window_days": "0"}, "a window is a number of days above 0"),
        ("rfm", {"recency": "thresholds"}, "must be four rising numbers"),
        ("rfm", {"recency": "thresholds", "recency_bounds": "80, 40, 20, 10"}, "must be four rising numbers"),
        ("rfm", {"recency_bounds": "one, two, three, four"}, "a whole number belongs here"),
        ("rfm", {"frequency": "rhythm"}, "not one of the available choices"),
        ("value", {"measure": "fame"}, "not one of the available choices"),
        ("today", {"limit": "0"}, "the least that is possible is 1"),
        ("today", {"limit": "many"}, "a whole number belongs here"),
        ("today", {"quiet_days": "9999999999999999"}, "the most that is possible is 3,660"),
        ("cadence", {"rfm": "now and then"}, "a cadence is a length"),
        ("doctor", {"min_share_ratio": "2"}, "the most that is possible is 1"),
        ("doctor", {"min_share_ratio": "NaN"}, "number"),
        ("first_value", {"event": "x" * 201}, "at most 200"),
    ],
)
@pytest.mark.parametrize("do", ["look", "keep"])
def test_what_cannot_be_is_said_beside_its_field_and_not_kept(
    shop: Workspace, owner: Client, section: str, typed: dict[str, str], said: str, do: str
) -> None:
    before = (shop.folder / "kogorta.toml").read_bytes()
    answer = owner.post(f"/settings/{section}/", form_of(section, **typed) | {"do": do})
    assert answer.status_code == 422
    assert said in html.unescape(answer.content.decode())
    assert (shop.folder / "kogorta.toml").read_bytes() == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("typed", ["30,60,90,180", "30, 60, 90, 180", "30 60 90 180", "30; 60; 90; 180"])
def test_bounds_may_be_typed_as_people_do(shop: Workspace, typed: str) -> None:
    form = texts(shop.config, SECTIONS["rfm"]) | {"recency": "thresholds", "recency_bounds": typed}
    found = changes(shop.config, SECTIONS["rfm"], form)
    assert found["rfm"]["recency_bounds"] == [30, 60, 90, 180]


def test_a_number_may_have_a_comma(shop: Workspace) -> None:
    form = texts(shop.config, SECTIONS["doctor"]) | {"min_share_ratio": "0,05"}
    assert changes(shop.config, SECTIONS["doctor"], form) == {"doctor": {"min_share_ratio": 0.05}}


def test_a_part_of_the_page_comes_alone(shop: Workspace, owner: Client) -> None:
    answer = owner.post("/settings/rfm/", form_of("rfm"), headers={"hx-request": "true"})
    text = answer.content.decode()
    assert text.startswith("<div")
    assert 'id="tuning"' in text


def test_there_is_no_such_section(shop: Workspace, owner: Client) -> None:
    for section in ("engine", "sources", "..", "mappings"):
        assert owner.get(f"/settings/{section}/").status_code == 404


def test_everybody_sees_settings_and_owners_change_them(shop: Workspace, as_role: As) -> None:
    for role in Role:
        page = as_role(role).get("/settings/").content.decode()
        assert ('href="/settings/rfm/"' in page) is (role is Role.OWNER)
