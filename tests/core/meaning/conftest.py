"""One store for all tests of meaning; every test fills it anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.meaning.base import Base


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Base]:
    """An open store."""
    opened = Base(tmp_path_factory.mktemp("meaning"))
    yield opened
    opened.warehouse.close()
