"""Compaction by itself: after imports where it is due, once after several, and never at their cost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

import kogorta
from kogorta.errors import CompactionError
from kogorta.warehouse import compaction
from kogorta.workspace import Workspace
from kogorta.workspace import upkeep as upkeeping


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """An empty workspace in which the tail of a few rows is due."""
    monkeypatch.setattr(compaction, "LEAST_TAIL", 0)
    monkeypatch.setattr(compaction, "RUN_ROWS", 0)
    with kogorta.init(tmp_path / "base", currency="EUR", timezone="UTC") as opened:
        yield opened


def orders(folder: Path, name: str, first: int, rows: int) -> Path:
    """Write a file of orders."""
    path = folder / name
    lines = [f"o{n},c{n * 7 % 5},2025-01-{1 + n % 28:02},10" for n in range(first, first + rows)]
    path.write_text("order_id,customer_id,ordered_at,amount\n" + "\n".join(lines) + "\n")
    return path


def laid_out(workspace: Workspace) -> dict[str, int]:
    """Rows that lie in order, by table."""
    return dict(workspace.warehouse.rows("SELECT table_name, rows FROM layout"))


def test_an_import_lays_out_what_is_due(workspace: Workspace, tmp_path: Path) -> None:
    report = workspace.import_file(orders(tmp_path, "a.csv", 0, 20), "orders")
    assert (report.loaded, laid_out(workspace)) == (20, {"orders": 20})
    workspace.import_file(orders(tmp_path, "b.csv", 20, 5), "orders")
    assert laid_out(workspace) == {"orders": 20}, "five more are no half of the table"
    assert [(item.table, item.rows, item.tail_rows) for item in workspace.compact()] == [("orders", 25, 5)]
    assert workspace.compact() == []


def test_a_dry_run_lays_out_nothing(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(
        orders(tmp_path, "a.csv", 0, 20), "orders", options=kogorta.ingest.ImportOptions(dry_run=True)
    )
    assert laid_out(workspace) == {}


def test_after_several_imports_it_is_done_once(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        orders(folder, f"orders-{number}.csv", 20 * number, 20)
    calls = []

    def counted(*_: object, **options: object) -> list[object]:
        calls.append(options["due_only"])
        return []

    monkeypatch.setattr(upkeeping, "compact", counted)
    workspace.import_folder(folder)
    assert calls == [True]


def test_a_failure_of_it_fails_no_import(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise CompactionError("table orders could not be laid out anew", got="No space left on device")

    monkeypatch.setattr(upkeeping, "compact", fail)
    with caplog.at_level(logging.WARNING):
        report = workspace.import_file(orders(tmp_path, "a.csv", 0, 20), "orders")
    assert report.loaded == 20
    assert "No space left" in caplog.text
    assert workspace.warehouse.rows("SELECT count(*) FROM orders") == [(20,)]


def test_nothing_lies_near_whoever_was_erased(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_file(orders(tmp_path, "a.csv", 0, 20), "orders")
    workspace.import_table(
        pa.table(
            {"order_id": ["o1", "o2"], "line_no": ["1", "1"], "product_id": ["x", "y"], "amount": ["5", "5"]}
        ),
        "order_lines",
    )
    workspace.compact()
    rows = workspace.warehouse.rows
    key = rows("SELECT customer_key FROM orders WHERE order_id = 'o1'")[0][0]
    near = (
        f"SELECT (SELECT count(*) FROM orders WHERE owner_key = {key}),"
        f" (SELECT count(*) FROM order_lines WHERE owner_key = {key})"
    )
    assert rows(near) == [(4, 1)]
    workspace.erase("c2")
    assert rows(near) == [(0, 0)]
    assert rows("SELECT count(*) FROM orders WHERE owner_key = 0") == [(4,)]
    workspace.warehouse.write(partial(compaction.rewrite, name="orders"))
    assert rows("SELECT count(*) FROM orders WHERE owner_key = -1 AND customer_key IS NULL") == [(4,)]
