"""kill −9 in the middle of compactions: every fact is there once, in the old order or in the new one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kogorta.warehouse import compaction
from kogorta.warehouse.store import Warehouse
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import ROWS, compact_often

TABLES = {"orders": "order_id", "order_lines": "order_id", "events": "event_id"}


@pytest.mark.faults
def test_a_killed_compaction_loses_nothing_and_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    path = tmp_path / "data" / "warehouse.duckdb"
    acknowledged: set[int] = set()
    compacted = 0
    for number, after in enumerate(moments(ROUNDS, 1.2)):
        said = run_and_kill(compact_often, (str(path), number * 1000), after)
        acknowledged |= {batch for what, batch in said if what == "batch"}
        compacted += sum(what == "compacted" for what, _ in said)
        warehouse = Warehouse(path)
        for table, key in TABLES.items():
            stored = warehouse.rows(f"SELECT {key}, count(*) FROM {table} GROUP BY 1")
            assert {count for _, count in stored} <= {1}
            batches = Counter(int(name.split("-")[0]) for name, _ in stored)
            assert acknowledged <= set(batches)
            assert set(batches.values()) <= {ROWS}
        assert warehouse.rows("SELECT count(*) FROM events") == warehouse.rows(
            "SELECT count(*) FROM events_hashes"
        )
        left = warehouse.rows(
            "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%laid_out' AND NOT temporary"
        )
        booked = warehouse.rows(
            "SELECT table_name, sum(rows) FROM layout WHERE table_name IN ('orders', 'events') GROUP BY 1"
        )
        sizes = {table: warehouse.rows(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}
        if number % 5 == 4:
            compaction.compact(warehouse)
        warehouse.close()
        assert left == []
        assert all(rows <= sizes[table] for table, rows in booked)
    assert acknowledged, "the kills came before any commit: the test proved nothing"
    assert compacted, "the kills came before any compaction: the test proved nothing"
