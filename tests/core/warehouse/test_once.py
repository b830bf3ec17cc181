"""Facts that never change: an id is counted once, whoever sends it again and however its hash falls."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.warehouse import once
from kogorta.warehouse.batch import TableCounts
from kogorta.warehouse.hashes import hash_sql
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day

FILES = st.lists(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
)
HASHES = {
    "as they are": hash_sql,
    "all the same": lambda _: "CAST(0 AS BIGINT)",
    "by the last letter": lambda _: "CAST(ascii(right(event_id, 1)) % 3 AS BIGINT)",
}


def event(number: int, customer: int, kind: int) -> dict[str, Any]:
    """Return an event; customer 0 is nobody."""
    return {
        "event_id": f"e{number}",
        "customer_id": f"c{customer}" if customer else None,
        "name": f"kind {kind}",
        "at": day("2025-01-01"),
    }


@pytest.mark.parametrize("hashing", HASHES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(files=FILES)
def test_the_first_one_counts_and_no_other(
    hashing: str,
    files: list[list[tuple[int, int, int]]],
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(once, "hash_sql", HASHES[hashing])
    warehouse = Warehouse(tmp_path_factory.mktemp("store") / "store.duckdb")
    first: dict[int, str] = {}
    for file in files:
        known = len(first)
        for number, _, kind in file:
            first.setdefault(number, f"kind {kind}")
        new = len(first) - known
        counts = commit(warehouse, "events", [event(*row) for row in file]).rows
        assert counts == TableCounts(loaded=new, same=len(file) - new)
    stored = warehouse.rows("SELECT event_id, name, version_no FROM events ORDER BY event_id")
    hashes = warehouse.rows("SELECT count(*) FROM events_hashes")
    warehouse.close()
    assert stored == [(f"e{number}", first[number], 1) for number in sorted(first)]
    assert hashes == [(len(first),)]


def test_a_key_of_several_columns_is_one_key(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "store.duckdb")
    rows = [
        {"message_id": "m", "kind": kind, "at": day(at)}
        for kind, at in (("opened", "2025-01-01"), ("opened", "2025-01-02"), ("clicked", "2025-01-01"))
    ]
    assert commit(warehouse, "message_events", rows).rows == TableCounts(loaded=3)
    assert commit(warehouse, "message_events", [*rows, rows[0]]).rows == TableCounts(same=4)
    warehouse.close()
