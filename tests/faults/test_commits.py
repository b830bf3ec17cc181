"""kill −9 between and within commits: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.warehouse.store import Warehouse
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import ROWS, commit_batches


@pytest.mark.faults
def test_no_acknowledged_batch_is_lost_and_none_is_half_there(tmp_path: Path) -> None:
    path = tmp_path / "data" / "warehouse.duckdb"
    acknowledged: set[int] = set()
    for number, after in enumerate(moments(ROUNDS, 0.6)):
        acknowledged |= set(run_and_kill(commit_batches, (str(path), number * 1000), after))
        warehouse = Warehouse(path)
        stored = dict(
            warehouse.rows(
                "SELECT CAST(split_part(order_id, '-', 1) AS INTEGER), count(*) FROM orders GROUP BY 1"
            )
        )
        batches = warehouse.rows("SELECT count(*), count(DISTINCT ingest_seq) FROM batches")
        left = list((tmp_path / "data" / "scratch").glob("staging*"))
        warehouse.close()
        assert acknowledged <= set(stored)
        assert set(stored.values()) <= {ROWS}
        assert batches == [(len(stored), len(stored))]
        assert left == []
    assert acknowledged, "the kills came before any commit: the test proved nothing"
