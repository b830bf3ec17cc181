"""Measures of repeat business: repeat rate, intervals, average order, LTV, margin."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.metrics.ledger import Ledger, with_params
from kogorta.metrics.margin import Margin, margin_of
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.metrics.model import Kpis
from kogorta.traits.idioms import beside, count_if, epoch_seconds, sum_if
from kogorta.traits.ranks import histogram, percentiles
from kogorta.traits.summaries import last_summaries

_SUMS = Missing(Why.SUMMARIES_ONLY)
_Row = dict[str, Any]


def kpis_of(ledger: Ledger) -> Kpis:
    """Measure repeat business as of the instant of a view."""
    if ledger.from_sums:
        return _from_sums(ledger)
    row = _totals(ledger) | ledger.row(_orders(ledger)) | ledger.row(_first_money(ledger))
    return Kpis(**_habits(row), **_intervals(ledger, row), **_money(row), **_margins(ledger, row))


def ratio(top: float | None, bottom: float | None, otherwise: Why) -> Value:
    """Divide, or say why that cannot be done: the divisor is missing, zero or negative."""
    return float(top or 0) / float(bottom) if bottom and bottom > 0 else Missing(otherwise)


def _totals(ledger: Ledger) -> _Row:
    """Sums over customers with an order."""
    rows = beside(ledger.spending, ledger.loyal.select("customer_key", loyal_key="customer_key"))
    rows = rows.mutate(is_loyal=rows.loyal_key.notnull())
    names = ("orders", "revenue", "year_orders", "year_revenue")
    sums = {name: rows[name].sum().cast("int64") for name in names}
    return ledger.row(
        rows.agg(
            **sums,
            buyers=rows.count().cast("int64"),
            repeaters=count_if(rows.orders >= 2),
            year_buyers=count_if(rows.year_orders > 0),
            year_repeaters=count_if(rows.year_orders >= 2),
            loyal_priced=sum_if(rows.is_loyal, rows.year_priced),
            loyal_revenue=sum_if(rows.is_loyal, rows.year_revenue),
        )
    )


def _orders(ledger: Ledger) -> Any:
    """Sums over all counted orders, those of nobody known included."""
    rows = ledger.sums
    return rows.agg(
        all_priced=rows.priced.sum().cast("int64"),
        all_revenue=rows.revenue.sum().cast("int64"),
        all_year_priced=rows.year_priced.sum().cast("int64"),
        all_year_revenue=rows.year_revenue.sum().cast("int64"),
    )


def _first_money(ledger: Ledger) -> Any:
    rows = with_params(ledger.first_money, "year_start")
    return rows.agg(
        first_revenue=rows.revenue.sum().cast("int64"),
        year_first_revenue=sum_if(rows["at"] >= rows.year_start, rows.revenue),
    )


def _habits(row: _Row) -> dict[str, Value]:
    return {
        "repeat_rate": ratio(row["repeaters"], row["buyers"], Why.NO_ORDERS),
        "repeat_rate_year": ratio(row["year_repeaters"], row["year_buyers"], Why.NO_RECENT_ORDERS),
        "orders_per_customer": ratio(row["orders"], row["buyers"], Why.NO_ORDERS),
        "orders_per_customer_year": ratio(row["year_orders"], row["year_buyers"], Why.NO_RECENT_ORDERS),
    }


def _intervals(ledger: Ledger, row: _Row) -> dict[str, Value]:
    """Mean and median of gaps between a customer's neighbouring order days; of the last year: that end in it."""
    days = with_params(ledger.own_days, "year_day_no")
    recent = days.filter(days.gap_days.notnull() & (days.day_no >= days.year_day_no))
    found: dict[str, Value] = {}
    for gaps, suffix in ((ledger.own_gaps, ""), (histogram(recent, "gap_days"), "_year")):
        sums = ledger.row(
            gaps.agg(days=(gaps.gap_days * gaps.n).sum().cast("int64"), n=gaps.n.sum().cast("int64"))
        )
        found[f"interval_mean_days{suffix}"] = ratio(sums["days"], sums["n"], Why.NO_REPEATS)
        found[f"interval_median_days{suffix}"] = _median(ledger, gaps)
    return found if row["buyers"] else dict.fromkeys(found, Missing(Why.NO_ORDERS))


