"""How often a customer comes: gaps between his own order days, and what is drawn from them.

A gap is the number of days between two neighbouring days on which the customer ordered. Medians and
percentiles are nearest rank: a median of an even count is its lower middle.
"""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import count_if, day_number, lower_middle, nearest_rank, numbered, sum_if
from kogorta.traits.lines import net_lines


def order_days(occasions: Any) -> Any:
    """One row per customer and day: day_no, and gap_days since his day before (missing on the first).

    Columns: customer_key, day_no, gap_days, day_rank (1 is the first), from_last (1 is the last).
    """
    known = occasions.filter(occasions.customer_key.notnull())
    days = known.select("customer_key", day_no=day_number(known.day)).distinct()
    by_day = ibis.window(group_by="customer_key", order_by=[days.day_no])
    from_last = ibis.window(group_by="customer_key", order_by=[days.day_no.desc()])
    return days.mutate(
        gap_days=(days.day_no - days.day_no.lag(1).over(by_day)).cast("int64"),
        day_rank=ibis.row_number().over(by_day).cast("int64") + 1,
        from_last=ibis.row_number().over(from_last).cast("int64") + 1,
    )


def own_rhythm(days: Any) -> Any:
    """One row per customer who ordered.

    Columns: gaps (their number), own_median (missing without gaps), last_gap, before_last_median
    (the median without the last gap), first_gap, is_interval_growing.
    """
    gaps = days.filter(days.gap_days.notnull())
    counts = days.group_by("customer_key").agg(
        order_days=days.count().cast("int64"),
        gaps=count_if(days.gap_days.notnull()),
        first_gap=ibis.ifelse(days.day_rank == 2, days.gap_days, ibis.null().cast("int64")).max(),
        last_gap=ibis.ifelse(days.from_last == 1, days.gap_days, ibis.null().cast("int64")).max(),
        newest_sum=sum_if(days.from_last <= 3, ibis.coalesce(days.gap_days, 0)),
        older_sum=sum_if(days.from_last > 3, ibis.coalesce(days.gap_days, 0)),
    )
    medians = _median_per_customer(gaps, "own_median")
    before = _median_per_customer(gaps.filter(gaps.from_last > 1), "before_last_median")
    joined = counts.left_join(medians, "customer_key")
    joined = joined.select(*counts.columns, "own_median")
    joined = joined.left_join(before, "customer_key").select(*joined.columns, "before_last_median")
    older = joined.gaps - 3
    # mean of the last 3 > 1.5 × mean of the earlier ones, at least 3 of them; in whole numbers
    growing = (joined.gaps >= 6) & (joined.newest_sum * older * 2 > joined.older_sum * 9)
    return joined.mutate(is_interval_growing=ibis.ifelse(growing, 1, 0).cast("int8")).drop("newest_sum", "older_sum")


def _median_per_customer(gaps: Any, name: str) -> Any:
    ranked = numbered(gaps.select("customer_key", "gap_days", "day_no"), ["customer_key"], ["gap_days", "day_no"])
    counts = gaps.group_by("customer_key").agg(n=gaps.count().cast("int64"))
    joined = ranked.join(counts, "customer_key")
    middle = joined.filter(joined.rank_no == lower_middle(joined.n))
    return middle.select("customer_key", **{name: middle.gap_days})


def value_at_rank(values: Any, column: str, percent: int, name: str) -> Any:
    """One row: the percentile of a column by nearest rank, missing when there are no values."""
    counted = values.group_by(column).agg(n=values.count().cast("int64"))
    running = counted.mutate(
        upto=counted.n.sum().over(ibis.cumulative_window(order_by=[counted[column]])).cast("int64"),
        total=counted.n.sum().over(ibis.window()).cast("int64"),
    )
    reached = running.filter(running.upto >= nearest_rank(percent, running.total))
    return reached.agg(**{name: reached[column].min()})


def main_category(facts: Facts, orders: Any) -> Any:
    """One row per customer: the top-level category that brought most revenue ever.

    Revenue of a line here is its gross amount less the discounts on it and its share of those on the
    whole order. Ties: the category first in code point order.
    """
    products = facts.last_versions("products", ["product_id", "category_top"])
    lines = net_lines(facts, orders)
    sold = lines.join(products, lines.product_id == products.product_id)
    known = sold.filter(sold.category_top.notnull() & sold.customer_key.notnull())
    sums = known.group_by("customer_key", "category_top").agg(revenue=known.net.sum().cast("int64"))
    ranked = numbered(sums, ["customer_key"], [sums.revenue.desc(), sums.category_top])
    return ranked.filter(ranked.rank_no == 1).select("customer_key", main_category=ranked.category_top)
