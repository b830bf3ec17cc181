"""kill −9 in the middle of an import: the file is there as a whole or not at all, and can be imported again."""

from __future__ import annotations

from pathlib import Path

import pytest

import kogorta
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import import_file

ORDERS = 60_000


def orders_file(path: Path) -> Path:
    """Write a file that takes about a second to import."""
    lines = ["order_id,customer_id,ordered_at,amount,status,channel"]
    lines += [
        f"O{n},C{n % 5000},2025-0{1 + n % 9}-1{n % 9} 10:00:00,{n % 900}.50,completed,web"
        for n in range(ORDERS)
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.faults
def test_a_killed_import_leaves_nothing_half_done(tmp_path: Path) -> None:
    """Covers: G26"""
    file = orders_file(tmp_path / "orders.csv")
    killed = 0
    for number, after in enumerate(moments(ROUNDS, 1.2)):
        folder = tmp_path / f"base{number}"
        kogorta.init(folder, currency="EUR").close()
        acknowledged = run_and_kill(import_file, (str(folder), str(file)), after)
        with kogorta.open(folder) as workspace:
            counts = workspace.warehouse.rows(
                "SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM batches), (SELECT count(*) FROM customer_ids)"
            )[0]
            left = list(workspace.warehouse.engine.scratch.iterdir())
            again = workspace.import_file(file, "orders")
            after_all = workspace.warehouse.rows("SELECT count(*), count(DISTINCT order_id) FROM orders")
        killed += not acknowledged
        assert counts in ((0, 0, 0), (ORDERS, 1, 5000))
        assert not acknowledged or counts[0] == ORDERS
        assert left == []
        assert again.loaded + again.same == ORDERS
        assert after_all == [(ORDERS, ORDERS)]
    assert killed, "no import was killed before its end: the test proved nothing"
