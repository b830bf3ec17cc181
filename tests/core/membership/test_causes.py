"""Each cause of a membership change is produced, and stands in the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from kogorta.config import Config, parse
from kogorta.errors import HistoryError
from kogorta.identity.erase import erase
from kogorta.identity.rules import update as update_identity
from kogorta.membership.refresh import refresh
from kogorta.vocab import Cause
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

T1 = day("2025-06-01")
T2 = day("2025-06-08")
LEARNED = day("2025-06-08 12:00")


def config(**rfm: object) -> Config:
    """Return a workspace with weekly RFM frames and daily lifecycle frames."""
    return parse(
        {
            "workspace": {"timezone": "UTC"},
            "cadence": {"rfm": "30d", "lifecycle": "30d"},
            "rfm": {"window_days": 365, **rfm},
        }
    )


def base(warehouse: Warehouse) -> None:
    """Twenty customers who order every ten days, ten of them twice and ten of them five times."""
    rows = []
    for n in range(20):
        orders = 2 if n < 10 else 5
        for k in range(orders):
            at = day("2025-05-25") - timedelta(days=10 * k, hours=n)
            rows.append(order(f"{n}-{k}", f"c{n:02}", at.isoformat(), 1000 + n))
    commit(warehouse, "orders", rows)


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Give a store with the base in it, refreshed at T1."""
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    base(opened)
    refresh(opened, config(), T1, T1)
    yield opened
    opened.close()


def log(warehouse: Warehouse, run: int, scheme: str = "lifecycle") -> set[tuple[str, str, str, str]]:
    """Return what a run wrote: customer, op, segment, cause."""
    return set(
        warehouse.rows(
            """SELECT i.customer_id, op, segment, cause FROM membership_changes
            JOIN customer_ids i USING (customer_key) WHERE run_id = ? AND scheme = ?""",
            [run, scheme],
        )
    )


def test_the_first_record_of_a_scheme_is_initial(warehouse: Warehouse) -> None:
    rows = log(warehouse, 1)
    assert len(rows) == 20
    assert {(op, cause) for _, op, _, cause in rows} == {("enter", Cause.INITIAL.value)}


def test_time_alone_moves_people(warehouse: Warehouse) -> None:
    """Rhythm 10 days: at risk beyond max(14, 20) days of silence; 25 May + 20 days is 14 June."""
    refresh(warehouse, config(), day("2025-06-20"), day("2025-06-20"))
    rows = log(warehouse, 2)
    assert ("c15", "leave", "active", "time") in rows
    assert ("c15", "enter", "at_risk", "time") in rows
    assert {cause for *_, cause in rows} == {Cause.TIME.value}


def test_an_order_of_the_time_since_the_last_run_is_facts(warehouse: Warehouse) -> None:
    refresh(warehouse, config(), day("2025-06-20"), day("2025-06-20"))
    commit(warehouse, "orders", [order("new", "c15", "2025-06-20 08:00")], day("2025-06-21"))
    refresh(warehouse, config(), day("2025-06-21"), day("2025-06-21"))
    assert log(warehouse, 3) == {("c15", "leave", "at_risk", "facts"), ("c15", "enter", "active", "facts")}


def test_an_order_dated_ahead_is_facts_once_its_day_has_come(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("ahead", "z", "2025-06-05")], T1)
    refresh(warehouse, config(), T1, T1)
    refresh(warehouse, config(), T2, T2)
    assert log(warehouse, 2) == set()
    assert ("z", "enter", "new", "facts") in log(warehouse, 3)


def test_a_fact_older_than_the_last_run_is_backfill(warehouse: Warehouse) -> None:
    refresh(warehouse, config(), day("2025-06-20"), day("2025-06-20"))
    commit(warehouse, "orders", [order("late", "c15", "2025-06-18")], day("2025-06-21"))
    refresh(warehouse, config(), day("2025-06-21"), day("2025-06-21"))
    assert log(warehouse, 3) == {
        ("c15", "leave", "at_risk", "backfill"),
        ("c15", "enter", "active", "backfill"),
    }


