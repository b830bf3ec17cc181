"""What is measured of a base, as plain frozen values.

Money is in minor units, shares are ratios 0–1, silences and intervals are days. What cannot be computed
is a `Missing` with its reason, never a zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from kogorta.metrics.groups import Lifecycle, Moves, Return, Rfm
from kogorta.metrics.missing import Missing, Value
from kogorta.metrics.own import OwnScheme
from kogorta.metrics.tastes import Taste
from kogorta.metrics.worth import Worth


@dataclass(frozen=True, slots=True)
class Base:
    """The size of the base.

    Attributes:
        customers: Everyone known.
        buyers: Customers with a counted order.
        orders: Counted orders, those of nobody known included.
        revenue: Their revenue.
        anonymous_orders: Counted orders that belong to no known customer.
        anonymous_revenue: Their revenue.
        first_day: Local day of the first counted order; None without orders.
        last_day: Local day of the last one.
        has_amounts: Whether any counted order tells its money.
    """

    customers: int
    buyers: int
    orders: int
    revenue: int
    anonymous_orders: int
    anonymous_revenue: int
    first_day: date | None
    last_day: date | None
    has_amounts: bool

    @property
    def prospects(self) -> int:
        """Customers without an order."""
        return self.customers - self.buyers

    @property
    def history_days(self) -> int:
        """Days from the first order to the last, both counted; 0 without orders."""
        if self.first_day is None or self.last_day is None:
            return 0
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Kpis:
    """Measures of repeat business; `docs/reference/metrics.md` gives the formula of each.

    A name that ends in `_year` looks at the last 365 days, any other at all history.
    """

    repeat_rate: Value
    repeat_rate_year: Value
    repeat_revenue_share: Value
    repeat_revenue_share_year: Value
    interval_mean_days: Value
    interval_median_days: Value
    interval_mean_days_year: Value
    interval_median_days_year: Value
    orders_per_customer: Value
    orders_per_customer_year: Value
    aov: Value
    aov_year: Value
    aov_loyal_year: Value
    ltv_revenue: Value
    ltv_margin: Value
    margin_per_customer_year: Value


@dataclass(frozen=True, slots=True)
class Month:
    """One local calendar month.

    Attributes:
        month: Its first day.
        orders: Counted orders.
        active: Customers with an order.
        new_customers: Customers whose first order was in it.
        first_revenue: Revenue of first orders.
        repeat_revenue: Revenue of later orders.
        anonymous_revenue: Revenue of nobody known.
    """

    month: date
    orders: int
    active: int
    new_customers: int
    first_revenue: int
    repeat_revenue: int
    anonymous_revenue: int

    @property
    def revenue(self) -> int:
        """All revenue of the month."""
        return self.first_revenue + self.repeat_revenue + self.anonymous_revenue


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order was in one local calendar month.

    Attributes:
        month: First day of that month.
        customers: How many.
        active: Customers with an order in month 0 (that of the first order), 1, 2, … after it; the months
            that were over at the instant, and month 0 in any case.
        revenue: Revenue of the cohort so far.
        earned: Revenue in each of the months of `active`.
    """

    month: date
    customers: int
    active: tuple[int, ...]
    revenue: int
    earned: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SlippingCustomer:
    """Somebody at risk or lost, and why, who brought money within the last 365 days (`at_stake`)."""

    customer_id: str
    stage: str
    silent_days: int
    rhythm_days: float
    orders: int
    revenue: int
    at_stake: int
    reason: str


@dataclass(frozen=True, slots=True)
class Slipping:
    """Who is slipping away.

    Attributes:
        totals: By stage: customers, and the money at stake.
        customers: Those with most money at stake, most first.
    """

    totals: dict[str, tuple[int, int]]
    customers: tuple[SlippingCustomer, ...]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Everything that is measured as of an instant.

    Attributes:
        as_of: The instant; UTC without a zone.
        frame_at: When the cuts were taken that customers are compared with.
        base: Its size.
        kpis: Measures of repeat business.
        previous: The same 90 days earlier; None where history is too short to compare.
        months: Up to 24 months, oldest first.
        cohorts: Up to 24 cohorts, oldest first.
        rfm: RFM.
        lifecycle: Stages.
        returns: How many came back from each stage within 90 days.
        moves: Movements of `rfm_simple` and `lifecycle` over 90 days.
        slipping: Who is slipping away.
        worth: How unevenly value is spread.
        tastes: What customers prefer.
        own: How many are in the segments that people defined.
    """

    as_of: datetime
    frame_at: datetime
    base: Base
    kpis: Kpis
    previous: Kpis | None
    months: tuple[Month, ...]
    cohorts: tuple[Cohort, ...] | Missing
    rfm: Rfm | Missing
    lifecycle: Lifecycle
    returns: tuple[Return, ...] | Missing
    moves: tuple[Moves, ...]
    slipping: Slipping | Missing
    worth: Worth | Missing
    tastes: tuple[Taste, ...]
    own: tuple[OwnScheme, ...]
