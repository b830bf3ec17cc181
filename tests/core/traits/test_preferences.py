"""What goods people prefer: by the money of lines, by what they bought last, by what goes with it, by what they look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from tests.core.language.facts import EVERYTHING, Point, Row, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, one, row, told, world

GOODS = (
    *("main_category_share", "main_brand", "main_brand_share", "main_product", "main_product_share"),
    *("categories_count", "brands_count"),
)
TICK = timedelta(microseconds=1)
LONG_AGO = "2026-01-01T00:00"

Rows = list[tuple[str, Row]]


def order(id_: str, at: Any = "2026-06-01T10:00", customer: str = "ann", **cells: Any) -> tuple[str, Row]:
    given = {"order_id": id_, "customer": customer, "ordered_at": at, "status": "completed"}
    return row("orders", **(given | cells))


def line(
    order_id: str, product_id: str | None, amount: int, number: int = 1, **cells: Any
) -> tuple[str, Row]:
    given = {"order_id": order_id, "line_no": number, "product_id": product_id, "amount": amount}
    return row("order_lines", **(given | cells))


def product(id_: str, category: str | None = None, brand: str | None = None, **cells: Any) -> tuple[str, Row]:
    return row("products", product_id=id_, category=category, brand=brand, **cells)


def bought(product_id: str, amount: int = 100, customer: str = "ann", at: str = "2026-06-01T10:00") -> Rows:
    """An order of one line; its id tells what it is."""
    id_ = f"{customer} {product_id} {at}"
    return [order(id_, at, customer), line(id_, product_id, amount)]


CATALOGUE = [
    product("beans", "Coffee/Beans", "Lavazza"),
    product("maker", "Machines/Coffee", "Bork"),
    product("cup", "Dishes", "Bork"),
    product("post", "Delivery", "Post", kind="fee"),
]


# --- by the money of lines --------------------------------------------------------------------------


def test_most_money_ever_is_preferred(store: Store) -> None:
    """Covers: G12, L08, S10, S14"""
    base = world(
        *CATALOGUE,
        *bought("beans", 300),
        *bought("beans", 300, at="2026-06-02T10:00"),
        *bought("maker", 500),
        *bought("cup", 150),
        *bought("cup", 100, "bob"),
    )
    found = told(store, base, GOODS)
    # coffee 600 of 1250; Bork 500 + 150 of 1250; beans 600 of 1250
    assert found["ann"] == {
        "main_category_share": 600 / 1250,
        "main_brand": "Bork",
        "main_brand_share": 650 / 1250,
        "main_product": "beans",
        "main_product_share": 600 / 1250,
        "categories_count": 3,
        "brands_count": 2,
    }
    assert found["bob"]["main_product"] == "cup"
    assert found["bob"]["main_product_share"] == 1.0


def test_discounts_and_returns_are_taken_off(store: Store) -> None:
    base = world(
        *CATALOGUE,
        *bought("beans", 400),
        order("o", amount=900),
        line("o", "maker", 1000),
        row(
            "discounts",
            order_id="o",
            line_no=1,
            kind="coupon",
            amount=100,
            ordered_at="2026-06-01T10:00",
        ),
        row("returns", return_id="r", customer="ann", order_id="o", line_no=1, returned_at=NOW, amount=600),
    )
    before = told(store, base, GOODS)["ann"]
    assert (before["main_product"], before["main_product_share"]) == ("maker", 900 / 1300)
    after = told(store, base, GOODS, Point(NOW + TICK))["ann"]
    assert (after["main_product"], after["main_product_share"]) == ("beans", 400 / 700)


def test_what_was_given_back_wholly_has_no_share_and_losses_are_no_part(store: Store) -> None:
    back = [
        row(
            "returns",
            return_id=str(number),
            customer="ann",
            order_id=id_,
            line_no=1,
            returned_at="2026-06-10",
            amount=sum_,
        )
        for number, (id_, sum_) in enumerate(
            {"ann beans 2026-06-01T10:00": 150, "ann cup 2026-06-01T10:00": 100}.items()
        )
    ]
    base = world(*CATALOGUE, *bought("beans"), *bought("cup"), *back)
    nothing = told(store, base, GOODS)["ann"]
    assert (nothing["main_product"], nothing["main_product_share"]) == ("cup", None)
    kept = told(
        store, world(*CATALOGUE, *bought("beans"), *bought("cup"), *bought("maker", 70), *back), GOODS
    )["ann"]
    assert (kept["main_product"], kept["main_product_share"]) == ("maker", 1.0)
    assert kept["categories_count"] == 3


def test_ties_fall_to_the_first_in_code_point_order(store: Store) -> None:
    names = [product("b", "кофе", "б"), product("a", "Чай", "Я"), product("Z", "Яд", "а")]
    base = world(*names, *bought("b"), *bought("a"), *bought("Z"))
    found = told(store, base, GOODS)["ann"]
    assert (found["main_product"], found["main_brand"]) == ("Z", "Я")


def test_fees_are_nobodys_preference(store: Store) -> None:
    base = world(*CATALOGUE, *bought("post", 900), *bought("cup", 100), *bought("post", 100, "bob"))
    found = told(store, base, GOODS)
    assert found["ann"]["main_product"] == "cup"
    assert (found["ann"]["categories_count"], found["ann"]["brands_count"]) == (1, 1)
    # the category is told as it always was
    assert found["ann"]["main_category_share"] == 0.9
    assert (found["bob"]["main_product"], found["bob"]["brands_count"]) == (None, 0)


def test_goods_that_the_catalogue_does_not_know(store: Store) -> None:
    unknown = [order("n"), line("n", None, 900)]
    found = told(store, world(*CATALOGUE, *bought("beans"), *bought("mystery", 300), *unknown), GOODS)["ann"]
    assert (found["main_product"], found["main_product_share"]) == ("mystery", 0.75)
    assert (found["main_brand"], found["main_brand_share"], found["brands_count"]) == ("Lavazza", 1.0, 1)
    alone = told(store, world(*bought("mystery")), GOODS)["ann"]
    assert (alone["main_product"], alone["main_brand"], alone["categories_count"]) == ("mystery", None, 0)


def test_two_ids_are_one_person_and_only_counted_orders_before_the_instant_count(store: Store) -> None:
    base = world(
        *CATALOGUE,
        *bought("beans", 100),
        *bought("beans", 100, "ann2"),
        *bought("cup", 150),
        order("late", NOW),
        line("late", "maker", 900),
        order("off", status="cancelled"),
        line("off", "maker", 900),
        same={"ann2": "ann"},
    )
    found = told(store, base, GOODS)
    assert set(found) == {"ann"}
    assert (found["ann"]["main_product"], found["ann"]["main_product_share"]) == ("beans", 200 / 350)
    assert one(store, base, "main_product", point=Point(NOW + TICK)) == "maker"


def test_what_was_learned_later_counts_from_then(store: Store) -> None:
    late = [order("x", ingest_seq=2), line("x", "maker", 900, ingest_seq=2, valid_at=utc("2026-06-01"))]
    base = world(*CATALOGUE, *bought("beans"), *late)
    assert one(store, base, "main_product", point=Point(NOW, 1)) == "beans"
    assert one(store, base, "main_product", point=Point(NOW, EVERYTHING)) == "maker"


def test_the_share_of_the_main_category_is_that_of_the_account_in_b2b(store: Store) -> None:
    people = [
        row("customers", customer=name, account_id="acme", created_at=LONG_AGO)
        for name in ("ann", "bob", "cyd")
    ]
    base = world(
        *CATALOGUE, *people, *bought("beans", 300), *bought("cup", 100, "bob"), *bought("cup", 50, "eve")
    )
    found = told(store, base, ("main_category_share",), meaning=Meaning(business=Business.B2B))
    shares = {name: cells["main_category_share"] for name, cells in found.items()}
    assert shares == {"ann": 0.75, "bob": 0.75, "cyd": 0.75, "eve": 1.0}


# --- by what was bought last ------------------------------------------------------------------------


def test_the_category_of_the_dearest_line_of_the_last_order(store: Store) -> None:
    base = world(
        *CATALOGUE,
        *bought("maker", 9000),
        order("2", "2026-06-02T10:00"),
        line("2", "beans", 200, 1),
        line("2", "cup", 200, 2),
        line("2", "post", 900, 3),
        line("2", "mystery", 900, 4),
        order("2 later", "2026-06-02T10:00"),
        line("2 later", "maker", 300),
    )
    # two orders at one instant, two lines of one amount, a fee and an unknown product
    assert one(store, base, "last_category") == "Coffee"
    after = world(*CATALOGUE, *bought("maker"), order("3", NOW - TICK), line("3", "mystery", 5))
    assert one(store, after, "last_category") is None
    assert one(store, after, "last_category", point=Point(NOW - TICK)) == "Machines"


# --- what goes with it ------------------------------------------------------------------------------


def test_the_complement_that_most_goods_name_is_next(store: Store) -> None:
    """Covers: G12"""
    goods = [
        product("maker", complements="beans|filter|descaler"),
        product("mill", complements="beans|brush"),
        product("pot", complements="filter|ghost|filter|beans"),
        *[product(id_) for id_ in ("beans", "filter", "descaler", "brush")],
    ]
    told_of = {
        "nothing yet": [],
        "maker": ["maker"],
        "maker twice": ["maker", "maker"],
        "all": ["maker", "mill", "pot"],
        "beans, too": ["maker", "mill", "pot", "beans"],
        "everything": ["pot", "beans", "filter"],
        "only beans": ["beans"],
    }
    orders = [
        item
        for name, items in told_of.items()
        for number, id_ in enumerate(items, 1)
        for item in bought(id_, customer=name, at=f"2026-06-0{number}T10:00")
    ]
    seen = row("events", event_id="e", customer="nothing yet", name="page_viewed", at="2026-06-01")
    found = told(store, world(*goods, *orders, seen), ("next_complement",))
    assert {name: cells["next_complement"] for name, cells in found.items()} == {
        "nothing yet": None,
        "maker": "beans",
        "maker twice": "beans",
        "all": "beans",
        "beans, too": "filter",
        # a ghost stands in no catalogue
        "everything": None,
        "only beans": None,
    }


def test_complements_are_those_of_the_newest_version_of_a_product(store: Store) -> None:
    newer = product("maker", complements="filter", version_no=2, ingest_seq=2, valid_at=utc("2026-06-20"))
    goods = [product("maker", complements="beans"), newer, product("beans"), product("filter")]
    base = world(*goods, *bought("maker"))
    assert one(store, base, "next_complement") == "filter"
    assert one(store, base, "next_complement", point=Point(NOW, 1)) == "beans"
    assert one(store, base, "next_complement", point=Point(utc("2026-06-20"))) == "beans"


# --- what they look at ------------------------------------------------------------------------------


def view(id_: str, category: str | None, at: Any, name: str = "product_viewed") -> tuple[str, Row]:
    return row("events", event_id=id_, customer="ann", name=name, at=at, category=category)


def test_interest_is_what_was_looked_at_most_within_30_days(store: Store) -> None:
    edge = NOW - timedelta(days=30)
    base = world(
        view("1", "Coffee/Beans", edge),
        view("2", "Tea", edge - TICK),
        view("3", "Tea", NOW - TICK),
        view("4", "Tea", NOW),
        view("5", "Tea", edge, "cart_added"),
        view("6", None, edge),
    )
    # one of each: the first in order
    assert one(store, base, "interest_category") == "Coffee"
    assert one(store, base, "interest_category", point=Point(NOW + TICK)) == "Tea"
    assert one(store, base, "interest_category", point=Point(NOW - TICK)) == "Coffee"
    assert one(store, base, "interest_category", point=Point(NOW + timedelta(days=31))) is None
