"""Facts are append-only versions: same key and content is nothing, other content is a new version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.warehouse.batch import TableCounts
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Give an empty store."""
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    yield opened
    opened.close()


def versions(warehouse: Warehouse, order_id: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return the stored versions of an order, oldest first."""
    return warehouse.rows(
        f"SELECT {', '.join(columns)} FROM orders WHERE order_id = ? ORDER BY version_no", [order_id]
    )


def test_the_first_version_is_true_from_the_order_itself(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05 10:00")])
    assert versions(warehouse, "A", "valid_at", "ingest_seq", "version_no") == [
        (day("2025-01-05 10:00"), 1, 1)
    ]


def test_the_same_rows_again_change_nothing(warehouse: Warehouse) -> None:
    rows = [order("A", "anna", "2025-01-05"), order("B", None, "2025-01-06")]
    assert commit(warehouse, "orders", rows).rows == TableCounts(loaded=2)
    assert commit(warehouse, "orders", rows).rows == TableCounts(same=2)
    assert warehouse.rows("SELECT count(*) FROM orders") == [(2,)]


def test_a_correction_keeps_the_instant_of_what_it_corrects(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05", 100)])
    result = commit(warehouse, "orders", [order("A", "anna", "2025-01-05", 90)], day("2025-03-01"))
    assert result.rows == TableCounts(updated=1)
    assert versions(warehouse, "A", "amount", "valid_at", "version_no") == [
        (100, day("2025-01-05"), 1),
        (90, day("2025-01-05"), 2),
    ]


def test_a_change_of_status_is_true_from_its_own_instant_or_else_from_the_import(
    warehouse: Warehouse,
) -> None:
    pending = [
        order("A", "anna", "2025-01-05", status="pending"),
        order("B", "boris", "2025-01-05", status="pending"),
    ]
    commit(warehouse, "orders", pending)
    done = [
        order("A", "anna", "2025-01-05", completed_at=day("2025-01-09")),
        order("B", "boris", "2025-01-05"),
    ]
    commit(warehouse, "orders", done, day("2025-02-01"))
    assert versions(warehouse, "A", "status", "valid_at")[-1] == ("completed", day("2025-01-09"))
    assert versions(warehouse, "B", "status", "valid_at")[-1] == ("completed", day("2025-02-01"))


def test_a_correction_after_a_change_of_status_is_not_older_than_it(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05", 100, "pending")])
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05", 100)], day("2025-02-01"))
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05", 70)], day("2025-03-01"))
    assert versions(warehouse, "A", "amount", "valid_at")[-1] == (70, day("2025-02-01"))


def test_an_empty_cell_says_nothing(warehouse: Warehouse) -> None:
    commit(warehouse, "customers", [{"customer_id": "anna", "name": "Anna", "city": "Omsk"}])
    commit(warehouse, "customers", [{"customer_id": "anna", "city": "Tver", "name": None}], day("2025-07-01"))
    last = warehouse.rows("SELECT name, city, valid_at FROM customers ORDER BY version_no DESC LIMIT 1")
    assert last == [("Anna", "Tver", day("2025-07-01"))]


def test_two_versions_in_one_file_are_two_versions(warehouse: Warehouse) -> None:
    rows = [order("A", "anna", "2025-01-05", 100), order("A", "anna", "2025-01-05", 120)]
    assert commit(warehouse, "orders", rows).rows == TableCounts(loaded=1, updated=1)
    assert [row[0] for row in versions(warehouse, "A", "amount")] == [100, 120]


def test_events_never_change(warehouse: Warehouse) -> None:
    first = {"event_id": "e1", "customer_id": "anna", "name": "seen", "at": day("2025-01-01")}
    commit(warehouse, "events", [first])
    again = commit(warehouse, "events", [{**first, "name": "other"}])
    assert again.rows == TableCounts(same=1)
    assert warehouse.rows("SELECT name FROM events") == [("seen",)]


def test_lines_without_numbers_are_versioned_as_a_set(warehouse: Warehouse) -> None:
    def line(no: int, product: str) -> dict[str, Any]:
        return {"order_id": "A", "line_no": no, "product_id": product, "amount": 5}

    commit(warehouse, "order_lines", [line(1, "x"), line(2, "y"), line(3, "z")], set_of="order_id")
    result = commit(warehouse, "order_lines", [line(1, "x"), line(2, "z")], set_of="order_id")
    assert result.counts["order_lines"].same == 1
    last = warehouse.rows(
        "SELECT line_no, product_id, is_removed FROM order_lines"
        " QUALIFY row_number() OVER (PARTITION BY line_no ORDER BY version_no DESC) = 1 ORDER BY line_no"
    )
    assert [(row[0], row[2]) for row in last] == [(1, False), (2, False), (3, True)]
    assert last[1][1] == "z"


def test_customers_get_one_key_each_and_keep_it(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("A", "anna", "2025-01-05"), order("B", "boris", "2025-01-05")])
    commit(warehouse, "customers", [{"customer_id": "anna"}, {"customer_id": "vera"}])
    keys = dict(warehouse.rows("SELECT customer_id, customer_key FROM customer_ids"))
    assert len(set(keys.values())) == len(keys) == 3
    assert warehouse.rows("SELECT customer_key FROM customers ORDER BY 1") == sorted(
        [(keys["anna"],), (keys["vera"],)]
    )


steps = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.integers(0, 2), st.sampled_from(["pending", "completed", "cancelled"])
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=st.lists(steps, min_size=1, max_size=4))
def test_versions_are_the_changes_and_nothing_else(
    warehouse: Warehouse, files: list[list[tuple[str, int, str]]]
) -> None:
    """Versions number from 1, instants never fall, and each version differs from the one before it."""
    warehouse.write(lambda connection: connection.execute("DELETE FROM orders"))
    expected: dict[str, list[tuple[int, str]]] = {"A": [], "B": []}
    for number, file in enumerate(files):
        commit(
            warehouse,
            "orders",
            [order(key, "anna", "2025-01-05", amount, status) for key, amount, status in file],
            day(f"2025-02-{1 + number:02}"),
        )
        for key, amount, status in file:
            if not expected[key] or expected[key][-1] != (amount, status):
                expected[key].append((amount, status))
    for key, contents in expected.items():
        stored = versions(warehouse, key, "amount", "status", "version_no", "valid_at", "ingest_seq")
        assert [(row[0], row[1]) for row in stored] == contents
        assert [row[2] for row in stored] == list(range(1, len(stored) + 1))
        assert [row[3] for row in stored] == sorted(row[3] for row in stored)
        assert [row[4] for row in stored] == sorted(row[4] for row in stored)
