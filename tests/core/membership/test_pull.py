"""The registry's definitions, brought into the folder without losing an edit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kogorta.errors import ProblemsError
from tests.core.membership.folders import CITY, MORE, MOST, REGULARS, SINGLES, Base, made, opened

NAMED = "segment: named\nname: {ru: Свои, en: Own}\npurpose: {goal: keep}\nwhere: {did: order}\n"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Base]:
    with opened(made(tmp_path / "base")) as found:
        yield found


@pytest.fixture
def applied(base: Base) -> Base:
    base.write(regulars="# ours\n" + REGULARS, singles=SINGLES)
    base.workspace.apply("Anna")
    return base


def pulled(base: Base, *, force: bool = False) -> dict[str, str]:
    """Pull; return what became of each definition."""
    return {item.id: item.action.value for item in base.workspace.pull(force=force)}


def test_what_the_library_defined_comes_as_one_file_each_with_name_and_purpose(base: Base) -> None:
    base.workspace.define(f"{NAMED}---\n{REGULARS}")
    assert pulled(base) == {"named": "written", "regulars": "written"}
    assert base.texts() == {"named.yaml": NAMED, "regulars.yaml": REGULARS}
    assert base.workspace.plan().is_clean
    assert pulled(base) == {}


def test_files_that_say_what_stands_keep_their_comments(applied: Base) -> None:
    before = applied.texts()
    applied.workspace.define(CITY)
    assert pulled(applied) == {"buyers": "written"}
    assert applied.texts() == {**before, "buyers.yaml": CITY}


def test_a_file_is_rewritten_where_something_else_stands(applied: Base) -> None:
    applied.workspace.define(MOST)
    assert pulled(applied) == {"regulars": "rewritten"}
    assert applied.texts() == {"regulars.yaml": "# ours\n" + MOST, "singles.yaml": SINGLES}
    assert applied.workspace.plan().is_clean


def test_other_definitions_of_a_rewritten_file_stay_in_it(base: Base) -> None:
    base.write(all=f"{SINGLES}---\n{REGULARS}---\n{CITY}")
    base.workspace.apply()
    base.workspace.define(MOST)
    base.workspace.undefine("buyers")
    assert pulled(base) == {"regulars": "rewritten", "buyers": "deleted"}
    assert base.texts() == {"all.yaml": f"{SINGLES}---\n{MOST}"}
    assert base.workspace.plan().is_clean


def test_what_was_taken_away_elsewhere_goes_and_is_told(applied: Base) -> None:
    applied.workspace.undefine("singles")
    assert pulled(applied) == {"singles": "deleted"}
    assert list(applied.texts()) == ["regulars.yaml"]
    assert applied.workspace.plan().is_clean


def test_what_was_never_applied_stays_and_is_told(applied: Base) -> None:
    applied.write(buyers=CITY)
    for force in (False, True):
        assert pulled(applied, force=force) == {"buyers": "kept"}
    assert applied.actions() == {"buyers": "new"}


def test_an_edit_that_was_not_applied_survives_a_pull_of_something_else(applied: Base) -> None:
    applied.write(regulars=MORE)
    applied.remove("singles")
    applied.workspace.define(CITY)
    assert pulled(applied) == {"regulars": "kept", "singles": "kept", "buyers": "written"}
    assert applied.drifts() == set()
    assert applied.actions() == {"regulars": "changed", "singles": "removed"}


def test_an_edit_on_both_sides_is_kept_beside_the_file(applied: Base) -> None:
    applied.write(regulars=MORE)
    applied.workspace.define(MOST)
    (item,) = applied.workspace.pull()
    assert (item.action.value, item.file, item.copy) == ("rewritten", "regulars.yaml", "regulars.yaml.mine")
    assert applied.texts()["regulars.yaml"] == MOST
    assert applied.texts()["regulars.yaml.mine"] == MORE
    assert applied.workspace.plan().is_clean
    applied.write(regulars=MORE)
    applied.workspace.define(REGULARS)
    assert [item.copy for item in applied.workspace.pull()] == ["regulars.yaml-2.mine"]
    assert sum(name.startswith("regulars.yaml") for name in applied.texts()) == 3, (
        "no copy overwrites another"
    )


def test_force_brings_back_what_stands_and_keeps_the_edit_beside_it(applied: Base) -> None:
    applied.write(regulars=MORE)
    applied.remove("singles")
    assert pulled(applied, force=True) == {"regulars": "rewritten", "singles": "written"}
    assert applied.texts() == {
        "regulars.yaml": REGULARS,
        "regulars.yaml.mine": MORE,
        "singles.yaml": SINGLES,
    }
    assert applied.workspace.plan().is_clean


def test_an_edit_of_what_was_taken_away_stays_and_can_be_applied_anew(applied: Base) -> None:
    edited = SINGLES.replace("regulars", "lifecycle.active")
    applied.write(singles=edited)
    applied.workspace.undefine("singles")
    assert pulled(applied) == {"singles": "kept"}
    assert (applied.actions(), applied.drifts()) == ({"singles": "new"}, set())
    applied.workspace.undefine("regulars")
    applied.write(regulars=MORE)
    assert pulled(applied, force=True)["regulars"] == "deleted"
    assert applied.texts()["regulars.yaml.mine"] == MORE


def test_a_new_file_never_takes_the_name_of_another(base: Base) -> None:
    base.write(buyers=REGULARS)
    base.workspace.define(CITY)
    assert {item.id: item.file for item in base.workspace.pull()} == {
        "buyers": "buyers-2.yaml",
        "regulars": "buyers.yaml",
    }
    assert base.actions() == {"regulars": "new"}


def test_files_that_cannot_be_read_stop_a_pull(applied: Base) -> None:
    applied.workspace.define(MOST)
    applied.write(broken="segment: [a\n")
    before = applied.texts()
    with pytest.raises(ProblemsError, match="no valid YAML"):
        applied.workspace.pull(force=True)
    assert applied.texts() == before
