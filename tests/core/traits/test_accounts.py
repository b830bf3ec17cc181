"""B2B: what several people of one account are together."""

from __future__ import annotations

from pathlib import Path

from kogorta.config import update
from tests.core.traits.planted import ago, holds, plant, planted, said

NAMES = ("account_people", "account_orders", "account_revenue")


def test_an_account_is_told_by_all_of_its_people(tmp_path: Path) -> None:
    """Covers: P16"""
    people = [
        {"customer_id": name, "account_id": account, "created_at": ago(90)}
        for name, account in (("a", "x"), ("b", "x"), ("c", "y"), ("d", None))
    ]
    orders = [
        {"order_id": "1", "customer_id": "a", "ordered_at": ago(9), "amount": 10},
        {"order_id": "2", "customer_id": "b", "ordered_at": ago(8), "amount": 25},
        {"order_id": "3", "customer_id": "d", "ordered_at": ago(8), "amount": 99},
    ]
    ws = planted(tmp_path, {"customers": people, "orders": orders})
    assert said(ws, *NAMES) == {
        "a": (2, 2, 3500),
        "b": (2, 2, 3500),
        "c": (1, 0, 0),
        "d": (None, None, None),
    }
    ws.define("segment: big\nname: {ru: Крупные, en: Big}\nwhere: {trait: account_revenue, at_least: 100}")
    ws.refresh(as_of=ago(0))
    # an order of one of them moves the other, also when few people are asked for
    plant(ws, "orders", [{"order_id": "4", "customer_id": "a", "ordered_at": ago(0, -30), "amount": 100}])
    ws.refresh(as_of=ago(0, -60))
    inside = ws.members("big", as_of=ago(0, -60), recorded=True)["customer_id"].to_pylist()
    assert sorted(inside) == ["a", "b"]
    assert holds(ws, "big", "b", ago(0, -60))


def test_terms_are_those_of_the_account(tmp_path: Path) -> None:
    """A name of a price list is looked at in small letters; what is told of an account moves all of its people. Covers: P16, R36"""
    people = [
        {"customer_id": name, "account_id": account, "created_at": ago(90)}
        for name, account in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "z"), ("e", None), ("f", "w"))
    ]
    accounts = [
        {"account_id": "x", "price_type": "Крупный ОПТ"},
        {"account_id": "y", "price_type": "Розничная"},
        {"account_id": "z", "price_type": " "},
    ]
    ws = planted(tmp_path, {"customers": people, "accounts": accounts})
    names = ("account_price_type", "is_wholesale_account")
    assert said(ws, *names) == {
        "a": ("Крупный ОПТ", 1),
        "b": ("Крупный ОПТ", 1),
        "c": ("Розничная", 0),
        "d": (None, 0),
        "e": (None, 0),
        "f": (None, 0),
    }
    ws.define(
        "segment: firms\nname: {ru: Опт, en: Wholesale}\nwhere: {trait: is_wholesale_account, is: true}"
    )
    ws.refresh(as_of=ago(0))
    plant(ws, "accounts", [{"account_id": "w", "price_type": "Dealer"}])
    ws.refresh(as_of=ago(0, -60))
    inside = ws.members("firms", as_of=ago(0, -60), recorded=True)["customer_id"].to_pylist()
    assert sorted(inside) == ["a", "b", "f"]


def test_a_business_says_what_is_wholesale(tmp_path: Path) -> None:
    """Covers: P16"""
    people = [{"customer_id": name, "account_id": name, "created_at": ago(90)} for name in ("x", "y")]
    accounts = [{"account_id": "x", "price_type": "Колонка 3"}, {"account_id": "y", "price_type": "Опт"}]
    ws = planted(tmp_path, {"customers": people, "accounts": accounts})
    ws.config = update(ws.folder, {"accounts": {"wholesale": ["колонка 3", "колонка 4"]}})
    assert said(ws, "is_wholesale_account") == {"x": 1, "y": 0}
