"""RFM by margin: by hand at the edge of 95 %, and against plain SQL on a planted base."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kogorta.config import Config, parse
from kogorta.doctor.audit import audit_of
from kogorta.doctor.model import Severity
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

AS_OF = day("2025-06-10 12:00")
START = day("2020-01-01")
ONE = 1_000_000


def config(money: str = "margin", **rfm: Any) -> Config:
    """Return settings with a window of a year."""
    return parse({"workspace": {"timezone": "UTC"}, "rfm": {"window_days": 365, "monetary_of": money, **rfm}})


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Give an empty store."""
    opened = Warehouse(tmp_path / "warehouse.duckdb")
    yield opened
    opened.close()


def line(id_: str, number: int, amount: int, cost: int | None, product: str | None = None) -> dict[str, Any]:
    """Return one line of an order; money in minor units."""
    return {
        "order_id": id_,
        "line_no": number,
        "product_id": product,
        "amount": amount,
        "quantity_micro": ONE,
        "cost": cost,
    }


Sold = tuple[str, str, list[tuple[int, int | None]]]
SOLD: list[Sold] = [
    # customer, when, and what was sold: amount and cost
    ("ann", "2025-06-01", [(1000, 900)]),
    ("bob", "2025-06-01", [(500, 100)]),
    ("cid", "2025-06-01", [(300, None)]),
    ("dan", "2023-06-01", [(9000, 1)]),
    ("eve", "2025-06-01", [(950, 500), (50, None)]),
    ("fay", "2025-06-01", [(949, 500), (51, None)]),
    ("fay", "2025-06-02", []),
    ("gil", "2023-06-01", [(700, None)]),
    ("gil", "2025-06-01", [(400, 150)]),
]


def plant(warehouse: Warehouse, sold: list[Sold]) -> None:
    """Put orders with their lines into the store."""
    orders, lines = [], []
    for number, (who, at, items) in enumerate(sold):
        orders.append(order(f"o{number}", who, at, sum(amount for amount, _ in items)))
        lines += [line(f"o{number}", n, *item) for n, item in enumerate(items, 1)]
    commit(warehouse, "orders", orders, START)
    commit(warehouse, "order_lines", lines, START)


def scores(warehouse: Warehouse, settings: Config) -> dict[str, tuple[int | None, int, int]]:
    """Money, F and M of everyone."""
    with open_view(warehouse, settings, AS_OF) as view:
        names = {
            warehouse.customer_key(who): who for who in ("ann", "bob", "cid", "dan", "eve", "fay", "gil")
        }
        rows = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
        return {
            names[row["customer_key"]]: (row["monetary_amount"], row["rfm_f"], row["rfm_m"]) for row in rows
        }


def test_money_is_margin_where_costs_cover_95_per_cent_of_the_window(warehouse: Warehouse) -> None:
    """Of four known margins 100, 250, 400, 500 none, a quarter, a half, three quarters are worse. Covers: R34

    Cid and Fay have none: M is F. Dan bought too long ago, and what Gil bought then asks for no cost any more.
    """
    plant(warehouse, SOLD)
    assert scores(warehouse, config()) == {
        "ann": (100, 1, 1),
        "gil": (250, 1, 2),
        "bob": (400, 1, 3),
        "eve": (500, 1, 4),
        "cid": (None, 1, 1),
        "fay": (None, 2, 2),
        "dan": (0, 1, 1),
    }
    by_revenue = scores(warehouse, config("revenue"))
    assert {who: money for who, (money, _, _) in by_revenue.items()} == {
        "ann": 1000,
        "bob": 500,
        "cid": 300,
        "dan": 0,
        "eve": 1000,
        "fay": 1000,
        "gil": 400,
    }
    assert by_revenue["ann"][2] > by_revenue["bob"][2], "by revenue it is the other way round"


def test_declared_bounds_are_of_margin(warehouse: Warehouse) -> None:
    """A bound belongs to the higher score; a margin may be below zero. Covers: R34"""
    plant(warehouse, [*SOLD, ("ann", "2025-06-03", [(100, 300)])])
    found = scores(warehouse, config(monetary="thresholds", monetary_bounds=[0, 2.5, 4, 5]))
    assert {who: m for who, (_, _, m) in found.items()} == {
        "ann": 1,
        "gil": 3,
        "bob": 4,
        "eve": 5,
        "cid": 1,
        "fay": 2,
        "dan": 2,
    }
    assert found["ann"][0] == -100


