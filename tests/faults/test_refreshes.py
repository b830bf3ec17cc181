"""kill −9 in the middle of a refresh: never a half run; the log still says what is computed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import kogorta
from kogorta.definitions.schemes import schemes
from kogorta.vocab import Business
from kogorta.workspace import Workspace
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import refresh_often
from tests.support import commit, day, order


def base(folder: Path) -> None:
    """Make a workspace with three hundred customers of different rhythms."""
    kogorta.init(folder, currency="EUR", timezone="UTC").close()
    rows = [
        order(
            f"{n}-{k}",
            f"c{n:03}",
            (day("2025-06-20") - timedelta(days=k * (7 + n % 40))).isoformat(),
            500 + n,
        )
        for n in range(300)
        for k in range(1 + n % 7)
    ]
    with Workspace(folder) as workspace:
        commit(workspace.warehouse, "orders", rows)


@pytest.mark.faults
def test_a_killed_refresh_leaves_the_last_good_result(tmp_path: Path) -> None:
    folder = tmp_path / "base"
    base(folder)
    acknowledged: list[int] = []
    done = 0
    for after in moments(ROUNDS, 1.5):
        acknowledged += run_and_kill(refresh_often, (str(folder), done), after)
        with Workspace(folder, now=lambda: day("2026-01-01")) as workspace:
            runs = [row[0] for row in workspace.warehouse.rows("SELECT run_id FROM runs ORDER BY run_id")]
            strays = workspace.warehouse.rows(
                "SELECT count(*) FROM membership_changes WHERE run_id NOT IN (SELECT run_id FROM runs)"
            )
            assert set(acknowledged) <= set(runs)
            assert runs == list(range(1, len(runs) + 1))
            assert strays == [(0,)]
            if runs:
                _log_is_what_is_computed(workspace)
            done = len(runs)
    assert acknowledged, "the kills came before any run: the test proved nothing"


def _log_is_what_is_computed(workspace: Workspace) -> None:
    sizes = workspace.sizes(workspace.last_instant())
    for scheme in schemes(Business.SHOP):
        for segment in scheme.segments if scheme.id in sizes else ():
            logged = workspace.members(f"{scheme.id}.{segment}", workspace.last_instant(), recorded=True)
            assert logged.num_rows == sizes[scheme.id][segment]
