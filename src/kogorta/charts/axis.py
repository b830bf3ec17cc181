"""Axes of pictures by month: round ticks, month names with room between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10

from kogorta.charts.svg import line_text, tag
from kogorta.charts.text import Line, text_width

_SIZE = 12.0
_BOTTOM = 24.0
_TOP = 12.0
_TINY = 1e-9
_BETWEEN = 8.0


@dataclass(frozen=True, slots=True)
class Frame:
    """The drawing area: where values and months lie, and the marks of its axes."""

    left: float
    step: float
    middles: tuple[float, ...]
    top: float
    bottom: float
    highest: float
    marks: tuple[str, ...]

    def x(self, index: int) -> float:
        """Return the middle of a month."""
        return self.middles[index]

    def y(self, value: float) -> float:
        """Return the height of a value."""
        return self.bottom - (self.bottom - self.top) * value / self.highest


def ticks(highest: float) -> list[float]:
    """Return three to six round values from 0 to the first that is not below `highest`."""
    if highest < _TINY:
        return [0, 1]
    rough = highest / 4
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= rough)
    return [i * step for i in range(ceil(highest / step - 1e-9) + 1)]


def frame(
    highest: float,
    labels: Sequence[str],
    tick: Callable[[float], str],
    size: tuple[float, float],
    shares: Sequence[float] = (),
) -> Frame:
    """Make the drawing area of a picture.

    Args:
        highest: The greatest value.
        labels: A name per month, or per instant.
        tick: How a value is written.
        size: Of the picture, pixels.
        shares: Where each stands from the first, 0, to the last, 1; empty for equal distances.
    """
    width, height = size
    values = ticks(highest)
    left = max(text_width(tick(value), _SIZE) for value in values) + 10
    step = _step(labels, width - left)
    middles = _spread(labels, shares, left, width) if shares else _evenly(labels, left, step)
    area = Frame(left, step, middles, _TOP, height - _BOTTOM, values[-1], ())
    marks = [_gridline(area, value, tick(value), width) for value in values]
    marks += _instants(area, labels, height) if shares else _month_names(area, labels, height, width)
    return replace(area, marks=tuple(marks))


def _evenly(labels: Sequence[str], left: float, step: float) -> tuple[float, ...]:
    return tuple(left + (index + 0.5) * step for index in range(len(labels)))


def _spread(labels: Sequence[str], shares: Sequence[float], left: float, width: float) -> tuple[float, ...]:
    """Return where instants lie; the first and the last name have room for their halves."""
    begin = left + text_width(labels[0], _SIZE) / 2
    end = width - text_width(labels[-1], _SIZE) / 2
    return tuple(begin + share * (end - begin) for share in shares)


def _step(labels: Sequence[str], room: float) -> float:
    """Return the width of a month, leaving room for half of the last name beyond its column."""
    count = max(len(labels), 1)
    half = text_width(labels[-1], _SIZE) / 2 if labels else 0
    return min(room / count, (room - half) / max(count - 0.5, 0.5))


def _gridline(area: Frame, value: float, text: str, width: float) -> str:
    y = area.y(value)
    line = tag("line", x1=area.left, x2=width, y1=y, y2=y, class_="baseline" if value == 0 else "gridline")
    return line + line_text(Line(text, area.left - 8, y + 4, _SIZE, anchor="end", role="t-muted"))


def _instants(area: Frame, labels: Sequence[str], height: float) -> list[str]:
    """Write the newest instant, and of those before it whatever has room."""
    marks: list[str] = []
    free = float("inf")
    for text, x in zip(reversed(labels), reversed(area.middles), strict=True):
        line = Line(text, x, height - 6, _SIZE, anchor="middle", role="t-muted")
        if line.box[2] + _BETWEEN <= free:
            marks.append(line_text(line))
            free = line.box[0]
    return marks


def _month_names(area: Frame, labels: Sequence[str], height: float, width: float) -> list[str]:
    widest = max((text_width(text, _SIZE) for text in labels), default=0) + _BETWEEN
    every = max(1, ceil(widest / area.step)) if area.step > 0 else 1
    last = len(labels) - 1
    marks = []
    for i, text in enumerate(labels):
        line = Line(text, area.x(i), height - 6, _SIZE, anchor="middle", role="t-muted")
        inside = line.box[0] >= 0 and line.box[2] <= width + 0.01
        # Counted from the newest month: that one is always named if it has room.
        if (last - i) % every == 0 and inside:
            marks.append(line_text(line))
    return marks
