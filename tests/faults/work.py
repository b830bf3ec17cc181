"""What the killed processes do."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from kogorta.warehouse.store import Warehouse
from tests.support import commit, order

ROWS = 200


def commit_batches(path: str, first: int, pipe: Connection) -> None:
    """Commit batch after batch, and say each one's number once it is acknowledged."""
    warehouse = Warehouse(Path(path))
    pipe.send("ready")
    for batch in range(first, first + 1000):
        rows = [order(f"{batch}-{n}", f"c{n}", "2025-01-05") for n in range(ROWS)]
        commit(warehouse, "orders", rows)
        pipe.send(batch)
