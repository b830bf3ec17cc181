"""The grouped tables that all measures are read from: counted orders are grouped once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

import ibis

from kogorta.compile.plan import OCCASIONS, OWN_DAYS, OWN_GAPS, RHYTHM
from kogorta.membership.view import View
from kogorta.traits.idioms import numbered, sum_if
from kogorta.traits.orders import returns
from kogorta.traits.ranks import histogram
from kogorta.vocab import Business

YEAR_DAYS = 365
ACTIVITY = "m_activity"
SUMS = "m_sums"
FIRST_MONEY = "m_first_money"
LOYAL = ("champions", "loyal")
"""Segments of `rfm_simple` whose average order is a measure of its own."""

T = TypeVar("T")
PARAMS = {"year_start": "timestamp(6)", "year_day_no": "int64", "today": "date"}


class Ledger:
    """Counted orders of one view, grouped by customer and by month.

    Returns that name no order count against their customer when they happened; whose they are is told
    by `orders` being 0 in their row.

    Args:
        view: The base as of an instant.
        people: A scratch table with the `customer_key` of those whose orders alone are looked at; None for the whole
            base, orders of nobody known included.
        whole: The ledger of the whole base, if it is another.

    Attributes:
        whole: The ledger of the whole base.
    """

    def __init__(self, view: View, people: Any = None, whole: Ledger | None = None) -> None:
        self.view = view
        self.steps = view.steps
        self.people = people
        self.whole = whole or self
        self._found: dict[str, Any] = {}

    def of(self, people: Any) -> Ledger:
        """Return the ledger of some people alone: a scratch table of their `customer_key`."""
        return Ledger(self.view, people, self.whole)

    def once(self, name: str, work: Callable[[], T]) -> T:
        """Return what some work finds, which is done the first time only."""
        if name not in self._found:
            self._found[name] = work()
        found: T = self._found[name]
        return found

    def name(self, name: str) -> str:
        """Return how a scratch table of this ledger is called: another's of the same view is not written over."""
        return name if self.people is None else f"{name}_of_{self.people.get_name()}"

    def mine(self, rows: Any) -> Any:
        """Return the rows of those who are looked at."""
        return rows if self.people is None else rows.semi_join(self.people, "customer_key")

    @cached_property
    def loyal(self) -> Any:
        """The customer_key of champions and loyal customers."""
        if self.whole is not self:
            return self.whole.loyal
        rows = wide(self.view, "rfm_simple")
        return self.make("m_loyal", rows.filter(rows.rfm_simple.isin(LOYAL)).select("customer_key"))

    @cached_property
    def own_days(self) -> Any:
        """Order days of persons, each with the gap before it."""
        return self.mine(self.steps.get(OWN_DAYS))

    @cached_property
    def own_gaps(self) -> Any:
        """How often each gap between own order days stands: gap_days, n."""
        if self.people is None:
            return self.steps.get(OWN_GAPS)
        if self.from_sums:
            return histogram(self.mine(self.steps.get(RHYTHM)), "own_median").rename(gap_days="own_median")
        return histogram(self.own_days, "gap_days")

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
        return self.steps.make(self.name(name), expression, **self._bindings)

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
            return rows if self.people is None else self.make("m_orders", self.mine(rows))
        rows = self.mine(rows)
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
        """One row per customer (missing: nobody known) and local month: month_no, orders, priced, revenue."""
        rows = self._sales()
        names = ("orders", "priced", "revenue")
        sums = {name: rows[name].sum().cast("int64") for name in names}
        grouped = rows.group_by("customer_key", "month_no").agg(**sums)
        return self.make(ACTIVITY, grouped)

    @cached_property
    def first_money(self) -> Any:
        """Money of first orders: customer_key, order_id, month_no, at, revenue, customers (1, or 0 for a return).

        Of several orders at the same instant the first is the one with the lowest id. A return that
        names no order is one of the first order if its customer has no other.
        """
        orders = self.orders.select("order_id", "customer_key", "at", "day", "revenue")
        keys = self.spending.select(buyer_key="customer_key", first_at="first_at")
        same = orders.join(keys, [orders.customer_key == keys.buyer_key, orders["at"] == keys.first_at])
        ranked = numbered(same, ["customer_key"], [same.order_id])
        first = ranked.filter(ranked.rank_no == 1)
        rows = first.select(
            *("customer_key", "order_id", "at", "revenue"),
            month_no=month_number(first.day),
            customers=_whole(1),
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
        owned = facts.person(
            alone.select(
                "customer_key",
                at=alone.returned_at,
                day=alone.returned_date,
                revenue=-alone.amount,
                month_no=month_number(alone.returned_date),
            )
        )
        return self.mine(owned)

    def _returns_of_single_orders(self) -> Any:
        back = self._loose_returns()
        single = self.spending.filter(self.spending.orders == 1).select("customer_key")
        nameless = ibis.null().cast("string")
        return back.semi_join(single, "customer_key").mutate(customers=_whole(0), order_id=nameless)


def with_params(rows: Any, *names: str) -> Any:
    """Put parameters of the run beside every row."""
    return rows.cross_join(ibis.table(PARAMS, name="params").select(*names))


def wide(view: View, *traits: str) -> Any:
    """Return customer_key and some traits of everyone; only these are worked out, unless all of them are there already.

    The scratch table is that of the view's traits: what is read of it is kept elsewhere before more traits are asked for.
    """
    columns = ("customer_key", *traits)
    is_made = "traits" in view.__dict__
    return view.traits.select(*columns) if is_made else view.wide(columns)


def month_number(day: Any) -> Any:
    """Months since the year 0 of a local date."""
    return day.year().cast("int64") * 12 + day.month().cast("int64") - 1


def _whole(number: int) -> Any:
    return ibis.literal(number).cast("int64")
