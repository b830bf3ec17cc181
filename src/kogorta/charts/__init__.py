"""Pictures as SVG text: data in, markup out.

Every function is pure and returns one `<svg role="img">` with a title and a description (the cohort
table, which people want to copy, is an HTML table). No script, no identifier, no style attribute, so a
picture may stand many times on a page under a strict content policy. Colours are classes of
`charts.css`, which follows light and dark by itself; `stylesheet()` returns it.

Words and numbers come in as finished text: pictures know no language.
"""

from __future__ import annotations

from importlib import resources

from kogorta.charts.bars import Bar, bars
from kogorta.charts.cohorts import CohortRow, cohort_table
from kogorta.charts.grid import Cell, grid
from kogorta.charts.months import MonthAxis, Series, columns, lines
from kogorta.charts.sankey import Column, Flow, Node, sankey
from kogorta.charts.share import Part, share_bar
from kogorta.charts.spark import spark
from kogorta.charts.text import text_width
from kogorta.charts.treemap import Tile, treemap

__all__ = [
    "Bar",
    "Cell",
    "CohortRow",
    "Column",
    "Flow",
    "MonthAxis",
    "Node",
    "Part",
    "Series",
    "Tile",
    "bars",
    "cohort_table",
    "columns",
    "grid",
    "lines",
    "sankey",
    "share_bar",
    "spark",
    "stylesheet",
    "text_width",
    "treemap",
]


def stylesheet() -> str:
    """Return the CSS that every page with pictures needs: colour tokens and chart rules."""
    return resources.files("kogorta.charts").joinpath("charts.css").read_text("utf-8")
