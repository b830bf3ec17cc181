"""Few segments that are used. Covers: G28, R63"""

from __future__ import annotations

from pathlib import Path

from tests.core.doctor.clinic import asked, clinic, lives, places


def free(number: int) -> list[str]:
    return [lives("omsk", id_=f"s{n}") for n in range(number)]


def scheme(id_: str, segments: int) -> str:
    """A scheme with so many segments, the last of which takes the others."""
    parts = [f"  - {{id: p{n}, where: {{trait: city, is: c{n}}}}}" for n in range(segments - 1)]
    return "\n".join([f"scheme: {id_}", "segments:", *parts, "otherwise: rest"]) + "\n"


def test_five_free_segments_are_few_and_six_are_many(tmp_path: Path) -> None:
    """Covers: G28"""
    with clinic(tmp_path / "w", *free(5)) as workspace:
        assert places(workspace, "count.free") == {}
        workspace.define(lives("omsk", id_="s5"))
        assert places(workspace, "count.free") == {None: 6}


def test_segments_are_counted_per_scheme(tmp_path: Path) -> None:
    """Seven in one scheme are good, eight are not; free segments do not count for it. Covers: G28"""
    with clinic(tmp_path / "w", scheme("seven", 7), scheme("eight", 8), *free(3)) as workspace:
        assert places(workspace, "count.scheme") == {"eight": 8}
        assert places(workspace, "count.free") == {}


def test_dozens_of_small_groups_are_told(tmp_path: Path) -> None:
    """29 segments in schemes and one free one are 30; one more is too many. Covers: R63"""
    schemes = [scheme(f"k{n}", 7) for n in range(4)] + [lives("omsk"), lives("sochi")]
    with clinic(tmp_path / "w", *schemes) as workspace:
        assert places(workspace, "count.all") == {}
        workspace.define(lives("tver"))
        assert places(workspace, "count.all") == {None: 31}


def test_schemes_are_counted_too(tmp_path: Path) -> None:
    """Covers: R63"""
    with clinic(tmp_path / "w", *[scheme(f"k{n}", 2) for n in range(5)]) as workspace:
        assert places(workspace, "count.all") == {}
        workspace.define(scheme("k5", 2))
        assert places(workspace, "count.all") == {None: 6}


def test_ready_schemes_do_not_count(tmp_path: Path) -> None:
    """Those who define nothing are told nothing. Covers: G28"""
    with clinic(tmp_path / "w") as workspace:
        assert [asked(workspace, rule) for rule in ("count.free", "count.scheme", "count.all")] == [None] * 3