def test_without_any_cost_money_is_frequency(warehouse: Warehouse) -> None:
    """The base is told in amounts alone: nobody's margin is known, revenue is. Covers: R34"""
    commit(
        warehouse, "orders", [order(f"o{n}", who, "2025-06-01", 100) for n, who in enumerate("aab")], START
    )
    with open_view(warehouse, config(), AS_OF) as view:
        rows = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
    assert {(row["monetary_amount"], row["rfm_f"], row["rfm_m"], row["revenue_total"]) for row in rows} == {
        (None, 2, 2, 200),
        (None, 1, 1, 100),
    }


def test_the_audit_says_whose_margin_is_not_known(warehouse: Warehouse) -> None:
    """Two of seven. Covers: R48"""
    plant(warehouse, SOLD)
    with open_view(warehouse, config(), AS_OF) as view:
        finding = audit_of(view).find("sales.scores")
        assert finding is not None
        assert (finding.severity, finding.count, finding.base) == (Severity.WARN, 2, 7)
    with open_view(warehouse, config("revenue"), AS_OF) as view:
        assert audit_of(view).find("sales.scores") is None


PLAIN = """
WITH sums AS (
    SELECT l.order_id, sum(l.amount) AS gross,
        sum(coalesce(l.cost, round(l.quantity_micro / 1e6 * p.unit_cost_micro / 1e6 * 100), 0)) AS cost,
        sum(l.amount) FILTER (l.cost IS NOT NULL OR p.unit_cost_micro IS NOT NULL) AS costed
    FROM order_lines l LEFT JOIN products p USING (product_id) GROUP BY l.order_id
), sold AS (
    SELECT o.customer_key, o.ordered_at, s.gross, coalesce(s.costed, 0) AS costed,
        s.gross - s.cost - coalesce(o.cost_to_serve, 0)
            - coalesce((SELECT sum(amount) FROM returns r WHERE r.order_id = o.order_id), 0) AS margin
    FROM orders o JOIN sums s USING (order_id) WHERE o.status = 'completed'
), inside AS (
    SELECT customer_key, count(*) AS n, sum(gross) AS goods, sum(costed) AS costed, sum(margin) AS margin
    FROM sold WHERE ordered_at >= $as_of - INTERVAL 365 DAY GROUP BY customer_key
), loose AS (
    SELECT customer_key, sum(amount) AS back FROM returns
    WHERE order_id IS NULL AND returned_at >= $as_of - INTERVAL 365 DAY GROUP BY customer_key
), money AS (
    SELECT customer_key, CASE WHEN costed * 20 >= goods * 19 THEN margin - coalesce(back, 0) END AS money
    FROM inside LEFT JOIN loose USING (customer_key)
)
SELECT customer_key, money, 1 + (5 * (SELECT count(*) FROM money b WHERE b.money < a.money))
    // (SELECT count(money) FROM money) AS m
FROM money a
"""


def test_as_in_plain_sql(warehouse: Warehouse) -> None:
    """Own costs, costs of products, costs to serve, returns with and without an order. Covers: R34, R35"""
    dice = random.Random(7)
    orders, lines, returned = [], [], []
    for number in range(160):
        who, id_ = f"c{dice.randrange(40)}", f"o{number}"
        at = f"202{dice.choice('445555')}-0{dice.randint(1, 6)}-05"
        amounts = [dice.randrange(100, 5000) for _ in range(dice.randint(1, 3))]
        orders.append(order(id_, who, at, sum(amounts)) | {"cost_to_serve": dice.choice([None, 50])})
        for n, amount in enumerate(amounts, 1):
            known = dice.choice([amount // 2, amount * 2, None, None])
            lines.append(line(id_, n, amount, known, dice.choice(["p", "p", "p", "p", "q"])))
        if dice.random() < 0.3:
            returned.append(
                {
                    "return_id": f"r{number}",
                    "customer_id": who,
                    "order_id": dice.choice([id_, None]),
                    "returned_at": day(at),
                    "amount": min(amounts),
                }
            )
    commit(
        warehouse, "products", [{"product_id": "p", "unit_cost_micro": 7 * ONE}, {"product_id": "q"}], START
    )
    commit(warehouse, "orders", orders, START)
    commit(warehouse, "order_lines", lines, START)
    commit(warehouse, "returns", returned, START)
    expected = {row[0]: row[1:] for row in warehouse.rows(PLAIN, {"as_of": AS_OF})}
    with open_view(warehouse, config(), AS_OF) as view:
        rows = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
    found = {row["customer_key"]: row for row in rows}
    assert {money is None for money, _ in expected.values()} == {True, False}
    assert any(money is not None and money < 0 for money, _ in expected.values())
    for key, (money, score) in expected.items():
        row = found[key]
        assert row["monetary_amount"] == money
        assert row["rfm_m"] == (row["rfm_f"] if money is None else score)
