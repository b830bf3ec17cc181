"""The same traits for a base that brings only sums: one row a customer."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.facts import Facts
from kogorta.traits.idioms import DAY_SECONDS, day_number, epoch_seconds, flag, floor_div, numbered


def last_summaries(facts: Facts) -> Any:
    """Return each customer's newest visible sums whose last order lies before the instant."""
    columns = ["customer_key", "at", "first_order_at", "first_order_date", "last_order_at", "last_order_date"]
    columns += ["orders", "revenue", "last_category_top"]
    rows = facts.last_versions("customer_summaries", columns)
    rows = rows.filter((rows.last_order_at < rows.as_of) & (rows.orders > 0))
    owned = facts.person(rows)
    ranked = numbered(
        owned, ["customer_key"], [owned["at"].desc(), owned.orders.desc(), owned.last_order_at.desc()]
    )
    return ranked.filter(ranked.rank_no == 1)


def summary_stats(facts: Facts) -> Any:
    """The columns of `customer_stats`, drawn from sums; every order counts as a day of its own."""
    rows = last_summaries(facts)
    silence = epoch_seconds(rows.as_of) - epoch_seconds(rows.last_order_at)
    return rows.select(
        "customer_key",
        orders_count=rows.orders,
        is_single_day=flag(rows.orders == 1),
        first_at=ibis.coalesce(rows.first_order_at, rows.last_order_at),
        last_at=rows.last_order_at,
        revenue_total=ibis.coalesce(rows.revenue, 0),
        frequency_count=rows.orders,
        monetary_amount=ibis.coalesce(rows.revenue, 0),
        silence_seconds=silence,
        recency_days=floor_div(silence, DAY_SECONDS),
    )


def summary_amounts(facts: Facts) -> Any:
    """Sums that tell money."""
    rows = last_summaries(facts)
    return rows.filter(rows.revenue.notnull())


def summary_rhythm(facts: Facts) -> Any:
    """The columns of `own_rhythm`: the one gap that can be known is (last − first) / (orders − 1)."""
    rows = last_summaries(facts)
    several = (rows.orders > 1) & rows.first_order_at.notnull()
    span = day_number(rows.last_order_date) - day_number(
        ibis.coalesce(rows.first_order_date, rows.last_order_date)
    )
    gap = floor_div(span, ibis.greatest(rows.orders - 1, 1))
    nothing = ibis.null().cast("int64")
    return rows.select(
        "customer_key",
        order_days=rows.orders,
        gaps=ibis.ifelse(several, rows.orders - 1, 0),
        first_gap=nothing,
        last_gap=nothing,
        own_median=ibis.ifelse(several, gap, nothing),
        before_last_median=nothing,
        is_interval_growing=ibis.literal(0).cast("int8"),
    )


def summary_category(facts: Facts) -> Any:
    """The category of the last order stands for the main one."""
    rows = last_summaries(facts)
    return rows.filter(rows.last_category_top.notnull()).select(
        "customer_key", main_category=rows.last_category_top
    )
