"""Measures of repeat business month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pyarrow as pa

from kogorta.metrics.acquisition import acquired, cost_of, cost_sums
from kogorta.metrics.campaigns import MessageKpis, by_month, divided
from kogorta.metrics.ledger import Ledger, month_number
from kogorta.metrics.margin import COVER, covered, order_margins
from kogorta.metrics.missing import Missing, Value, Why
from kogorta.metrics.people import Group
from kogorta.traits.facts import scratch
from kogorta.traits.idioms import beside, count_if, sum_if

Row = dict[str, Any]
EPOCH = date(1970, 1, 1)
SPANS = "m_month_spans"


@dataclass(frozen=True, slots=True)
class MonthKpis:
    """Measures of one local month; `docs/reference/metrics.md` gives the formula of each. Money in minor units.

    What is told *to date* looks at all history up to the end of the month, anything else at the month alone.

    Attributes:
        month: Its first day.
        is_over: Whether it is over as of the instant.
        customers: Whose month it is: members of the segment; of the base, everyone known.
        orders: Counted orders; of the base, those of nobody known too.
        repeat_orders: Those that are not the first of their customer.
        active: Customers with an order.
        new_customers: Customers whose first order was in it.
        revenue: Of all its orders.
        returning_rate: Share of the active who are not new.
        repeat_rate: To date: share of buyers with two orders or more.
        repeat_revenue_share: Revenue of repeat orders ÷ revenue of known customers.
        interval_mean_days, interval_median_days: Of gaps between order days that end in it.
        orders_per_customer: Orders of the active ÷ the active.
        aov, aov_loyal: Revenue ÷ orders with an amount; of champions and loyal customers.
        margin_per_customer: Margin ÷ the active.
        ltv_revenue, ltv_margin: To date: revenue ÷ buyers; (margin − acquisition cost) ÷ buyers.
        messages: Measures of messages sent in it.
        cost_per_repeat_order: What these messages cost ÷ repeat orders of the month, whatever brought them.
    """

    month: date
    is_over: bool
    customers: int
    orders: int
    repeat_orders: int
    active: int
    new_customers: int
    revenue: Value
    returning_rate: Value
    repeat_rate: Value
    repeat_revenue_share: Value
    interval_mean_days: Value
    interval_median_days: Value
    orders_per_customer: Value
    aov: Value
    aov_loyal: Value
    margin_per_customer: Value
    ltv_revenue: Value
    ltv_margin: Value
    messages: MessageKpis | Missing
    cost_per_repeat_order: Value


def shown_months(ledger: Ledger, count: int) -> list[date]:
    """Return the first days of the last `count` months, oldest first; the last one is that of the instant."""
    last = number_of(ledger.today)
    return [first_day(number) for number in range(last - count + 1, last + 1)]


def number_of(day: date) -> int:
    """Return the months since the year 0 of a day."""
    return day.year * 12 + day.month - 1


def first_day(number: int) -> date:
    """Return the first day of a month by its number."""
    return date(number // 12, number % 12 + 1, 1)


def end_of(month: date, ledger: Ledger) -> datetime:
    """Return the instant at which a local month ends; UTC without a zone."""
    day = first_day(number_of(month) + 1)
    zone = ledger.view.config.zone
    return datetime(day.year, day.month, 1, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


def monthly(group: Group, months: Sequence[date]) -> list[MonthKpis]:
    """Measure months of some people.

    Args:
        group: Whose.
        months: First days of months that follow one another.
    """
    work = _Months(group, months)
    return [work.tell(month) for month in months]


class _Months:
    """Sums by month, and what is told of them."""

    def __init__(self, group: Group, months: Sequence[date]) -> None:
        ledger = group.ledger
        self.ledger = ledger
        self.customers = group.count
        self.sales = _by_month(ledger, _sales(ledger, group.loyal))
        self.first = _by_month(ledger, _first(ledger))
        self.reached = _reached(ledger)
        self.gaps = _gaps(ledger, months)
        self.margins = _by_month(ledger, _margins(ledger))
        self.won = _won(ledger)
        self.messages = by_month(ledger, number_of(months[0]))
        self.no_money = _no_money(self.sales.values())

    def tell(self, month: date) -> MonthKpis:
        """Measure one month."""
        number = number_of(month)
        sales = self.sales.get(number, dict.fromkeys(_SALES, 0))
        first = self.first.get(number, {"customers": 0, "revenue": 0})
        repeats = sales["known_orders"] - first["customers"]
        messages = self._messages(number)
        return MonthKpis(
            month=month,
            is_over=end_of(month, self.ledger) <= self.ledger.view.instant.as_of,
            customers=self.customers,
            orders=sales["orders"],
            repeat_orders=repeats,
            active=sales["active"],
            new_customers=first["customers"],
            revenue=self.no_money or float(sales["revenue"]),
            returning_rate=self._per(sales["active"] - first["customers"], sales["active"]),
            orders_per_customer=self._per(sales["known_orders"], sales["active"]),
            **self._intervals(number),
            **self._money(sales, first),
            margin_per_customer=self._margin(number, sales),
            **self._to_date(number),
            messages=messages,
            cost_per_repeat_order=(
                messages
                if isinstance(messages, Missing)
                else divided(messages.cost, float(repeats), Why.NO_REPEATS)
            ),
        )

    def _per(self, top: float, bottom: float) -> Value:
        return divided(float(top), float(bottom), Why.QUIET)

    def _messages(self, number: int) -> MessageKpis | Missing:
        return self.messages.get(number, Missing(Why.NO_MESSAGES))

    def _intervals(self, number: int) -> dict[str, Value]:
        counts = self.gaps.get(number, {})
        total = sum(counts.values())
        if not total:
            return dict.fromkeys(("interval_mean_days", "interval_median_days"), Missing(Why.NO_REPEATS))
        upto, median = 0, 0
        for days in sorted(counts):
            upto += counts[days]
            if upto * 2 >= total:
                median = days
                break
        mean = sum(days * n for days, n in counts.items()) / total
        return {"interval_mean_days": mean, "interval_median_days": float(median)}

    def _money(self, sales: Row, first: Row) -> dict[str, Value]:
        names = ("repeat_revenue_share", "aov", "aov_loyal")
        if self.no_money:
            return dict.fromkeys(names, self.no_money)
        known = sales["known_revenue"]
        share: Value = (known - first["revenue"]) / known if known > 0 else Missing(Why.QUIET)
        loyal = divided(float(sales["loyal_revenue"]), float(sales["loyal_priced"]), Why.NO_LOYAL)
        return dict(zip(names, (share, self._per(sales["revenue"], sales["priced"]), loyal), strict=True))

    def _margin(self, number: int, sales: Row) -> Value:
        if self.no_money:
            return self.no_money
        if not sales["active"]:
            return Missing(Why.QUIET)
        costs = self.margins.get(number)
        cover = covered(costs["costed"], costs["sold"]) if costs else 0.0
        if costs is None or cover < COVER:
            return Missing(Why.COSTS, cover, COVER)
        return self._per(sales["known_revenue"] - costs["cost"], sales["active"])

    def _to_date(self, number: int) -> dict[str, Value]:
        buyers, repeaters = (_upto(self.reached[name], number) for name in ("buyers", "repeaters"))
        rate = divided(float(repeaters), float(buyers), Why.NO_ORDERS)
        found: dict[str, Value] = {"repeat_rate": rate}
        if not buyers:
            return found | dict.fromkeys(("ltv_revenue", "ltv_margin"), Missing(Why.NO_ORDERS))
        if self.no_money:
            return found | dict.fromkeys(("ltv_revenue", "ltv_margin"), self.no_money)
        revenue = sum(row["buyer_revenue"] for month, row in self.sales.items() if month <= number)
        found["ltv_revenue"] = revenue / buyers
        found["ltv_margin"] = self._ltv_margin(number, revenue, buyers)
        return found

    def _ltv_margin(self, number: int, revenue: int, buyers: int) -> Value:
        cost, sold, costed = (
            sum(row[name] for month, row in self.margins.items() if month <= number)
            for name in ("cost", "sold", "costed")
        )
        cover = covered(costed, sold)
        if cover < COVER:
            return Missing(Why.COSTS, cover, COVER)
        if self.won is None:
            return Missing(Why.ACQUISITION)
        spent = sum(value for month, value in self.won.items() if month <= number)
        return float(revenue - cost - spent) / buyers


def _no_money(sales: Iterable[Row]) -> Missing | None:
    """Say why no amount can be told; None where one can."""
    rows = list(sales)
    if any(row["priced"] for row in rows):
        return None
    return Missing(Why.NO_AMOUNTS if any(row["orders"] for row in rows) else Why.QUIET)


def _upto(counts: Mapping[int, int], number: int) -> int:
    return sum(n for month, n in counts.items() if month <= number)


def _by_month(ledger: Ledger, rows: Any) -> dict[int, Row]:
    return {} if rows is None else {row["month_no"]: row for row in ledger.rows(rows)}


_SALES = (
    *("orders", "known_orders", "active", "revenue", "known_revenue", "buyer_revenue", "priced"),
    *("loyal_revenue", "loyal_priced"),
)


def _sales(ledger: Ledger, of_loyal: Any) -> Any:
    loyal = of_loyal.select(loyal_key="customer_key")
    buyers = ledger.spending.select(buyer_key="customer_key")
    rows = beside(beside(ledger.activity, loyal, other="loyal_key"), buyers, other="buyer_key")
    known, is_loyal = rows.customer_key.notnull(), rows.loyal_key.notnull()
    names = ("orders", "revenue", "priced")
    return rows.group_by("month_no").agg(
        **{name: rows[name].sum().cast("int64") for name in names},
        known_orders=sum_if(known, rows.orders),
        active=count_if(known & (rows.orders > 0)),
        known_revenue=sum_if(known, rows.revenue),
        buyer_revenue=sum_if(rows.buyer_key.notnull(), rows.revenue),
        loyal_revenue=sum_if(is_loyal, rows.revenue),
        loyal_priced=sum_if(is_loyal, rows.priced),
    )


def _first(ledger: Ledger) -> Any:
    rows = ledger.first_money
    return rows.group_by("month_no").agg(
        customers=rows.customers.sum().cast("int64"), revenue=rows.revenue.sum().cast("int64")
    )


def _reached(ledger: Ledger) -> dict[str, dict[int, int]]:
    """By month: how many customers had their first order in it, and how many their second."""
    rows = ledger.activity.filter(ledger.activity.customer_key.notnull())
    window = ibis.cumulative_window(group_by="customer_key", order_by="month_no")
    upto = rows.mutate(upto=rows.orders.sum().over(window).cast("int64"))
    nothing = ibis.null().cast("int64")
    reached = upto.group_by("customer_key").agg(
        **{
            name: ibis.ifelse(upto.upto >= least, upto.month_no, nothing).min()
            for name, least in (("buyers", 1), ("repeaters", 2))
        }
    )
    counted = reached.group_by("buyers", "repeaters").agg(n=reached.count().cast("int64"))
    found: dict[str, dict[int, int]] = {"buyers": defaultdict(int), "repeaters": defaultdict(int)}
    for row in ledger.rows(counted):
        for name, counts in found.items():
            if row[name] is not None:
                counts[row[name]] += row["n"]
    return found


def _gaps(ledger: Ledger, months: Sequence[date]) -> dict[int, dict[int, int]]:
    """By month: how often each gap between order days ends in it."""
    if ledger.from_sums:
        return {}
    numbers = [number_of(month) for month in months]
    spans = {
        "of_month": pa.array(numbers, pa.int64()),
        "from_day": pa.array([(first_day(n) - EPOCH).days for n in numbers], pa.int64()),
        "to_day": pa.array([(first_day(n + 1) - EPOCH).days for n in numbers], pa.int64()),
    }
    ledger.view.session.load(SPANS, pa.table(spans))
    days, every = ledger.own_days, scratch(SPANS, dict.fromkeys(spans, "int64"))
    inside = days.filter(days.gap_days.notnull()).join(
        every, [days.day_no >= every.from_day, days.day_no < every.to_day]
    )
    counted = inside.group_by("of_month", "gap_days").agg(n=inside.count().cast("int64"))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in ledger.rows(counted):
        found[row["of_month"]][row["gap_days"]] = row["n"]
    return found


def _margins(ledger: Ledger) -> Any:
    margins = order_margins(ledger)
    if margins is None:
        return None
    rows = margins.mutate(month_no=month_number(margins.day))
    names = ("cost", "sold", "costed")
    return rows.group_by("month_no").agg(**{name: rows[name].sum().cast("int64") for name in names})


def _won(ledger: Ledger) -> dict[int, float] | None:
    """By month of the first order: what it cost to win these customers; None where nothing tells it."""
    costs = acquired(ledger)
    if costs is None:
        return None
    first = ledger.first_money.filter(ledger.first_money.customers == 1)
    rows = costs.join(first.select("customer_key", "month_no"), "customer_key")
    by_source = ledger.rows(rows.group_by("month_no", "source").agg(**cost_sums(rows)))
    found: dict[int, list[Row]] = defaultdict(list)
    for row in by_source:
        found[row["month_no"]].append(row)
    return {month: cost_of(sums) for month, sums in found.items()}
