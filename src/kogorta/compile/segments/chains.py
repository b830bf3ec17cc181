"""Conditions that compare facts with each other: the first, the newest, one after a silence, one after another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ibis

from kogorta.compile.segments.rows import FactRows
from kogorta.durations import Duration
from kogorta.traits.idioms import beside, count_if, numbered

Keep = Callable[[Any], Any]
"""A condition on rows of facts."""

KEY = "chain_key"


def chosen(facts: FactRows, of: Keep, keep: Keep, *, newest: bool) -> Any:
    """Return customer_key where the first or newest fact that passes `of` passes `keep`."""
    rows = facts.rows.filter(of(facts.rows))
    # the instant is found by grouping; only facts of that very instant are put in order by their ids
    instants = rows.group_by("customer_key").agg(chosen_at=rows.moment.max() if newest else rows.moment.min())
    tied = rows.join(instants, "customer_key")
    tied = tied.filter(tied.moment == tied.chosen_at)
    # a missing part of a key stands last, so that of the newest it stands first
    order = [tied[name].desc(nulls_first=True) if newest else tied[name].asc() for name in facts.key]
    ranked = numbered(tied, ["customer_key"], order)
    found = ranked.filter(ranked.rank_no == 1)
    return found.filter(keep(found)).select("customer_key")


def resumed(facts: FactRows, before: Any, where: Keep, in_window: Keep, silence: Duration) -> Any:
    """Return customer_key where a fact of the window came so long after the one before it.

    Args:
        facts: From the start of the window on.
        before: Those before it that pass `where`, with moment; None where the window has no start.
        where: Which facts.
        in_window: Whether one lies in the window.
        silence: How long.
    """
    rows = facts.rows.filter(where(facts.rows))
    window = ibis.window(group_by="customer_key", order_by=[rows[name] for name in ("moment", *facts.key)])
    told = rows.mutate(previous=rows.moment.lag().over(window))
    if before is not None:
        told = beside(told, before.group_by("customer_key").agg(last_before=before.moment.max()))
        told = told.mutate(previous=ibis.coalesce(told.previous, told.last_before))
    late = told.previous.notnull() & (told.moment >= later(told.previous, silence))
    return told.filter(late & in_window(told)).select("customer_key").distinct()


def later(moment: Any, length: Duration) -> Any:
    """Return the instant so long after another; lengths of fixed units are whole seconds."""
    return moment + ibis.interval(seconds=length.micros // 1_000_000)


def follow(before: Any, after: Any, within: Duration, *, is_same_kind: bool) -> Any:
    """Return the rows of `after` that come soon enough after one of `before`, within the same keys.

    Both have customer_key, `KEY`, moment. Of the same kind they must be strictly later.
    """
    first, second = (1, 0) if is_same_kind else (0, 1)
    columns = ["customer_key", KEY, "moment"]
    both = before.select(*columns, turn=ibis.literal(first)).union(
        after.select(*columns, turn=ibis.literal(second))
    )
    window = ibis.cumulative_window(group_by=["customer_key", KEY], order_by=[both.moment, both.turn])
    start = ibis.ifelse(both.turn == first, both.moment, ibis.null().cast("timestamp(6)"))
    told = both.mutate(previous=start.max().over(window))
    soon = told.previous.notnull() & (told.moment < later(told.previous, within))
    return told.filter((told.turn == second) & soon).select(*columns).distinct()


def last_of_each(rows: Any) -> Any:
    """Return the last moment of each customer and key."""
    return rows.group_by("customer_key", KEY).agg(moment=rows.moment.max())


def not_followed(last: Any, after: Any, within: Duration, as_of: Any, *, is_same_kind: bool) -> Any:
    """Return customer_key where nothing came after the last one, and its time is over.

    Args:
        last: customer_key, `KEY`, moment; one row of each.
        after: Rows of what must not follow.
        within: How long it must not.
        as_of: One row with as_of.
        is_same_kind: Then only strictly later ones count.
    """
    other = after.select(after_key="customer_key", after_chain=KEY, after_moment="moment")
    joined = last.left_join(other, [last.customer_key == other.after_key, last[KEY] == other.after_chain])
    begins = joined.after_moment > joined.moment if is_same_kind else joined.after_moment >= joined.moment
    follows = ibis.coalesce(begins & (joined.after_moment < later(joined.moment, within)), False)
    counted = (
        joined.group_by("customer_key", KEY, "moment").agg(followers=count_if(follows)).cross_join(as_of)
    )
    over = later(counted.moment, within) <= counted.as_of
    return counted.filter((counted.followers == 0) & over).select("customer_key").distinct()


def keyed(facts: FactRows, by: str | None, where: Keep) -> Any:
    """Return customer_key, `KEY`, moment of the facts that pass; those without a key left out."""
    rows = facts.rows.filter(where(facts.rows))
    if by is None:
        return rows.select("customer_key", "moment", **{KEY: ibis.literal("")})
    told = rows.select("customer_key", "moment", **{KEY: rows[by].cast("string").nullif("")})
    return told.filter(told[KEY].notnull())
