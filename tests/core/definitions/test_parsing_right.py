"""What is right is read as it is meant."""

from __future__ import annotations

import json
from datetime import date, datetime
from fractions import Fraction

import pytest

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
from kogorta.definitions.parsing import Problems, parse_text, read_node
from kogorta.durations import Duration
from tests.core.definitions.reading import NUMBER, RU, read, told, told_of

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


def test_json_in_ascii_is_the_same_text() -> None:
    """JSON writes what lies beyond the first plane as two halves."""
    (definition,) = parse_text(json.dumps({"segment": "a", "where": {"in_list": "ёлка 🎄"}}))
    assert definition.where == InList("ёлка 🎄")
    assert told('{"segment": "a", "where": {"in_list": "x\\ud83c"}}') == [
        ("coffee.yaml:1:39", "this is no valid YAML")
    ]
