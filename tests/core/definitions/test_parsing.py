"""Everything wrong is told at once, each thing with its place, what was got and what to do."""

from __future__ import annotations

from datetime import date

import pytest

from kogorta.definitions.parsing.reader import shown
from tests.core.definitions.reading import (
    EMPTY,
    LENGTH,
    LONG_WORDS,
    MAPPING,
    MISSING_TEST,
    NAME,
    NO_CONDITION,
    NUMBER,
    RU,
    SCALAR,
    TEST,
    UNKNOWN,
    WHOLE,
    WINDOW,
    problems_of,
    told,
    told_of,
)

# --- one thing wrong ------------------------------------------------------------------------------

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
    ("{in_segment: a, held_for: 7}", "held_for", "a window without a unit"),
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


@pytest.mark.parametrize(("text", "place", "message"), WRONG_DOCUMENTS, ids=[c[0] for c in WRONG_DOCUMENTS])
def test_what_is_wrong_with_a_document(text: str, place: str | None, message: str) -> None:
    assert told(text) == [(f"coffee.yaml{place or ''}", LONG_WORDS.get(message, message))]


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
