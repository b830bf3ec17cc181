"""How fresh everything is: never hidden, least of all by a refresh that failed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

import kogorta
from kogorta.config import update
from kogorta.errors import HistoryError, PartitionError
from kogorta.membership import passes
from kogorta.vocab import Freshness
from kogorta.workspace import Workspace
from tests.support import commit, day, order

START = day("2025-06-02 12:00")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """A shop with ten customers and one segment of its own, never refreshed."""
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        workspace.config = update(workspace.folder, {"rfm": {"window_days": 365}})
        rows = [order(f"o{n}", f"c{n}", f"2025-05-2{n} 10:00", 1000) for n in range(10)]
        commit(workspace.warehouse, "orders", rows, START - timedelta(hours=1))
        workspace.define("segment: own\nwhere: {did: order, within: 10d}\n")
        yield workspace


def fresh(workspace: Workspace, hours: float) -> dict[str, Freshness]:
    """How fresh RFM, lifecycle and the own segment are so many hours after the start."""
    found = workspace.status(START + timedelta(hours=hours))
    return {
        item.id: item.freshness for item in found.positions if item.id in {"rfm_simple", "lifecycle", "own"}
    }


def test_what_no_refresh_has_seen(shop: Workspace) -> None:
    assert set(fresh(shop, 0).values()) == {Freshness.NEVER}
    assert not shop.status(START).is_good


def test_ages_are_judged_by_each_cadence(shop: Workspace) -> None:
    """RFM weekly, lifecycle daily, own every quarter of an hour; overdue is a whole cadence late."""
    f = Freshness
    shop.refresh(START)
    assert fresh(shop, 0) == {"rfm_simple": f.FRESH, "lifecycle": f.FRESH, "own": f.FRESH}
    assert fresh(shop, 0.25) == {"rfm_simple": f.FRESH, "lifecycle": f.FRESH, "own": f.DUE}
    assert fresh(shop, 0.5) == {"rfm_simple": f.FRESH, "lifecycle": f.FRESH, "own": f.STALE}
    assert fresh(shop, 24) == {"rfm_simple": f.FRESH, "lifecycle": f.DUE, "own": f.STALE}
    assert fresh(shop, 48) == {"rfm_simple": f.FRESH, "lifecycle": f.STALE, "own": f.STALE}
    assert fresh(shop, 24 * 7) == {"rfm_simple": f.DUE, "lifecycle": f.STALE, "own": f.STALE}
    assert fresh(shop, 24 * 14) == {"rfm_simple": f.STALE, "lifecycle": f.STALE, "own": f.STALE}


def test_imports_that_it_does_not_know_are_counted(shop: Workspace) -> None:
    shop.refresh(START)
    for number in range(2):
        commit(shop.warehouse, "orders", [order(f"new{number}", "c1", "2025-06-02 12:01")], START)
    (own,) = [item for item in shop.status(START).positions if item.id == "own"]
    assert own.imports_since == 2
    shop.refresh(START + timedelta(minutes=1))
    later = shop.status(START + timedelta(minutes=1))
    assert {item.imports_since for item in later.positions} == {0}


def test_what_came_later_is_not_seen(shop: Workspace) -> None:
    """A refresh of tomorrow was not there today, and one that knew the second import was not there before it."""
    f = Freshness
    shop.refresh(START)
    first = shop.warehouse.known_seq()
    commit(shop.warehouse, "orders", [order("new", "c1", "2025-06-02 12:01")], START)
    shop.refresh(START + timedelta(days=1))
    assert fresh(shop, 24)["lifecycle"] is f.FRESH
    assert fresh(shop, 23) == {"rfm_simple": f.FRESH, "lifecycle": f.FRESH, "own": f.STALE}
    assert set(fresh(shop, -1).values()) == {f.NEVER}

    def seen(known: int) -> set[tuple[datetime | None, int]]:
        found = shop.status(START + timedelta(days=1), known).positions
        return {(item.as_of, item.imports_since) for item in found}

    assert seen(first) == {(START, 0)}
    assert seen(first + 1) == {(START + timedelta(days=1), 0)}
    assert {(item.as_of, item.imports_since) for item in shop.status(START).positions} == {(START, 1)}


def test_a_failure_of_later_is_not_seen(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.refresh(START)
    fail(shop, monkeypatch, PartitionError("planted"), minutes=5)
    assert shop.status(START + timedelta(minutes=5)).failure is not None
    assert shop.status(START + timedelta(minutes=4)).failure is None


def test_a_changed_definition_is_told(shop: Workspace) -> None:
    shop.refresh(START)
    shop.define("segment: own\nwhere: {did: order, within: 11d}\n")
    assert fresh(shop, 0)["own"] is Freshness.CHANGED


def fail(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, error: BaseException, minutes: int = 5
) -> None:
    """Let a refresh fail where it proves its schemes."""
    with monkeypatch.context() as patch:

        def refuse(*_: object) -> None:
            raise error

        patch.setattr(passes, "check", refuse)
        with pytest.raises(type(error)):
            workspace.refresh(START + timedelta(minutes=minutes))


def test_a_failed_refresh_hides_nothing(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.refresh(START)
    assert shop.status(START).failure is None
    fail(shop, monkeypatch, PartitionError("the scheme has a hole", got="members = 9"))
    found = shop.status(START + timedelta(minutes=6))
    assert {item.as_of for item in found.positions} == {START}, "the last good result stands"
    assert found.failure is not None
    assert (found.failure.code, found.failure.times) == ("partition", 1)
    assert found.failure.as_of == START + timedelta(minutes=5)
    assert "the scheme has a hole" in found.failure.reason["en"]
    assert "members = 9" in found.failure.reason["ru"]
    assert not found.is_good
    fail(shop, monkeypatch, PartitionError("again"))
    failure = shop.status(START + timedelta(minutes=6)).failure
    assert failure is not None
    assert failure.times == 2
    shop.refresh(START + timedelta(minutes=10))
    assert shop.status(START + timedelta(minutes=10)).failure is None


def test_an_error_that_nobody_expected_is_kept_too(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.refresh(START)
    fail(shop, monkeypatch, MemoryError("no room"))
    failure = shop.status(START + timedelta(minutes=6)).failure
    assert failure is not None
    assert failure.code == "internal"
    assert failure.reason["en"].endswith("MemoryError: no room")
    assert failure.reason["ru"] != failure.reason["en"]


def test_what_was_stopped_by_hand(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    fail(shop, monkeypatch, KeyboardInterrupt())
    failure = shop.status(START + timedelta(minutes=6)).failure
    assert failure is not None
    assert failure.code == "stopped"


def test_a_refresh_at_work_is_no_failure(shop: Workspace) -> None:
    told = []
    shop.refresh(START, progress=lambda _: told.append(shop.status(START).failure))
    assert told
    assert set(told) == {None}


def test_two_refreshes_at_once_are_one_after_the_other(shop: Workspace) -> None:
    """Both are asked for at one instant: one brings everything up to date, for the other nothing is due any more."""
    at = START + timedelta(minutes=1)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: shop.refresh_due(at), range(2)))
    assert sum(report is None for report in done) == 1
    assert shop.warehouse.rows("SELECT count(*) FROM runs") == [(1,)]
    twice = "SELECT 1 FROM membership_changes GROUP BY scheme, customer_key HAVING count(*) > 1"
    assert shop.warehouse.rows(twice) == []
    assert shop.status(at).failure is None


def test_who_asks_for_an_earlier_instant_is_no_failed_refresh(shop: Workspace) -> None:
    shop.refresh(START)
    with pytest.raises(HistoryError):
        shop.refresh(START - timedelta(minutes=1))
    assert shop.status(START).failure is None


KILLED = """
import sys, os, signal
from pathlib import Path
import kogorta
from kogorta.membership import passes
passes.check = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with kogorta.open(Path(sys.argv[1])) as workspace:
    workspace.refresh("2025-06-02T12:05:00+00:00")
