"""kill −9 in the middle of an apply: all of it or nothing, and what is edited next is never taken for a drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.definitions.nodes import Did
from kogorta.workspace import Workspace
from tests.core.membership.folders import made
from tests.faults.killing import ROUNDS, moments, run_and_kill
from tests.faults.work import apply_often, write_definitions
from tests.support import day


def standing(workspace: Workspace) -> tuple[int, bool]:
    """Return the number that stands, and whether `even` does."""
    node = workspace.definitions["counted"].where
    assert isinstance(node, Did)
    return int(str(node.tests[0].value)), "even" in workspace.definitions


@pytest.mark.faults
def test_a_killed_apply_is_understood_by_the_next_one(tmp_path: Path) -> None:
    folder = made(tmp_path / "base")
    number, acknowledged = 1, 0
    for after in moments(ROUNDS, 0.6):
        said = run_and_kill(apply_often, (str(folder), number), after)
        acknowledged += len(said)
        with Workspace(folder, now=lambda: day("2026-01-01")) as workspace:
            if said or "counted" in workspace.definitions:
                stands, has_even = standing(workspace)
                assert stands >= max(said, default=number - 1), "what was acknowledged stands"
                assert has_even == (stands % 2 == 0), "all of it or nothing"
                number = stands
            assert workspace.plan().drifts == ()
            # somebody edits before anything is applied again: that is an edit, and no drift
            number += 7
            write_definitions(folder / "segments", number)
            assert workspace.plan().drifts == ()
            workspace.apply()
            assert workspace.plan().is_clean
            number += 1
    assert acknowledged, "the kills came before any apply: the test proved nothing"
