"""Simulated bases, each made once for a module."""

from __future__ import annotations

import pytest

import kogorta
from tests.core.simulate.asking import Base


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A shop of one chunk, with few events."""
    folder = tmp_path_factory.mktemp("simulated") / "shop"
    kogorta.simulate("shop", 3_000, folder, seed=11, events_per_customer=12)
    return Base(folder)


@pytest.fixture(scope="module")
def salon(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A salon of one chunk, with few events."""
    folder = tmp_path_factory.mktemp("simulated") / "salon"
    kogorta.simulate("salon", 3_000, folder, seed=12, events_per_customer=12)
    return Base(folder)


@pytest.fixture(scope="module")
def big_shop(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A shop of several chunks without events: for what is told by averages."""
    folder = tmp_path_factory.mktemp("simulated") / "big"
    kogorta.simulate("shop", 20_000, folder, seed=3, events_per_customer=0)
    return Base(folder)


@pytest.fixture(scope="module")
def big_salon(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A salon of two chunks without events."""
    folder = tmp_path_factory.mktemp("simulated") / "big"
    kogorta.simulate("salon", 10_000, folder, seed=4, events_per_customer=0)
    return Base(folder)
