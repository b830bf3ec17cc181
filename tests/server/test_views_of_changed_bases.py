"""Pages of bases that have nothing, or change: each test has its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from kogorta.membership.attempts import attempt
from kogorta.report.model import Rfm
from kogorta.workspace import Workspace, create
from kogorta_server import base
from tests.server.conftest import served
from tests.server.markup import cells, number, of_class, page, text
from tests.server.views import PLACES, speak_russian


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Workspace]:
    """Serve a workspace with nothing in it."""
    create(tmp_path / "bare", "shop", name="Пусто", currency="RUB", timezone="Europe/Moscow", language="ru")
    yield served(tmp_path / "bare")
    base.close_base()


def test_a_failed_refresh_is_told_with_its_reason_in_both_languages(
    own_shop: Workspace, owner: Client
) -> None:
    at = own_shop.instant("2026-11-02")
    with pytest.raises(RuntimeError), attempt(own_shop.warehouse, at, at):
        raise RuntimeError("the disk is on fire")
    failed = base.failure()
    assert failed is not None
    said = text(page(owner, "/"))
    assert failed.reason["en"].rstrip(".")[:60] in said
    assert "failed" in said
    speak_russian(owner)
    assert failed.reason["ru"].rstrip(".")[:60] in text(page(owner, "/"))


@pytest.mark.parametrize("address", PLACES)
def test_without_a_refresh_pages_say_what_to_do(bare: Workspace, owner: Client, address: str) -> None:
    said = text(page(owner, address))
    if address != "/components/":
        assert "There are no numbers yet: bring in orders, and refresh." in said


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_base_without_orders_is_no_error(bare: Workspace, tmp_path: Path, owner: Client, lang: str) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,email\n1,a@example.com\n2,b@example.com\n")
    bare.import_file(file, table="customers")
    bare.refresh()
    bare.refresh()
    base.take_reading()
    if lang == "ru":
        speak_russian(owner)
    for address in PLACES:
        page(owner, address)
    [tiles] = of_class(page(owner, "/"), "tiles")
    assert number(tiles[0][1]) == 2


def test_pictures_of_a_scheme_show_whom_its_refresh_recorded(
    own_shop: Workspace, tmp_path: Path, owner: Client
) -> None:
    """RFM is refreshed weekly: a day later somebody's scores are new, and his segment is not."""
    lost = own_shop.members("rfm_simple.lost", "2026-11-01", recorded=True)["customer_id"].to_pylist()
    file = tmp_path / "orders.csv"
    rows = [f"{name}-{n},{name},2026-11-01T1{n}:00:00Z,90000.00" for name in lost[:4] for n in range(5)]
    file.write_text("\n".join(["order_id,customer_id,ordered_at,amount", *rows, ""]))
    assert own_shop.import_file(file, "orders").loaded == len(rows)
    own_shop.refresh_due("2026-11-02T12:00")
    base.take_reading()
    reading = base.reading()
    assert reading is not None
    assert reading.segments["rfm_simple.lost"].people == len(lost)
    rfm = reading.report.rfm
    assert isinstance(rfm, Rfm)
    assert {size.id: size.customers for size in rfm.simple.segments}["lost"] < len(lost)
    tree = page(owner, "/schemes/rfm_simple/")
    assert "Segments move at their own cadence" in text(tree)
    [told] = {number(row[2]) for row in cells(tree) if text(row[0]) == "Lost"}
    tiles = {text(title) for title in tree.iter("title")} | {
        text(title) for title in tree.iter("{http://www.w3.org/2000/svg}title")
    }
    assert told == len(lost)
    assert any(tile.startswith("Lost:") and tile.endswith(f"{told} customers") for tile in tiles)


def test_a_segment_within_another_is_told(own_shop: Workspace, owner: Client) -> None:
    for name, most in (("three", 3), ("three_again", 3), ("four", 4)):
        own_shop.define(
            f"segment: {name}\nname: {{ru: {name}, en: {name}}}\nwhere: {{trait: orders_count, at_least: {most}}}"
        )
    own_shop.refresh("2026-11-02")
    base.take_reading()
    said = text(page(owner, "/overlap/"))
    assert "“three” and “three_again” are nearly the same: 100%" in said
    assert "“four” lies within “three”: 100%" in said
