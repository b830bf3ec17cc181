from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.identity.base import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path)
    yield opened
    opened.warehouse.close()
