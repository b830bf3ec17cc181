"""Segments age. Covers: R64, L16"""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.config import CadenceSection
from kogorta.doctor import Severity
from kogorta.errors import PartitionError
from kogorta.membership import passes
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, asked, clinic, days, lives, places, said


def ages(workspace: Workspace, hours: float) -> dict[str | None, str]:
    """How grave it is so many hours after the start, where something is told."""
    found = asked(workspace, "stale.segment", NOW + days(hours / 24)) or []
    return {item.segment: item.severity.value for item in found}


def test_what_is_late_by_a_whole_cadence_is_a_fault(tmp_path: Path) -> None:
    """RFM weekly, lifecycle daily, own every quarter of an hour: due is a hint, overdue a fault. Covers: R64, L16"""
    rfm = dict.fromkeys(["rfm_simple", "rfm_quick"], "warn")
    stages = dict.fromkeys(["lifecycle", "lifecycle_quick"], "warn")
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        workspace.refresh(NOW)
        assert ages(workspace, 0) == {}
        assert ages(workspace, 0.25) == {"omsk": "info"}
        assert ages(workspace, 0.5) == {"omsk": "warn"}
        assert ages(workspace, 47.9) == {"omsk": "warn"} | dict.fromkeys(stages, "info")
        assert ages(workspace, 48) == {"omsk": "warn"} | stages
        assert ages(workspace, 14 * 24) == {"omsk": "warn"} | stages | rfm


def test_without_a_cadence_a_fortnight_is_the_limit(tmp_path: Path) -> None:
    """Covers: R64"""
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        workspace.config = workspace.config.model_copy(update={"cadence": CadenceSection()})
        workspace.refresh(NOW)
        assert ages(workspace, 14 * 24) == {}
        found = asked(workspace, "stale.segment", NOW + days(14.001)) or []
        assert len(found) == 5, "four ready schemes that say something of this base, and one of its own"
        assert {(said(item), item.severity) for item in found} == {("14 days old", Severity.WARN)}


def test_what_was_never_refreshed_and_what_has_changed_since(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        told = [said(item) for item in asked(workspace, "stale.segment") or []]
        assert told == ["no refresh has brought it up to date yet"] * 5
        assert asked(workspace, "stale.refresh") is None
        workspace.refresh(NOW)
        workspace.define(lives("sochi", id_="omsk"))
        (remark,) = asked(workspace, "stale.segment") or []
        assert (remark.segment, remark.severity) == ("omsk", Severity.INFO)
        assert said(remark) == "its definition has changed since the last refresh"


def test_a_refresh_that_failed_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two in a row, stopped by the proof that schemes are partitions; the next one makes it good."""
    with clinic(tmp_path / "w") as workspace:
        workspace.refresh(NOW - days(1))
        assert asked(workspace, "stale.refresh") == asked(workspace, "stale.partition") == []

        def fails(*_: object) -> None:
            raise PartitionError("planted")

        with monkeypatch.context() as patch:
            patch.setattr(passes, "check", fails)
            for _ in range(2):
                with pytest.raises(PartitionError):
                    workspace.refresh(NOW, everyone=True)
        (failed,) = asked(workspace, "stale.refresh") or []
        assert (said(failed), failed.severity) == ("2 refreshes failed in a row", Severity.BAD)
        (broken,) = asked(workspace, "stale.partition") or []
        assert broken.severity is Severity.BAD
        workspace.refresh(NOW)
        assert asked(workspace, "stale.refresh") == asked(workspace, "stale.partition") == []


def test_the_age_of_facts_is_what_the_audit_says(tmp_path: Path) -> None:
    """The last import is of 1 June: a week later it is fresh, on the eighth day it is not. Covers: R64"""
    with clinic(tmp_path / "w") as workspace:
        assert places(workspace, "stale.facts", NOW.replace(month=6, day=8)) == {}
        (remark,) = asked(workspace, "stale.facts", NOW.replace(month=6, day=9)) or []
        assert (said(remark), remark.severity) == ("The last import is 8 days old.", Severity.WARN)


def test_facts_of_nobody_are_stale_too(tmp_path: Path) -> None:
    """Of a base without anybody only this is told: import something."""
    with clinic(tmp_path / "w", cities={}) as workspace:
        found = workspace.doctor()
        assert [(item.rule, item.severity) for item in found.remarks] == [("stale.facts", Severity.BAD)]
