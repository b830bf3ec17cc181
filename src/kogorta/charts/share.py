"""One bar cut into shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kogorta.charts.legend import Key, legend
from kogorta.charts.svg import line_text, picture, rect, tag, tip
from kogorta.charts.text import label

_HEIGHT = 34.0
_SIZES = (13.0, 12.0, 11.0)


@dataclass(frozen=True, slots=True)
class Part:
    """One share: name, value, the value in words, colour family."""

    name: str
    value: float
    caption: str
    family: str


def share_bar(parts: Sequence[Part], width: float, title: str, desc: str = "") -> str:
    """Draw parts of a whole as one bar with a legend; captions stand inside where they fit.

    A part of nothing is left out.
    """
    whole = sum(part.value for part in parts) or 1
    marks, x = [rect(0, 0, width, _HEIGHT, "cell", radius=6)], 0.0
    for part in parts:
        span = part.value / whole * width
        marks.append(_part(part, x, span))
        x += span
    keys = [Key(part.family, part.name, part.caption) for part in parts if part.value > 0]
    entries, below = legend(keys, width, _HEIGHT + 9)
    return picture((width, _HEIGHT + 9 + below), title, desc, [*marks, *entries])


def _part(part: Part, x: float, span: float) -> str:
    inside = label(part.caption.replace(" ", "\u00a0"), "", (span - 14, _HEIGHT - 14), _SIZES)
    return tag(
        "g",
        tip(f"{part.name}: {part.caption}"),
        rect(x, 0, span - 1.5, _HEIGHT, "fam", radius=min(4, span / 4)),
        *[line_text(line.moved(x + 7, 9)) for line in inside],
        class_=f"fam-{part.family}",
    )
