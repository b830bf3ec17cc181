"""One store for all tests of the language; every test fills it anew."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.language.store import Store


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An open store."""
    opened = Store(tmp_path_factory.mktemp("language"))
    yield opened
    opened.warehouse.close()
