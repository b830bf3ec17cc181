"""What is not written right does not hide what else is wrong: all problems are told at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import kogorta
from kogorta.errors import ProblemsError
from kogorta.workspace import Workspace
from tests.support import commit, order

MIXED = """segment: mixed
where:
  all:
    - {did: order, within: 7}
    - {trait: recency_dayz, at_least: 3}
    - {trait: frequency_count, contains: x}
    - {trait: recency_days, at_leest: 5}
"""
EXPECTED = [
    ("where.all[0].within", "a window without a unit"),
    ("where.all[3].at_leest", "there is no such word here"),
    ("where.all[1].trait", "there is no such trait"),
    ("where.all[2].contains", "a number cannot be tested by contains"),
]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """One order."""
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        commit(workspace.warehouse, "orders", [order("o", "ann", "2025-05-01")])
        yield workspace


def told(error: ProblemsError) -> list[tuple[str, str]]:
    """Place and message of each problem."""
    return [(problem.path or "", str(problem.message)) for problem in error.problems]


@pytest.mark.parametrize("ask", ["define", "size", "diff"])
def test_words_and_meaning_are_told_together(shop: Workspace, ask: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        getattr(shop, ask)(MIXED)
    assert told(caught.value) == [(f"definition.{place}", message) for place, message in EXPECTED]
    assert shop.definitions == {}


def test_of_several_documents_and_files_too(shop: Workspace) -> None:
    segments = shop.folder / "segments"
    segments.mkdir(exist_ok=True)
    (segments / "one.yaml").write_text(MIXED)
    (segments / "two.yaml").write_text(
        "segment: second\nwhere: {in_segment: nowhere}\n---\nsegment: third\nwhere: {in_segment: mixed}\n"
    )
    with pytest.raises(ProblemsError) as caught:
        shop.plan()
    files = [(f"one.yaml.{place}", message) for place, message in EXPECTED]
    assert told(caught.value) == [*files, ("two.yaml[0].where.in_segment", "there is no such segment")]


def test_what_is_broken_is_told_once(shop: Workspace) -> None:
    """A condition that is no condition leaves nothing to check in its place; a broken id hides the rest."""
    with pytest.raises(ProblemsError) as caught:
        shop.define("segment: a\nwhere: {any: [{traitt: city}, {trait: nothing, is: 1}]}")
    assert [place for place, _ in told(caught.value)] == [
        "definition.where.any[0]",
        "definition.where.any[1].trait",
    ]
    with pytest.raises(ProblemsError) as caught:
        shop.define("segment: A B\nwhere: {trait: nothing, is: 1}")
    assert [place for place, _ in told(caught.value)] == ["definition.segment"]
