"""How unevenly value is spread, and what people prefer: by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import kogorta
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing
from kogorta.metrics.own import own_sizes
from kogorta.metrics.tastes import tastes_of
from kogorta.metrics.worth import tops_of, worth_of
from tests.core.traits.planted import NOW, ago, plant


def order(customer: str, number: int, amount: float, **more: Any) -> dict[str, Any]:
    id_ = f"{customer}{number}"
    return {"order_id": id_, "customer_id": customer, "ordered_at": ago(number + 1), "amount": amount, **more}


@pytest.mark.parametrize(
    ("values", "shares"),
    [
        # of ten people one is the top tenth, two the top fifth, five the top half; the top hundredth is one, rounded up
        ([100, 10, 10, 10, 10, 10, 10, 10, 10, 20], (0.5, 0.5, 0.5, 0.6, 0.75)),
        ([7], (1, 1, 1, 1, 1)),
    ],
)
def test_what_the_largest_bring(values: list[int], shares: tuple[float, ...]) -> None:
    found = tops_of(pa.chunked_array([values]))
    assert [top for top, _ in found] == [1, 5, 10, 20, 50]
    assert tuple(share for _, share in found) == pytest.approx(shares)


def test_worth_of_a_base(tmp_path: Path) -> None:
    """Three bought; one cost more than he brought; one of two with three orders hunts discounts."""
    with kogorta.init(tmp_path / "ws") as ws:
        orders = (
            [order("a", n, 90) for n in range(3)]
            + [order("b", n, 50) for n in range(3)]
            + [order("c", 0, 10)]
        )
        lines = [
            {
                "order_id": row["order_id"],
                "line_no": 1,
                "quantity": 1,
                "unit_price": row["amount"] + 10,
                "unit_cost": 20 if row["customer_id"] == "c" else 30,
            }
            for row in orders
        ]
        discounts = [
            {
                "order_id": row["order_id"],
                "kind": "coupon" if row["customer_id"] == "a" else "manual",
                "amount": 10,
            }
            for row in orders
        ]
        plant(ws, "orders", orders)
        plant(ws, "order_lines", lines)
        plant(ws, "discounts", discounts)
        with ws.view(ago(0)) as view:
            found = worth_of(Ledger(view))
    assert not isinstance(found, Missing)
    assert (found.buyers, found.value) == (3, (270 + 150 + 10) * 100)
    assert (found.losing, found.known) == (1, 3)
    assert (found.hunters, found.repeaters) == (1, 2)
    assert dict(found.tops)[50] == pytest.approx(420 / 430)


def test_without_orders_nothing_is_told(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "ws") as ws, ws.view(ago(0)) as view:
        assert isinstance(worth_of(Ledger(view)), Missing)


def test_preferences_by_hand(tmp_path: Path) -> None:
    """Covers: G12, L08. Two buy on line, one in a shop; 1 June 2026 is a Monday, 15:00 in Moscow."""
    with kogorta.init(tmp_path / "ws") as ws:
        rows = [
            {"order_id": "1", "customer_id": "a", "ordered_at": ago(7), "amount": 10, "channel": "online"},
            {"order_id": "2", "customer_id": "b", "ordered_at": ago(6), "amount": 10, "channel": "online"},
            {"order_id": "3", "customer_id": "c", "ordered_at": ago(7), "amount": 10, "channel": "shop"},
        ]
        plant(ws, "orders", rows)
        with ws.view(ago(0)) as view:
            found = {taste.trait: taste for taste in tastes_of(Ledger(view), is_salon=False)}
    assert found["main_channel"].values == (("online", 2), ("shop", 1))
    assert found["main_weekday"].values == ((1, 2), (2, 1))
    assert found["main_hour"].values == ((15, 3),)
    assert "main_brand" not in found


def test_own_segments_are_counted(tmp_path: Path) -> None:
    with kogorta.init(tmp_path / "ws") as ws:
        plant(ws, "orders", [order("a", n, 90) for n in range(3)] + [order("b", 0, 5)])
        ws.define(
            "scheme: size\nname: {ru: Размер, en: Size}\nbase: ordered\nsegments:\n"
            "- {id: large, name: {ru: Крупные, en: Large}, where: {trait: average_order, at_least: 50}}\n"
            "otherwise: {id: small, name: {ru: Мелкие, en: Small}}"
        )
        ws.define("segment: often\nname: {ru: Часто, en: Often}\nwhere: {trait: orders_count, at_least: 3}")
        with ws.view(NOW) as view:
            found = own_sizes(Ledger(view))
    assert [(item.id, item.is_free) for item in found] == [("size", False), ("often", True)]
    assert [(id_, words["en"], n) for id_, words, n in found[0].segments] == [
        ("large", "Large", 1),
        ("small", "Small", 1),
    ]
    assert [n for _, _, n in found[1].segments] == [1]
