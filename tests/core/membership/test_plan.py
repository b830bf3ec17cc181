"""The folder of definitions against the registry: what apply would do, does, and refuses to do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kogorta.errors import DriftError, HistoryError, InputError, KogortaError, ProblemsError
from kogorta.membership import define as defining
from kogorta.membership import plan as planning
from kogorta.membership.basis import Basis, write_basis
from tests.core.membership.folders import CITY, MORE, MOST, NOW, REGULARS, SINGLES, Base, made, opened
from tests.support import day


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with opened(made(tmp_path / "base")) as found:
        yield found


@pytest.fixture
def applied(base: Base) -> Base:
    """A folder with `regulars` and `singles`, which names it, applied by Anna."""
    base.write(regulars=REGULARS, singles=SINGLES)
    base.workspace.apply("Anna")
    return base


def problems(error: pytest.ExceptionInfo[ProblemsError]) -> list[tuple[str | None, str]]:
    return [(problem.path, str(problem.message)) for problem in error.value.problems]


# --- what is planned --------------------------------------------------------------------------------


def test_a_new_workspace_has_nothing_to_do(base: Base) -> None:
    assert base.workspace.plan().is_clean
    assert base.workspace.apply().versions == ()


def test_definitions_of_the_folder_are_new_changed_removed_or_the_same(base: Base) -> None:
    base.write(regulars=REGULARS, singles=SINGLES, buyers=CITY)
    assert base.actions() == {"regulars": "new", "singles": "new", "buyers": "new"}
    base.workspace.apply()
    assert base.actions() == {}
    base.write(regulars=MORE)
    base.remove("buyers")
    rows = {row.id: row for row in base.workspace.plan().rows}
    assert {id_: row.action.value for id_, row in rows.items()} == {
        "regulars": "changed",
        "singles": "follows",
        "buyers": "removed",
    }
    assert rows["singles"].because == ("regulars",)
    assert rows["regulars"].difference == [
        "@@ -1,2 +1,2 @@",
        " segment: regulars",
        "-where: {did: order, times: {at_least: 2}}",
        "+where: {did: order, times: {at_least: 3}}",
    ]
    assert (rows["regulars"].file, rows["buyers"].file) == ("regulars.yaml", None)


def test_another_spelling_of_the_same_is_the_same(applied: Base) -> None:
    applied.write(regulars="# our best\nsegment: regulars\nwhere:\n  did: order\n  times:\n    at_least: 2\n")
    assert applied.workspace.plan().is_clean


def test_what_python_takes_for_equal_is_not_the_same(base: Base) -> None:
    base.write(a="segment: a\npurpose: {level: 1}\nwhere: {did: order}\n")
    base.workspace.apply()
    for level in ("true", "1.0", "'1'"):
        base.write(a=f"segment: a\npurpose: {{level: {level}}}\nwhere: {{did: order}}\n")
        assert base.actions() == {"a": "changed"}


def test_files_of_comments_and_other_endings_define_nothing(base: Base) -> None:
    base.write(example="# segment: regulars\n")
    (base.folder / "notes.txt").write_text("segment: x")
    (base.folder / ".hidden.yaml").write_text("no: [yaml")
    (base.folder / "tests" / "a.yaml").write_text("test: a")
    (base.folder / "short.yml").write_text(REGULARS)
    assert base.actions() == {"regulars": "new"}


def test_a_file_may_hold_several_definitions(base: Base) -> None:
    base.write(all=f"{SINGLES}---\n{REGULARS}")
    assert [row.id for row in base.workspace.plan().rows] == ["regulars", "singles"]
    base.workspace.apply()
    base.write(all=SINGLES.replace("regulars", "lifecycle.active"))
    assert base.actions() == {"singles": "changed", "regulars": "removed"}


def test_a_plan_changes_nothing(applied: Base) -> None:
    applied.write(regulars=MORE)
    before = (applied.numbers(), (applied.folder / ".base.json").read_text())
    applied.workspace.plan()
    assert (applied.numbers(), (applied.folder / ".base.json").read_text()) == before


# --- applying -----------------------------------------------------------------------------------------


def test_applying_registers_with_author_and_a_second_time_does_nothing(base: Base) -> None:
    base.write(regulars=REGULARS, singles=SINGLES)
    versions = base.workspace.apply("Anna").versions
    assert [(version.definition, version.number, version.author) for version in versions] == [
        ("regulars", 1, "Anna"),
        ("singles", 1, "Anna"),
    ]
    stamp = (base.folder / ".base.json").stat().st_mtime_ns
    assert base.workspace.apply("Boris").versions == ()
    assert base.numbers() == {"regulars": 1, "singles": 1}
    assert (base.folder / ".base.json").stat().st_mtime_ns == stamp


def test_what_names_a_changed_definition_gets_a_version_too(applied: Base) -> None:
    applied.write(regulars=MORE)
    applied.workspace.apply()
    assert applied.numbers() == {"regulars": 2, "singles": 2}


def test_a_definition_taken_out_of_the_folder_is_taken_away_and_can_come_back(applied: Base) -> None:
    applied.remove("singles")
    applied.workspace.apply()
    assert set(applied.workspace.definitions) == {"regulars"}
    assert applied.workspace.plan().is_clean
    applied.write(singles=SINGLES)
    assert applied.actions() == {"singles": "new"}
    applied.workspace.apply()
    assert applied.numbers()["singles"] == 3
    assert [info.changes[0].value for info in applied.workspace.versions("singles")] == [
        "first",
        "removed",
        "restored",
    ]


def test_a_refresh_that_writes_versions_because_of_settings_is_no_drift(applied: Base) -> None:
    applied.write(regulars="segment: regulars\nwhere: {trait: rfm_r, at_least: 4}\n")
    applied.workspace.apply()
    applied.workspace.refresh("2026-06-01")  # it chooses the window of RFM, on which only the scores stand
    assert applied.numbers() == {"regulars": 3, "singles": 3}
    assert applied.workspace.plan().is_clean
    applied.write(regulars=MORE)
    assert (applied.actions()["regulars"], applied.drifts()) == ("changed", set())
    applied.workspace.apply()
    assert [info.changes[0].value for info in applied.workspace.versions("regulars")] == [
        "first",
        "text",
        "settings",
        "text",
    ]


def test_a_plan_that_somebody_agreed_to_is_the_one_that_is_applied(applied: Base) -> None:
    applied.write(regulars=MORE)
    shown = applied.workspace.plan()
    applied.write(regulars=MOST)
    with pytest.raises(HistoryError, match="since the plan was shown"):
        applied.workspace.apply(shown=shown)
    assert applied.numbers() == {"regulars": 1, "singles": 1}
    assert applied.workspace.apply(shown=applied.workspace.plan()).versions


def test_versions_registered_at_the_very_same_moment_are_not_overwritten(
    applied: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two applies in one process: the other one writes between the look at the registry and the transaction."""
    other, real = MOST, defining.checked
    told: list[str] = []

    def checked_late(*arguments: Any) -> Any:
        found = real(*arguments)
        if not told:
            told.append("once")
            applied.workspace.define(other, author="Boris")
        return found

    applied.write(regulars=MORE)
    monkeypatch.setattr(defining, "checked", checked_late)
    with pytest.raises(HistoryError, match="at this very moment"):
        applied.workspace.apply("Anna")
    assert applied.workspace.versions("regulars")[-1].author == "Boris"
    assert applied.drifts() == {"regulars"}