def test_a_new_frame_moves_those_whom_nothing_happened_to(warehouse: Warehouse) -> None:
    """Forty others buy ten times each, so that five orders are no longer among the best."""
    before = {row[0]: row[2] for row in log(warehouse, 1, "rfm_simple")}
    rows = [
        order(f"o{n}-{k}", f"o{n:02}", (day("2025-05-28") - timedelta(days=9 * k)).isoformat(), 5000)
        for n in range(40)
        for k in range(10)
    ]
    commit(warehouse, "orders", rows, LEARNED)
    refresh(warehouse, config(), T1, LEARNED, full=True)
    moved = {row for row in log(warehouse, 2, "rfm_simple") if row[0] in before}
    assert moved
    assert {cause for *_, cause in moved} == {Cause.FRAME.value}


def test_another_definition_moves_by_definition(warehouse: Warehouse) -> None:
    changed = config(recency="thresholds", recency_bounds=[1, 2, 3, 4])
    refresh(warehouse, changed, T2, T2)
    rows = log(warehouse, 2, "rfm_simple")
    assert rows
    assert {cause for *_, cause in rows} == {Cause.DEFINITION.value}
    versions = warehouse.rows(
        "SELECT version FROM definition_versions WHERE definition = 'rfm_simple' ORDER BY 1"
    )
    assert versions == [(1,), (2,)]


def test_membership_goes_on_across_versions(warehouse: Warehouse) -> None:
    """Who stays where he was gets no line in the log although the definition has another version."""
    refresh(warehouse, config(frequency="thresholds", frequency_bounds=[2, 3, 4, 5]), T1, T1)
    moved = {row[0] for row in log(warehouse, 2, "rfm_simple")}
    known = {row[0] for row in log(warehouse, 1, "rfm_simple")}
    assert known - moved


def test_a_merge_moves_by_merge(warehouse: Warehouse) -> None:
    commit(warehouse, "orders", [order("x1", "x", "2025-05-30")], T1)
    refresh(warehouse, config(), T1, T1)
    contacts = [
        {"customer_id": name, "kind": "phone", "value": "+79161234567", "verified_at": T1}
        for name in ("x", "c15")
    ]
    commit(warehouse, "contacts", contacts, T1)
    update_identity(warehouse, config(), T1)
    refresh(warehouse, config(), T1, T1)
    rows = log(warehouse, 3)
    assert rows
    assert {cause for *_, cause in rows} == {Cause.MERGE.value}
    assert {row[:3] for row in rows if row[1] == "leave"} >= {("x", "leave", "new")}


def test_an_erased_customer_leaves_by_erasure_once(warehouse: Warehouse) -> None:
    """His earlier rows stand under a tombstone, which the refresh finds in no segment any more."""
    was = warehouse.rows(
        "SELECT scheme, segment FROM membership_changes JOIN customer_ids USING (customer_key) WHERE customer_id = 'c15'"
    )
    erase(warehouse, config(), "c15", T1, lambda count: bytes(range(count)))
    done = refresh(warehouse, config(), T1, T1)
    rows = "SELECT scheme, segment, op, cause, run_id FROM membership_changes WHERE customer_key < 0"
    assert set(warehouse.rows(rows)) == {
        row
        for scheme, segment in was
        for row in (
            (scheme, segment, "enter", "initial", 1),
            (scheme, segment, "leave", "erasure", done.run_id),
        )
    }
    assert set(done.changes) == {(scheme, Cause.ERASURE.value) for scheme, _ in was}
    assert Cause.ERASURE.value not in {cause for _, cause in refresh(warehouse, config(), T2, T2).changes}


def test_nothing_new_writes_nothing(warehouse: Warehouse) -> None:
    report = refresh(warehouse, config(), T1, T1)
    assert dict(report.changes) == {}
    # 20 customers in 4 schemes; two frequencies are too few for the classic map, which hides itself
    assert warehouse.rows("SELECT changes FROM runs ORDER BY run_id") == [(80,), (0,)]


def test_the_log_goes_forward_only(warehouse: Warehouse) -> None:
    with pytest.raises(HistoryError, match="forward only"):
        refresh(warehouse, config(), T1 - timedelta(days=1), T2)


def test_frames_follow_their_cadence(warehouse: Warehouse) -> None:
    assert refresh(warehouse, config(), T2, T2).new_frames == ()
    assert set(refresh(warehouse, config(), T2, T2, full=True).new_frames) == {"rfm", "lifecycle"}
    assert set(refresh(warehouse, config(), T2 + timedelta(days=30), T2).new_frames) == {"rfm", "lifecycle"}
    always = parse({"rfm": {"window_days": 365}})
    later = T2 + timedelta(days=31)
    assert set(refresh(warehouse, always, later, later).new_frames) == {"rfm", "lifecycle"}
