"""Schema steps go both ways, on data."""

from __future__ import annotations

from datetime import datetime
from operator import methodcaller
from pathlib import Path

import pytest

from kogorta.errors import EngineError
from kogorta.warehouse.migrations import CURRENT_VERSION, plan
from kogorta.warehouse.store import Warehouse
from tests.support import commit


def test_down_and_up_again_leaves_the_data_as_it_was(tmp_path: Path) -> None:
    """Version 2 stores the cost of a line; version 1 did not have it; the step up computes it anew."""
    path = tmp_path / "warehouse.duckdb"
    warehouse = Warehouse(path)
    commit(
        warehouse,
        "order_lines",
        [
            # 3 units at 1.255 = 3.765, in cents 377 (halves away from zero: 376.5 -> 377)
            {
                "order_id": "A",
                "line_no": 1,
                "quantity_micro": 3_000_000,
                "unit_cost_micro": 1_255_000,
                "cost": 377,
            },
            {
                "order_id": "A",
                "line_no": 2,
                "quantity_micro": 500_000,
                "unit_cost_micro": 10_000_000,
                "cost": 500,
            },
            {
                "order_id": "B",
                "line_no": 1,
                "quantity_micro": 1_000_000,
                "unit_cost_micro": None,
                "cost": None,
            },
        ],
    )
    before = warehouse.rows("SELECT order_id, line_no, cost FROM order_lines ORDER BY ALL")
    warehouse.migrate(1)
    columns = [
        row[0]
        for row in warehouse.rows("SELECT column_name FROM duckdb_columns() WHERE table_name = 'order_lines'")
    ]
    assert "cost" not in columns
    assert warehouse.schema_version == 1
    warehouse.close()
    again = Warehouse(path)
    assert again.schema_version == CURRENT_VERSION
    assert again.rows("SELECT order_id, line_no, cost FROM order_lines ORDER BY ALL") == before
    again.close()


def test_whom_we_erased_is_known_after_the_way_back_and_forth(tmp_path: Path) -> None:
    """Version 3 keeps digests in a table; version 2 carries them along where it does not look."""
    path = tmp_path / "warehouse.duckdb"
    warehouse = Warehouse(path)
    when = datetime.fromisoformat("2025-06-01T10:20:30.000405")
    rows = [("a" * 64, "customer_id", when), ("b" * 64, "email", when)]
    for row in rows:
        warehouse.write(methodcaller("execute", "INSERT INTO erasures VALUES (?, ?, ?)", row))
    warehouse.migrate(2)
    assert warehouse.schema_version == 2
    assert warehouse.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'erasures'") == []
    warehouse.close()
    again = Warehouse(path)
    assert again.rows("SELECT * FROM erasures ORDER BY digest") == rows
    assert again.rows("SELECT key FROM meta ORDER BY 1") == [("minor_digits",), ("schema_version",)]
    again.close()


def test_an_older_kogorta_does_not_touch_a_newer_store() -> None:
    with pytest.raises(EngineError, match="newer Kogorta"):
        plan(CURRENT_VERSION + 1, CURRENT_VERSION)


def test_there_is_no_step_to_nowhere() -> None:
    with pytest.raises(EngineError, match="no such schema version"):
        plan(CURRENT_VERSION, 0)
