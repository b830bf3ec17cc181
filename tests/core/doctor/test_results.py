"""Results are looked at. Covers: L17"""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.doctor import Severity
from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, asked, clinic, days, lives, places, said
from tests.support import commit


def send(workspace: Workspace, campaign: str, ago: float) -> None:
    """Write to somebody so many days ago."""
    row = {
        "message_id": f"{campaign}-{ago}",
        "customer_id": "omsk-0",
        "campaign": campaign,
        "channel": "email",
        "send_at": NOW - days(ago),
    }
    commit(workspace.warehouse, "messages", [row])


def test_without_messages_nothing_can_be_told(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        assert asked(workspace, "results.unused") is None
        assert asked(workspace, "results.unknown") is None


def test_a_campaign_of_ninety_days_ago_still_counts(tmp_path: Path) -> None:
    """One that was sent exactly then is in the window, one a day older is not. Covers: L17"""
    with clinic(tmp_path / "w", lives("omsk"), lives("sochi"), cities={"omsk": 1, "sochi": 1}) as workspace:
        send(workspace, "omsk", 90)
        send(workspace, "sochi", 91)
        (remark,) = asked(workspace, "results.unused") or []
        assert (remark.segment, remark.severity) == ("sochi", Severity.INFO)
        assert said(remark) == "no campaign of that name for 90 days: sochi"


@pytest.mark.parametrize(
    ("campaign", "carries"),
    [
        ("win_back", True),
        ("2025-06 Win_Back, letter 2", True),
        ("june_win_back_2", True),
        ("win_backs", False),
        ("newin_back", False),
        ("win back", False),
    ],
)
def test_a_campaign_carries_the_id_as_a_word(tmp_path: Path, campaign: str, carries: bool) -> None:
    with clinic(tmp_path / "w", lives("omsk", id_="win_back")) as workspace:
        send(workspace, campaign, 1)
        assert (places(workspace, "results.unused") == {}) is carries


def test_campaigns_that_a_definition_names_are_its_own(tmp_path: Path) -> None:
    """Then the id says nothing, and silence is a fault: somebody meant to write. Covers: L17"""
    one = lives("omsk", purpose="{campaign: spring}")
    many = lives("omsk", id_="many", purpose="{campaign: [summer, autumn]}")
    with clinic(tmp_path / "w", one, many) as workspace:
        send(workspace, "omsk", 1)
        send(workspace, "autumn", 1)
        (remark,) = asked(workspace, "results.unused") or []
        assert (remark.segment, remark.severity) == ("omsk", Severity.WARN)
        send(workspace, "spring", 1)
        assert places(workspace, "results.unused") == {}


def test_what_became_of_messages_must_be_known(tmp_path: Path) -> None:
    """Covers: L17"""
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        send(workspace, "omsk", 1)
        assert places(workspace, "results.unknown") == {None: 0}
        opened = {"message_id": "omsk-1", "kind": "opened", "at": NOW - days(0.5)}
        commit(workspace.warehouse, "message_events", [opened])
        assert places(workspace, "results.unknown") == {}
