"""kill −9 in the middle of erasures: a person is whole or gone, and whoever was acknowledged is gone."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from kogorta.schema import TABLES
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import Workspace, create
from kogorta.workspace.folder import STORE
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import erase_all

PEOPLE = 40 * ROUNDS


@pytest.mark.faults
def test_a_person_is_whole_or_gone(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    create(folder, "shop", timezone="UTC")
    with Workspace(folder) as workspace:
        workspace.import_table(_orders(), "orders")
        workspace.refresh("2025-06-01")
    acknowledged: set[str] = set()
    for after in moments(ROUNDS, 1.2):
        names = _whole(folder)
        acknowledged |= set(run_and_kill(erase_all, (str(folder), names), after))
        assert not acknowledged & set(_whole(folder))
    assert acknowledged, "the kills came before any erasure: the test proved nothing"


def _orders() -> pa.Table:
    names = [f"c{n:05}" for n in range(PEOPLE) for _ in range(3)]
    return pa.table(
        {
            "customer_id": names,
            "order_id": [f"o{n}" for n in range(len(names))],
            "date": ["2025-01-05"] * len(names),
            "amount": ["10"] * len(names),
            "email": [f"{name}@dom.ru" for name in names],
        }
    )


def _whole(folder: Path) -> list[str]:
    """Return everyone who is there, after proving that nobody is there in part."""
    warehouse = Warehouse(folder / STORE)
    rows = warehouse.rows(
        """SELECT i.customer_id, (SELECT count(*) FROM orders o WHERE o.customer_key = i.customer_key),
            (SELECT count(*) FROM contacts c WHERE c.customer_key = i.customer_key),
            (SELECT count(DISTINCT scheme) FROM membership_changes m WHERE m.customer_key = i.customer_key)
        FROM customer_ids i ORDER BY 1"""
    )
    lost = [
        warehouse.rows(
            f"SELECT count(*) FROM {name} WHERE customer_key NOT IN (SELECT customer_key FROM customer_ids)"
        )
        for name, table in TABLES.items()
        if table.has_customer
    ]
    digests = warehouse.rows("SELECT count(*) FROM erasures")
    nobodys = warehouse.rows("SELECT count(*) FROM orders WHERE customer_key IS NULL")
    warehouse.close()
    assert {(orders, contacts) for _, orders, contacts, _ in rows} <= {(3, 1)}
    assert len({schemes for *_, schemes in rows}) <= 1
    assert set(map(tuple, lost)) == {((0,),)}
    gone = PEOPLE - len(rows)
    assert (digests, nobodys) == ([(2 * gone,)], [(3 * gone,)])
    return [name for name, *_ in rows]