# --- drift --------------------------------------------------------------------------------------------


def test_a_change_made_elsewhere_is_told_with_versions_author_and_time(tmp_path: Path) -> None:
    path = made(tmp_path / "base")
    with opened(path) as base:
        base.write(regulars=REGULARS)
        base.workspace.apply("Anna")
    with opened(path, day("2026-06-02 12:30")) as base:
        base.workspace.define(MOST, author="Boris")
    with opened(path, day("2026-06-03")) as base:
        (drift,) = base.workspace.plan().drifts
        assert (drift.id, drift.file, drift.based_on, drift.stands) == ("regulars", "regulars.yaml", 1, 2)
        assert (drift.at, drift.author, drift.is_removed) == (day("2026-06-02 12:30"), "Boris", False)
        with pytest.raises(DriftError) as refused:
            base.workspace.apply("Anna")
        text = refused.value.describe()
        for part in (
            "“regulars” was changed elsewhere",
            "version 2, 2026-06-02 12:30, by Boris",
            "version 1, which the folder is based on",
            "kogorta segments pull",
            "kogorta segments apply --force",
        ):
            assert part in text
        assert base.numbers() == {"regulars": 2}


def test_an_edit_here_and_one_elsewhere_are_a_drift(applied: Base) -> None:
    applied.workspace.define(MOST)
    applied.write(regulars=MORE)
    assert applied.drifts() == {"regulars"}
    applied.write(regulars=MOST)
    assert applied.workspace.plan().is_clean, "the same edit on both sides is none"


