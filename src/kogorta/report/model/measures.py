"""Measures: cohorts, repeat business, months, who is slipping away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kogorta.report.model.base import Absent
from kogorta.vocab import LifecycleReason


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order was in one local calendar month.

    Attributes:
        month: First day of that month.
        customers: How many.
        active: Customers with an order in month 1, 2, … after it; whole months only, so lists shorten.
        revenue: Revenue of the cohort so far, minor units.
        earned: Its revenue in the month of the first order, and in month 1, 2, … after it; minor units.
    """

    month: date
    customers: int
    active: tuple[int, ...]
    revenue: int = 0
    earned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of the report.

    Attributes:
        value: The number now, or why there is none.
        previous: The same number as of `Kpis.previous_as_of`; None when unknown.
    """

    value: float | Absent
    previous: float | None = None


@dataclass(frozen=True, slots=True)
class Kpis:
    """Measures of repeat business.

    Attributes:
        repeat_rate: Customers with two or more orders ÷ customers with an order; ratio.
        repeat_revenue_share: Revenue of the last 365 days that came from orders after the customer's
            first one ÷ revenue of known customers in those days; ratio.
        interval_mean_days: Mean gap between a customer's neighbouring order days, pooled.
        interval_median_days: Median of the same gaps.
        aov: Revenue ÷ counted orders over the last 365 days; minor units.
        aov_loyal: The same of champions and loyal customers; minor units.
        ltv_revenue: Revenue to date ÷ customers with an order; minor units.
        ltv_margin: LTV to date: (margin − acquisition cost) ÷ customers with an order; minor units.
        margin_per_customer: Margin of the last 365 days ÷ customers with an order in them; minor units.
        previous_as_of: The instant of the previous values (90 days earlier); None when history is short.
    """

    repeat_rate: Measure
    repeat_revenue_share: Measure
    interval_mean_days: Measure
    interval_median_days: Measure
    aov: Measure
    aov_loyal: Measure
    ltv_revenue: Measure
    ltv_margin: Measure
    margin_per_customer: Measure
    previous_as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """One local calendar month.

    Attributes:
        month: Its first day.
        orders: Counted orders.
        new_revenue: Revenue from first orders, minor units.
        repeat_revenue: Revenue from later orders, minor units.
        active: Customers with an order.
        anonymous_revenue: Revenue from orders without a customer, minor units.
    """

    month: date
    orders: int
    new_revenue: int
    repeat_revenue: int
    active: int
    anonymous_revenue: int = 0

    @property
    def revenue(self) -> int:
        """All revenue of the month, minor units."""
        return self.new_revenue + self.repeat_revenue + self.anonymous_revenue


@dataclass(frozen=True, slots=True)
class SlippingCustomer:
    """A valuable customer who is at risk or lost.

    Attributes:
        customer_id: Id in the source; no other personal data.
        stage: Lifecycle stage.
        silent_days: Whole days since the last order.
        rhythm_days: His usual interval.
        orders: Counted orders ever.
        at_stake: His revenue of the last 365 days, minor units.
        reason: Why he is at risk or lost.
    """

    customer_id: str
    stage: str
    silent_days: int
    rhythm_days: float
    orders: int
    at_stake: int
    reason: LifecycleReason = LifecycleReason.SILENCE


@dataclass(frozen=True, slots=True)
class SlippingTotal:
    """Everyone of a stage who is slipping away: how many, and their revenue of the last 365 days."""

    stage: str
    customers: int
    at_stake: int


@dataclass(frozen=True, slots=True)
class Slipping:
    """Who is slipping away.

    Attributes:
        totals: By stage (`at_risk`, `lost`): all members with revenue in the last 365 days.
        customers: The most valuable of them, most money first; the page shows the first 25.
    """

    totals: tuple[SlippingTotal, ...]
    customers: tuple[SlippingCustomer, ...]

    @property
    def at_stake(self) -> int:
        """All money at stake, minor units."""
        return sum(total.at_stake for total in self.totals)
