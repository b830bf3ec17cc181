"""The reference of `make bench` says the same as the product, row by row: else its time would say nothing."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.benchmarks.by_hand import MEMBERSHIP, TRAITS
from tests.benchmarks.full import by_hand, differences, refresh_copy, store_of
from tests.benchmarks.shop import SEGMENTS, make_shop

CUSTOMERS = 1500


def segments() -> set[str]:
    """Return the ids of the sixty definitions."""
    lines = SEGMENTS.read_text("utf-8").splitlines()
    return {line.removeprefix("segment: ") for line in lines if line.startswith("segment: ")}


@pytest.mark.slow
def test_sql_by_hand_tells_every_trait_and_every_member_as_a_refresh_does(tmp_path: Path) -> None:
    store = store_of(make_shop(tmp_path, CUSTOMERS))
    refresh_copy(tmp_path / "workspace")
    by_hand(store)
    assert differences(store) == []
    with duckdb.connect(store, read_only=True) as connection:
        found = connection.execute(f"SELECT DISTINCT scheme FROM {MEMBERSHIP}").fetchall()
    peopled = {scheme for (scheme,) in found}
    # that both find nobody in a segment would prove little
    assert len(peopled & segments()) >= 55
    assert {"lifecycle", "lifecycle_quick", "rfm_simple", "rfm_quick"} <= peopled


def test_there_are_sixty_definitions() -> None:
    assert len(segments()) == 60


def test_what_the_two_do_not_agree_on_is_told_both_ways(tmp_path: Path) -> None:
    store = tmp_path / "store.duckdb"
    log = "SELECT 'a' AS scheme, 'a' AS segment, {} AS customer_key, {} AS version"
    with duckdb.connect(store) as connection:
        connection.execute("CREATE TABLE trait_snapshot AS SELECT 1 AS customer_key, 5 AS rfm_r")
        connection.execute(f"CREATE TABLE {TRAITS} AS SELECT 1 AS customer_key, 4 AS rfm_r")
        connection.execute(
            f"CREATE TABLE membership_changes AS {log.format(1, 1)} UNION ALL {log.format(2, 1)}"
        )
        connection.execute(f"CREATE TABLE {MEMBERSHIP} AS {log.format(1, 2)}")
    assert differences(store) == [
        f"of trait_snapshot not in {TRAITS}: (1, 5)",
        f"of {TRAITS} not in trait_snapshot: (1, 4)",
        f"of membership_changes not in {MEMBERSHIP}: ('a', 'a', 2)",
    ]
