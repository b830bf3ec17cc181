"""What a salon asks of its base: who came to whom, for what, how often, how they book, what they spend on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.traits.planted import ago, planted

Row = dict[str, Any]


def booking(id_: str, customer: str, days: float, service: str, staff: str, **cells: Any) -> Row:
    given = {"booking_id": id_, "customer_id": customer, "created_at": ago(400), "starts_at": ago(days)}
    return {
        **given,
        "status": "visited",
        "service": service,
        "staff_id": staff,
        "booked_via": "phone",
        **cells,
    }


def visits(
    customer: str, every: int, count: int, service: str, staff: str, last: float = 5, **cells: Any
) -> list[Row]:
    """So many visits, the last one so many days ago."""
    return [
        booking(f"{customer} {service} {n}", customer, last + n * every, service, staff, **cells)
        for n in range(count)
    ]


def receipt(id_: str, customer: str, product: str, amount: int) -> tuple[Row, Row]:
    order = {"order_id": id_, "customer_id": customer, "ordered_at": ago(20), "amount": amount}
    return order, {"order_id": id_, "line_no": 1, "product_id": product, "quantity": 1, "unit_price": amount}


RECEIPTS = (
    receipt("1", "anna", "lamination", 3000),
    receipt("2", "anna", "serum", 2000),
    receipt("3", "vera", "lamination", 9000),
    receipt("4", "olga", "serum", 9000),
)
TABLES = {
    "products": [
        {"product_id": "lamination", "name": "Ламинирование", "kind": "service", "category": "Брови"},
        {
            "product_id": "serum",
            "name": "Сыворотка",
            "kind": "good",
            "category": "Уход",
            "brand": "Refectocil",
        },
    ],
    "bookings": [
        *visits("anna", 30, 6, "Брови", "Елена", booked_via="online"),
        *visits("vera", 10, 12, "Маникюр", "Ольга"),
        *visits("vera", 100, 1, "Брови", "Ольга", last=200),
        *visits("olga", 60, 3, "Маникюр", "Елена", last=100),
        *visits("nina", 30, 1, "Маникюр", "Ольга"),
        booking("a", "olga", -3, "Маникюр", "Елена", status="booked", booked_via="online"),
        booking("b", "nina", -30, "Маникюр", "Ольга", status="booked"),
    ],
    "orders": [order for order, _ in RECEIPTS],
    "order_lines": [line for _, line in RECEIPTS],
}
FILTERS = {
    # S13: how often, and spending on services and on products alike
    "{all: [{trait: frequency_count, at_least: 6}, {did: order_line, where: {kind: {is: service}}, sum: {of: amount,"
    " at_least: 3000}}, {did: order_line, where: {kind: {is: good}}, sum: {of: amount, at_least: 2000}}]}": {
        "anna"
    },
    # S14, S18: regulars who prefer manicure
    "{all: [{trait: main_service, is: Маникюр}, {trait: main_service_share, at_least: 0.9}, {trait: visits_count,"
    " at_least: 3}]}": {"vera", "olga"},
    "{trait: main_brand, is: Refectocil}": {"anna", "olga"},
    # S20: became new within a period
    "{first: visit, within: 30d}": {"nina"},
    # S21, S22: ever, and most of all
    "{did: visit, where: {staff_id: {is: Ольга}}}": {"vera", "nina"},
    "{trait: main_staff, is: Елена}": {"anna", "olga"},
    "{did: visit, where: {service: {is: Брови}}}": {"anna", "vera"},
    # S24: going to visit soon
    "{trait: next_booking_at, in_next: 7d}": {"olga"},
    # S25: more often than others
    "{trait: frequency_count, top: 25%}": {"vera"},
    # S26: booked online, ever, and mostly
    "{did: booking, where: {booked_via: {is: online}}}": {"anna", "olga"},
    "{trait: online_booking_share, at_least: 0.5}": {"anna"},
    # S05, S06: service, staff and rhythm; due within a month
    "{all: [{trait: due_service, is: Брови}, {trait: due_staff, is: Елена}, {trait: due_at, in_next: 30d}]}": {
        "anna"
    },
}


def test_filters_of_a_salon(tmp_path: Path) -> None:
    """Covers: S05, S06, S13, S14, S18, S20, S21, S22, S24, S25, S26"""
    workspace = planted(tmp_path, TABLES, template="salon")
    texts = [f"segment: f{number}\nwhere: {where}" for number, where in enumerate(FILTERS)]
    workspace.define("\n---\n".join(texts))
    workspace.refresh(as_of=ago(0))
    found = {
        where: set(workspace.members(f"f{number}", as_of=ago(0))["customer_id"].to_pylist())
        for number, where in enumerate(FILTERS)
    }
    assert found == FILTERS


@pytest.mark.parametrize("name", ["main_staff", "due_at", "next_complement"])
def test_a_trait_whose_table_is_missing_is_off(tmp_path: Path, name: str) -> None:
    workspace = planted(tmp_path, {"orders": TABLES["orders"]})
    rows = workspace.traits(as_of=ago(0)).to_pylist()
    assert {row[name] for row in rows} == {None}
