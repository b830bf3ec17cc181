"""Reading documents: what is right is read as it is meant, and everything wrong is told at once, each with its place."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.definitions.document import Definition
from kogorta.definitions.durations import Duration
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Did,
    FactRef,
    InList,
    InSegment,
    Measure,
    Not,
    Op,
    Share,
    Where,
    Window,
)
from kogorta.definitions.nodes import Test as Check
from kogorta.definitions.parsing import Problems, parse_text, read_definition, read_node
from kogorta.definitions.parsing.reader import shown
from kogorta.errors import DefinitionError, KogortaError, ProblemsError
from kogorta.i18n import Translator

RU = Translator("ru")
Found = list[tuple[str | None, str]]


def problems_of(text: str) -> list[KogortaError]:
    """What is wrong with a text, in the order in which it is told."""
    try:
        parse_text(text, "coffee.yaml")
    except ProblemsError as error:
        return list(error.problems)
    except DefinitionError as error:
        return [error]
    return []


def told(text: str) -> Found:
    """Place and message of each problem."""
    return [(problem.path, str(problem.message)) for problem in problems_of(text)]


def told_of(condition: str) -> Found:
    """The same of one condition, places without their beginning."""
    return [
        ((path or "").removeprefix("coffee.yaml.where").removeprefix("."), message)
        for path, message in told(f"segment: coffee\nwhere: {condition}")
    ]


def read(condition: str) -> Any:
    """One condition that is right."""
    (definition,) = parse_text(f"segment: coffee\nwhere: {condition}")
    return definition.where


# --- one thing wrong ------------------------------------------------------------------------------

NO_CONDITION = "this is no condition"
MAPPING = "names with values belong here"
NAME = "a name belongs here"
UNKNOWN = "there is no such word here"
SCALAR = "one value belongs here"
LENGTH = "a length of time belongs here"
WINDOW = "these words do not make one window"
WHOLE = "a whole number belongs here"
NUMBER = "a number belongs here"
TEST = "a test belongs here"
MISSING_TEST = "a test of the trait is missing"
EMPTY = "an empty text is a missing value"

WRONG: list[tuple[str, str, str]] = [
    # what is no condition at all
    ("5", "", MAPPING),
    ("[]", "", MAPPING),
    ("null", "", MAPPING),
    ("lost", "", MAPPING),
    ("{}", "", NO_CONDITION),
    ("{colour: red}", "", NO_CONDITION),
    ("{dit: order}", "", NO_CONDITION),
    ("{5: order}", "", "a name must be a text"),
    ("{did: order, trait: age}", "", "one condition says one thing"),
    ("{did: order, did_not: order}", "", "one condition says one thing"),
    # groups
    ("{all: []}", "all", "a list of conditions belongs here"),
    ("{any: {did: order}}", "any", "a list of conditions belongs here"),
    ("{all: [{did: order}, 7]}", "all[1]", MAPPING),
    ("{not: [{did: order}]}", "not", MAPPING),
    ("{all: [{did: order}], any: [{did: order}]}", "", "one condition says one thing"),
    ("{not: {did: order}, within: 7d}", "within", UNKNOWN),
    # names
    ("{in_list: 2025}", "in_list", NAME),
    ("{in_list: ''}", "in_list", NAME),
    ("{in_segment: [a]}", "in_segment", NAME),
    ("{trait: , is: 1}", "trait", NAME),
    ("{did: {}}", "did.event", NAME),
    ("{did: {event: x, named: y}}", "did.named", UNKNOWN),
    ("{did: {event: 404}}", "did.event", NAME),
    ("{did: [order]}", "did", NAME),
    # traits and tests
    ("{trait: age}", "", MISSING_TEST),
    ("{trait: age, at_last: 5}", "at_last", UNKNOWN),
    ("{trait: age, at_least: old}", "at_least", NUMBER),
    ("{trait: age, at_least: true}", "at_least", NUMBER),
    ("{trait: age, at_least: [1]}", "at_least", SCALAR),
    ("{trait: age, is: {at_least: 1}}", "is", SCALAR),
    ("{trait: age, is: null}", "is", SCALAR),
    ("{trait: city, is: ''}", "is", EMPTY),
    ("{trait: city, contains: 5}", "contains", "a text belongs here"),
    ("{trait: city, matches: ''}", "matches", EMPTY),
    ("{trait: city, in: []}", "in", "a list of values belongs here"),
    ("{trait: city, in: Moscow}", "in", "a list of values belongs here"),
    ("{trait: city, in: [Moscow, {}]}", "in[1]", SCALAR),
    ("{trait: city, exists: 1}", "exists", "true or false belongs here"),
    ("{trait: age, between: 25}", "between", "two values belong here, both included"),
    ("{trait: age, between: [25, 35, 45]}", "between", "two values belong here, both included"),
    ("{trait: age, between: [35, 25]}", "between", "this range is empty: the first value is the greater one"),
    ("{trait: age, between: [a, b]}", "between", "two numbers or two dates belong here"),
    ("{trait: age, between: [1, 2026-01-01]}", "between", "two numbers or two dates belong here"),
    ("{trait: born, before: yesterday}", "before", "a date or an instant belongs here"),
    ("{trait: born, before: 2026-02-30x}", "before", "a date or an instant belongs here"),
    ("{trait: born, is: 2026-06-12T12:00:00}", "is", "an instant needs its zone"),
    ("{trait: born, is: 0001-01-01T00:00:00+03:00}", "is", "this instant lies beyond the calendar"),
    ("{trait: born, during: this_weak}", "during", "a calendar word belongs here"),
    ("{trait: born, in_last: 7}", "in_last", "a window without a unit"),
    ("{trait: born, in_next: -7d}", "in_next", "a length of time cannot be below 0"),
    ("{trait: born, in_last: 300y}", "in_last", "a length of time is at most 200 years"),
    ("{trait: born, in_last: 7 days}", "in_last", LENGTH),
    ("{trait: born, anniversary: {from: 0d}}", "anniversary", "both from and to belong here"),
    ("{trait: born, anniversary: {from: 0d, to: 1mo}}", "anniversary", "an anniversary is counted in days"),
    ("{trait: born, anniversary: {from: 7d, to: 0d}}", "anniversary", "this range is impossible"),
    ("{trait: born, anniversary: {from: 0d, to: 400d}}", "anniversary", "this range is impossible"),
    ("{trait: born, anniversary: soon}", "anniversary", "a calendar word belongs here"),
    ("{trait: spent, top: 10}", "top", "a share in percent belongs here"),
    ("{trait: spent, top: 110%}", "top", "this share is impossible"),
    ("{trait: spent, percentile: 90}", "percentile", MAPPING),
    ("{trait: spent, percentile: {at_most: 90}}", "percentile", "one bound belongs here"),
    (
        "{trait: spent, percentile: {at_least: 101}}",
        "percentile.at_least",
        "a number from 0 to 100 belongs here",
    ),
    ("{trait: city, is: a, held_for: 7}", "held_for", "a window without a unit"),
    ("{trait: city, is: a, zone: Moscow}", "zone", "there is no such zone here"),
    # what people did
    ("{did: order, where: [a]}", "where", MAPPING),
    ("{did: order, where: {channel: online}}", "where.channel", TEST),
    ("{did: order, where: {channel: {}}}", "where.channel", TEST),
    ("{did: order, where: {channel: {si: online}}}", "where.channel.si", "there is no such test"),
    ("{did: order, times: 3}", "times", TEST),
    ("{did: order, sum: {at_least: 5}}", "sum.of", NAME),
    ("{did: order, sum: {of: revenue}}", "sum", "a test of the measure is missing"),
    ("{did: order, sum: {of: revenue, exceeds: 5, is: 1}}", "sum.exceeds", UNKNOWN),
    ("{did: order, times: {is: 1}, sum: {of: a, is: 1}}", "", "one condition measures one thing"),
    ("{did: order, within: 30}", "within", "a window without a unit"),
    ("{did: order, within: 0d}", "within", "a length of time cannot be 0"),
    ("{did: order, within: 7d, before: 1d}", "", WINDOW),
    ("{did: order, to: 7d}", "", WINDOW),
    ("{did: order, from: 7d, to: 14d}", "", "this window is empty: it ends before it begins"),
    ("{did: order, from: 30d, to: 1mo}", "", "this window is empty: it ends before it begins"),
    ("{did: order, since: today}", "since", "a date or an instant belongs here"),
    ("{did: order, change: {at_least: 20%}}", "change", "a change is told of a window within so long"),
    ("{did: order, within: 7d, change: {is: 20%}}", "change.is", UNKNOWN),
    (
        "{did: order, within: 7d, change: {at_least: 0.2}}",
        "change.at_least",
        "a share in percent belongs here",
    ),
    ("{did: order, within: 7d, change: {at_least: -150%}}", "change.at_least", "this share is impossible"),
    ("{first: order, times: {is: 1}}", "times", UNKNOWN),
    ("{regularly: order, of: 3}", "", "in_each is missing"),
    ("{regularly: order, in_each: 3d}", "of", WHOLE),
    ("{regularly: order, in_each: 3d, of: 2.5}", "of", WHOLE),
    ("{regularly: order, in_each: 3d, of: 100}", "of", WHOLE),
    ("{regularly: order, in_each: 3d, of: 2, at_least: 3}", "at_least", WHOLE),
    ("{stopped: order, silent: 60d}", "active", MAPPING),
    ("{stopped: order, active: {from: 60d}, silent: 60d}", "active", "both from and to belong here"),
    ("{stopped: order, active: {from: 180d, to: 60d}}", "", "silent is missing"),
    ("{resumed: order, within: 7d}", "", "after_silence is missing"),
    (
        "{resumed: order, after_silence: 6mo}",
        "after_silence",
        "months and years are of no fixed length here",
    ),
    ("{sequence: [{did: order}]}", "sequence", "a sequence has from 2 to 6 steps"),
    ("{sequence: {did: order}}", "sequence", "a sequence has from 2 to 6 steps"),
    ("{sequence: [{did: a}, {first: b}]}", "sequence[1]", "a step says did or did_not"),
    ("{sequence: [{did: a}, {did: b}]}", "sequence[1]", "within is missing"),
    ("{sequence: [{did_not: a}, {did: b, within: 1h}]}", "sequence[0]", "only the last step can be did_not"),
    ("{sequence: [{did: a}, {did: b, within: 1h, before: 1d}]}", "sequence[1].before", UNKNOWN),
    ("{sequence: [{did: a}, {did: b, within: 1h}], by: [x]}", "by", NAME),
    # the log, shares, consents
    ("{entered: a.b, causes: everything}", "causes", "there is no such choice"),
    ("{left: a.b, within: long}", "within", LENGTH),
    ("{share: 10%}", "", "a salt is missing"),
    ("{share: 10, salt: a}", "share", "a share in percent belongs here"),
    (
        "{consent: {channel: email, purpose: spam}}",
        "consent.purpose",
        "this word is not known here",
    ),
    ("{consent: {channel: email, purpose: service}, is: maybe}", "is", "this word is not known here"),
    ("{consent: {channel: 5, purpose: service}}", "consent.channel", NAME),
]


@pytest.mark.parametrize(("condition", "place", "message"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_told_with_its_place(condition: str, place: str, message: str) -> None:
    assert told_of(condition) == [(place, message)]


WHERE = "where: {in_list: a}"
WRONG_DOCUMENTS: list[tuple[str, str | None, str]] = [
    ("", None, "nothing is defined here"),
    ("# nothing but a remark", None, "nothing is defined here"),
    ("---\n---", None, "nothing is defined here"),
    ("just words", "", MAPPING),
    ("{where: {in_list: a}}", "", "a document defines one segment or one scheme"),
    (f"segment: a\nscheme: b\n{WHERE}", "", "a document defines one segment or one scheme"),
    ("segment: a", "", "where is missing"),
    (f"segment: Coffee\n{WHERE}", ".segment", "ID"),
    (f"segment: кофе\n{WHERE}", ".segment", "ID"),
    (f"segment: cаfe\n{WHERE}", ".segment", "ID"),  # the second letter is Cyrillic
    (f"segment: a.b\n{WHERE}", ".segment", "ID"),
    (f"segment: 1a\n{WHERE}", ".segment", "ID"),
    (f"segment: {'a' * 61}\n{WHERE}", ".segment", "ID"),
    (f"segment: ../../etc/passwd\n{WHERE}", ".segment", "ID"),
    (f'segment: "a\'; DROP TABLE runs; --"\n{WHERE}', ".segment", "ID"),
    (f"segment: 5\n{WHERE}", ".segment", "ID"),
    (f"segment: a\npriority: high\n{WHERE}", ".priority", WHOLE),
    (f"segment: a\npriority: true\n{WHERE}", ".priority", WHOLE),
    (f"segment: a\nname: 5\n{WHERE}", ".name", NAME),
    (f"segment: a\nname: {{ru: ''}}\n{WHERE}", ".name", NAME),
    (f"segment: a\nname: {{de: Kaffee}}\n{WHERE}", ".name.de", "there is no such language"),
    (f"segment: a\npurpose: money\n{WHERE}", ".purpose", MAPPING),
    (f"segment: a\npurpose: {{x: !!binary YQ==}}\n{WHERE}", ".purpose.x", "NOTE"),
    (f"segment: a\nbase: everyone\n{WHERE}", ".base", UNKNOWN),
    (f"segment: a\nlanguage: 99\n{WHERE}", ".language", "this version of the language is not known"),
    (f"segment: a\nlanguage: one\n{WHERE}", ".language", "this version of the language is not known"),
    ("scheme: a\notherwise: b", ".segments", "a scheme needs a list of segments"),
    ("scheme: a\nsegments: []\notherwise: b", ".segments", "a scheme needs a list of segments"),
    ("scheme: a\nsegments: [5]\notherwise: b", ".segments[0]", MAPPING),
    ("scheme: a\nsegments: [{id: b}]\notherwise: c", ".segments[0]", "where is missing"),
    (
        f"scheme: a\nsegments: [{{id: b, {WHERE}}}]",
        ".otherwise",
        "a scheme needs a segment for everyone else",
    ),
    (
        f"scheme: a\nsegments: [{{id: b, {WHERE}}}]\notherwise: b",
        ".segments",
        "two segments of a scheme have one id",
    ),
    (
        f"scheme: a\nbase: nobody\nsegments: [{{id: b, {WHERE}}}]\notherwise: c",
        ".base",
        "there is no such base",
    ),
    (f"scheme: a\nbase: [x]\nsegments: [{{id: b, {WHERE}}}]\notherwise: c", ".base", MAPPING),
    (f"scheme: a\nsegments: [{{id: b, {WHERE}, size: 5}}]\notherwise: c", ".segments[0].size", UNKNOWN),
    (f"scheme: a\nsegments: [{{id: b, {WHERE}}}]\notherwise: 5", ".otherwise", MAPPING),
]
LONG_WORDS = {
    "ID": "an id is made of small Latin letters, digits and underscores, and begins with a letter",
    "NOTE": "a text, a number, a list or names with values belong here",
}


@pytest.mark.parametrize(("text", "place", "message"), WRONG_DOCUMENTS, ids=[c[0] for c in WRONG_DOCUMENTS])
def test_what_is_wrong_with_a_document(text: str, place: str | None, message: str) -> None:
    assert told(text) == [(f"coffee.yaml{place or ''}", LONG_WORDS.get(message, message))]


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


# --- what an error says ---------------------------------------------------------------------------


def test_an_error_says_what_was_got_what_was_expected_and_what_to_do() -> None:
    (problem,) = problems_of("segment: a\nwhere: {did: order, within: 30}")
    assert str(problem).splitlines() == [
        "coffee.yaml.where.within: a window without a unit",
        "  got: 30",
        "  expected: s, min, h, d, w, mo, y",
        "  what to do: write 30d",
    ]
    (problem,) = problems_of("segment: a\nwhere: {did: order, witin: 30d}")
    assert "what to do: did you mean within" in str(problem)
    (problem,) = problems_of("segment: a\nwhere: {did: order, times: 3}")
    assert "what to do: write {is: 3}" in str(problem)
    (problem,) = problems_of("segment: a\nwhere: {in_list: 2025}")
    assert "what to do: put it in quotes" in str(problem)


CONDITIONS = [condition for condition, _, _ in WRONG]
TEXTS = [f"segment: a\nwhere: {condition}" for condition in CONDITIONS] + [
    case[0] for case in WRONG_DOCUMENTS
]


@pytest.mark.parametrize("text", TEXTS)
def test_every_error_is_told_in_russian_too(text: str) -> None:
    for problem in problems_of(text):
        said = RU.say(problem.message)
        assert any("а" <= letter <= "я" for letter in said.lower()), said
        assert problem.describe(RU)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", "a"),
        ("12", "'12'"),
        (None, "null"),
        (True, "true"),
        (date(2026, 6, 12), "2026-06-12"),
        ({"b": [1, {"a": 2}], 5: None}, "{b: [1, {a: 2}], '5': null}"),
        ([date(2026, 6, 12)] * 2, "[2026-06-12, 2026-06-12]"),
        ("a\nb", "'a b'"),
        (b"x", "b'x'"),
        ([[[[[[[[1]]]]]]]], "[[[[[[…]]]]]]"),
        ("x" * 1000, "x" * 117 + "…"),
    ],
)
def test_what_was_got_is_shown_in_short(value: object, text: str) -> None:
    assert shown(value) == text


def test_a_number_that_nobody_would_read_is_not_shown() -> None:
    assert shown([10**5000]) == "[…]"


# --- what is right --------------------------------------------------------------------------------


def test_conditions_are_read_as_they_are_meant() -> None:
    assert read("{all: [{in_list: a}, {any: [{not: {in_segment: b.c}}]}]}") == AllOf(
        (InList("a"), AnyOf((Not(InSegment("b.c")),)))
    )
    assert read("{did_not: {event: order}, where: {page: {is: sale}}, from: 14d, to: 7d}") == Did(
        FactRef("order", is_event=True),
        Where((("page", (Check(Op.IS, "sale"),)),)),
        Window(Duration(14, "d"), Duration(7, "d")),
        negated=True,
    )
    assert read("{did: order, mean: {of: revenue, more_than: 0.1}, within: 1mo}") == Did(
        FactRef("order"),
        window=Window(Duration(1, "mo")),
        measure=Measure.MEAN,
        of="revenue",
        tests=(Check(Op.MORE_THAN, Fraction(1, 10)),),
    )
    assert read("{share: 12.5%, salt: summer}") == Share(Fraction(1, 8), "summer")


def test_instants_are_utc_and_so_are_texts_that_read_as_such() -> None:
    noon = datetime(2026, 6, 12, 12)  # noqa: DTZ001  instants are UTC without a zone inside
    for written in ("2026-06-12T15:00:00+03:00", "'2026-06-12T12:00:00Z'", "2026-06-12 12:00:00 Z"):
        assert read(f"{{did: order, since: {written}}}").window == Window(noon)
    assert read("{did: order, since: '2026-06-12'}").window == Window(date(2026, 6, 12))
    assert read("{trait: x, is: '2026-02-30'}").tests == (Check(Op.IS, "2026-02-30"),), "no day: a text"


def test_a_part_of_a_text_is_a_text_also_where_it_looks_like_a_date() -> None:
    assert read("{trait: x, contains: '2026-06-12'}").tests == (Check(Op.CONTAINS, "2026-06-12"),)
    assert read("{trait: x, matches: '2026-06-12T12:00:00Z'}").tests[0].value == "2026-06-12T12:00:00Z"


def test_a_list_of_values_keeps_each_once_and_one_beside_true() -> None:
    assert read("{trait: x, in: [a, b, a]}").tests == (Check(Op.IN, ("a", "b")),)
    (test,) = read("{trait: x, in: [1, true, 1.0, yes]}").tests
    assert repr(test.value) == "(1, True)"


def test_words_of_yaml_are_what_people_mean() -> None:
    assert read("{trait: x, is: 12:30}").tests == (Check(Op.IS, "12:30"),)
    assert read("{trait: x, is: 007}").tests == (Check(Op.IS, "007"),)
    assert read("{trait: x, is: 1_000}").tests == (Check(Op.IS, "1_000"),)
    assert read("{trait: x, is: .nan}").tests == (Check(Op.IS, ".nan"),)
    assert read("{trait: x, is: 1.50}").tests == (Check(Op.IS, Fraction(3, 2)),)


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE runs; --", "{{7*7}}", "%s", "${HOME}", "<script>", "\\", "a\u202eb", "\u0000x"]
)
def test_texts_stay_texts(text: str) -> None:
    problems = Problems()
    assert read_node({"in_list": text}, "", problems) == InList(text)
    found = read_node({"did": "order", "where": {text: {"is": text}}}, "", problems)
    assert found == Did(FactRef("order"), Where(((text, (Check(Op.IS, text),)),)))
    assert not problems.found
    read_node({text: 1}, "", problems)
    assert problems.found[0].describe(RU)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_refused(number: float) -> None:
    problems = Problems()
    read_node({"trait": "age", "at_least": number}, "", problems)
    assert [(problem.path, str(problem.message)) for problem in problems.found] == [("at_least", NUMBER)]
    assert told(f"{{segment: a, where: {{trait: b, is: {json.dumps(1e400)}}}}}") == []
    assert told("{segment: a, where: {trait: b, is: 1e+400}}") == [("coffee.yaml.where.is", NUMBER)]


def test_numbers_are_exact_however_great() -> None:
    assert read(f"{{trait: x, at_least: {10**30}}}").tests == (Check(Op.AT_LEAST, 10**30),)
    assert read("{trait: x, at_least: 0.1}").tests == (Check(Op.AT_LEAST, Fraction(1, 10)),)
    assert [message for _, message in told_of("{trait: x, is: " + "9" * 5000 + "}")] == [
        "this is no valid YAML"
    ]


def test_too_many_values_belong_into_a_list() -> None:
    many = ", ".join(map(str, range(10_001)))
    assert told_of(f"{{trait: x, in: [{many}]}}") == [("in", "too many values")]


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
