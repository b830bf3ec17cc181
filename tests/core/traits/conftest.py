"""Stores and engines that tests share; workspaces that a test planted are closed after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.language.engines import clickhouse, postgres
from tests.core.language.product import Opened
from tests.core.language.store import Store
from tests.core.traits import planted


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    while planted.OPEN:
        planted.OPEN.pop().close()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that every test fills anew."""
    opened = Store(tmp_path_factory.mktemp("store"))
    yield opened
    opened.warehouse.close()


@pytest.fixture(scope="module", params=("postgres", "clickhouse"))
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, store: Store
) -> Iterator[Opened]:
    """Another engine that runs, over what the store holds."""
    if request.param == "postgres":
        with postgres.server() as connection:
            yield lambda: postgres.postgres_session(store, connection)
    else:
        folder = tmp_path_factory.mktemp("clickhouse")
        with clickhouse.engine() as opened:
            yield lambda: clickhouse.clickhouse_session(store, opened, folder)
