"""Segments are unique, and it is said which of them acts first. Covers: L13"""

from __future__ import annotations

from pathlib import Path

from kogorta.doctor import Severity
from tests.core.doctor.clinic import asked, clinic, lives, places, said

CITIES = {"omsk": 4, "sochi": 4, "tver": 1, "perm": 10}


def test_half_of_the_smaller_is_not_mostly_the_same(tmp_path: Path) -> None:
    """Omsk and Sochi (8 people) share 4 with Omsk, Tver and Perm (15); with Sochi and Tver (5) the 4 of Sochi."""
    with clinic(
        tmp_path / "w",
        lives("omsk", "sochi", id_="a"),
        lives("omsk", "tver", "perm", id_="b"),
        lives("sochi", "tver", id_="c"),
        cities=CITIES,
    ) as workspace:
        found = asked(workspace, "overlap.large") or []
        assert [(item.segment, item.other, item.count, item.base) for item in found] == [("c", "a", 4, 5)]
        assert said(found[0]) == "4 customers, 80% of it, are also in a"


def test_who_acts_first_must_be_said_where_people_are_shared(tmp_path: Path) -> None:
    """a and b share Omsk; c shares nothing with anybody. Covers: L13"""
    with clinic(
        tmp_path / "w",
        lives("omsk", "sochi", id_="a", priority="1"),
        lives("omsk", "tver", id_="b"),
        lives("perm", id_="c"),
        cities=CITIES,
    ) as workspace:
        assert places(workspace, "overlap.priority") == {"b": 4}
        workspace.define(lives("omsk", "tver", id_="b", priority="1"))
        assert places(workspace, "overlap.priority") == {"a": 4, "b": 4}
        workspace.define(lives("omsk", "tver", id_="b", priority="2"))
        assert places(workspace, "overlap.priority") == {}


def test_the_one_that_shares_most_is_named(tmp_path: Path) -> None:
    """All of them, all but Tver and all of Omsk: Perm, Omsk and Sochi are 18 of 19."""
    with clinic(
        tmp_path / "w",
        lives("omsk", "sochi", "tver", "perm", id_="a"),
        lives("omsk", "sochi", "perm", id_="b", priority="1"),
        lives("omsk", "tver", id_="c", priority="2"),
        cities=CITIES,
    ) as workspace:
        (remark,) = asked(workspace, "overlap.priority") or []
        assert (remark.segment, remark.other, remark.count) == ("a", "b", 18)
        assert said(remark) == "shares people with 2 others, most with b: 18"


def test_equal_conditions_are_told_even_where_nobody_is(tmp_path: Path) -> None:
    """The name, the purpose and the priority make no other segment. Covers: L13"""
    twin = lives("gorky", id_="twin", priority="3", name="{ru: Близнец, en: Twin}", purpose="{goal: sell}")
    with clinic(tmp_path / "w", lives("gorky"), twin, lives("omsk"), cities=CITIES) as workspace:
        (remark,) = asked(workspace, "overlap.same") or []
        assert (remark.segment, remark.other) == ("twin", "gorky")
        assert said(remark) == "asks exactly what gorky asks"


def test_equal_members_are_told_also_of_a_ready_scheme(tmp_path: Path) -> None:
    """Nobody ordered: whoever lives anywhere is a prospect. Covers: L13"""
    with clinic(
        tmp_path / "w", "segment: all\nwhere: {trait: city, exists: true}\n", cities=CITIES
    ) as workspace:
        (remark,) = asked(workspace, "overlap.same") or []
        assert (remark.segment, remark.other, remark.count) == ("all", "lifecycle.prospect", 19)
        assert said(remark) == "its 19 customers are exactly those of lifecycle.prospect"


def test_what_is_the_same_is_told_once(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk", id_="a"), lives("omsk", id_="b"), cities=CITIES) as workspace:
        assert len(asked(workspace, "overlap.same") or []) == 1
        assert places(workspace, "overlap.large") == {}
        assert places(workspace, "overlap.priority") == {}


def test_one_person_more_is_another_segment(tmp_path: Path) -> None:
    """Covers: L13"""
    a, b = lives("omsk", id_="a"), lives("omsk", "tver", id_="b")
    with clinic(tmp_path / "w", a, b, cities=CITIES) as workspace:
        assert places(workspace, "overlap.same") == {}
        assert places(workspace, "overlap.large") == {"a": 4}


def test_a_segment_of_a_scheme_may_not_ask_what_one_before_it_asks(tmp_path: Path) -> None:
    text = """
scheme: place
segments:
  - {id: north, where: {trait: city, is: omsk}}
  - {id: again, where: {trait: city, is: omsk}}
otherwise: elsewhere
"""
    with clinic(tmp_path / "w", text, cities=CITIES) as workspace:
        found = asked(workspace, "overlap.same") or []
        assert [(item.segment, item.other) for item in found] == [("place.again", "place.north")]


def test_one_free_segment_overlaps_with_nobody(tmp_path: Path) -> None:
    with clinic(tmp_path / "w", lives("omsk"), cities=CITIES) as workspace:
        assert asked(workspace, "overlap.large") is None
        assert asked(workspace, "overlap.priority") is None


def test_an_overlap_whose_order_is_said_is_only_told(tmp_path: Path) -> None:
    """Of people in both, the one with the smaller priority acts: that is a choice, and worth knowing. Covers: L13"""
    a, b = lives("omsk", id_="a", priority="1"), lives("omsk", "tver", id_="b", priority="1")
    with clinic(tmp_path / "w", a, b, cities=CITIES) as workspace:
        assert [item.severity for item in asked(workspace, "overlap.large") or []] == [Severity.WARN]
        workspace.define(lives("omsk", "tver", id_="b", priority="2"))
        assert [item.severity for item in asked(workspace, "overlap.large") or []] == [Severity.INFO]
