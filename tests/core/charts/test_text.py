"""How wide a text is, and how it is fitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.charts.text import Line, block_height, label, shorten, text_width, wrap

LETTERS = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя АБВГДЖШЩЫЮabcdefgmwWM0123456789-.·%", max_size=40)


def test_wider_letters_are_wider() -> None:
    assert text_width("Щ", 10) > text_width("i", 10)
    assert text_width("клиент", 12, bold=True) > text_width("клиент", 12)
    assert text_width("漢", 10) >= text_width("Щ", 10), "an unknown glyph counts as the widest"


@given(LETTERS, LETTERS)
def test_width_adds_up(first: str, second: str) -> None:
    both = text_width(first, 12) + text_width(second, 12)
    assert text_width(first + second, 12) == pytest.approx(both)


@given(LETTERS, st.floats(0, 300))
def test_a_shortened_text_fits(text: str, width: float) -> None:
    short = shorten(text, width, 12)
    assert not short or text_width(short, 12) <= width
    assert short in ("", text) or short.endswith("…")


@given(LETTERS, st.floats(20, 300))
def test_wrapping_keeps_every_word(text: str, width: float) -> None:
    lines = wrap(text, width, 12)
    assert all(text_width(line, 12) <= width for line in lines)
    if lines:
        assert " ".join(lines) == text


@given(LETTERS, LETTERS, st.floats(0, 400), st.floats(0, 200))
def test_a_label_lies_within_its_room(name: str, caption: str, width: float, height: float) -> None:
    for line in label(name, caption, (width, height), (19, 15, 12, 10)):
        left, top, right, bottom = line.box
        assert left >= -0.01
        assert top >= -0.01
        assert right <= width + 0.01
        assert bottom <= height + 0.01


def test_a_label_shrinks_wraps_and_gives_up_but_is_never_cut() -> None:
    name, sizes = "Нельзя потерять", (20.0, 14.0, 10.0)
    assert [line.text for line in label(name, "12 %", (300, 80), sizes)] == [name, "12 %"]
    assert [line.text for line in label(name, "12 %", (100, 80), sizes)] == ["Нельзя", "потерять", "12 %"]
    assert label(name, "12 %", (110, 14), sizes) == (), "no room for the caption"
    assert label("Многообещающие", "", (60, 14), sizes) == ()
    assert label(name, "12 %", (20, 14), sizes) == ()


def test_anchors_move_the_box() -> None:
    boxes = [Line("abc", 100, 50, 10, anchor=anchor).box for anchor in ("start", "middle", "end")]
    assert boxes[0][0] == boxes[2][2] == 100
    assert boxes[1][0] + boxes[1][2] == pytest.approx(200)
    assert block_height([]) == 0
