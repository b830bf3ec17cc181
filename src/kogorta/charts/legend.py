"""Keys below a picture: a swatch, a name and a caption, set in rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kogorta.charts.svg import line_text, rect, tag
from kogorta.charts.text import Line, shorten, text_width

_SIZE = 13.0
_ROW = 22.0
_SWATCH = 10.0
_GAP = 18.0


@dataclass(frozen=True, slots=True)
class Key:
    """One entry: colour family, name, and what stands behind it."""

    family: str
    name: str
    caption: str = ""


def legend(keys: Iterable[Key], width: float, top: float) -> tuple[list[str], float]:
    """Set keys in rows of a width from `top` on.

    Returns:
        The markup, and the height used (0 without keys).
    """
    marks: list[str] = []
    x, row = 0.0, -1
    for key in keys:
        name, caption = _fitted(key, width)
        need = _SWATCH + 6 + text_width(f"{name} {caption}", _SIZE)
        if row < 0 or x + need > width:
            x, row = 0.0, row + 1
        marks.append(_entry(key.family, name, caption, x, top + row * _ROW))
        x += need + _GAP
    return marks, (row + 1) * _ROW


def _fitted(key: Key, width: float) -> tuple[str, str]:
    room = width - _SWATCH - 6
    caption = key.caption if text_width(key.caption, _SIZE) < room * 0.6 else ""
    beside = text_width(f" {caption}", _SIZE) if caption else 0.0
    return shorten(key.name, room - beside, _SIZE), caption


def _entry(family: str, name: str, caption: str, x: float, top: float) -> str:
    baseline = top + 15
    texts = [Line(name, x + _SWATCH + 6, baseline, _SIZE)]
    if caption:
        texts.append(
            Line(caption, texts[0].x + text_width(f"{name} ", _SIZE), baseline, _SIZE, role="t-muted")
        )
    swatch = rect(x, top + 6, _SWATCH, _SWATCH, "fam", radius=3)
    return tag("g", swatch, *map(line_text, texts), class_=f"fam-{family}")
