"""Margin, what winning a customer cost, what is left, and his value of 24 months."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.traits.planted import NOW, ago, planted, said


def order(order_id: str, customer: str, amount: float, days: float = 10, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "customer_id": customer, "ordered_at": ago(days), "amount": amount, **more}


def line(order_id: str, number: int, price: float, cost: float | None, **more: Any) -> dict[str, Any]:
    own = {"order_id": order_id, "line_no": number, "quantity": 1, "unit_price": price, "unit_cost": cost}
    return own | more


def test_margin_is_revenue_less_what_it_cost(tmp_path: Path) -> None:
    """Covers: R34, R35, S23"""
    ws = planted(
        tmp_path,
        {
            "orders": [order("1", "a", 100, cost_to_serve=7), order("2", "a", 40)],
            "order_lines": [line("1", 1, 60, 30), line("1", 2, 40, 25), line("2", 1, 40, 10)],
        },
    )
    assert said(ws, "margin_total", "ltv_to_date") == {"a": (6800, 6800)}


@pytest.mark.parametrize(("unknown", "margin"), [(5, 9500 - 5000 + 500), (6, None)])
def test_it_is_missing_unless_costs_cover_95_percent(
    tmp_path: Path, unknown: int, margin: int | None
) -> None:
    """Of 100 sold the cost of 95 is known, or of 94."""
    ws = planted(
        tmp_path,
        {
            "orders": [order("1", "a", 100)],
            "order_lines": [line("1", 1, 100 - unknown, 50), line("1", 2, unknown, None)],
        },
    )
    assert said(ws, "margin_total") == {"a": margin}


def test_what_comes_back_gives_its_cost_back_if_it_can_be_sold_again(tmp_path: Path) -> None:
    back = {"customer_id": "a", "returned_at": ago(5), "quantity": 1, "amount": 60}
    ws = planted(
        tmp_path,
        {
            "orders": [order("1", "a", 100), order("2", "b", 100)],
            "order_lines": [
                *(line("1", 1, 60, 30), line("1", 2, 40, 25)),
                *(line("2", 1, 60, 30), line("2", 2, 40, 25)),
            ],
            "returns": [
                {**back, "return_id": "r1", "order_id": "1", "line_no": 1, "resaleable": True},
                {
                    **back,
                    "return_id": "r2",
                    "customer_id": "b",
                    "order_id": "2",
                    "line_no": 1,
                    "resaleable": False,
                },
            ],
        },
    )
    assert said(ws, "margin_total") == {"a": 1500, "b": -1500}
    assert said(ws, "returns_count", "returned_amount", "return_share")["a"] == (1, 6000, 0.6)


def test_a_fee_needs_no_cost_and_a_product_may_tell_it(tmp_path: Path) -> None:
    ws = planted(
        tmp_path,
        {
            "products": [
                {"product_id": "post", "kind": "fee"},
                {"product_id": "cup", "kind": "good", "unit_cost": 12.5},
            ],
            "orders": [order("1", "a", 70)],
            "order_lines": [
                line("1", 1, 25, None, product_id="cup", quantity=2),
                line("1", 2, 20, None, product_id="post"),
            ],
        },
    )
    assert said(ws, "margin_total") == {"a": 7000 - 2500}


PEOPLE: list[dict[str, Any]] = [
    {"customer_id": "told", "acquisition_source": "ads", "acquisition_cost": 30, "created_at": ago(90)},
    {"customer_id": "one", "acquisition_source": "ads", "created_at": ago(90)},
    {"customer_id": "two", "acquisition_source": "ads", "created_at": ago(90)},
    {"customer_id": "three", "acquisition_source": "ads", "created_at": ago(90)},
    {"customer_id": "friend", "acquisition_source": "friends", "created_at": ago(90)},
    {"customer_id": "nobody", "created_at": ago(90)},
]


def test_the_spend_of_a_source_is_shared_by_whom_it_brought(tmp_path: Path) -> None:
    """Covers: G19, R35, P04. 100.00 over three is 33.33; who came from elsewhere cost nothing."""
    spend: list[dict[str, Any]] = [
        {"date": "2026-05-01", "source": "ads", "cost": 60},
        {"date": "2026-05-02", "source": "ads", "cost": 40},
        {"date": "2026-06-02", "source": "ads", "cost": 900},
        {"date": "2026-05-02", "source": "radio", "cost": 500},
    ]
    ws = planted(tmp_path, {"customers": PEOPLE, "ad_spend": spend})
    assert said(ws, "winning_cost") == {
        "told": 3000,
        "one": 3333,
        "two": 3333,
        "three": 3333,
        "friend": 0,
        "nobody": 0,
    }


def test_where_nobody_tells_what_winning_costs_it_is_missing(tmp_path: Path) -> None:
    people = [{"customer_id": "one", "acquisition_source": "ads", "created_at": ago(90)}]
    ws = planted(tmp_path, {"customers": people})
    assert said(ws, "winning_cost", "is_paid_back") == {"one": (None, 0)}


def test_payback(tmp_path: Path) -> None:
    """Covers: P04. A margin of 30.00 pays 30.00 back and not 30.01; who cost nothing has no ratio."""
    people = [
        {"customer_id": name, "acquisition_cost": cost, "created_at": ago(90)}
        for name, cost in (("even", 30), ("short", 30.01), ("free", 0))
    ]
    orders = [order(name, name, 50) for name in ("even", "short", "free")]
    lines = [line(name, 1, 50, 20) for name in ("even", "short", "free")]
    ws = planted(tmp_path, {"customers": people, "orders": orders, "order_lines": lines})
    found = said(ws, "ltv_to_date", "payback_ratio", "is_paid_back")
    assert found == {
        "even": (0, 1.0, 1),
        "short": (-1, pytest.approx(3000 / 3001), 0),
        "free": (3000, None, 1),
    }


def test_value_looks_back_730_days(tmp_path: Path) -> None:
    """An order exactly 730 days old is inside, one a second older is not."""
    rows = [order("1", "a", 10, days=730), order("2", "b", 20, days=730.0000116), order("3", "b", 30)]
    ws = planted(tmp_path, {"orders": rows})
    assert said(ws, "value_amount", "value_orders") == {"a": (1000, 1), "b": (3000, 1)}


def test_a_return_without_an_order_counts_when_it_happened(tmp_path: Path) -> None:
    """He bought for 100 three years ago and brought 30 back last week; who only brings back bought nothing."""
    back = {"returned_at": ago(7), "quantity": 1, "amount": 30}
    ws = planted(
        tmp_path,
        {
            "orders": [order("1", "a", 100, days=1100)],
            "order_lines": [line("1", 1, 100, 20)],
            "returns": [
                {**back, "return_id": "r", "customer_id": "a"},
                {**back, "return_id": "s", "customer_id": "b"},
            ],
        },
    )
    found = said(ws, "margin_total", "value_amount", "value_orders", "revenue_total")
    assert found == {"a": (5000, -3000, 0, 7000), "b": (None, None, 0, 0)}


def test_value_by_margin_where_the_workspace_says_so(tmp_path: Path) -> None:
    tables = {
        "orders": [order("1", "a", 100), order("2", "a", 80, days=800)],
        "order_lines": [line("1", 1, 100, 60), line("2", 1, 80, None)],
    }
    ws = planted(tmp_path, tables, settings='[value]\nmeasure = "margin"\n')
    # all history covers too little; the last 730 days cover everything
    assert said(ws, "value_amount", "margin_total") == {"a": (4000, None)}


def test_a_measure_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="value"):
        planted(tmp_path, {}, settings='[value]\nmeasure = "love"\n')


def test_time_alone_takes_value_away_without_looking_at_everyone(tmp_path: Path) -> None:
    """The edge of the 730 days passes between two refreshes: an incremental run finds whom it concerns."""
    rows = [order("old", "a", 100, days=730), *(order(f"n{n}", f"n{n}", 100) for n in range(40))]
    ws = planted(tmp_path, {"orders": rows})
    ws.define("segment: worth\nname: {ru: Ценные, en: Worth}\nwhere: {trait: value_amount, at_least: 50}")
    first = ws.refresh(as_of=NOW.isoformat() + "Z")
    second = ws.refresh(as_of=ago(0, -60))
    assert first.whole_pass is not None
    assert (second.whole_pass, second.looked_at) == (None, 1)
    assert "a" not in ws.members("worth", as_of=ago(0, -60), recorded=True)["customer_id"].to_pylist()
