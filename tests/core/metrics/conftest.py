"""One store for the tests of a module, filled anew by each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.metrics.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    store = Shop(tmp_path_factory.mktemp("shop"))
    yield store
    store.warehouse.close()
