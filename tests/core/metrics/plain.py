"""The same measures in plain Python, written from the definitions and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Sale:
    """A counted order, or with a negative amount a return that names none."""

    order_id: str
    key: int | None
    at: datetime
    amount: int
    is_return: bool = False


@dataclass(frozen=True)
class Told:
    """What is told of a set of sales."""

    repeat_rate: float | None
    repeat_rate_year: float | None
    repeat_revenue_share: float | None
    repeat_revenue_share_year: float | None
    interval_mean_days: float | None
    interval_median_days: float | None
    interval_mean_days_year: float | None
    interval_median_days_year: float | None
    orders_per_customer: float | None
    orders_per_customer_year: float | None
    aov: float | None
    aov_year: float | None
    ltv_revenue: float | None


def by_customer(sales: Iterable[Sale]) -> dict[int, list[Sale]]:
    """Orders of each customer in the order of time, and of ids at one instant."""
    found: dict[int, list[Sale]] = defaultdict(list)
    for sale in sorted(sales, key=lambda s: (s.at, s.order_id)):
        if sale.key is not None and not sale.is_return:
            found[sale.key].append(sale)
    return found


def is_first(sale: Sale, customers: Mapping[int, Sequence[Sale]]) -> bool:
    """Whether a sale is its customer's first order, or the return of his only one."""
    assert sale.key is not None
    orders = customers[sale.key]
    return len(orders) == 1 if sale.is_return else orders[0] == sale


def share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def gaps(orders: Sequence[Sale], since: date) -> list[int]:
    """Days between neighbouring order days; only those that end on a day or later."""
    days = sorted({order.at.date() for order in orders})
    return [(b - a).days for a, b in pairwise(days) if b >= since]


def median(values: Sequence[int]) -> float | None:
    """The lower middle."""
    return float(sorted(values)[(len(values) + 1) // 2 - 1]) if values else None


def mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


def tell(every: Sequence[Sale], as_of: datetime) -> Told:
    """Tell the measures as of an instant."""
    sales = [sale for sale in every if sale.at < as_of]
    customers = by_customer(sales)
    year = [sale for sale in sales if sale.at >= as_of - YEAR]
    recent = by_customer(year)
    mine = [s for s in sales if s.key in customers]
    mine_year = [s for s in year if s.key in customers]
    repeat = sum(s.amount for s in mine if not is_first(s, customers))
    repeat_year = sum(s.amount for s in mine_year if not is_first(s, customers))
    pooled = [gap for orders in customers.values() for gap in gaps(orders, date.min)]
    pooled_year = [gap for orders in customers.values() for gap in gaps(orders, (as_of - YEAR).date())]
    return Told(
        share(sum(len(o) >= 2 for o in customers.values()), len(customers)),
        share(sum(len(o) >= 2 for o in recent.values()), len(recent)),
        share(repeat, sum(s.amount for s in mine)),
        share(repeat_year, sum(s.amount for s in mine_year)),
        mean(pooled),
        median(pooled),
        mean(pooled_year),
        median(pooled_year),
        share(sum(map(len, customers.values())), len(customers)),
        share(sum(map(len, recent.values())), len(recent)),
        share(sum(s.amount for s in sales), sum(not s.is_return for s in sales)),
        share(sum(s.amount for s in year), sum(not s.is_return for s in year)),
        share(sum(s.amount for s in mine), len(customers)),
    )


def month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def cohorts(every: Sequence[Sale], as_of: datetime) -> dict[int, tuple[list[int], int]]:
    """By month of the first order: who was active in the months that are over, and all revenue."""
    sales = [sale for sale in every if sale.at < as_of]
    customers = by_customer(sales)
    found: dict[int, tuple[list[int], int]] = {}
    for key, orders in customers.items():
        month = month_of(orders[0].at.date())
        active, revenue = found.get(month, ([0] * max(month_of(as_of.date()) - month, 1), 0))
        for each in {month_of(order.at.date()) - month for order in orders}:
            if each < len(active):
                active[each] += 1
        found[month] = (active, revenue + sum(s.amount for s in sales if s.key == key))
    return found


def came_back(
    stages: Mapping[int, str], sales: Sequence[Sale], start: datetime, end: datetime
) -> dict[str, tuple[int, int]]:
    """By stage at the start: how many there were, and how many ordered from then until the end."""
    again = {sale.key for sale in sales if start <= sale.at < end and not sale.is_return}
    found: dict[str, tuple[int, int]] = {}
    for key, stage in stages.items():
        members, returned = found.get(stage, (0, 0))
        found[stage] = (members + 1, returned + (key in again))
    return found