"""


def test_a_refresh_that_was_killed_is_told_as_cut_off(shop: Workspace) -> None:
    shop.refresh(START)
    shop.close()
    done = subprocess.run([sys.executable, "-c", KILLED, str(shop.folder)], check=False, env=os.environ)
    assert done.returncode == -signal.SIGKILL
    with kogorta.open(shop.folder) as again:
        found = again.status(START + timedelta(minutes=6))
        assert found.failure is not None
        assert (found.failure.code, found.failure.as_of) == ("cut_off", START + timedelta(minutes=5))
        assert {item.as_of for item in found.positions} == {START}
        again.refresh(START + timedelta(minutes=10))
        assert again.status(START + timedelta(minutes=10)).failure is None


def test_a_base_without_orders_has_chosen_no_window_yet(tmp_path: Path) -> None:
    """Nothing of it is called changed, and the first orders are what chooses."""
    with kogorta.init(tmp_path / "new", timezone="UTC") as workspace:
        person = {"customer_id": ["c"], "created_at": ["2025-05-01T00:00:00Z"]}
        workspace.import_table(pa.table(person), "customers")
        assert workspace.refresh(START).window_chosen is None
        assert set(fresh(workspace, 0)) == {"rfm_simple", "lifecycle"}
        assert set(fresh(workspace, 0).values()) == {Freshness.FRESH}
        again = workspace.refresh(START + timedelta(minutes=5))
        assert (again.new_frames, again.whole_pass) == ((), None)
        rows = [order(f"o{n}", "c", f"2025-05-2{n} 10:00", 1000) for n in range(4)]
        commit(workspace.warehouse, "orders", rows, START)
        assert workspace.refresh(START + timedelta(days=8)).window_chosen == 365
