"""Documents of an older version of the language are brought up to the present one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from kogorta.definitions.document import LANGUAGE
from kogorta.definitions.dump import dump
from kogorta.definitions.parsing import Problems, read_definition
from kogorta.definitions.upgrade import FIRST, STEPS, upgrade

WRITTEN = {"segment": "a", "where": {"in_list": "b"}}


def renamed(old: str, new: str) -> Any:
    def step(document: Mapping[str, Any]) -> Mapping[str, Any]:
        return {new if key == old else key: value for key, value in document.items()}

    return step


MADE_UP = {1: renamed("segment", "group"), 2: renamed("where", "who")}


def test_there_is_a_step_from_every_older_version() -> None:
    assert set(STEPS) == set(range(FIRST, LANGUAGE))


def test_steps_follow_each_other_and_the_document_says_where_it_arrived() -> None:
    assert upgrade(WRITTEN, MADE_UP, 3) == {"group": "a", "who": {"in_list": "b"}, "language": 3}
    assert upgrade({**WRITTEN, "language": 2}, MADE_UP, 3) == {
        "segment": "a",
        "who": {"in_list": "b"},
        "language": 3,
    }
    assert WRITTEN == {"segment": "a", "where": {"in_list": "b"}}, "what was given is left as it is"


def test_a_document_of_the_present_version_is_left_alone() -> None:
    assert upgrade(WRITTEN) is WRITTEN


@pytest.mark.parametrize("version", [0, -1, LANGUAGE + 1, "1", True, None, 1.5])
def test_a_version_that_is_not_known_is_refused_and_the_rest_is_still_read(version: object) -> None:
    problems = Problems()
    read_definition({**WRITTEN, "language": version, "wher": 1}, "doc", problems)
    assert [str(problem).splitlines()[0] for problem in problems.found] == [
        "doc.language: this version of the language is not known",
        "doc.wher: there is no such word here",
    ]


def test_the_present_version_may_be_named_or_not() -> None:
    read = [read_definition({**WRITTEN, **more}, "", Problems()) for more in ({}, {"language": LANGUAGE})]
    assert read[0] == read[1]
    assert read[0] is not None
    assert "language" not in dump(read[0])


def test_the_parser_upgrades_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older spelling, read by a made-up language 2, is the definition that it always was."""
    monkeypatch.setattr("kogorta.definitions.parsing.documents.LANGUAGE", 2)
    monkeypatch.setattr(
        "kogorta.definitions.parsing.documents.upgrade",
        lambda document: upgrade(document, {1: renamed("people", "where")}, 2),
    )
    problems = Problems()
    old = read_definition({"segment": "a", "people": {"in_list": "b"}}, "", problems)
    assert not problems.found
    assert old == read_definition({**WRITTEN, "language": 2}, "", problems)
