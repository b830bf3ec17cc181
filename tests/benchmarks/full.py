"""A first refresh with all traits, ready schemes and sixty definitions: ours, and SQL by hand for the same rows."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.benchmarks.by_hand import MEMBERSHIP, TRAITS, Given, Step, run_by_hand
from tests.benchmarks.shop import AS_OF, ZONE, Shop, define

_COPY = "full"


def store_of(workspace: Path) -> Path:
    """Return the file of a workspace's store."""
    return workspace / "data" / "warehouse.duckdb"


def refresh_ours(shop: Shop) -> float:
    """Refresh a copy of the base in a process that never did; the copy stays for the reference."""
    return refresh_copy(shop.copy(shop.workspace, _COPY))


def refresh_by_hand(shop: Shop) -> float:
    """Do the same by hand in the copy that ours left, and prove that every row is the same."""
    store = store_of(shop.scratch / _COPY)
    seconds = sum(step.seconds for step in by_hand(store))
    found = differences(store)
    shutil.rmtree(shop.scratch / _COPY)
    if found:
        raise AssertionError(f"ours and the reference differ: {found}")
    return seconds


def grow(shop: Shop) -> float:
    """Refresh the whole base."""
    return _refresh_and_forget(shop, shop.workspace)


def grow_from(shop: Shop) -> float:
    """Refresh the one with a tenth of the customers."""
    if shop.tenth is None:
        raise ValueError("growth is told from two bases")
    return _refresh_and_forget(shop, shop.tenth)


def _refresh_and_forget(shop: Shop, base: Path) -> float:
    copy = shop.copy(base, "growing")
    seconds = refresh_copy(copy)
    shutil.rmtree(copy)
    return seconds


def refresh_copy(
    workspace: Path, watched: Callable[[], AbstractContextManager[object]] = nullcontext
) -> float:
    """Return the seconds of a first refresh, until everything is durable and the store is closed.

    Args:
        workspace: A copy, which is changed.
        watched: What is laid around the refresh alone.
    """
    import kogorta

    with kogorta.open(workspace) as opened:
        define(opened)
        begun = time.perf_counter()
        with watched():
            opened.refresh(AS_OF)
    return time.perf_counter() - begun


def by_hand(store: Path) -> list[Step]:
    """Run the reference on a store that was refreshed: as of the same instant, as far as was known then."""
    import duckdb

    from kogorta.compile.blocks import rfm_maps_table

    with duckdb.connect(store, read_only=True) as connection:
        last = connection.execute("SELECT as_of, known_seq FROM runs ORDER BY run_id DESC LIMIT 1").fetchone()
    if last is None:
        raise ValueError("the store was never refreshed")
    return run_by_hand(store, Given(last[0], last[1], ZoneInfo(ZONE), rfm_maps_table()))


def differences(store: Path) -> list[str]:
    """Say what our run and the reference do not agree on: rows of traits, rows of the log; both ways.

    The number of a definition's version is left out: with the first run, which chooses a window, it moves on.
    """
    import duckdb

    pairs = (("trait_snapshot", TRAITS, "*"), ("membership_changes", MEMBERSHIP, "* EXCLUDE (version)"))
    found = []
    with duckdb.connect(store) as connection:
        connection.execute("SET enable_progress_bar = false")
        for ours, theirs, columns in pairs:
            for one, other in ((ours, theirs), (theirs, ours)):
                sql = f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {other}"
                missing = connection.execute(f"{sql} LIMIT 3").fetchall()
                found += [f"of {one} not in {other}: {row}" for row in missing]
    return found
