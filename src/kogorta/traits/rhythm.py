"""How often a customer comes: gaps between his own order days, and what is drawn from them.

A gap is the number of days between two neighbouring days on which the customer ordered. Medians and
percentiles are nearest rank: a median of an even count is its lower middle.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import day_number, flag, floor_div, numbered, sum_if
from kogorta.traits.lines import line_money

_BEYOND_ALL = 1 << 40
"""Sorts the first day, which has no gap, behind all gaps."""


def order_days(occasions: Any) -> Any:
    """One row per customer and day.

    Columns: customer_key, day_no, gap_days since his day before (missing on the first), day_rank (1 is
    the first), days (how many he has).
    """
    known = occasions.filter(occasions.customer_key.notnull()).select("customer_key", "day").distinct()
    dated = known.select("customer_key", day_no=day_number(known.day))
    so_far = ibis.window(group_by="customer_key", order_by=[dated.day_no])
    all_of_them = ibis.window(group_by="customer_key", order_by=[dated.day_no], rows=(None, None))
    return dated.mutate(
        gap_days=(dated.day_no - dated.day_no.lag(1).over(so_far)).cast("int64"),
        day_rank=ibis.row_number().over(so_far).cast("int64") + 1,
        days=dated.day_no.count().over(all_of_them).cast("int64"),
    )


def own_rhythm(days: Any) -> Any:
    """One row per customer who ordered.

    Columns: order_days, gaps (their number), first_gap, last_gap, own_median (missing without gaps),
    before_last_median (without the last gap), is_interval_growing.
    """
    keyed = days.mutate(sorted_gap=ibis.coalesce(days.gap_days, _BEYOND_ALL), gaps=days.days - 1)
    t = numbered(keyed, ["customer_key"], [keyed.sorted_gap, keyed.day_rank], "gap_rank")
    t = t.mutate(
        off_middle=t.gaps - 2 * t.gap_rank, is_last=t.day_rank == t.days, from_last=t.days - t.day_rank
    )
    found = t.group_by("customer_key").agg(
        order_days=t.days.max(),
        gaps=t.gaps.max(),
        first_gap=_gap_where(t, t.day_rank == 2),
        last_gap=_gap_where(t, t.is_last),
        own_median=_gap_where(t, t.off_middle.isin([-1, 0])),
        lower=_gap_where(t, t.off_middle.isin([0, 1])),
        upper=_gap_where(t, t.off_middle.isin([-2, -1])),
        last_gap_rank=ibis.ifelse(t.is_last, t.gap_rank, 0).max(),
        newest=sum_if(t.from_last < 3, ibis.coalesce(t.gap_days, 0)),
        older=sum_if(t.from_last >= 3, ibis.coalesce(t.gap_days, 0)),
    )
    return found.select(
        "customer_key",
        "order_days",
        "gaps",
        "first_gap",
        "last_gap",
        "own_median",
        before_last_median=_median_before_last(found),
        is_interval_growing=_is_growing(found),
    )


def _gap_where(t: Any, condition: Any) -> Any:
    """The gap of the one row of a customer for which the condition holds."""
    return ibis.ifelse(condition, t.gap_days, ibis.null().cast("int64")).max()


def _median_before_last(t: Any) -> Any:
    """The median of all gaps but the last: rank ⌊n/2⌋ of the sorted gaps once that one is taken out."""
    is_behind = t.last_gap_rank > floor_div(t.gaps, 2)
    return ibis.ifelse(t.gaps >= 2, ibis.ifelse(is_behind, t.lower, t.upper), ibis.null().cast("int64"))


def _is_growing(t: Any) -> Any:
    """The mean of the last 3 gaps > 1.5 × the mean of the earlier ones, at least 3; in whole numbers."""
    return flag((t.gaps >= 6) & (t.newest * (t.gaps - 3) * 2 > t.older * 9))


def main_category(facts: Facts, orders: Any) -> Any:
    """One row per customer: the top-level category that brought most revenue ever.

    Revenue of a line here is its gross amount less the discounts on it and its share of those on the
    whole order. Ties: the category first in code point order.
    """
    products = facts.last_versions("products", ["product_id", "category_top"])
    lines = line_money(facts, orders)
    sold = lines.join(products, lines.product_id == products.product_id)
    known = sold.filter(sold.category_top.notnull() & sold.customer_key.notnull())
    sums = known.group_by("customer_key", "category_top").agg(revenue=known.amount.sum().cast("int64"))
    ranked = numbered(sums, ["customer_key"], [sums.revenue.desc(), sums.category_top])
    return ranked.filter(ranked.rank_no == 1).select("customer_key", main_category=ranked.category_top)
