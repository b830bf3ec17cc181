"""What happened month by month: sums of months, and cohorts by month of the first order."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why
from kogorta.metrics.model import Cohort, Month
from kogorta.traits.idioms import count_if, sum_if

MONTHS = 24
COHORTS = 24


def months_of(ledger: Ledger) -> tuple[Month, ...]:
    """Return up to 24 months, oldest first, the last one that of the instant; quiet ones with zeros."""
    if ledger.from_sums:
        return ()
    sums = {row["month_no"]: row for row in ledger.rows(_sums(ledger))}
    first = {row["month_no"]: row for row in ledger.rows(_first(ledger))}
    counted = [number for number, row in sums.items() if row["orders"]]
    if not counted:
        return ()
    last = _number(ledger.today)
    return tuple(
        _month(n, sums.get(n), first.get(n)) for n in range(max(min(counted), last - MONTHS + 1), last + 1)
    )


def cohorts_of(ledger: Ledger) -> tuple[Cohort, ...] | Missing:
    """Return the last 24 months in which somebody ordered for the first time, oldest first."""
    if ledger.from_sums:
        return Missing(Why.SUMMARIES_ONLY)
    active: dict[int, dict[int, int]] = defaultdict(dict)
    revenue: dict[int, dict[int, int]] = defaultdict(dict)
    for row in ledger.rows(_cells(ledger)):
        revenue[row["cohort_no"]][row["month_no"]] = row["revenue"]
        active[row["cohort_no"]][row["month_no"]] = row["active"]
    if not active:
        return Missing(Why.NO_ORDERS)
    now = _number(ledger.local_day(ledger.view.instant.as_of))
    return tuple(_cohort(n, now, active[n], revenue[n]) for n in sorted(active)[-COHORTS:])


def _cohort(number: int, now: int, active: dict[int, int], revenue: dict[int, int]) -> Cohort:
    """Count months that are over (the one of the instant is not), and month 0 in any case."""
    months = range(number, max(now, number + 1))
    counts = tuple(active.get(month, 0) for month in months)
    earned = tuple(revenue.get(month, 0) for month in months)
    return Cohort(_first_day(number), counts[0], counts, sum(revenue.values()), earned)


def _cells(ledger: Ledger) -> Any:
    first = ledger.first_money
    cohorts = first.filter(first.customers == 1).select(cohort_key="customer_key", cohort_no="month_no")
    rows = ledger.activity
    joined = rows.join(cohorts, rows.customer_key == cohorts.cohort_key)
    return joined.group_by("cohort_no", "month_no").agg(
        active=count_if(joined.orders > 0), revenue=joined.revenue.sum().cast("int64")
    )


def _sums(ledger: Ledger) -> Any:
    rows = ledger.activity
    known = rows.customer_key.notnull()
    return rows.group_by("month_no").agg(
        orders=rows.orders.sum().cast("int64"),
        active=count_if(known & (rows.orders > 0)),
        known_revenue=sum_if(known, rows.revenue),
        anonymous_revenue=sum_if(~known, rows.revenue),
    )


def _first(ledger: Ledger) -> Any:
    rows = ledger.first_money
    return rows.group_by("month_no").agg(
        customers=rows.customers.sum().cast("int64"), revenue=rows.revenue.sum().cast("int64")
    )


def _month(number: int, sums: dict[str, Any] | None, first: dict[str, Any] | None) -> Month:
    row = sums or {"orders": 0, "active": 0, "known_revenue": 0, "anonymous_revenue": 0}
    new = first or {"customers": 0, "revenue": 0}
    return Month(
        _first_day(number),
        row["orders"],
        row["active"],
        new["customers"],
        new["revenue"],
        row["known_revenue"] - new["revenue"],
        row["anonymous_revenue"],
    )


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _first_day(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
