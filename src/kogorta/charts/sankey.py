"""Who moved where between instants: columns of segments and ribbons between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kogorta.charts.legend import Key, legend
from kogorta.charts.svg import leading, line_text, number, picture, rect, tag, tip
from kogorta.charts.text import ASCENT, LEADING, Line, shorten, text_width

_NODE = 10.0
_GAP = 8.0
_HEAD = 30.0
_SIZES = (13.0, 12.0, 11.0, 10.0)
_NARROW_SIZE = 12.0


@dataclass(frozen=True, slots=True)
class Node:
    """A segment in a column: id, name, its size in words, colour family."""

    id: str
    name: str
    caption: str
    family: str


@dataclass(frozen=True, slots=True)
class Column:
    """One instant: its heading and its segments from top to bottom."""

    heading: str
    nodes: Sequence[Node]


@dataclass(frozen=True, slots=True)
class Flow:
    """Customers who were in `source` of column `column` and in `target` of the next one; `href` leads to them."""

    column: int
    source: str
    target: str
    value: float
    tip: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A segment with its place: the slot is what its label may fill, the bar lies in its middle."""

    node: Node
    column: int
    x: float
    slot_top: float
    slot_height: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything lies, in pixels; `nameless` are the segments whose names have no room."""

    spots: dict[tuple[int, str], Spot]
    scale: float
    margin: float
    labels: tuple[tuple[Spot, tuple[Line, ...]], ...]

    @property
    def nameless(self) -> list[Node]:
        """Segments that a legend must name."""
        shown = ((spot.node, " ".join(line.text for line in lines)) for spot, lines in self.labels)
        return [node for node, text in shown if node.name not in text]


def sankey(
    columns: Sequence[Column], flows: Sequence[Flow], size: tuple[float, float], title: str, desc: str = ""
) -> str:
    """Draw the movements. Flows of nothing and segments without flows are left out.

    Names are never cut: a name without room stands in a legend below.

    Args:
        columns: Two or more instants, oldest first.
        flows: Movements between neighbouring columns.
        size: Width and height in pixels; a legend adds to the height.
        title: Accessible name.
        desc: Accessible description.
    """
    plan = place(columns, flows, size)
    ribbons = _ribbons(plan, flows)
    bars = [
        tag(
            "g",
            tip(f"{s.node.name}: {s.node.caption}"),
            rect(s.x, s.top, _NODE, s.height, "fam", radius=2),
            class_=f"fam-{s.node.family}",
        )
        for s in plan.spots.values()
    ]
    texts = [line_text(line, " halo") for _, lines in plan.labels for line in lines]
    keys = dict.fromkeys(Key(node.family, node.name) for node in plan.nameless)
    entries, below = legend(keys, size[0], size[1] + 6)
    whole = (size[0], size[1] + (below + 6 if below else 0))
    return picture(
        whole, title, desc, [*_headings(columns, size, plan.margin), *ribbons, *bars, *texts, *entries]
    )


def place(columns: Sequence[Column], flows: Sequence[Flow], size: tuple[float, float]) -> Layout:
    """Compute the place of every segment and label."""
    values = _values(columns, flows)
    two_lines = size[0] < 560
    least = _SIZES[-2] * LEADING * (2 if two_lines else 1) + 2
    scale = _scale(values, size[1] - _HEAD, least)
    margin = _margin(columns, size[0], two_lines)
    spots: dict[tuple[int, str], Spot] = {}
    for index, column in enumerate(columns):
        x = margin + (size[0] - 2 * margin - _NODE) * index / max(len(columns) - 1, 1)
        top = _HEAD
        for node in column.nodes:
            value = values.get((index, node.id), 0)
            if value <= 0:
                continue
            height = max(value * scale, 1)
            slot = max(height, least)
            spots[index, node.id] = Spot(node, index, x, top, slot, top + (slot - height) / 2, height)
            top += slot + _GAP
    across = (size[0] - 2 * margin) / max(len(columns) - 1, 1) - _NODE - 20
    labels = tuple((s, _label(s, len(columns), (margin - 10, across), two_lines)) for s in spots.values())
    return Layout(spots, scale, margin, labels)


def _margin(columns: Sequence[Column], width: float, two_lines: bool) -> float:
    """Return the room at the sides that the longest label there needs, within a third of the picture."""
    outer = [node for column in (*columns[:1], *columns[-1:]) for node in column.nodes]
    size = _NARROW_SIZE if two_lines else _SIZES[0]
    texts = [node.name if two_lines else f"{node.name} {node.caption}" for node in outer]
    widest = max((text_width(text, size) for text in texts), default=0)
    return min(widest + 12, width * 0.34)


def _values(columns: Sequence[Column], flows: Sequence[Flow]) -> dict[tuple[int, str], float]:
    """Return the size of each segment: what comes in or goes out, whichever is more."""
    leaving: dict[tuple[int, str], float] = {}
    coming: dict[tuple[int, str], float] = {}
    for flow in flows:
        source, target = (flow.column, flow.source), (flow.column + 1, flow.target)
        leaving[source] = leaving.get(source, 0) + max(flow.value, 0)
        coming[target] = coming.get(target, 0) + max(flow.value, 0)
    keys = [(i, node.id) for i, column in enumerate(columns) for node in column.nodes]
    return {key: max(leaving.get(key, 0), coming.get(key, 0)) for key in keys}


def _scale(values: dict[tuple[int, str], float], height: float, least: float) -> float:
    """Return pixels per customer so that the tallest column, with least heights and gaps, just fits."""
    by_column: dict[int, list[float]] = {}
    for (column, _), value in values.items():
        if value > 0:
            by_column.setdefault(column, []).append(value)
    low, high = 0.0, height / max((max(v) for v in by_column.values()), default=1)
    for _ in range(50):
        middle = (low + high) / 2
        tallest = max(
            (
                sum(max(v * middle, least) for v in column) + _GAP * (len(column) - 1)
                for column in by_column.values()
            ),
            default=0,
        )
        low, high = (middle, high) if tallest <= height else (low, middle)
    return low


def _label(spot: Spot, count: int, rooms: tuple[float, float], two_lines: bool) -> tuple[Line, ...]:
    """Write a label into the room beside the picture or, in an inner column, before the next one."""
    first, last = spot.column == 0, spot.column == count - 1
    anchor = "end" if first else "start"
    x = spot.x - 8 if first else spot.x + _NODE + 8
    room = rooms[0] if first or last else rooms[1]
    lines = _two(spot.node, room) if two_lines else _one(spot.node, room)
    tall = sum(line.size for line in lines) * LEADING
    top = spot.slot_top + (spot.slot_height - tall) / 2
    placed = []
    for line in lines:
        placed.append(Line(line.text, x, top + ASCENT * line.size, line.size, line.bold, anchor, line.role))
        top += line.size * LEADING
    return tuple(placed)


def _one(node: Node, room: float) -> list[Line]:
    text = f"{node.name} {node.caption}"
    fits = (size for size in _SIZES[:-1] if text_width(text, size) <= room)
    size = next(fits, None)
    return [Line(text, 0, 0, size)] if size else _number(node, room, _SIZES[-2])


def _two(node: Node, room: float) -> list[Line]:
    fits = (size for size in _SIZES if size <= _NARROW_SIZE and text_width(node.name, size) <= room)
    size = next(fits, None)
    name = [Line(node.name, 0, 0, size)] if size else []
    return [*name, *_number(node, room, _SIZES[-1])]


def _number(node: Node, room: float, size: float) -> list[Line]:
    text = shorten(node.caption, room, size)
    return [Line(text, 0, 0, size, role="t-muted")] if text else []


def _headings(columns: Sequence[Column], size: tuple[float, float], margin: float) -> list[str]:
    count = len(columns)
    marks = []
    for index, column in enumerate(columns):
        x = margin + (size[0] - 2 * margin - _NODE) * index / max(count - 1, 1) + _NODE / 2
        slot = size[0] / count
        room = slot - 8
        fit = next((s for s in _SIZES if text_width(column.heading, s, bold=True) <= room), _SIZES[-1])
        text = shorten(column.heading, room, fit, bold=True)
        half = text_width(text, fit, bold=True) / 2
        x = min(max(x, index * slot + half), (index + 1) * slot - half)
        marks.append(line_text(Line(text, x, 14, fit, True, "middle", "t-muted")))
    return marks


def _ribbons(plan: Layout, flows: Sequence[Flow]) -> list[str]:
    order = {key: place for place, key in enumerate(plan.spots)}
    seen = [
        f
        for f in flows
        if f.value > 0 and (f.column, f.source) in order and (f.column + 1, f.target) in order
    ]
    seen.sort(key=lambda f: (order[f.column, f.source], order[f.column + 1, f.target]))
    used: dict[tuple[str, int, str], float] = {}
    marks = []
    for flow in seen:
        source, target = plan.spots[flow.column, flow.source], plan.spots[flow.column + 1, flow.target]
        thick = flow.value * plan.scale
        out, into = ("out", flow.column, flow.source), ("in", flow.column + 1, flow.target)
        y0, y1 = source.top + used.get(out, 0), target.top + used.get(into, 0)
        used[out], used[into] = used.get(out, 0) + thick, used.get(into, 0) + thick
        path = _ribbon((source.x + _NODE, y0), (target.x, y1), max(thick, 0.6))
        ribbon = tag("path", tip(flow.tip), d=path, class_=f"fam ribbon fam-{source.node.family}")
        marks.append(leading(ribbon, flow.href))
    return marks


def _ribbon(start: tuple[float, float], end: tuple[float, float], thick: float) -> str:
    (x0, y0), (x1, y1) = start, end
    n, middle = number, (x0 + x1) / 2
    return (
        f"M{n(x0)} {n(y0)}C{n(middle)} {n(y0)} {n(middle)} {n(y1)} {n(x1)} {n(y1)}"
        f"V{n(y1 + thick)}C{n(middle)} {n(y1 + thick)} {n(middle)} {n(y0 + thick)} {n(x0)} {n(y0 + thick)}Z"
    )
