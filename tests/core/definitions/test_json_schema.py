"""The published schema and the parser accept the same documents, as far as a schema can tell."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from kogorta.definitions.document import Definition
from kogorta.definitions.dump import dump
from kogorta.definitions.json_schema import NODES, json_schema
from kogorta.definitions.nodes import Op
from kogorta.definitions.parsing import Problems, parse_text, read_definition
from kogorta.definitions.parsing.nodes import _READERS
from kogorta.definitions.parsing.reader import load_yaml
from tests.core.definitions.trees import ANY_TEXT, Trees

SCHEMA = Draft202012Validator(json_schema())
TREES = Trees(ANY_TEXT)
DOCS = Path(__file__).parents[3] / "docs"


def segment(where: object) -> dict[str, object]:
    return {"segment": "a", "where": where}


def is_read(document: object) -> bool:
    problems = Problems()
    read_definition(document, "", problems)
    return not problems.found


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())
    json.dumps(json_schema())


def test_it_knows_every_condition_of_the_parser_and_each_with_its_meaning() -> None:
    assert list(NODES) == list(_READERS)
    conditions = json_schema()["$defs"]
    assert all(conditions[word]["description"] for word in NODES)
    assert len(conditions["condition"]["anyOf"]) == len(NODES)


@given(TREES.definition)
def test_every_definition_that_is_dumped_is_valid(definition: Definition) -> None:
    document = dump(definition)
    assert SCHEMA.is_valid(document), document


VALUES: list[Any] = [
    *(
        1,
        0.5,
        -3,
        True,
        False,
        "",
        "coffee",
        "2026-06-12",
        "2026-06-12T12:00:00Z",
        "30d",
        "-3d",
        "10%",
        "101%",
    ),
    *("today", "someday", None, [], ["a"], [1, 2], [1, "a"], ["2026-01-01", "2026-02-01"], [1, 2, 3], [None]),
    *({}, {"from": "0d", "to": "7d"}, {"from": "0d"}, {"from": "0h", "to": "7h"}, {"at_least": 90}),
    *({"less_than": 101}, {"at_least": 1, "less_than": 2}, {"at_most": 3}, ["2026-01-01", 3]),
]


@pytest.mark.parametrize("op", Op)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_the_parser_and_the_schema_agree_about_every_test(op: Op, value: Any) -> None:
    document = segment({"trait": "x", op.value: value})
    assert SCHEMA.is_valid(document) == is_read(document)


WRONG: list[object] = [
    [],
    {},
    {"segment": "a"},
    {"segment": "A", "where": {"in_list": "b"}},
    {"segment": "a", "scheme": "b", "where": {"in_list": "b"}},
    {"segment": "a", "where": {"in_list": "b"}, "language": 99},
    {"segment": "a", "where": {"in_list": "b"}, "base": "everyone"},
    {"segment": "a", "where": {"in_list": "b"}, "priority": "first"},
    {"segment": "a", "where": {"in_list": "b"}, "name": {"de": "a"}},
    {"segment": "a", "where": {"in_list": "b"}, "name": " "},
    {"segment": "a", "where": {"in_list": "b"}, "purpose": "none"},
    {"scheme": "a", "segments": [], "otherwise": "b"},
    {"scheme": "a", "segments": [{"id": "c", "where": {"in_list": "b"}}]},
    {"scheme": "a", "segments": [{"where": {"in_list": "b"}}], "otherwise": "b"},
    {"scheme": "a", "base": "nobody", "segments": [{"id": "c", "where": {"in_list": "b"}}], "otherwise": "b"},
    *map(
        segment,
        [
            "everyone",
            {},
            {"all": []},
            {"all": {"in_list": "b"}},
            {"any": [{"in_list": "b"}], "not": {"in_list": "b"}},
            {"not": [{"in_list": "b"}]},
            {"in_list": ""},
            {"in_list": "b", "within": "30d"},
            {"trait": "x"},
            {"trait": "x", "at_leest": 3},
            {"trait": "x", "is": 1, "zone": "moon"},
            {"trait": "x", "is": 1, "held_for": 7},
            {"in_segment": "x", "held_for": 7},
            {"in_list": "x", "held_for": "7d"},
            {"did": "order", "within": 30},
            {"did": "order", "within": "0d"},
            {"did": "order", "within": "30 days"},
            {"did": "order", "to": "7d"},
            {"did": "order", "within": "7d", "before": "3d"},
            {"did": "order", "during": "this_week", "since": "2026-06-12"},
            {"did": "order", "since": "yesterday"},
            {"did": "order", "times": 3},
            {"did": "order", "times": {}},
            {"did": "order", "where": {"channel": "online"}},
            {"did": "order", "sum": {"at_least": 3}},
            {"did": "order", "times": {"is": 1}, "sum": {"of": "revenue", "at_least": 3}},
            {"did": "order", "change": {"at_least": "10%"}},
            {"did": "order", "within": "7d", "change": {"is": "10%"}},
            {"did": "order", "within": "7d", "change": {"at_least": 10}},
            {"did": {"fact": "order"}},
            {"first": "order", "times": {"at_least": 2}},
            {"newest": "order", "of": {"channel": {}}},
            {"regularly": "order", "in_each": "3d"},
            {"regularly": "order", "in_each": "3d", "of": 61},
            {"regularly": "order", "in_each": "3d", "of": 0},
            {"stopped": "order", "active": {"from": "9d"}, "silent": "3d"},
            {"stopped": "order", "silent": "3d"},
            {"resumed": "order"},
            {"resumed": "order", "after_silence": "1mo"},
            {"sequence": [{"did": "order"}]},
            {"sequence": [{"did": "order"}, {"did": "visit"}]},
            {"sequence": [{"did_not": "order"}, {"did": "visit", "within": "1d"}]},
            {"sequence": [{"did": "order"}, {"did": "visit", "within": "1mo"}]},
            {"sequence": [{"did": "order"}, *[{"did": "visit", "within": "1d"}] * 6]},
            {"entered": "a.b", "causes": "none"},
            {"share": "10%"},
            {"share": 0.1, "salt": "b"},
            {"share": "110%", "salt": "b"},
            {"consent": {"channel": "email", "purpose": "fun"}},
            {"consent": {"channel": "email"}},
            {"consent": {"channel": "email", "purpose": "service"}, "is": "maybe"},
        ],
    ),
]


@pytest.mark.parametrize("document", WRONG, ids=repr)
def test_what_is_wrong_is_refused_by_both(document: object) -> None:
    assert not SCHEMA.is_valid(document)
    assert not is_read(document)


def examples() -> list[tuple[str, str]]:
    pages = [*DOCS.rglob("*.md")]
    fences = [
        (page.name, text)
        for page in pages
        for text in re.findall(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    ]
    return [(name, text) for name, text in fences if re.search(r"^(segment|scheme):", text, re.MULTILINE)]


@pytest.mark.parametrize(("page", "text"), examples())
def test_every_example_of_the_documentation_is_valid(page: str, text: str) -> None:
    assert parse_text(text, page)
    for document in load_yaml(text, page):
        written = json.loads(json.dumps(document, default=date.isoformat))
        assert SCHEMA.is_valid(written), written
