"""Presets at the command line, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kogorta
from tests.core.cli.conftest import Typed
from tests.core.cli.test_russian import english_words, russian
from tests.core.presets.planted import BEFORE_ALL, event, orders
from tests.support import commit


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Give a workspace with an order and a cart."""
    with kogorta.init(tmp_path / "shop", timezone="UTC", language="en") as workspace:
        commit(workspace.warehouse, "orders", orders(ann="2025-06-01"), imported_at=BEFORE_ALL)
        rows = [event("cart_added", "bob", "2025-06-10 06:00")]
        commit(workspace.warehouse, "events", rows, imported_at=BEFORE_ALL)
    return tmp_path / "shop"


def test_one_command_adds_the_quick_start_and_shows_its_sizes(shop: Path, typed: Typed) -> None:
    """Covers: G28, G29, R45."""
    said = typed("presets", "add", "quick_start", "--refresh", "-w", shop)
    assert said.code == 0
    assert "abandoned_cart: written to segments/abandoned_cart.yaml" in said.out
    assert "second_visit: skipped, needs events page_viewed" in said.out
    assert "1 version was registered." in said.out
    assert "Abandoned cart  abandoned_cart          0" in said.out
    assert "abandoned_cart" in typed("segments", "list", "-w", shop).out


def test_the_list_says_what_is_ready_and_what_is_missing(shop: Path, typed: Typed) -> None:
    """Covers: R45."""
    typed("presets", "add", "frequency", "-w", shop)
    said = typed("presets", "list", "-w", shop).out
    assert "Schemes" in said
    assert [line.split()[-1] for line in said.splitlines() if line.startswith("frequency")] == ["added"]
    assert "needs subscriptions" in said
    assert "ready to add" in said
    only = typed("presets", "list", "--need", "R26", "-w", shop).out
    assert "category_interest" in only
    assert "frequency" not in only
    assert "There are no such presets." in typed("presets", "list", "--need", "X1", "-w", shop).out
    assert "visited_staff" in typed("presets", "list", "--business", "salon", "-w", shop).out


def test_the_list_for_programs(shop: Path, typed: Typed) -> None:
    rows = json.loads(typed("presets", "list", "--format", "json", "-w", shop).out)
    cart = next(row for row in rows if row["id"] == "abandoned_cart")
    assert cart["name"] == {"ru": "Брошенная корзина", "en": "Abandoned cart"}
    assert cart["answers"] == ["G16", "G38", "R28", "R29"]
    assert cart["groups"] == ["quick_start"]
    assert cart["parameters"] == {"event": "cart_added", "wait": "4h", "within": "2d"}
    assert (cart["missing_tables"], cart["missing_events"]) == ([], [])
    lines = typed("presets", "list", "--format", "csv", "-w", shop).out.splitlines()
    told = next(line for line in lines if line.startswith("abandoned_cart,"))
    assert "event=cart_added wait=4h within=2d" in told
    assert "G16 G38 R28 R29" in told


def test_a_preset_is_shown_with_sentence_card_and_needs(shop: Path, typed: Typed) -> None:
    """Covers: G30, G31, G32, G33."""
    said = typed("presets", "show", "abandoned_cart", "--set", "wait=6h", "-w", shop).out
    assert "did not place an order within 6 hours after that" in said
    assert "Abandoned cart: sell\n  “Your cart is saved, and one step is all it takes”" in said
    assert "Frequency: at most 3 contacts in 3 days" in said
    assert "Answers: G16, G38, R28, R29" in said
    assert "Parameter wait: how long to wait after the cart, now 6h" in said
    assert "Next: kogorta presets add abandoned_cart" in said
    assert "playbook" not in said
    missing = typed("presets", "show", "subscribers", "-w", shop).out
    assert "Not possible here yet: needs subscriptions." in missing


def test_a_preset_for_programs(shop: Path, typed: Typed) -> None:
    told = json.loads(typed("presets", "show", "abandoned_cart", "--format", "json", "-w", shop).out)
    assert told["document"]["segment"] == "abandoned_cart"
    assert told["document"]["playbook"]["goal"] == "sell"
    assert told["sentence"]["ru"].startswith("Клиенты, которые")
    refused = typed("presets", "show", "abandoned_cart", "--format", "csv", "-w", shop)
    assert (refused.code, "say --format json" in refused.err) == (2, True)


def test_segments_show_tells_the_card_of_a_definition(shop: Path, typed: Typed) -> None:
    """Covers: G30, G31, G32, G33."""
    typed("presets", "add", "abandoned_cart", "-w", shop)
    said = typed("segments", "show", "abandoned_cart", "-w", shop).out
    assert "Abandoned cart: sell" in said
    assert "Channels: push, e-mail, messengers, banner on the site or in the app" in said
    assert "playbook" not in said


def test_files_are_written_and_not_applied(shop: Path, typed: Typed) -> None:
    said = typed("presets", "add", "abandoned_cart", "--no-apply", "-w", shop)
    assert "Not applied. Next: kogorta segments apply" in said.out
    assert "+ abandoned_cart: new, from abandoned_cart.yaml" in typed("segments", "plan", "-w", shop).out
    assert (
        "abandoned_cart: was there already"
        in typed("presets", "add", "abandoned_cart", "--no-apply", "-w", shop).out
    )


@pytest.mark.parametrize(
    ("typed_words", "said"),
    [
        (("add", "subscribers"), "rows in subscriptions"),
        (("add", "abandoned_card"), "did you mean abandoned_cart"),
        (("add", "abandoned_cart", "--set", "wait"), "a parameter is set as NAME=VALUE"),
        (("add", "abandoned_cart", "--set", "weight=4h"), "expected: event, wait, within"),
        (("add", "abandoned_cart", "frequency", "--as", "x"), "one preset at a time"),
        (("add", "abandoned_cart", "--as", "My Cart"), "small Latin letters"),
        (("list", "--business", "circus"), "expected: shop, grocery, salon, b2b"),
    ],
)
def test_mistakes_are_told(shop: Path, typed: Typed, typed_words: tuple[str, ...], said: str) -> None:
    answer = typed("presets", *typed_words, "-w", shop)
    assert answer.code == 2
    assert said in answer.err
    assert not list((shop / "segments").glob("abandoned*"))


def test_everything_is_said_in_russian(shop: Path) -> None:
    """Covers: R45."""
    folder = str(shop)
    listed, shown, added, refused = russian(
        [
            ("presets", "list", "-w", folder),
            ("presets", "show", "abandoned_cart", "-w", folder),
            ("presets", "add", "quick_start", "--refresh", "-w", folder),
            ("presets", "add", "subscribers", "-w", folder),
        ]
    )
    assert (listed.code, shown.code, added.code, refused.code) == (0, 0, 0, 2)
    assert "можно добавить" in listed.out
    assert "Брошенная корзина: продать" in shown.out
    assert "Корзина сохранена" in shown.out
    assert "пропущен" in added.out
    assert "здесь пока невозможен" in refused.err
    ids = {"presets", "quick", "start", "abandoned", "cart", "kogorta", "subscribers", "subscriptions"}
    assert english_words(added.out) <= ids | {
        "category",
        "interest",
        "second",
        "visit",
        "price",
        "or",
        "checkout",
    } | {
        *(
            "promo",
            "clickers",
            "page",
            "viewed",
            "product",
            "yaml",
            "segments",
            "started",
            "promotion",
            "clicked",
        )
    }
    assert english_words(refused.err) <= ids | {"file", "table"}
