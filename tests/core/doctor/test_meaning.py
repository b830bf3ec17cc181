"""A purpose, a need, a playbook, names, and no more conditions than anybody keeps in mind. Covers: L12, L14"""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.doctor import Severity
from tests.core.doctor.clinic import asked, clinic, lives, places, said
from tests.support import commit, order

PLAYBOOK = """
  goal: win_back
  channels: [email]
  contacts: {max: 1, days: 30}
  need: {ru: Повод вернуться, en: A reason to come back}
  message: {ru: Мы рядом, en: We are near}
  usp: {ru: Рядом с домом, en: Near your home}
  offer: {ru: Бесплатная доставка, en: Free delivery}
  avoid: {ru: Давить, en: Pressing}
  kpi: {ru: Вернулись за месяц, en: Came back in a month}
"""
SCHEME = f"""
scheme: place
name: {{ru: Место, en: Place}}
segments:
  - id: north
    where: {{trait: city, is: omsk}}
    name: {{ru: Север, en: North}}
    playbook: {PLAYBOOK.replace(chr(10), chr(10) + "    ")}
  - id: south
    where: {{trait: city, is: sochi}}
    name: {{ru: Юг}}
otherwise: {{id: elsewhere, name: {{ru: Прочие, en: Others}}}}
"""


def test_a_goal_and_a_need_must_be_written_down(tmp_path: Path) -> None:
    """Covers: G01, L14"""
    both = lives("sochi", purpose="{goal: sell, need: to be warm}")
    goal = lives("tver", purpose="{goal: sell, need: ''}")
    with clinic(tmp_path / "w", lives("omsk"), both, goal) as workspace:
        assert places(workspace, "purpose.goal") == {"omsk": 0}
        assert places(workspace, "purpose.need") == {"omsk": 0, "tver": 0}


def test_a_playbook_tells_goal_and_need_too(tmp_path: Path) -> None:
    """Of the scheme only one of two segments has a playbook; what remains of it needs none. Covers: G01, L14"""
    free = lives("omsk") + "playbook: " + PLAYBOOK
    with clinic(tmp_path / "w", free, SCHEME) as workspace:
        assert places(workspace, "purpose.playbook") == {"place.south": 0}
        assert places(workspace, "purpose.goal") == {"place": 0}
        assert places(workspace, "purpose.need") == {"place": 0}


def test_ready_schemes_have_all_that(tmp_path: Path) -> None:
    with clinic(tmp_path / "w") as workspace:
        for rule in ("purpose.goal", "purpose.playbook", "clarity.name", "clarity.conditions"):
            assert asked(workspace, rule) is None


def test_names_are_asked_for_in_both_languages(tmp_path: Path) -> None:
    """The workspace is Russian: a missing Russian name is a fault, a missing English one is a hint. Covers: L12"""
    english = lives("omsk", name="{en: Northerners}")
    russian = lives("sochi", name="{ru: Южане}")
    both = lives("tver", name="{ru: Тверичи, en: Tverians}")
    with clinic(tmp_path / "w", english, russian, both, lives("perm"), SCHEME) as workspace:
        found = {item.segment: (said(item), item.severity) for item in asked(workspace, "clarity.name") or []}
    assert found == {
        "omsk": ("no name in Russian", Severity.WARN),
        "sochi": ("no name in English", Severity.INFO),
        "perm": ("no name", Severity.WARN),
        "place.south": ("no name in English", Severity.INFO),
    }


def test_twelve_conditions_are_kept_in_mind_and_thirteen_are_not(tmp_path: Path) -> None:
    """`all` and `not` are no conditions; a base counts for each segment of its scheme. Covers: L12"""
    leaves = [f"{{trait: city, is_not: c{n}}}" for n in range(13)]
    twelve = f"segment: twelve\nwhere: {{all: [{', '.join(leaves[:11])}, {{not: {leaves[11]}}}]}}\n"
    thirteen = f"segment: thirteen\nwhere: {{all: [{', '.join(leaves)}]}}\n"
    scheme = (
        f"scheme: based\nbase: {{trait: city, exists: true}}\nsegments:\n"
        f"  - {{id: a, where: {{all: [{', '.join(leaves[:12])}]}}}}\n"
        f"  - {{id: b, where: {{all: [{', '.join(leaves[:11])}]}}}}\notherwise: c\n"
    )
    with clinic(tmp_path / "w", twelve, thirteen, scheme) as workspace:
        assert places(workspace, "clarity.conditions") == {"thirteen": 13, "based.a": 13}


@pytest.mark.parametrize(
    ("where", "is_told"),
    [
        ("{trait: city, is: omsk}", True),
        ("{any: [{trait: sex, is: female}, {share: 10%, salt: s}]}", True),
        ("{all: [{trait: city, is: omsk}, {trait: orders_count, at_least: 2}]}", False),
        ("{all: [{trait: city, is: omsk}, {did_not: order, within: 30d}]}", False),
        ("{not: {in_segment: rfm_simple.champions}}", False),
    ],
)
def test_segments_that_only_look_at_attributes_are_told(tmp_path: Path, where: str, is_told: bool) -> None:
    """Needs show in what people bought and did, not in where they live. Covers: L14"""
    with clinic(tmp_path / "w", cities={"omsk": 1}) as workspace:
        commit(workspace.warehouse, "orders", [order("1", "omsk-0", "2025-06-01 10:00")])
        commit(workspace.warehouse, "customers", [{"customer_id": "omsk-0", "sex": "female", "city": "omsk"}])
        workspace.define(f"segment: one\nwhere: {where}\n")
        assert (places(workspace, "purpose.behaviour") == {"one": 0}) is is_told
