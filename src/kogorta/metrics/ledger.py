"""The grouped tables that all measures are read from: counted orders are grouped once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

import ibis

from kogorta.compile.plan import OCCASIONS
from kogorta.membership.view import View
from kogorta.traits.idioms import numbered, sum_if
from kogorta.traits.orders import returns
from kogorta.vocab import Business

YEAR_DAYS = 365
ACTIVITY = "m_activity"
SUMS = "m_sums"
FIRST_MONEY = "m_first_money"
PARAMS = {"year_start": "timestamp(6)", "year_day_no": "int64", "today": "date"}


class Ledger:
    """Counted orders of one view, grouped by customer and by month.

    Returns that name no order count against their customer when they happened; whose they are is told
    by `orders` being 0 in their row.
    """

    def __init__(self, view: View) -> None:
        self.view = view
        self.steps = view.steps

    @property
    def from_sums(self) -> bool:
        """Whether the base brings only sums: then these tables are empty."""
        return self.steps.from_sums

    @property
    def year_start(self) -> datetime:
        """Where the last 365 days begin."""
        return self.view.instant.as_of - timedelta(days=YEAR_DAYS)

    @cached_property
    def today(self) -> date:
        """The local day in which the instant lies; of a midnight, the day that it ends."""
        return self.local_day(self.view.instant.as_of - timedelta(microseconds=1))

    def row(self, expression: Any) -> dict[str, Any]:
        """Evaluate an expression of one row."""
        return self.rows(expression)[0]

    def rows(self, expression: Any) -> list[dict[str, Any]]:
        """Evaluate a small expression."""
        return self.steps.rows(expression, **self._bindings)

    def make(self, name: str, expression: Any) -> Any:
        """Evaluate an expression into a scratch table."""
        return self.steps.make(name, expression, **self._bindings)

    @cached_property
    def _bindings(self) -> dict[str, Any]:
        first_day = self.local_day(self.year_start)
        return {
            "year_start": self.year_start,
            "year_day_no": (first_day - date(1970, 1, 1)).days,
            "today": self.today,
        }

    def local_day(self, instant: datetime) -> date:
        """Return the day of the workspace in which an instant lies."""
        return instant.replace(tzinfo=UTC).astimezone(self.view.config.zone).date()

    @cached_property
    def orders(self) -> Any:
        """Counted orders, one row each; in a salon a visit and the order that paid for it are one."""
        rows = self.steps.plan.table(OCCASIONS)
        is_salon = self.view.config.workspace.business is Business.SALON
        if not (is_salon and self.steps.facts.has("bookings")):
            return rows
        merged = rows.group_by("order_id", "customer_key").agg(
            **{name: rows[name].min() for name in ("at", "day")},
            **{name: rows[name].sum().cast("int64") for name in ("revenue", "cost", "costed_revenue")},
            has_amount=rows.has_amount.max(),
        )
        return self.make("m_orders", merged)

    @cached_property
    def history_days(self) -> int:
        """Whole days since the first order of a known customer; 0 without one, and of a base of sums."""
        first = self.row(self.spending.agg(first_at=self.spending.first_at.min()))["first_at"]
        return 0 if first is None else int((self.view.instant.as_of - first).days)

    @cached_property
    def sums(self) -> Any:
        """One row per customer, and one (with a missing key) for orders of nobody known.

        Columns: customer_key, orders, priced (orders with an amount), revenue, the three again within the
        last 365 days (`year_…`), first_at, first_day, last_day (of orders).
        """
        rows = with_params(self._sales(), "year_start")
        in_year = rows["at"] >= rows.year_start
        is_order = rows.orders == 1
        grouped = rows.group_by("customer_key").agg(
            orders=rows.orders.sum().cast("int64"),
            priced=rows.priced.sum().cast("int64"),
            revenue=rows.revenue.sum().cast("int64"),
            year_orders=sum_if(in_year, rows.orders),
            year_priced=sum_if(in_year, rows.priced),
            year_revenue=sum_if(in_year, rows.revenue),
            first_at=ibis.ifelse(is_order, rows["at"], ibis.null().cast("timestamp(6)")).min(),
            first_day=ibis.ifelse(is_order, rows.day, ibis.null().cast("date")).min(),
            last_day=ibis.ifelse(is_order, rows.day, ibis.null().cast("date")).max(),
        )
        return self.make(SUMS, grouped)

    @cached_property
    def spending(self) -> Any:
        """The rows of `sums` of customers with an order."""
        return self.sums.filter(self.sums.customer_key.notnull() & (self.sums.orders > 0))

    @cached_property
    def activity(self) -> Any:
        """One row per customer (missing: nobody known) and local month: month_no, orders, revenue."""
        rows = self._sales()
        grouped = rows.group_by("customer_key", "month_no").agg(
            orders=rows.orders.sum().cast("int64"), revenue=rows.revenue.sum().cast("int64")
        )
        return self.make(ACTIVITY, grouped)

    @cached_property
    def first_money(self) -> Any:
        """Money of first orders: customer_key, month_no, at, revenue, customers (1, or 0 for a return).

        Of several orders at the same instant the first is the one with the lowest id. A return that
        names no order is one of the first order if its customer has no other.
        """
        orders = self.orders.select("order_id", "customer_key", "at", "day", "revenue")
        keys = self.spending.select(buyer_key="customer_key", first_at="first_at")
        same = orders.join(keys, [orders.customer_key == keys.buyer_key, orders["at"] == keys.first_at])
        ranked = numbered(same, ["customer_key"], [same.order_id])
        first = ranked.filter(ranked.rank_no == 1)
        rows = first.select(
            "customer_key", "at", "revenue", month_no=month_number(first.day), customers=_whole(1)
        )
        if self.steps.facts.has("returns"):
            rows = rows.union(self._returns_of_single_orders().select(*rows.columns))
        return self.make(FIRST_MONEY, rows)

    def _sales(self) -> Any:
        orders = self.orders
        rows = orders.select(
            "customer_key",
            "at",
            "day",
            "revenue",
            month_no=month_number(orders.day),
            orders=_whole(1),
            priced=orders.has_amount.cast("int64"),
        )
        if not self.steps.facts.has("returns"):
            return rows
        back = self._loose_returns()
        return rows.union(back.mutate(orders=_whole(0), priced=_whole(0)).select(*rows.columns))

    def _loose_returns(self) -> Any:
        """Returns that name no order, as negative revenue."""
        facts = self.steps.facts
        rows = returns(facts, "returned_date")
        alone = rows.filter(rows.order_id.isnull())
        return facts.person(
            alone.select(
                "customer_key",
                at=alone.returned_at,
                day=alone.returned_date,
                revenue=-alone.amount,
                month_no=month_number(alone.returned_date),
            )
        )

    def _returns_of_single_orders(self) -> Any:
        back = self._loose_returns()
        single = self.spending.filter(self.spending.orders == 1).select("customer_key")
        return back.semi_join(single, "customer_key").mutate(customers=_whole(0))


def with_params(rows: Any, *names: str) -> Any:
    """Put parameters of the run beside every row."""
    return rows.cross_join(ibis.table(PARAMS, name="params").select(*names))


def month_number(day: Any) -> Any:
    """Months since the year 0 of a local date."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


def _whole(number: int) -> Any:
    return ibis.literal(number).cast("int64")