def test_what_the_folder_never_had_is_a_drift_and_no_removal(applied: Base) -> None:
    applied.workspace.define(CITY)
    plan = applied.workspace.plan()
    assert [(drift.id, drift.based_on) for drift in plan.drifts] == [("buyers", None)]
    assert plan.changes == ()
    with pytest.raises(DriftError, match="does not have it"):
        applied.workspace.apply()
    applied.workspace.apply(force=True)
    assert "buyers" in applied.workspace.definitions


def test_a_definition_that_was_taken_away_elsewhere_is_a_drift(applied: Base) -> None:
    applied.workspace.undefine("singles", "Boris")
    (drift,) = applied.workspace.plan().drifts
    assert (drift.id, drift.is_removed, drift.author) == ("singles", True, "Boris")
    with pytest.raises(DriftError, match="taken away elsewhere"):
        applied.workspace.apply()
    applied.workspace.apply(force=True)
    assert set(applied.workspace.definitions) == {"regulars", "singles"}


def test_a_definition_removed_here_and_changed_elsewhere_is_a_drift(applied: Base) -> None:
    applied.workspace.define(SINGLES.replace("regulars", "lifecycle.active"))
    applied.remove("singles")
    assert applied.drifts() == {"singles"}
    applied.workspace.apply(force=True)
    assert set(applied.workspace.definitions) == {"regulars"}
    assert applied.workspace.plan().is_clean


def test_a_definition_removed_on_both_sides_is_none(applied: Base) -> None:
    applied.workspace.undefine("singles")
    applied.remove("singles")
    assert applied.workspace.plan().is_clean


def test_force_puts_the_folder_in_the_place_of_what_was_changed_elsewhere(applied: Base) -> None:
    applied.workspace.define(MOST)
    applied.workspace.apply("Anna", force=True)
    assert applied.workspace.plan().is_clean
    assert [info.author for info in applied.workspace.versions("regulars")] == ["Anna", None, "Anna"]


def test_a_folder_of_another_workspace_is_based_on_nothing_here(applied: Base, tmp_path: Path) -> None:
    with opened(made(tmp_path / "other")) as other:
        other.workspace.define(MOST)
        for name, text in applied.texts().items():
            (other.folder / name).write_text(text)
        (other.folder / ".base.json").write_text((applied.folder / ".base.json").read_text())
        (drift,) = other.workspace.plan().drifts
        assert (drift.id, drift.based_on) == ("regulars", None)
        other.remove("regulars", "singles")
        assert other.actions() == {}, "what this folder never had here is not removed"


