"""A base in a folder of its own, and an export beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kogorta.warehouse.store import Warehouse
from tests.core.ingest.presets.base import Mover


@pytest.fixture
def mover(tmp_path: Path) -> Iterator[Mover]:
    warehouse = Warehouse(tmp_path / "store" / "facts.duckdb", memory_limit="1GB")
    try:
        yield Mover(warehouse, tmp_path / "export")
    finally:
        warehouse.close()
