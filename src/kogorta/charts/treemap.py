"""Sizes as areas: each segment is a tile, its label inside it or in a legend below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import squarify

from kogorta.charts.legend import Key, legend
from kogorta.charts.svg import leading, line_text, picture, rect, tag, tip
from kogorta.charts.text import Line, label

_GAP = 3.0
_PADDINGS = (9.0, 5.0)
_LEAST_SHARE = 1e-5
_SIZES = (19.0, 17.0, 15.0, 13.5, 12.0, 11.0, 10.0)


@dataclass(frozen=True, slots=True)
class Tile:
    """One segment.

    Attributes:
        name: Its name.
        value: Its size; tiles are as large as their values, 0 and less get none.
        caption: The size in words, such as `1,204 · 12%`.
        family: Colour family of `charts.css`.
        tip: Text shown on hover.
        href: Where it leads to.
    """

    name: str
    value: float
    caption: str
    family: str
    tip: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A tile with its place and the lines of its label, all in pixels of the picture."""

    tile: Tile
    x: float
    y: float
    width: float
    height: float
    lines: tuple[Line, ...]


def place_tiles(tiles: Sequence[Tile], width: float, height: float) -> list[Placed]:
    """Lay the tiles out, largest first, and fit their labels."""
    seen = sorted((tile for tile in tiles if tile.value > 0), key=lambda tile: -tile.value)
    # Areas too small to see break the arithmetic of the layout.
    least = sum(tile.value for tile in seen) * _LEAST_SHARE
    sizes = squarify.normalize_sizes([max(tile.value, least) for tile in seen], width, height)
    boxes = squarify.squarify(sizes, 0, 0, width, height)
    return [
        _placed(tile, box["x"], box["y"], box["dx"] - _GAP, box["dy"] - _GAP)
        for tile, box in zip(seen, boxes, strict=True)
    ]


def treemap(tiles: Sequence[Tile], size: tuple[float, float], title: str, desc: str = "") -> str:
    """Draw sizes as areas. What has no room for its name and number has both in the legend below.

    Args:
        tiles: Segments in any order.
        size: Width and height of the tiles in pixels; a legend adds to the height.
        title: Accessible name.
        desc: Accessible description.
    """
    width, height = size
    placed = place_tiles(tiles, width, height)
    named = {item.tile.name for item in placed if item.lines}
    keys = [Key(tile.family, tile.name, tile.caption) for tile in tiles if tile.name not in named]
    marks, below = legend(keys, width, height + 6)
    return picture((width, height + (below + 6 if below else 0)), title, desc, [*map(_drawn, placed), *marks])


def _placed(tile: Tile, x: float, y: float, width: float, height: float) -> Placed:
    width, height = max(width, 0.5), max(height, 0.5)
    fitted = (_lines(tile, width, height, padding) for padding in _PADDINGS)
    lines = next((lines for lines in fitted if lines), ())
    return Placed(tile, x, y, width, height, tuple(line.moved(x, y) for line in lines))


def _lines(tile: Tile, width: float, height: float, padding: float) -> tuple[Line, ...]:
    lines = label(tile.name, tile.caption, (width - 2 * padding, height - 2 * padding), _SIZES)
    return tuple(line.moved(padding, padding) for line in lines)


def _drawn(item: Placed) -> str:
    tile = item.tile
    box = rect(
        item.x, item.y, item.width, item.height, "fam tile", radius=min(6, item.width / 4, item.height / 4)
    )
    hover = tip(tile.tip or f"{tile.name}: {tile.caption}")
    drawn = tag("g", hover, box, *map(line_text, item.lines), class_=f"fam-{tile.family}")
    return leading(drawn, tile.href)
