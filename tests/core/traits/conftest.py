"""Workspaces that a test planted are closed after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.traits import planted


@pytest.fixture(autouse=True)
def _close() -> Iterator[None]:
    yield
    while planted.OPEN:
        planted.OPEN.pop().close()
