"""How wide a text is, without a browser.

Widths are upper bounds: for every glyph the wider of DejaVu Sans and Liberation Sans, which cover the
fonts a page may fall back to. A label that fits here fits on the reader's screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

ASCENT = 0.95
DESCENT = 0.25
LEADING = 1.22
ELLIPSIS = "…"
_WIDEST = 1.35
_KEEP_LETTERS = 5

_REGULAR = {
    0.30: "ijlI'",
    0.35: " ,./:;\\|·’\u00a0",
    0.40: "ft()-[]",
    0.45: "r!",
    0.50: 'J"*`',
    0.55: "cszгзсэ",
    0.60: "kvxyL?_втухчь–",
    0.65: "0123456789abdeghnopquFT${}абеийклоряГЗТУё«»₽€£",
    0.70: "ABEKPSVXYZднпцАБВЕРХЧЬЁ",
    0.75: "CNRUъИЙКСЭЯ",
    0.80: "DGHOQ&мыДЛНОПЦ",
    0.85: "w#+<=>^~юЪ−×",
    0.90: "MфМФЫ",
    0.95: "%жшщ",
    1.00: "mW—…→",
    1.10: "@ЖШЩЮ№",
}
_BOLD = {
    0.35: "ijl' \u00a0",
    0.40: "I,./:;\\|·’",
    0.45: "f-",
    0.50: "rt!()[]`",
    0.55: '"*г',
    0.60: "cszJ_зстэ–",
    0.65: "xL?вхьяГ«»",
    0.70: "0123456789aekovyEFT$абекнопучЕТёЁ₽€£",
    0.75: "bdghnpquCPSYZ{}ийлрцЗРСЭ",
    0.80: "ABKRVXъАБВУХЬЯ",
    0.85: "DGHNOQU#+<=>^~дмИЙКЛНОПЧ−×",
    0.90: "&Д",
    0.95: "wыЦЪ",
    1.00: "M@жфюМФ—…→",
    1.05: "m%Ы",
    1.15: "шщW",
    1.25: "ЖШЮ№",
    1.35: "Щ",
}


def _by_glyph(table: dict[float, str]) -> dict[str, float]:
    return {glyph: width for width, glyphs in table.items() for glyph in glyphs}


_WIDTHS = {False: _by_glyph(_REGULAR), True: _by_glyph(_BOLD)}


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return an upper bound of the width of one line, in the unit of `size` (pixels)."""
    widths = _WIDTHS[bold]
    return size * sum(widths.get(glyph, _WIDEST) for glyph in text)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in a picture.

    Attributes:
        text: What it says.
        x: Anchor point, pixels.
        y: Baseline, pixels.
        size: Font size, pixels.
        bold: Weight.
        anchor: Which end `x` is: start, middle or end.
        role: Colour class: `t-ink`, `t-muted` or `t-on` (on a coloured tile).
    """

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    anchor: str = "start"
    role: str = "t-ink"

    @property
    def width(self) -> float:
        """Upper bound of the drawn width."""
        return text_width(self.text, self.size, bold=self.bold)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of the drawn text, at most."""
        shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]
        left = self.x - shift * self.width
        return left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size

    def moved(self, dx: float, dy: float) -> Line:
        """Return the same line elsewhere."""
        return replace(self, x=self.x + dx, y=self.y + dy)


def shorten(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """Cut a text to a width with an ellipsis; empty when fewer than five letters would remain."""
    if text_width(text, size, bold=bold) <= width:
        return text
    for end in range(len(text) - 1, _KEEP_LETTERS - 1, -1):
        short = text[:end].rstrip(" ,.-—\u00a0") + ELLIPSIS
        if text_width(short, size, bold=bold) <= width:
            return short
    return ""


def wrap(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text at spaces into lines no wider than `width`; empty when a word is too wide."""
    lines: list[str] = []
    for word in text.split(" "):
        if text_width(word, size, bold=bold) > width:
            return []
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines.append(word)
    return lines


def block_height(sizes: Sequence[float]) -> float:
    """Return the height of lines of the given sizes set one below another."""
    if not sizes:
        return 0.0
    return sum(size * LEADING for size in sizes[:-1]) + sizes[-1] * (ASCENT + DESCENT)


def stack(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Set lines below one another; the first one's top is at y = 0."""
    placed, top = [], 0.0
    for line in lines:
        placed.append(line.moved(0, top + ASCENT * line.size))
        top += line.size * LEADING
    return tuple(placed)


def label(
    name: str, caption: str, room: tuple[float, float], sizes: Sequence[float], role: str = "t-on"
) -> tuple[Line, ...]:
    """Fit a name and a caption into a room of (width, height): shrink, wrap, or give up; never cut.

    Returns:
        Lines whose boxes lie within (0, 0)–room, or none when the two do not fit whole.
    """
    width, height = room
    for size in sizes:
        small = max(size * 0.82, min(sizes))
        texts = [Line(part, 0, 0, size, True, role=role) for part in wrap(name, width, size, bold=True)]
        if not texts or len(texts) > 3:
            continue
        if caption:
            texts.append(Line(caption, 0, 0, small, role=role))
        if texts[-1].width <= width and block_height([line.size for line in texts]) <= height:
            return stack(texts)
    return ()
