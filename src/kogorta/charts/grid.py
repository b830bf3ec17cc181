"""The 5 × 5 grid of recency by frequency and money, coloured by the segment each cell belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kogorta.charts.legend import Key, legend
from kogorta.charts.svg import leading, line_text, picture, rect, tag, tip
from kogorta.charts.text import ASCENT, DESCENT, Line, text_width

_GAP = 3.0
_AXIS = 30.0
_STRIPE = 4.0
_COUNT_SIZES = (15.0, 13.5, 12.0, 11.0, 10.0, 9.0)
_NAME_SIZE = 10.0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        r: Recency score 1–5; 5 is the top row.
        fm: Frequency-and-money score 1–5; 5 is the right column.
        value: Customers in it; it sets the intensity.
        text: The same number as it is written.
        short: A shorter writing for small cells.
        name: The segment the cell belongs to.
        family: Colour family of that segment.
        tip: Text shown on hover.
        href: Where it leads to.
    """

    r: int
    fm: int
    value: float
    text: str
    short: str
    name: str
    family: str
    tip: str = ""
    href: str | None = None


def grid(cells: Sequence[Cell], width: float, axes: tuple[str, str], title: str, desc: str = "") -> str:
    """Draw the grid; a legend is added where names do not fit into the cells.

    Args:
        cells: Up to 25 cells; a missing one stays empty.
        width: Width in pixels; height follows.
        axes: What the rows and the columns are, in words.
        title: Accessible name.
        desc: Accessible description.
    """
    side = (width - _AXIS) / 5
    height = side * 0.86
    largest = max((cell.value for cell in cells), default=0)
    named = _names_fit(cells, side - _GAP)
    count = _count_style(cells, (side - _GAP - _STRIPE - 8, height - _GAP - (16 if named else 8)))
    marks = [_cell(cell, (side, height), level(cell.value, largest), count, named) for cell in cells]
    bottom = height * 5 + _AXIS + 14
    keys = [] if named else list(dict.fromkeys(Key(cell.family, cell.name) for cell in cells))
    entries, below = legend(keys, width, bottom + 4)
    return picture(
        (width, bottom + 4 + below), title, desc, [*_axes(side, height, width, axes), *marks, *entries]
    )


def level(value: float, largest: float) -> int:
    """Return the intensity 0–4 of a count: 0 for nothing, then quarters of the largest by square root.

    The square root keeps middling cells apart when one cell is huge.
    """
    if value <= 0 or largest <= 0:
        return 0
    return min(4, 1 + int(4 * (value / largest) ** 0.5 * 0.999))


def _names_fit(cells: Sequence[Cell], width: float) -> bool:
    room = width - _STRIPE - 8
    return all(text_width(cell.name, _NAME_SIZE) <= room for cell in cells)


def _cell(cell: Cell, step: tuple[float, float], tint: int, count: tuple[float, bool], named: bool) -> str:
    side, height = step
    x, y = _AXIS + (cell.fm - 1) * side, (5 - cell.r) * height
    width, tall = side - _GAP, height - _GAP
    left = x + _STRIPE + 5
    size, is_short = count
    text = cell.short if is_short else cell.text
    lines = [Line(text, left, y + 5 + ASCENT * size, size, True)] if size else []
    if named:
        lines.append(Line(cell.name, left, y + tall - 7, _NAME_SIZE, role="t-soft"))
    drawn = tag(
        "g",
        tip(cell.tip or f"{cell.name}: {cell.text}"),
        rect(x, y, width, tall, "cell", radius=4),
        rect(x, y, width, tall, f"fam tint-{tint}", radius=4),
        rect(x, y, _STRIPE, tall, "fam", radius=2),
        *map(line_text, lines),
        class_=f"fam-{cell.family}",
    )
    return leading(drawn, cell.href)


def _count_style(cells: Sequence[Cell], room: tuple[float, float]) -> tuple[float, bool]:
    """Return one size for all counts, and whether the short writing is needed; size 0 if nothing fits."""
    width, height = room
    for is_short in (False, True):
        texts = [cell.short if is_short else cell.text for cell in cells]
        for size in _COUNT_SIZES:
            widest = max((text_width(text, size, bold=True) for text in texts), default=0)
            if widest <= width and size * (ASCENT + DESCENT) <= height:
                return size, is_short
    return 0.0, True


def _axes(side: float, height: float, width: float, axes: tuple[str, str]) -> list[str]:
    rows = [
        Line(f"R{r}", _AXIS - 8, (5 - r) * height + height / 2 + 3, 12, anchor="end", role="t-muted")
        for r in range(1, 6)
    ]
    columns = [
        Line(f"FM{c}", _AXIS + (c - 0.5) * side, 5 * height + 15, 12, anchor="middle", role="t-muted")
        for c in range(1, 6)
    ]
    both = " · ".join(axes)
    size = next((s for s in (12.0, 11.0, 10.0, 9.0) if text_width(both, s) <= width), 8.0)
    caption = Line(both, _AXIS, 5 * height + 34, size, role="t-muted")
    fits = caption.box[2] <= width
    return [line_text(line) for line in [*rows, *columns, *([caption] if fits else [])]]
