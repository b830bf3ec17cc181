"""Somebody began from a version: what others did meanwhile is told, and not overruled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kogorta.errors import DriftError
from kogorta.workspace import Workspace
from tests.core.membership.folders import MORE, MOST, REGULARS, SINGLES, made, opened


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with opened(made(tmp_path / "base")) as found:
        found.workspace.define(REGULARS, "Anna")
        yield found.workspace


def refused(error: pytest.ExceptionInfo[DriftError]) -> tuple[str, ...]:
    return tuple(str(problem.message) for problem in error.value.problems)


def test_who_began_from_what_stands_may_save(workspace: Workspace) -> None:
    assert workspace.definition_number("regulars") == 1
    (version,) = workspace.define(MORE, "Boris", based_on={"regulars": 1})
    assert (version.definition, version.number) == ("regulars", 2)
    assert workspace.definition_number("regulars") == 2


def test_what_was_changed_meanwhile_is_told_with_who_did_it(workspace: Workspace) -> None:
    workspace.define(MORE, "Boris")
    with pytest.raises(DriftError) as error:
        workspace.define(MOST, "Vera", based_on={"regulars": 1})
    assert refused(error) == ("“regulars” was changed meanwhile",)
    assert "by Boris" in str(error.value.problems[0])
    assert workspace.definition_number("regulars") == 2


def test_the_same_text_is_no_drift_whoever_wrote_it(workspace: Workspace) -> None:
    workspace.define(MORE, "Boris")
    assert workspace.define(f"# ours\n{MORE}", "Vera", based_on={"regulars": 1}) == []


def test_who_began_from_nothing_takes_the_place_of_nobody(workspace: Workspace) -> None:
    with pytest.raises(DriftError) as error:
        workspace.define(MOST, "Vera", based_on={})
    assert refused(error) == ("“regulars” exists already",)


def test_what_was_taken_away_meanwhile_is_told(workspace: Workspace) -> None:
    workspace.undefine("regulars", "Boris")
    assert workspace.definition_number("regulars") == 0
    with pytest.raises(DriftError) as error:
        workspace.define(MOST, "Vera", based_on={"regulars": 1})
    assert refused(error) == ("“regulars” was taken away meanwhile",)
    assert workspace.define(MOST, "Vera", based_on={"regulars": 0})


def test_a_version_that_only_follows_another_is_no_change_of_the_text(workspace: Workspace) -> None:
    workspace.define(SINGLES, "Anna")
    workspace.define(MORE, "Boris")
    assert len(workspace.versions("singles")) == 2
    assert workspace.definition_number("singles") == 1
    assert workspace.define("segment: singles\nwhere: {did: order}\n", based_on={"singles": 1})


def test_several_are_told_at_once_and_none_is_written(workspace: Workspace) -> None:
    workspace.define(SINGLES)
    workspace.define(MORE)
    texts = (
        f"{MOST}---\nsegment: singles\nwhere: {{did: order}}\n---\nsegment: third\nwhere: {{did: order}}\n"
    )
    with pytest.raises(DriftError) as error:
        workspace.define(texts, based_on={"regulars": 1})
    assert refused(error) == ("“regulars” was changed meanwhile", "“singles” exists already")
    assert "third" not in workspace.definitions


def test_what_changed_since_somebody_looked_is_not_taken_away(workspace: Workspace) -> None:
    workspace.define(MORE, "Boris")
    with pytest.raises(DriftError):
        workspace.undefine("regulars", based_on=1)
    workspace.undefine("regulars", based_on=2)
    assert workspace.definitions == {}


def test_nobody_who_does_not_ask_is_held_up(workspace: Workspace) -> None:
    workspace.define(MORE, "Boris")
    assert workspace.define(MOST, "Vera")


def test_a_text_is_said_without_being_saved(workspace: Workspace) -> None:
    (sentence,) = workspace.sentences("segment: buyers\nwhere: {did: order}\n").values()
    assert sentence["en"] == "Customers who placed an order at least once."
    assert sentence["ru"] == "Клиенты, которые хотя бы раз делали заказ."
    assert "buyers" not in workspace.definitions
