"""The overview: numbers, what to do, what changed, and what is said where there is nothing."""

from __future__ import annotations

import gzip
from datetime import date, timedelta

import pytest
from django.test import Client

from kogorta.i18n import translator
from kogorta.readings import Reading
from kogorta.workspace import Workspace
from kogorta_server import base, clock
from tests.server.markup import links, listed, number, of_class, page, text
from tests.server.views import PLACES, speak_russian

TOLD = {"h1", "h2", "h3", "p", "th", "label", "a", "dt", "button", "summary", "legend"}


@pytest.fixture
def reading(shop: Workspace) -> Reading:
    found = base.reading()
    assert found is not None
    return found


def test_the_base_is_told_in_numbers_that_plain_sql_finds(shop: Workspace, owner: Client) -> None:
    [tiles] = of_class(page(owner, "/"), "tiles")
    told = {text(tile[0]): text(tile[1]) for tile in tiles}
    customers = shop.traits("2026-11-01", names=["orders_count"]).num_rows
    assert told["Customers"] == f"{customers:,}"
    [(active,)] = shop.warehouse.rows(
        """SELECT count(DISTINCT customer_key) FROM (
            SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) AS n FROM orders
        ) WHERE n = 1 AND status = 'completed'
            AND ordered_at >= '2026-09-30 21:00' AND ordered_at < '2026-10-31 21:00'"""
    )
    month = translator("en").month(date(2026, 10, 1), short=True).replace("\u00a0", " ")
    assert told[f"Bought in {month}"] == str(active)


def test_steps_lead_to_exactly_the_people_that_they_name(shop: Workspace, owner: Client) -> None:
    steps = of_class(page(owner, "/"), "steps")[0]
    assert len(steps) >= 3
    for step in steps:
        [title] = of_class(step, "step-title")
        [button] = of_class(step, "button")
        assert listed(owner, button.get("href", "")) == number(title)


def test_changes_of_a_week_lead_to_exactly_their_people(shop: Workspace, owner: Client) -> None:
    moves = of_class(page(owner, "/"), "moves")[0]
    assert len(moves)
    for address, anchor in links(moves, "/movements/people/"):
        assert listed(owner, address) == number(anchor)


def test_every_stage_leads_to_its_people(shop: Workspace, reading: Reading, owner: Client) -> None:
    tree = page(owner, "/")
    pictures = [item for item in tree.iter("svg") if "stand" in item.findtext("title", "")]
    addresses = [address for address, _ in links(pictures[0], "/customers/")]
    stages = [item for item in reading.segments.values() if item.scheme == "lifecycle" and item.people]
    assert addresses == [f"/customers/?segment={item.id}" for item in stages]


def test_old_numbers_are_called_old(
    shop: Workspace, reading: Reading, owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_of = reading.stamp.as_of.replace(tzinfo=clock.now().tzinfo)
    monkeypatch.setattr(clock, "now", lambda: as_of + timedelta(days=9, hours=3))
    assert "These numbers are 9 days old." in text(page(owner, "/"))
    monkeypatch.setattr(clock, "now", lambda: as_of + timedelta(hours=30))
    assert "days old" not in text(page(owner, "/"))


def _told(client: Client, address: str) -> set[str]:
    return {text(item) for item in page(client, address).iter() if item.tag in TOLD}


@pytest.mark.parametrize("address", PLACES)
def test_russian_pages_have_no_english_sentence(shop: Workspace, owner: Client, address: str) -> None:
    english = _told(owner, address)
    speak_russian(owner)
    same = {said for said in english & _told(owner, address) if " " in said}
    # what is said in both languages alike has no words of English: names of people, signs, numbers
    left = {said for said in same if sum(sign.isalpha() and sign.isascii() for sign in said) > 3}
    assert left <= {"kogorta refresh"}


def test_a_page_is_light(shop: Workspace, owner: Client) -> None:
    for address in PLACES:
        answer = owner.get(address)
        assert len(gzip.compress(answer.content)) < 100_000, address
