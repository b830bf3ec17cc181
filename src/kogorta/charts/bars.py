"""Horizontal bars: a name, a bar, a value, a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kogorta.charts.svg import leading, line_text, picture, rect, tag, tip
from kogorta.charts.text import Line, shorten, text_width

_NARROW = 460.0
_SIZE = 13.0
_NAME_SIZES = (13.0, 12.0, 11.0, 10.0)
_BAR = 14.0
_INDENT = 14.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar.

    Attributes:
        name: What it measures.
        value: Its length; None draws an empty track.
        text: The value in words, or why there is none.
        family: Colour family.
        note: Small text after the value.
        is_part: It is a part of the bar above it: set in, thinner and lighter.
        href: Where it leads to.
    """

    name: str
    value: float | None
    text: str
    family: str
    note: str = ""
    is_part: bool = False
    href: str | None = None


def bars(items: Sequence[Bar], width: float, title: str, desc: str = "", *, top: float | None = None) -> str:
    """Draw bars from zero; on a narrow picture the name stands above its bar.

    Args:
        items: Bars from top to bottom.
        width: Width in pixels; height follows.
        title: Accessible name.
        desc: Accessible description.
        top: Value of a full track; by default the largest value.
    """
    longest = top or max((item.value or 0 for item in items), default=0) or 1
    narrow = width < _NARROW
    row = 44.0 if narrow else 32.0
    draw = _row_narrow if narrow else _row_wide
    marks = [draw(item, index * row, width, longest) for index, item in enumerate(items)]
    return picture((width, row * len(items)), title, desc, marks)


def _row_narrow(item: Bar, top: float, width: float, longest: float) -> str:
    value, size = _value_narrow(item, width)
    right = Line(value, width, top + 15, size, anchor="end", role="t-muted")
    texts = [_name(item, width - right.width - 8, top + 15), right]
    return _row(item, texts, (0, top + 24, width), longest)


def _value_narrow(item: Bar, width: float) -> tuple[str, float]:
    """Return value and note at the largest size at which the name fits too; without room the value alone."""
    indent = _INDENT if item.is_part else 0.0
    whole = f"{item.text} · {item.note}" if item.note else item.text
    for text in (whole, item.text):
        for size in _NAME_SIZES:
            name = indent + text_width(item.name, size, bold=not item.is_part)
            if name + 8 + text_width(text, size) <= width:
                return text, size
    return shorten(item.text, width * 0.62, _SIZE) or item.text, _SIZE


def _row_wide(item: Bar, top: float, width: float, longest: float) -> str:
    name_width = min(190.0, width * 0.26)
    note_width = width * 0.34
    track = width - name_width - note_width
    value = Line(item.text, width - note_width + 14, top + 20, _SIZE, not item.is_part)
    note_room = width - value.box[2] - 10
    note = shorten(item.note, note_room, _SIZE - 1)
    texts = [
        _name(item, name_width - 10, top + 20),
        value,
        Line(
            note,
            value.x + text_width(item.text, _SIZE, bold=value.bold) + 10,
            top + 20,
            _SIZE - 1,
            role="t-muted",
        ),
    ]
    return _row(item, texts, (name_width, top + 9, track), longest)


def _name(item: Bar, room: float, baseline: float) -> Line:
    x, bold = (_INDENT, False) if item.is_part else (0.0, True)
    fits = (size for size in _NAME_SIZES if text_width(item.name, size, bold=bold) <= room - x)
    size = next(fits, _NAME_SIZES[-1])
    return Line(shorten(item.name, room - x, size, bold=bold), x, baseline, size, bold)


def _row(item: Bar, texts: list[Line], track: tuple[float, float, float], longest: float) -> str:
    x, y, width = track
    length = width * min((item.value or 0) / longest, 1)
    inset, faint = (4, " faint") if item.is_part else (0, "")
    drawn = tag(
        "g",
        tip(f"{item.name}: {item.text} {item.note}".strip()),
        rect(x, y + inset, width, _BAR - 2 * inset, "track", radius=4 - inset / 2),
        rect(x, y + inset, max(length, 2), _BAR - 2 * inset, f"fam{faint}", radius=4 - inset / 2)
        if item.value
        else "",
        *[line_text(line) for line in texts if line.text],
        class_=f"fam-{item.family}",
    )
    return leading(drawn, item.href)