def _median(ledger: Ledger, gaps: Any) -> Value:
    """The median of gaps that are counted."""
    days = ledger.row(percentiles(gaps, "gap_days", {"median": 50}))["median"]
    return Missing(Why.NO_REPEATS) if days is None else float(days)


def _money(row: _Row) -> dict[str, Value]:
    names = (
        "repeat_revenue_share",
        "repeat_revenue_share_year",
        "aov",
        "aov_year",
        "aov_loyal_year",
        "ltv_revenue",
    )
    if not row["buyers"] and not row["all_priced"]:
        return dict.fromkeys(names, Missing(Why.NO_ORDERS))
    if not row["all_priced"]:
        return dict.fromkeys(names, Missing(Why.NO_AMOUNTS))
    repeat = (row["revenue"] or 0) - (row["first_revenue"] or 0)
    year_repeat = (row["year_revenue"] or 0) - (row["year_first_revenue"] or 0)
    recent = Why.NO_RECENT_ORDERS
    values = (
        ratio(repeat, row["revenue"], Why.NO_AMOUNTS),
        ratio(year_repeat, row["year_revenue"], recent),
        ratio(row["all_revenue"], row["all_priced"], Why.NO_AMOUNTS),
        ratio(row["all_year_revenue"], row["all_year_priced"], recent),
        ratio(row["loyal_revenue"], row["loyal_priced"], Why.NO_LOYAL),
        ratio(row["revenue"], row["buyers"], Why.NO_ORDERS),
    )
    return dict(zip(names, values, strict=True))


def _margins(ledger: Ledger, row: _Row) -> dict[str, Value]:
    names = ("ltv_margin", "margin_per_customer_year")
    if not row["buyers"]:
        return dict.fromkeys(names, Missing(Why.NO_ORDERS))
    if not row["all_priced"]:
        return dict.fromkeys(names, Missing(Why.NO_AMOUNTS))
    found: Margin = margin_of(ledger)
    ltv: Value
    if found.total is None:
        ltv = found.missing()
    elif found.acquisition is None:
        ltv = Missing(Why.ACQUISITION)
    else:
        ltv = (found.total - found.acquisition) / row["buyers"]
    year = found.missing(is_year=True) if found.year is None else found.year
    per_customer = (
        year if isinstance(year, Missing) else ratio(year, row["year_buyers"], Why.NO_RECENT_ORDERS)
    )
    return dict(zip(names, (ltv, per_customer), strict=True))


def _from_sums(ledger: Ledger) -> Kpis:
    """What one row a customer can tell: nothing of single orders, nor of the last year."""
    rows = ledger.mine(last_summaries(ledger.steps.facts))
    spans = (rows.orders > 1) & rows.first_order_at.notnull()
    seconds = epoch_seconds(rows.last_order_at) - epoch_seconds(rows.first_order_at)
    row = ledger.row(
        rows.agg(
            buyers=rows.count().cast("int64"),
            repeaters=count_if(rows.orders >= 2),
            orders=rows.orders.sum().cast("int64"),
            priced=sum_if(rows.revenue.notnull(), rows.orders),
            revenue=ibis.coalesce(rows.revenue, 0).sum().cast("int64"),
            gaps=sum_if(spans, rows.orders - 1),
            seconds=sum_if(spans, seconds),
        )
    )
    known = {
        "repeat_rate": ratio(row["repeaters"], row["buyers"], Why.NO_ORDERS),
        "orders_per_customer": ratio(row["orders"], row["buyers"], Why.NO_ORDERS),
        "interval_mean_days": ratio(row["seconds"], (row["gaps"] or 0) * 86_400, Why.NO_REPEATS),
        "interval_median_days": _median(ledger, ledger.own_gaps),
        "aov": ratio(row["revenue"], row["priced"], Why.NO_AMOUNTS),
        "ltv_revenue": ratio(row["revenue"], row["buyers"] if row["priced"] else 0, Why.NO_AMOUNTS),
    }
    return Kpis(**{name: known.get(name, _SUMS) for name in Kpis.__dataclass_fields__})
