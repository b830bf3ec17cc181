"""Units of orders: their sum, their median, and who buys many times more at once than others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.traits.planted import ago, planted, said


def base(units: dict[str, list[float]], **more: Any) -> dict[str, list[dict[str, Any]]]:
    """Each customer's orders, each of one line with so many units."""
    orders, lines = [], []
    for customer, quantities in units.items():
        for number, quantity in enumerate(quantities):
            id_ = f"{customer}{number}"
            orders.append(
                {"order_id": id_, "customer_id": customer, "ordered_at": ago(number + 1), "amount": 10}
            )
            lines.append({"order_id": id_, "line_no": 1, "quantity": quantity, "unit_price": 10, **more})
    return {"orders": orders, "order_lines": lines}


def test_units_and_their_lower_median(tmp_path: Path) -> None:
    ws = planted(tmp_path, base({"a": [1, 4, 2, 9], "b": [3]}))
    assert said(ws, "units_total", "units_per_order") == {"a": (16, 2), "b": (3, 3)}


def test_what_is_weighed_counts_one_and_a_fee_nothing(tmp_path: Path) -> None:
    tables = base({"a": [0.350, 2], "b": [12.5]})
    tables["order_lines"][1]["product_id"] = "post"
    ws = planted(tmp_path, {"products": [{"product_id": "post", "kind": "fee"}], **tables})
    assert said(ws, "units_total", "units_per_order") == {"a": (1, 1), "b": (1, 1)}


@pytest.mark.parametrize(
    ("mine", "is_bulk"),
    [([5, 5, 5], 1), ([4, 5, 5], 1), ([4, 4, 9], 0), ([50, 50], 0), ([10, 10, 10, 4], 1)],
)
def test_bulk_is_five_times_the_base_in_three_orders(tmp_path: Path, mine: list[float], is_bulk: int) -> None:
    """Covers: R36. Three others take one unit at a time, so that the base's median is 1."""
    ws = planted(tmp_path, base({"x": [1], "y": [1], "z": [1], "me": mine}))
    assert said(ws, "is_bulk_buyer") == {"x": 0, "y": 0, "z": 0, "me": is_bulk}


def test_a_return_without_an_order_is_whoever_it_names(tmp_path: Path) -> None:
    """Covers: R40"""
    back = {"returned_at": ago(0.5), "quantity": 1}
    ws = planted(
        tmp_path,
        {
            **base({"a": [1, 1], "b": [1]}),
            "returns": [
                {**back, "return_id": "1", "customer_id": "a", "amount": 5},
                {**back, "return_id": "2", "order_id": "b0", "amount": 10},
                {**back, "return_id": "3", "customer_id": "a", "amount": 7, "returned_at": ago(-1)},
            ],
        },
    )
    found = said(ws, "returns_count", "returned_amount", "return_share")
    assert found == {"a": (1, 500, 0.25), "b": (1, 1000, 1.0)}
