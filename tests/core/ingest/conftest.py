"""A warehouse in a folder of its own, and imports into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kogorta.warehouse.store import Warehouse
from tests.core.ingest.base import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    warehouse = Warehouse(tmp_path / "store" / "facts.duckdb", memory_limit="1GB")
    try:
        yield Desk(warehouse, tmp_path)
    finally:
        warehouse.close()
