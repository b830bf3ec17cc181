"""What the killed processes do."""

from __future__ import annotations

from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from kogorta.warehouse import compaction
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import Workspace
from tests.support import commit, day, order

ROWS = 200


def commit_batches(path: str, first: int, pipe: Connection) -> None:
    """Commit batch after batch, and say each one's number once it is acknowledged."""
    warehouse = Warehouse(Path(path))
    pipe.send("ready")
    for batch in range(first, first + 1000):
        rows = [order(f"{batch}-{n}", f"c{n}", "2025-01-05") for n in range(ROWS)]
        commit(warehouse, "orders", rows)
        pipe.send(batch)


def compact_often(path: str, first: int, pipe: Connection) -> None:
    """Commit and lay all tables out anew, again and again, and say each batch and each compaction that is acknowledged."""
    warehouse = Warehouse(Path(path))
    compaction.LEAST_TAIL = 0
    pipe.send("ready")
    for batch in range(first, first + 1000):
        for table in ("orders", "order_lines", "events"):
            commit(warehouse, table, [rows_of(table, f"{batch}-{n}", f"c{n}") for n in range(ROWS)])
        pipe.send(("batch", batch))
        pipe.send(("compacted", len(compaction.compact(warehouse))))


def rows_of(table: str, name: str, customer: str) -> dict[str, Any]:
    """Return a row of a table."""
    if table == "orders":
        return order(name, customer, "2025-01-05")
    if table == "order_lines":
        return {"order_id": name, "line_no": 1, "product_id": "x", "amount": 5}
    return {"event_id": name, "customer_id": customer, "name": "seen", "at": day("2025-01-05")}


def import_file(folder: str, file: str, pipe: Connection) -> None:
    """Import one file, and say how many rows were loaded once it is acknowledged."""
    with Workspace(Path(folder)) as workspace:
        pipe.send("ready")
        report = workspace.import_file(Path(file), "orders")
        pipe.send(report.loaded)


def refresh_often(folder: str, first: int, pipe: Connection) -> None:
    """Refresh day after day, and say each run's number once it is acknowledged."""
    with Workspace(Path(folder), now=lambda: day("2026-01-01")) as workspace:
        workspace.sizes("2025-06-01")  # what is compiled once is compiled before the clock starts
        pipe.send("ready")
        for number in range(first, first + 60):
            pipe.send(workspace.refresh(day("2025-06-01") + timedelta(days=number)).run_id)


def erase_all(folder: str, names: list[str], pipe: Connection) -> None:
    """Erase customer after customer, and say each one's id once it is acknowledged."""
    with Workspace(Path(folder), now=lambda: day("2026-01-01")) as workspace:
        workspace.preview_erasure(names[0])  # the edges are brought up to date before the clock starts
        pipe.send("ready")
        for name in names:
            workspace.erase(name)
            pipe.send(name)


def apply_often(folder: str, first: int, pipe: Connection) -> None:
    """Edit the definitions and apply them, again and again, and say the number of each that is acknowledged.

    `counted` says the number, `even` comes and goes with it.
    """
    files = Path(folder) / "segments"
    with Workspace(Path(folder), now=lambda: day("2026-01-01")) as workspace:
        workspace.plan()  # what is imported late is imported before the clock starts
        pipe.send("ready")
        for number in range(first, first + 300):
            write_definitions(files, number)
            workspace.apply()
            pipe.send(number)


def write_definitions(files: Path, number: int) -> None:
    """Write the definitions of a number."""
    counted = f"segment: counted\nwhere: {{did: order, times: {{at_least: {number}}}}}\n"
    _write_whole(files / "counted.yaml", counted)
    if number % 2:
        (files / "even.yaml").unlink(missing_ok=True)
    else:
        _write_whole(files / "even.yaml", "segment: even\nwhere: {in_segment: counted}\n")


def _write_whole(path: Path, text: str) -> None:
    """Write as editors do: a kill leaves the old file or the new one."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)
