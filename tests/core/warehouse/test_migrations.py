"""Schema steps go both ways, on data."""

from __future__ import annotations

from datetime import datetime
from operator import methodcaller
from pathlib import Path

import pytest

from kogorta.errors import EngineError
from kogorta.warehouse.migrations import CURRENT_VERSION, plan
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order


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


def test_what_a_run_left_out_was_taken_away_before_versions_said_so(tmp_path: Path) -> None:
    """Version 4 left out of a run what was gone; version 5 says so in a row, for runs of some definitions leave out others."""
    path = tmp_path / "warehouse.duckdb"
    warehouse = Warehouse(path)
    warehouse.migrate(4)
    when = datetime.fromisoformat("2025-06-01")
    for run in (1, 2, 4):
        warehouse.write(
            methodcaller("execute", "INSERT INTO runs VALUES (?, ?, 1, ?, '1,2', 5, 0)", [run, when, when])
        )
    told = [
        (1, "stays", 1),
        (1, "goes", 1),
        (2, "stays", 1),
        (2, "goes", 2),
        (4, "stays", 1),
        (4, "comes", 1),
    ]
    for row in told:
        warehouse.write(methodcaller("execute", "INSERT INTO run_definitions VALUES (?, ?, ?)", row))
    warehouse.close()
    again = Warehouse(path)
    rows = again.rows("SELECT * FROM run_definitions ORDER BY run_id, definition")
    assert sorted(row for row in rows if row[2] is not None) == sorted(told)
    assert [row for row in rows if row[2] is None] == [(4, "goes", None)]
    assert again.rows("SELECT is_provisional FROM runs") == [(None,)] * 3
    again.migrate(4)
    assert sorted(again.rows("SELECT * FROM run_definitions")) == sorted(told)
    again.close()


def test_ids_that_are_stored_are_known_after_the_way_back_and_forth(tmp_path: Path) -> None:
    """Version 6 keeps hashes of ids and near whom rows lie; both are made anew from the facts."""
    path = tmp_path / "warehouse.duckdb"
    warehouse = Warehouse(path)
    events = [
        {"event_id": f"e{n}", "customer_id": "c", "name": "seen", "at": day("2025-01-01")} for n in range(3)
    ]
    opened = [{"message_id": "m", "kind": "opened", "at": day("2025-01-02 03:04:05.678")}]
    orders = [order("A", "anna", "2025-01-05")]
    for table, rows in (("events", events), ("message_events", opened), ("orders", orders)):
        commit(warehouse, table, rows)
    hashes = "SELECT hash FROM events_hashes UNION ALL SELECT hash FROM message_events_hashes ORDER BY 1"
    before = warehouse.rows(hashes)
    warehouse.migrate(5)
    gone = "SELECT count(*) FROM duckdb_columns() WHERE column_name IN ('owner_key', 'hash')"
    assert warehouse.rows(gone) == [(0,)]
    warehouse.close()
    again = Warehouse(path)
    assert (len(before), again.rows(hashes)) == (4, before)
    assert commit(again, "events", events).rows.same == 3
    assert commit(again, "message_events", opened).rows.same == 1
    commit(again, "orders", [order("A", "boris", "2025-01-05")])
    assert again.rows("SELECT version_no, owner_key FROM orders ORDER BY 1") == [(1, 0), (2, 0)]
    again.close()


def test_when_events_happened_is_told_anew_after_the_way_back_and_forth(tmp_path: Path) -> None:
    """Version 7 keeps events in the order of time; it is made from the events, and a batch that comes again adds nothing."""
    path = tmp_path / "warehouse.duckdb"
    warehouse = Warehouse(path)
    events = [
        {
            "event_id": f"e{n}",
            "customer_id": f"c{n % 2}",
            "name": "seen",
            "at": day(f"2025-01-0{3 - n} 00:01:30"),
        }
        for n in range(3)
    ]
    nobodys = {"event_id": "?", "name": "seen", "at": day("2025-01-01")}
    commit(warehouse, "events", [*events, nobodys])
    told = "SELECT * FROM event_moments ORDER BY ALL"
    before = warehouse.rows(told)
    # days from 1970 to 1 January 2025: 55 years, 14 of them leap years
    first = (55 * 365 + 14) * 24 * 60 + 1
    assert [(slice_, name) for slice_, _, _, name, _ in before] == [
        (first + n * 24 * 60, "seen") for n in range(3)
    ]
    warehouse.migrate(6)
    gone = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'event_moments'"
    assert warehouse.rows(gone) == [(0,)]
    assert warehouse.rows("SELECT * FROM layout WHERE table_name = 'event_moments'") == []
    warehouse.close()
    again = Warehouse(path)
    assert again.rows(told) == before
    commit(again, "events", events)
    assert again.rows(told) == before
    again.close()


def test_an_older_kogorta_does_not_touch_a_newer_store() -> None:
    with pytest.raises(EngineError, match="newer Kogorta"):
        plan(CURRENT_VERSION + 1, CURRENT_VERSION)


def test_there_is_no_step_to_nowhere() -> None:
    with pytest.raises(EngineError, match="no such schema version"):
        plan(CURRENT_VERSION, 0)
