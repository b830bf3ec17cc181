"""`kogorta bench` on a small base: what is counted is right, what is measured is there, nothing is written."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

import kogorta
from kogorta.bench import Report, bench
from kogorta.bench.machine import peak_gib
from kogorta.errors import InputError
from kogorta.vocab import BenchWork
from tests.core.membership.bazaar import AS_OF, BIG, HABIT, bazaar


def prints(folder: Path) -> dict[str, str]:
    """Return a digest of every file of a workspace."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


@pytest.fixture
def stall(tmp_path: Path) -> Path:
    """Give a workspace with two definitions, refreshed."""
    with bazaar(tmp_path / "stall", big=BIG, habit=HABIT) as workspace:
        workspace.refresh(AS_OF)
    return tmp_path / "stall"


def measured(folder: Path) -> Report:
    with kogorta.open(folder) as workspace:
        return bench(workspace, rounds=2)


def test_every_work_is_measured_and_the_base_is_counted(stall: Path) -> None:
    found = measured(stall)
    with kogorta.open(stall) as workspace:
        sizes = workspace.sizes(AS_OF)
        orders = workspace.warehouse.rows("SELECT count(*) FROM orders")[0][0]
        last = workspace.refreshed_at
    assert [work.work for work in found.works] == list(BenchWork)
    assert (found.as_of, found.customers, found.rows["orders"]) == (
        last,
        sum(sizes["lifecycle"].values()),
        orders,
    )
    segments, size = found.works[1], found.works[2]
    assert segments.count == 2
    assert (size.subject, size.count) == ("big", sizes["big"]["big"])
    assert all(work.first_seconds > 0 and work.seconds > 0 for work in found.works)
    assert [work.ratio is not None for work in found.works] == [True, True, False, False]
    assert found.machine.engine.startswith("duckdb v")
    assert found.peak_gib > 0


def test_the_memory_of_programs_that_were_started_can_be_told_too() -> None:
    mebibytes = int(peak_gib() * 1024) + 100
    subprocess.run([sys.executable, "-c", f"bytearray({mebibytes} * 2**20)"], check=True)
    assert peak_gib() < mebibytes / 1024 <= peak_gib(with_programs=True)


def test_nothing_is_written(stall: Path) -> None:
    before = prints(stall)
    measured(stall)
    assert prints(stall) == before


def test_a_base_without_definitions_is_measured_by_a_ready_segment(tmp_path: Path) -> None:
    with bazaar(tmp_path / "stall") as workspace:
        found = bench(workspace, AS_OF, rounds=2)
    assert [(work.work, work.subject) for work in found.works] == [
        (BenchWork.TRAITS, ""),
        (BenchWork.SIZE, "lifecycle.at_risk"),
        (BenchWork.EXPLAIN, "lifecycle.at_risk"),
    ]


def test_progress_is_told_work_by_work_and_round_by_round(stall: Path) -> None:
    told: list[tuple[BenchWork, int]] = []
    with kogorta.open(stall) as workspace:
        bench(workspace, rounds=2, progress=lambda work, number: told.append((work, number)))
    assert told == [(work, number) for work in BenchWork for number in (1, 2)]


@pytest.mark.parametrize("work", list(BenchWork))
def test_one_work_may_be_asked_for(stall: Path, work: BenchWork) -> None:
    with kogorta.open(stall) as workspace:
        assert [done.work for done in bench(workspace, only=work, rounds=2).works] == [work]


def test_definitions_are_not_measured_where_there_are_none(tmp_path: Path) -> None:
    with bazaar(tmp_path / "stall") as workspace, pytest.raises(InputError, match="too few definitions"):
        bench(workspace, AS_OF, only=BenchWork.SEGMENTS, rounds=2)


@pytest.mark.parametrize("rounds", [0, 1, 21])
def test_rounds_that_cannot_be_are_refused(stall: Path, rounds: int) -> None:
    with kogorta.open(stall) as workspace, pytest.raises(InputError, match="so many rounds cannot be"):
        bench(workspace, rounds=rounds)


def test_where_nobody_is_known_nothing_is_measured(stall: Path) -> None:
    with kogorta.open(stall) as workspace, pytest.raises(InputError, match="nobody is known"):
        bench(workspace, datetime.fromisoformat("1999-01-01"), rounds=2)
