"""What cards leave open for each customer, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.config import parse
from kogorta.definitions.presets import preset
from kogorta.membership.personal import Variables, variables
from kogorta.membership.view import open_view
from kogorta.vocab import Business
from kogorta.warehouse.store import Warehouse
from tests.core.presets.planted import BEFORE_ALL, Base, orders
from tests.support import commit, day, order

SPENDERS = [order(f"o{n}", f"c{n:02}", "2025-05-01", n * 10_000) for n in range(1, 21)]


def found(folder: Path, base: Base, **settings: Any) -> dict[str, Variables]:
    """Plant a base and return the variables of everyone."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    try:
        for table, rows in base.items():
            commit(warehouse, table, rows, imported_at=BEFORE_ALL)
        config = parse({"workspace": {"timezone": "UTC"}, "rfm": {"window_days": 365}, **settings})
        with open_view(warehouse, config, day("2025-06-10")) as view:
            return variables(view)
    finally:
        warehouse.close()


def test_the_top_share_is_rounded_up(tmp_path: Path) -> None:
    """Covers: R06. Of twenty, 19/20 are worse than the best: 5 %; the eleventh best has 9/20 below him."""
    known = found(tmp_path, {"orders": SPENDERS})
    assert [known[f"c{n:02}"].top_percent for n in range(20, 8, -1)] == [
        *(5, 10, 20, 20, 30, 30, 50, 50, 50, 50),
        *(None, None),
    ]


def test_who_bought_nothing_is_in_no_top_share(tmp_path: Path) -> None:
    """Covers: R06."""
    base = {"orders": SPENDERS[:1], "customers": [{"customer_id": "new", "created_at": day("2025-01-01")}]}
    assert found(tmp_path, base)["new"] == Variables()


def product(id_: str, price: int | None, complements: str | None = None) -> dict[str, Any]:
    """A good at a price in units of the currency."""
    minor = None if price is None else price * 100
    return {"product_id": id_, "name": id_, "kind": "good", "price": minor, "complements": complements}


def line(order_id: str, product_id: str) -> dict[str, Any]:
    """One unit of a product."""
    return {"order_id": order_id, "line_no": 1, "product_id": product_id, "quantity_micro": 1_000_000}


GOODS = {
    "products": [
        product("maker", 1000, "beans|filter|lost"),
        product("beans", 300),
        product("filter", 200),
        product("mug", 100, "tea"),
        product("tea", 900),
        product("gift", None, "tea"),
    ],
    "orders": orders(
        ann="2025-05-01",
        bob="2025-05-01, 2025-05-02",
        cid="2025-05-01, 2025-05-02",
        dan="2025-05-01",
        eve="2025-05-01",
    ),
    "order_lines": [
        line("ann0", "maker"),
        *(line("bob0", "maker"), line("bob1", "beans")),
        *(line("cid0", "maker"), line("cid1", "mug")),
        line("dan0", "tea"),
        line("eve0", "gift"),
    ],
}


@pytest.mark.parametrize(
    ("discount", "expected"),
    [
        # maker 1000 with beans 300 and filter 200: 10 % of 500 are 50 of 1500, 3.3 %
        # without the beans, that he has: 20 of 1200, 1.7 %; a mug of 100 with tea of 900: 90 of 1000
        (10, {"ann": 3, "bob": 1, "cid": 9, "dan": None, "eve": None}),
        (18, {"ann": 6, "bob": 3, "cid": 16, "dan": None, "eve": None}),
        (0, {"ann": None, "bob": None, "cid": None, "dan": None, "eve": None}),
    ],
)
def test_a_bundle_saves_its_discount_on_what_is_added(
    tmp_path: Path, discount: int, expected: dict[str, int | None]
) -> None:
    """Covers: R07."""
    known = found(tmp_path, GOODS, playbooks={"bundle_discount_pct": discount})
    assert {who: known[who].bundle_saving for who in expected} == expected


def test_a_base_without_products_saves_nobody_anything(tmp_path: Path) -> None:
    """Covers: R07."""
    assert {one.bundle_saving for one in found(tmp_path, {"orders": SPENDERS}).values()} == {None}


def test_texts_are_filled_in_the_language_of_the_reader() -> None:
    """Covers: R06, R07."""
    known = Variables(top_percent=10, bundle_saving=18)
    assert known.fill("You are among our top {top_percent}", "en") == "You are among our top 10%"
    assert known.fill("Комплект выгоднее на {bundle_saving}", "ru") == "Комплект выгоднее на 18\u00a0%"
    assert known.fill("Nothing is left open", "en") == "Nothing is left open"


def test_a_text_that_cannot_be_filled_is_for_nobody() -> None:
    """Covers: R06."""
    assert Variables(bundle_saving=18).fill("You are among our top {top_percent}", "en") is None


def test_the_stored_frame_tells_whom_one_is_compared_with(tmp_path: Path) -> None:
    """Covers: R06. Newcomers who spend more change nothing until a new frame is taken."""
    definition = preset("top_share", Business.SHOP)
    with kogorta.init(tmp_path / "ws", timezone="UTC") as workspace:
        commit(workspace.warehouse, "orders", SPENDERS, imported_at=BEFORE_ALL)
        workspace.add_presets([definition.id])
        workspace.refresh(as_of="2025-06-10")
        rich = [order(f"n{n}", f"n{n}", "2025-06-11", 1_000_000) for n in range(5)]
        commit(workspace.warehouse, "orders", rich, imported_at=BEFORE_ALL)
        later = workspace.variables(["c20", "c19", "n0"], as_of="2025-06-12")
        assert {who: one.top_percent for who, one in later.items()} == {"c20": 5, "c19": 10, "n0": 1}
        workspace.refresh(as_of="2025-06-12", full=True)
        # now 19 of 25 are worse: 76 %; and 18 of 25: 72 %
        anew = workspace.variables(["c20", "c19"], as_of="2025-06-12")
        assert {who: one.top_percent for who, one in anew.items()} == {"c20": 30, "c19": 30}
