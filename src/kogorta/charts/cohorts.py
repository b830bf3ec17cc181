"""Retention by month of the first order: an HTML table, because people copy it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

LEVELS = 8


@dataclass(frozen=True, slots=True)
class CohortRow:
    """One cohort.

    Attributes:
        name: Its month in words.
        size: Its size in words.
        values: By month: the share active (0–1), or money.
        texts: The same values as they are written.
        tips: Text shown on hover, one per value.
    """

    name: str
    size: str
    values: Sequence[float]
    texts: Sequence[str]
    tips: Sequence[str]


def heat(value: float, scale: tuple[float, float]) -> int:
    """Return the heat class 0 … LEVELS−1 of a share on a scale from its lowest to its highest; 0 only for nothing."""
    low, high = scale
    if value <= 0 or high <= low:
        return 0
    place = max(value - low, 0) / (high - low)
    return min(LEVELS - 1, 1 + int(place * (LEVELS - 1) * 0.9999))


def heat_scale(values: Sequence[float]) -> tuple[float, float]:
    """Return where the colours begin and end: never above half of the largest, lest noise look like news."""
    seen = [value for value in values if value > 0]
    return (min(*seen, max(seen) / 2), max(seen)) if seen else (0.0, 0.0)


def cohort_table(rows: Sequence[CohortRow], heads: tuple[str, str], caption: str, *, first: int = 1) -> str:
    """Draw the table.

    Args:
        rows: Cohorts, oldest first.
        heads: Headings of the first two columns.
        caption: What the table shows, for those who cannot see it.
        first: Number of the first month: 0 is that of the first order.
    """
    months = max((len(row.values) for row in rows), default=0)
    scale = heat_scale([value for row in rows for value in row.values])
    head = "".join(f'<th scope="col">{k}</th>' for k in range(first, first + months))
    body = "".join(_row(row, scale, months) for row in rows)
    return (
        f'<table class="cohorts"><caption class="visually-hidden">{escape(caption)}</caption><thead><tr>'
        f'<th scope="col">{escape(heads[0])}</th><th scope="col">{escape(heads[1])}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def _row(row: CohortRow, scale: tuple[float, float], months: int) -> str:
    cells = "".join(
        f'<td class="heat heat-{heat(value, scale)}" title="{escape(hover)}">{escape(text)}</td>'
        for value, text, hover in zip(row.values, row.texts, row.tips, strict=True)
    )
    cells += "<td></td>" * (months - len(row.values))
    return f'<tr><th scope="row">{escape(row.name)}</th><td class="num">{escape(row.size)}</td>{cells}</tr>'
