"""The line of each place of a text."""

from __future__ import annotations

import pytest

from kogorta.definitions.parsing.lines import line_of, lines_of

TEXT = """\
# a comment
segment: first
where:
  all:
    - {did: order}
    - trait: city
      in: [
        Москва,
        Казань]
---
---
segment: second
where: {in_list: club}
"""


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("x[0]", 2),
        ("x[0].where", 3),
        ("x[0].where.all[1]", 6),
        ("x[0].where.all[1].in", 7),
        ("x[0].where.all[1].in[1]", 9),
        ("first.where.all[0].did", 5),
        ("x[1].where.in_list", 13),
        ("second.where", 13),
        # what is missing stands where it would have to stand
        ("x[0].where.all[1].is", 6),
        ("x[1].name.en", 12),
    ],
)
def test_a_place_has_its_line(place: str, line: int) -> None:
    """An empty document between two lines of dashes is not counted."""
    assert line_of(lines_of(TEXT, "x"), place) == line


def test_a_place_of_another_text_has_none() -> None:
    assert line_of(lines_of(TEXT, "x"), "y.where") is None
    assert line_of({}, "x") is None


@pytest.mark.parametrize(
    "text",
    ["[1, 2", "a: &a 1\nb: *a\n", "\x00", "[" * 20_000, "a: &a [*a]", "- \t- x: {"],
    ids=lambda text: repr(text[:12]),
)
def test_a_text_that_cannot_be_read_has_no_lines(text: str) -> None:
    """Aliases are refused where texts are read: followed, a few of them would stand for millions of places."""
    assert lines_of(text, "x") == {}


def test_one_document_has_the_name_of_its_text() -> None:
    assert lines_of('{"segment": "a",\n "where": {"in_list": "b"}}', "x")["x.where.in_list"] == 2
