"""What lies at the edge of numbers and of the calendar is read or refused, and never breaks the reader."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nan

import pytest

from kogorta.definitions.nodes import Trait
from kogorta.definitions.parsing import Problems, parse_text, read_definition
from kogorta.errors import ProblemsError


def value(written: str) -> object:
    (definition,) = parse_text(written)
    assert isinstance(definition.where, Trait)
    return definition.where.tests[0].value


@pytest.mark.parametrize("number", ["1e-05", "1E-05", "0.00001"])
def test_a_small_number_is_one_as_json_writes_it(number: str) -> None:
    assert value(f'{{"segment": "a", "where": {{"trait": "x", "is": {number}}}}}') == Fraction(1, 100_000)


def test_a_code_that_looks_like_a_power_is_a_text() -> None:
    assert value("segment: a\nwhere: {trait: x, is: 1e5}") == "1e5"


@pytest.mark.parametrize("length", ["9999y", "201y", "2401mo", "73051d", "10436w"])
def test_a_window_of_more_than_200_years_is_refused(length: str) -> None:
    with pytest.raises(ProblemsError, match="a length of time is at most 200 years"):
        parse_text(f"segment: a\nwhere: {{did: order, from: {length}, to: 1d}}")


@pytest.mark.parametrize("length", ["200y", "2400mo", "73050d", "10435w", "999999s"])
def test_one_of_200_years_is_read(length: str) -> None:
    assert parse_text(f"segment: a\nwhere: {{did: order, within: {length}}}")


def test_an_instant_before_the_first_one_is_refused() -> None:
    with pytest.raises(ProblemsError, match="this instant lies beyond the calendar"):
        parse_text("segment: a\nwhere: {trait: x, after: 0001-01-01T00:00:00+03:00}")
    with pytest.raises(ProblemsError, match="a date or an instant belongs here"):
        parse_text('segment: a\nwhere: {trait: x, after: "0001-01-01T00:00:00+03:00"}')


@pytest.mark.parametrize("note", [b"hi", inf, -inf, nan, {1: 2}, [inf]])
def test_a_purpose_holds_what_json_can_hold(note: object) -> None:
    problems = Problems()
    read_definition({"segment": "a", "purpose": {"note": note}, "where": {"in_list": "b"}}, "", problems)
    assert len(problems.found) == 1
