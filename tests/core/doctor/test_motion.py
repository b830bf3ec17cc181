"""A living segment changes, but does not jump. Covers: L16"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from kogorta.workspace import Workspace
from tests.core.doctor.clinic import NOW, asked, clinic, days, lives, own, places, said
from tests.support import commit

SECOND = timedelta(seconds=1)


def arrive(workspace: Workspace, city: str, *people: tuple[str, float]) -> None:
    """Make people known in a city so many days before now."""
    rows = [{"customer_id": who, "city": city, "created_at": NOW - days(ago)} for who, ago in people]
    commit(workspace.warehouse, "customers", rows)


def refresh(workspace: Workspace, *ago: float | timedelta) -> None:
    """Refresh so many days before now, or so long."""
    for each in ago:
        workspace.refresh(NOW - (each if isinstance(each, timedelta) else days(each)))


def test_ninety_days_without_a_change_are_told(tmp_path: Path) -> None:
    """Sochi gets one more on day 50, Omsk nobody, and Tver has nobody."""
    cities = {"omsk": 2, "sochi": 1}
    with clinic(tmp_path / "w", *map(lives, ("omsk", "sochi", "tver")), cities=cities) as workspace:
        arrive(workspace, "sochi", ("late", 50))
        refresh(workspace, days(90) + SECOND, 60, 40, 1)
        assert own(places(workspace, "motion.frozen")) == {"omsk": 2}
        (remark,) = [item for item in asked(workspace, "motion.frozen") or [] if item.segment == "omsk"]
        assert said(remark) == "unchanged for 90 days or more"


def test_who_entered_on_the_first_of_the_ninety_days_counts(tmp_path: Path) -> None:
    """A window is closed at its start: a change exactly ninety days ago is in it, a second before it is not."""
    for ago, told in ((days(90), {}), (days(90) + SECOND, {"omsk": 3})):
        with clinic(tmp_path / str(ago.seconds), lives("omsk"), cities={"omsk": 2}) as workspace:
            arrive(workspace, "omsk", ("late", 95))
            refresh(workspace, 100, ago, 1)
            assert own(places(workspace, "motion.frozen")) == told


def test_a_young_segment_and_one_that_nobody_refreshes_are_not_called_frozen(tmp_path: Path) -> None:
    with clinic(tmp_path / "young", lives("omsk")) as workspace:
        refresh(workspace, 90, 1)
        assert asked(workspace, "motion.frozen") is None
    with clinic(tmp_path / "stale", lives("omsk")) as workspace:
        refresh(workspace, 200, 100)
        assert asked(workspace, "motion.frozen") is None


def test_half_more_is_no_jump_and_more_is(tmp_path: Path) -> None:
    """Omsk goes from 4 to 6, Sochi from 4 to 7, Tver from 3 to 9: of so few nothing can be said."""
    cities = {"omsk": 4, "sochi": 4, "tver": 3}
    with clinic(
        tmp_path / "w", *map(lives, cities), cities=cities, min_people=4, min_share_ratio=0
    ) as workspace:
        arrive(workspace, "omsk", *[(f"o{n}", 5) for n in range(2)])
        arrive(workspace, "sochi", *[(f"s{n}", 5) for n in range(3)])
        arrive(workspace, "tver", *[(f"t{n}", 5) for n in range(6)])
        refresh(workspace, 10, 1)
        found = [item for item in asked(workspace, "motion.swing") or [] if item.segment in cities]
        assert [(item.segment, item.count, item.base) for item in found] == [("sochi", 3, 4)]
        assert said(found[0]) == "from 4 to 7 customers on 30 June 2025"


def test_only_the_last_ninety_days_are_looked_at(tmp_path: Path) -> None:
    for ago, told in ((90, {"omsk": 4}), (90.01, {})):
        folder = tmp_path / str(ago)
        with clinic(folder, lives("omsk"), cities={"omsk": 4}, min_people=4) as workspace:
            arrive(workspace, "omsk", *[(f"o{n}", 95) for n in range(4)])
            refresh(workspace, 100, ago)
            assert own(places(workspace, "motion.swing")) == told


def test_an_edit_is_no_jump(tmp_path: Path) -> None:
    """Nobody came or went; the definition takes others now."""
    with clinic(tmp_path / "w", lives("omsk"), cities={"omsk": 4, "sochi": 9}, min_people=4) as workspace:
        refresh(workspace, 10)
        workspace.define(lives("omsk", "sochi", id_="omsk"))
        refresh(workspace, 1)
        assert own(places(workspace, "motion.swing")) == {}


def test_one_refresh_is_compared_with_nothing(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk")) as workspace:
        refresh(workspace, 1)
        assert asked(workspace, "motion.swing") is None
