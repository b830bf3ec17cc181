"""YAML that is none, and anything at all: only problems come of it, each with its line and column."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import Problems, parse_text, read_definition, read_node
from kogorta.errors import DefinitionError, ProblemsError
from tests.core.definitions.reading import (
    LONG_WORDS,
    NAME,
    NO_CONDITION,
    NUMBER,
    RU,
    SCALAR,
    TEST,
    UNKNOWN,
    WHOLE,
    problems_of,
    told,
    told_of,
)

# --- YAML -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "got"),
    [
        ("segment: [a", "coffee.yaml:1:12", "expected ',' or ']', but got '<stream end>'"),
        ("segment: a\n where: b", "coffee.yaml:2:7", "mapping values are not allowed here"),
        ("segment: a\nwhere: {in_list: a}\nsegment: b", "coffee.yaml:3:1", "segment stands here twice"),
        ("where:\n  all:\n    - {did: a, did: b}", "coffee.yaml:3:16", "did stands here twice"),
        ("segment: a\npriority: 2026-02-30", "coffee.yaml:2:11", "there is no such date: 2026-02-30"),
        (
            "segment: a\nwhere: {did: a, since: 2026-06-12T25:00:00Z}",
            "coffee.yaml:2:24",
            "there is no such date: 2026-06-12T25:00:00Z",
        ),
        ("where: &x {all: []}\nnot: *x", "coffee.yaml:2:6", "an alias (*) must be written out"),
        ("where: &x [*x]", "coffee.yaml:1:12", "an alias (*) must be written out"),
        ("? [a]\n: b", "coffee.yaml:1:3", "a key must be a word"),
        ("? !!set {a}\n: b", "coffee.yaml:1:3", "a key must be a word"),
        (
            "a: !!python/object/apply:os.system [ls]",
            "coffee.yaml:1:4",
            "could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'",
        ),
        ("a: 'b", "coffee.yaml:1:6", "found unexpected end of stream"),
        ("\tsegment: a", "coffee.yaml:1:1", "found character '\\t' that cannot start any token"),
    ],
)
def test_what_is_no_yaml_is_told_by_line_and_column(text: str, place: str, got: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.path, str(problem.message), str(problem.got)) == (place, "this is no valid YAML", got)


@pytest.mark.parametrize("text", ["a: !!int x", "a: !!int ''", "a: !!bool x", "a: !!timestamp x", "a: \x00"])
def test_values_that_are_not_what_their_tags_say_are_no_yaml(text: str) -> None:
    assert [message for _, message in told(text)] == ["this is no valid YAML"]


def test_millions_of_conditions_cannot_hide_behind_aliases() -> None:
    laughs = ["a0: &a0 [lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert told("\n".join(laughs)) == [("coffee.yaml:2:10", "this is no valid YAML")]


def test_what_lies_too_deep_is_refused_whatever_it_is() -> None:
    deep = "{not: " * 60 + "{in_list: a}" + "}" * 60
    assert told_of(deep) == [("not" + ".not" * 50, "conditions lie too deep in each other")]
    for count in (120, 5000):
        brackets = "[" * count + "]" * count
        assert told(f"segment: a\nwhere: {brackets}")
        assert told(f"segment: a\npurpose: {{x: {brackets}}}\nwhere: {{in_list: a}}")


def test_of_several_documents_each_has_its_number() -> None:
    text = "segment: a\nwhere: {in_list: x}\n---\nsegment: B\nwhere: {in_list: x}\n---\nsegment: c\nwhere: 5"
    assert [path for path, _ in told(text)] == ["coffee.yaml[1].segment", "coffee.yaml[2].where"]


def test_two_documents_cannot_define_one_id() -> None:
    text = "segment: a\nwhere: {in_list: x}\n---\nsegment: b\nwhere: {in_list: x}\n---\n"
    text += "scheme: a\nsegments: [{id: b, where: {in_list: x}}]\notherwise: c"
    assert told(text) == [("coffee.yaml[2]", "two definitions have one id")]


def test_everything_wrong_is_told_at_once() -> None:
    text = """
        segment: Coffee
        color: red
        priority: first
        name: {fr: café}
        where:
          all:
            - {trait: age, at_least: young, is_not: []}
            - any:
                - {dit: order}
                - {did: order, within: 7, times: 2, whre: {}}
            - not: {in_list: 5}
            - {did: order, where: {channel: {si: a, in: b}, amount: 5}}
    """
    all_of = "coffee.yaml.where.all"
    assert told(text) == [
        ("coffee.yaml.color", UNKNOWN),
        ("coffee.yaml.priority", WHOLE),
        ("coffee.yaml.segment", LONG_WORDS["ID"]),
        (f"{all_of}[0].at_least", NUMBER),
        (f"{all_of}[0].is_not", SCALAR),
        (f"{all_of}[1].any[0]", NO_CONDITION),
        (f"{all_of}[1].any[1].whre", UNKNOWN),
        (f"{all_of}[1].any[1].times", TEST),
        (f"{all_of}[1].any[1].within", "a window without a unit"),
        (f"{all_of}[2].not.in_list", NAME),
        (f"{all_of}[3].where.channel.si", "there is no such test"),
        (f"{all_of}[3].where.channel.in", "a list of values belongs here"),
        (f"{all_of}[3].where.amount", TEST),
        ("coffee.yaml.name.fr", "there is no such language"),
    ]


# --- anything at all ------------------------------------------------------------------------------

SOME_WORDS = st.sampled_from(
    [
        *(
            "segment",
            "scheme",
            "where",
            "base",
            "segments",
            "otherwise",
            "id",
            "language",
            "priority",
            "purpose",
        ),
        *(
            "name",
            "zone",
            "held_for",
            "all",
            "any",
            "not",
            "trait",
            "did",
            "did_not",
            "first",
            "newest",
            "of",
        ),
        *("regularly", "stopped", "resumed", "sequence", "by", "in_segment", "in_list", "entered", "left"),
        *("share", "salt", "consent", "channel", "within", "from", "to", "since", "during", "times", "sum"),
        *("is", "in", "between", "at_least", "top", "percentile", "anniversary", "exists", "change", "event"),
        *("active", "silent", "in_each", "after_silence"),
    ]
)
JSON_LIKE = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=8),
        st.dates(),
        st.datetimes(),
        st.sampled_from(["30d", "10%", "order", "a.b", "2026-06-12", "2026-06-12T12:00:00Z", "today", "-7d"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(SOME_WORDS, SOME_WORDS, st.text(max_size=5), st.integers()), inner, max_size=4
        ),
    ),
    max_leaves=25,
)


@given(JSON_LIKE)
def test_whatever_is_read_only_problems_come_of_it(raw: object) -> None:
    for read_it in (read_definition, read_node):
        problems = Problems()
        found = read_it(raw, "", problems)
        assert problems.found or found is not None
        for problem in problems.found:
            assert isinstance(problem, DefinitionError)
            assert problem.describe(RU)


@given(st.dictionaries(SOME_WORDS, JSON_LIKE, max_size=3), JSON_LIKE)
def test_so_it_is_where_a_definition_begins_well(some: dict[str, object], where: object) -> None:
    problems = Problems()
    found = read_definition({**some, "segment": "a", "where": where}, "", problems)
    assert bool(problems.found) == (found is None)
    assert found is None or isinstance(found, Definition)


@given(st.one_of(st.text(), JSON_LIKE.map(lambda raw: json.dumps(raw, default=str))))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    said, found = "", None
    try:
        found = parse_text(text)
    except (DefinitionError, ProblemsError) as error:
        said = error.describe(RU)
    assert found or said
