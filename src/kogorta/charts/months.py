"""Series by month: stacked columns for sums, lines for counts. An unfinished month is drawn lighter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kogorta.charts.axis import Frame, frame
from kogorta.charts.legend import Key, legend
from kogorta.charts.svg import number, picture, rect, tag, tip


@dataclass(frozen=True, slots=True)
class Series:
    """One series: name, colour family, a value per month (None where unknown)."""

    name: str
    family: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class MonthAxis:
    """The months of a picture.

    Attributes:
        labels: A short name per month; those without room are left out.
        tick: How a value is written on the axis and on hover.
        unfinished: Whether the last month is not over.
        shares: Of lines through instants, where each stands from the first, 0, to the last, 1; empty for months.
    """

    labels: Sequence[str]
    tick: Callable[[float], str]
    unfinished: bool = False
    shares: Sequence[float] = ()


def columns(
    series: Sequence[Series], axis: MonthAxis, size: tuple[float, float], title: str, desc: str = ""
) -> str:
    """Draw sums by month as stacked columns, first series at the bottom, negative values as nothing."""
    totals = [sum(max(s.values[i] or 0, 0) for s in series) for i in range(len(axis.labels))]
    area = frame(max(totals, default=0), axis.labels, axis.tick, size)
    body = [_column(series, axis, i, area) for i in range(len(axis.labels))]
    return _finished(series, area, size, title, desc, body)


def lines(
    series: Sequence[Series], axis: MonthAxis, size: tuple[float, float], title: str, desc: str = ""
) -> str:
    """Draw counts by month as lines from zero, the stretch to an unfinished month dashed."""
    highest = max((v for s in series for v in s.values if v is not None), default=0)
    area = frame(highest, axis.labels, axis.tick, size, axis.shares)
    body = [_line(s, axis, area) for s in series]
    return _finished(series, area, size, title, desc, body)


def _finished(
    series: Sequence[Series], area: Frame, size: tuple[float, float], title: str, desc: str, body: list[str]
) -> str:
    keys = [Key(s.family, s.name) for s in series] if len(series) > 1 else []
    entries, below = legend(keys, size[0], size[1] + 4)
    return picture((size[0], size[1] + 4 + below), title, desc, [*area.marks, *body, *entries])


def _column(series: Sequence[Series], axis: MonthAxis, index: int, area: Frame) -> str:
    width = min(area.step * 0.66, 46)
    x = area.x(index) - width / 2
    faint = " faint" if axis.unfinished and index == len(axis.labels) - 1 else ""
    marks, base = [], 0.0
    for s in series:
        value = max(s.values[index] or 0, 0)
        top = area.y(base + value)
        marks.append(
            tag(
                "g",
                rect(x, top, width, area.y(base) - top, f"fam{faint}", radius=2),
                class_=f"fam-{s.family}",
            )
        )
        base += value
    said = " · ".join(f"{s.name}: {axis.tick(s.values[index] or 0)}" for s in series)
    return tag("g", tip(f"{axis.labels[index]} — {said}"), *marks)


def _line(series: Series, axis: MonthAxis, area: Frame) -> str:
    points = [(area.x(i), area.y(v)) for i, v in enumerate(series.values) if v is not None]
    if not points:
        return ""
    sure = points[:-1] if axis.unfinished and len(points) > 1 else points
    base = area.y(0)
    outline = [(sure[0][0], base), *sure, (sure[-1][0], base)]
    marks = [tag("polygon", points=_path(outline), class_="fam area"), _stroke(sure, "")]
    if len(sure) < len(points):
        marks.append(_stroke(points[-2:], " dashed"))
    for i, value in enumerate(series.values):
        if value is not None:
            said = tip(f"{axis.labels[i]} — {series.name}: {axis.tick(value)}")
            marks.append(tag("circle", said, cx=area.x(i), cy=area.y(value), r=3.2, class_="fam dot"))
    return tag("g", *marks, class_=f"fam-{series.family}")


def _stroke(points: Sequence[tuple[float, float]], extra: str) -> str:
    return tag("polyline", points=_path(points), class_=f"fam-line{extra}")


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)
