"""A small line that shows only the direction."""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.charts.svg import number, picture, tag


def spark(values: Sequence[float], size: tuple[float, float], title: str) -> str:
    """Draw values from left to right, lowest at the bottom, with a dot on the last one."""
    width, height = size
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = (width - 8) / (len(values) - 1)
    points = [
        (4 + i * step, height - 4 - (value - low) / span * (height - 8)) for i, value in enumerate(values)
    ]
    path = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    dot = tag("circle", cx=points[-1][0], cy=points[-1][1], r=3, class_="spark-dot")
    return picture(size, title, "", [tag("polyline", points=path, class_="spark-line"), dot])