def test_without_its_file_the_folder_is_based_on_nothing(applied: Base) -> None:
    (applied.folder / ".base.json").unlink()
    assert applied.workspace.plan().is_clean
    applied.write(regulars=MORE)
    assert applied.drifts() == {"regulars"}
    applied.write(regulars=REGULARS)
    applied.workspace.apply()
    applied.write(regulars=MORE)
    assert applied.drifts() == set()


@pytest.mark.parametrize(
    "text", ["<<<<<<< ours", "[]", '{"definitions": 5}', '{"definitions": {"a": {"version": "x"}}}']
)
def test_a_damaged_file_is_refused_with_what_to_do(applied: Base, text: str) -> None:
    (applied.folder / ".base.json").write_text(text)
    with pytest.raises(InputError, match="delete it") as refused:
        applied.workspace.plan()
    assert refused.value.path == ".base.json"


# --- a killed apply -----------------------------------------------------------------------------------


def kill(monkeypatch: pytest.MonkeyPatch, base: Base, at: int) -> None:
    """Apply, and die at the n-th write of the file, as kill -9 does: nothing after it happens."""
    writes = iter(range(1, 10))
    real = write_basis

    def dying(folder: Path, basis: Basis) -> None:
        if next(writes) == at:
            raise KeyboardInterrupt
        real(folder, basis)

    with monkeypatch.context() as patch:
        patch.setattr(planning, "write_basis", dying)
        with pytest.raises(KeyboardInterrupt):
            base.workspace.apply("Anna")


