"""Nearest-rank statistics of many values: exact on every engine, ties and all.

Values are counted first, so that what is sorted is the few different ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ibis

from kogorta.traits.idioms import floor_div, nearest_rank, numbered

SCORES = (2, 3, 4, 5)
"""Scores above the lowest; each has a cut."""


def histogram(values: Any, column: str) -> Any:
    """How often each value stands: the column and n; missing values left out."""
    known = values.filter(values[column].notnull())
    return known.group_by(column).agg(n=known.count().cast("int64"))


def running(counted: Any, order: Any, by: str | None = None) -> Any:
    """Add to a histogram how many values stand up to each (`upto`) and how many there are (`total`)."""
    return counted.mutate(
        upto=counted.n.sum().over(ibis.cumulative_window(group_by=by, order_by=[order])).cast("int64"),
        total=counted.n.sum().over(ibis.window(group_by=by)).cast("int64"),
    )


def percentiles(counted: Any, column: str, wanted: Mapping[str, int]) -> Any:
    """One row: percentiles of a histogram by name; missing when there are no values."""
    ranked = running(counted, counted[column])
    reached = {name: ranked.upto >= nearest_rank(percent, ranked.total) for name, percent in wanted.items()}
    return ranked.agg(**{name: _value_where(ranked, column, there).min() for name, there in reached.items()})


def medians_by(values: Any, column: str, by: str, at_least: int) -> Any:
    """The median of a column in each group of at least so many values: the group and `middle`."""
    counted = values.group_by(by, column).agg(n=values.count().cast("int64"))
    ranked = running(counted, counted[column], by)
    reached = ranked.filter((ranked.total >= at_least) & (ranked.upto * 2 >= ranked.total))
    return reached.group_by(by).agg(middle=reached[column].min())


def cut_table(values: Any, column: str, name: str, *, low_is_good: bool = False) -> Any:
    """One row with the four cuts of the relative method.

    A value scores at least s if at least ⌈n(s − 1)/5⌉ of the n values are strictly worse, that is if it
    lies strictly beyond the one with that rank, counted from the worst. Only these four values are
    needed to score anybody, also somebody whose value the frame never saw.
    """
    counted = histogram(values, column)
    ranked = running(counted, counted[column].desc() if low_is_good else counted[column])
    return _cuts(ranked, column, name, low_is_good=low_is_good)


def cut_table_of_many(values: Any, column: str, name: str) -> Any:
    """The same cuts where nearly every value differs, as money does: counting them first gains nothing."""
    known = values.filter(values[column].notnull()).select(column)
    total = known.agg(total=known.count().cast("int64"))
    return _cuts(numbered(known, [], [known[column]], "upto").cross_join(total), column, name)


def _cuts(ranked: Any, column: str, name: str, *, low_is_good: bool = False) -> Any:
    cuts = {}
    for score in SCORES:
        there = ranked.upto >= floor_div(ranked.total * (score - 1) + 4, 5)
        found = _value_where(ranked, column, there)
        cuts[f"{name}_{score}"] = found.max() if low_is_good else found.min()
    return ranked.agg(**cuts)


def _value_where(t: Any, column: str, condition: Any) -> Any:
    return ibis.ifelse(condition, t[column], ibis.null().cast("int64"))