def test_killed_before_the_registry_was_written_nothing_has_happened(
    applied: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied.write(regulars=MORE)
    kill(monkeypatch, applied, at=1)
    assert (applied.numbers()["regulars"], applied.drifts()) == (1, set())
    assert applied.actions() == {"regulars": "changed", "singles": "follows"}


def test_killed_behind_the_registry_the_same_content_is_no_drift(
    applied: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied.write(regulars=MORE, buyers=CITY)
    applied.remove("singles")
    kill(monkeypatch, applied, at=2)
    assert set(applied.workspace.definitions) == {"regulars", "buyers"}
    assert json.loads((applied.folder / ".base.json").read_text())["definitions"]["regulars"]["version"] == 1
    assert applied.workspace.plan().is_clean
    assert applied.workspace.apply().versions == ()
    assert json.loads((applied.folder / ".base.json").read_text())["definitions"]["regulars"]["version"] == 2


def test_killed_behind_the_registry_an_edit_after_it_is_no_drift(
    applied: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied.write(regulars=MORE, buyers=CITY)
    applied.remove("singles")
    kill(monkeypatch, applied, at=2)
    applied.write(regulars=MOST, singles=SINGLES)
    applied.remove("buyers")
    assert applied.drifts() == set()
    assert applied.actions() == {"regulars": "changed", "singles": "new", "buyers": "removed"}
    kill(monkeypatch, applied, at=2)
    applied.write(regulars=REGULARS)
    assert applied.drifts() == set(), "killed twice"
    applied.workspace.apply()
    assert applied.workspace.plan().is_clean


def test_what_somebody_else_does_after_the_kill_is_a_drift(
    applied: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied.write(regulars=MORE)
    kill(monkeypatch, applied, at=2)
    applied.workspace.define(MOST, author="Boris")
    assert applied.drifts() == {"regulars"}


# --- bad input ----------------------------------------------------------------------------------------


def test_all_problems_of_all_files_are_told_at_once(applied: Base) -> None:
    (applied.folder / "latin.yaml").write_bytes(b"segment: \xff\xfe")
    applied.write(
        broken="segment: [a\n",
        one="segment: Wrong id\nwhere: {}\n",
        two=f"segment: twin\nwhere: {{did: order}}\n---\n{CITY}",
        three="segment: twin\nwhere: {did: order}\n---\nsegment: more\nwhere: {trait: age, at_lest: 3}\n",
    )
    with pytest.raises(ProblemsError) as refused:
        applied.workspace.plan()
    places = [path for path, _ in problems(refused)]
    assert [(path or "").partition(":")[0] for path in places] == [
        "broken.yaml",
        "latin.yaml",
        "one.yaml.segment",
        "one.yaml.where",
        "three.yaml[1].where.at_lest",
        "two.yaml[0]",
        "three.yaml[1].where.trait",  # this base has no table that tells an age
    ]
    assert "three.yaml[0]" in refused.value.describe(), "where the first of the two stands"
    assert places[0] == "broken.yaml:2:1"


def test_what_cannot_stand_is_told_with_file_and_place(base: Base) -> None:
    base.write(
        a="segment: a\nwhere: {did: ordr}\n",
        b=f"{REGULARS}---\nsegment: b\nwhere:\n  all:\n    - {{did: order}}\n    - {{in_segment: nobody}}\n",
        c="segment: lifecycle\nwhere: {did: order}\n",
    )
    with pytest.raises(ProblemsError) as refused:
        base.workspace.apply()
    assert {path for path, _ in problems(refused)} == {
        "a.yaml.where.did",
        "b.yaml[1].where.all[1].in_segment",
        "c.yaml.segment",
    }
    assert base.numbers() == {}
    assert not (base.folder / ".base.json").exists()


def test_a_removed_definition_that_another_names_is_refused(applied: Base) -> None:
    applied.remove("regulars")
    for ask in (applied.workspace.plan, applied.workspace.apply):
        with pytest.raises(ProblemsError) as refused:
            ask()
        ((path, _),) = problems(refused)
        assert path == "singles.yaml.where.not.in_segment"
    assert set(applied.workspace.definitions) == {"regulars", "singles"}


def test_definitions_in_a_circle_are_refused_also_beside_a_drift(applied: Base) -> None:
    applied.write(regulars="segment: regulars\nwhere: {in_segment: singles}\n")
    with pytest.raises(ProblemsError, match="circle"):
        applied.workspace.plan()
    applied.workspace.define(CITY)
    assert applied.drifts() == {"buyers"}, "a drift comes first"


def test_a_folder_that_is_not_there_defines_nothing(base: Base) -> None:
    for path in base.folder.iterdir():
        path.rmdir() if path.is_dir() else path.unlink()
    base.folder.rmdir()
    assert base.workspace.plan().is_clean
    base.workspace.define(CITY)
    assert base.drifts() == {"buyers"}
    base.workspace.pull()
    assert list(base.texts()) == ["buyers.yaml"]


# --- versions -----------------------------------------------------------------------------------------


def test_versions_tell_what_changed_and_how_two_differ(applied: Base) -> None:
    applied.write(regulars=MORE)
    applied.workspace.apply("Boris")
    first, second = applied.workspace.versions("regulars")
    assert (first.number, first.author, [c.value for c in first.changes], first.added) == (
        1,
        "Anna",
        ["first"],
        2,
    )
    assert (second.number, second.author, second.added, second.gone) == (2, "Boris", 1, 1)
    assert [c.value for c in applied.workspace.versions("singles")[1].changes] == ["named"]
    lines = applied.workspace.version_difference("regulars")
    assert lines == applied.workspace.version_difference("regulars", 1, 2)
    assert "+where: {did: order, times: {at_least: 3}}" in lines
    assert applied.workspace.version_difference("regulars", 1, 1) == []
    assert applied.workspace.version_difference("regulars", 0, 1)[1] == "+segment: regulars"


def test_versions_of_nothing_are_refused(applied: Base) -> None:
    with pytest.raises(KogortaError, match="ever registered"):
        applied.workspace.versions("nobody")
    with pytest.raises(KogortaError, match="no such version"):
        applied.workspace.version_difference("regulars", 1, 7)


def test_ready_schemes_have_versions_too(applied: Base) -> None:
    applied.workspace.refresh(NOW)
    (only,) = applied.workspace.versions("lifecycle")
    assert only.changes[0].value == "first"
