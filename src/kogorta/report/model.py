"""What a report is made of: the contract between the warehouse and the page.

Money is in minor units of `ReportData.currency`, shares are ratios 0–1, silences and rhythms are days,
instants carry a zone. Everything is as of `Clock.as_of`, looking at what was known at `Clock.known_at`,
unless a field says otherwise. What cannot be computed is an `Absent` with its reason, never a zero.
Customers appear by id only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from kogorta.i18n import Message
from kogorta.vocab import AxisMethod, Business, LifecycleReason


@dataclass(frozen=True, slots=True)
class Absent:
    """Why something is not in the report, and what would bring it.

    Attributes:
        reason: What is missing, in one sentence.
        remedy: Which table or column switches it on; none when only time can.
    """

    reason: Message
    remedy: Message | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """The instants that the numbers belong to.

    Attributes:
        as_of: Only facts before this instant count.
        known_at: Only facts known by this instant count; None means all that is known now.
        frame_at: When the cuts that compare a customer with the whole base were computed.
        timezone: IANA zone of the workspace; the report shows instants on its clock.
    """

    as_of: datetime
    known_at: datetime | None
    frame_at: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class BaseSummary:
    """The size of the base.

    Attributes:
        customers: Everyone known.
        buyers: Customers with a counted order.
        orders: Counted orders, those without a customer included.
        revenue: Their revenue, minor units.
        anonymous_orders: Counted orders that belong to no known customer.
        anonymous_revenue: Their revenue, minor units.
        history_start: Local day of the first counted order; None without orders.
        history_end: Local day of the last one.
    """

    customers: int
    buyers: int
    orders: int
    revenue: int
    anonymous_orders: int = 0
    anonymous_revenue: int = 0
    history_start: date | None = None
    history_end: date | None = None

    @property
    def prospects(self) -> int:
        """Customers without an order."""
        return self.customers - self.buyers

    @property
    def history_days(self) -> int:
        """Days from the first order to the last, both counted; 0 without orders."""
        if self.history_start is None or self.history_end is None:
            return 0
        return (self.history_end - self.history_start).days + 1


class Severity(StrEnum):
    """How much a gap of the base costs."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that the base lacks.

    Attributes:
        id: Stable id of the rule that found it.
        severity: How much it costs.
        message: What was found.
        switches_off: Names of what cannot be computed because of it.
        remedy: Which table or column would mend it.
        count: How many rows or customers are concerned, if countable.
        of: Out of how many.
    """

    id: str
    severity: Severity
    message: Message
    switches_off: tuple[Message, ...] = ()
    remedy: Message | None = None
    count: int | None = None
    of: int | None = None


@dataclass(frozen=True, slots=True)
class SegmentSize:
    """One segment of a scheme.

    Attributes:
        id: Id within the scheme, as in `names.yaml`.
        customers: Members as of the report.
        revenue: Their revenue within the window of the scheme, minor units; None without amounts.
        recency_days: Mean days since their last order; None for members without orders.
    """

    id: str
    customers: int
    revenue: int | None = None
    recency_days: float | None = None


@dataclass(frozen=True, slots=True)
class SchemeSizes:
    """A scheme with its segments in the order of the scheme; empty segments are listed with 0.

    Attributes:
        id: `rfm_simple`, `rfm_classic`, `rfm_quick`, `lifecycle` or `lifecycle_quick`.
        segments: Every segment of the scheme.
    """

    id: str
    segments: tuple[SegmentSize, ...]

    @property
    def customers(self) -> int:
        """Everyone in the scheme."""
        return sum(segment.customers for segment in self.segments)

    @property
    def revenue(self) -> int:
        """Revenue of everyone in the scheme within its window, minor units."""
        return sum(segment.revenue or 0 for segment in self.segments)

    def size(self, *ids: str) -> int:
        """Return how many customers are in any of the segments."""
        return sum(segment.customers for segment in self.segments if segment.id in ids)


@dataclass(frozen=True, slots=True)
class AxisCuts:
    """How one axis of RFM was cut in the frame.

    Attributes:
        axis: `r`, `f` or `m`.
        method: How the scores were made.
        bounds: Bounds between scores, from the best score down: for R the most days of silence that still
            earn 5, 4, 3, 2; for F the fewest orders, for M the least minor units that earn 5, 4, 3, 2.
    """

    axis: str
    method: AxisMethod
    bounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GridCell:
    """Customers of one cell of recency × frequency-and-money; newcomers stand outside the grid.

    Attributes:
        r: Score 1–5.
        fm: (F + M + 1) // 2, 1–5.
        customers: How many.
        segment: Segment of `rfm_simple` that the cell belongs to.
    """

    r: int
    fm: int
    customers: int
    segment: str


@dataclass(frozen=True, slots=True)
class Rfm:
    """RFM of everyone with a counted order.

    Attributes:
        window_days: Window of frequency and money; None means all history.
        cuts: R, F and M.
        simple: Seven segments.
        quick: Five groups.
        classic: Eleven segments, or why they are hidden.
        grid: 25 cells of the seven-segment map.
    """

    window_days: int | None
    cuts: tuple[AxisCuts, ...]
    simple: SchemeSizes
    quick: SchemeSizes
    classic: SchemeSizes | Absent
    grid: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class ReturnRate:
    """Who ordered again: of those in a stage 90 days ago, the share with an order in the 90 days since.

    Attributes:
        stage: Stage 90 days before the report.
        returned: How many ordered within the 90 days.
        members: How many were in the stage then.
        reason: Only those at risk or lost for this reason; None for the whole stage.
    """

    stage: str
    returned: int
    members: int
    reason: LifecycleReason | None = None

    @property
    def rate(self) -> float | None:
        """The share; None when nobody was in the stage."""
        return self.returned / self.members if self.members else None


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Stages of the customers' way.

    Attributes:
        stages: Sizes; revenue is that of the last 365 days.
        returns: Rates by stage, and by reason for at risk and lost, or why they are unknown.
        reasons: How many are at risk or lost now, by (stage, reason).
        quick: The short scheme, in the variant of the business.
        rhythm_days: Median rhythm of the base; None when nobody repeats.
        at_risk_days: Median at-risk point over customers with orders, days of silence.
        lost_days: Median lost point over customers with orders, days of silence.
        new_days: How long the stage `new` lasts.
        is_provisional: History is under 180 days, so `new` and `lost` are a first guess.
    """

    stages: SchemeSizes
    returns: tuple[ReturnRate, ...] | Absent
    reasons: tuple[tuple[str, LifecycleReason, int], ...] = ()
    quick: SchemeSizes | None = None
    rhythm_days: float | None = None
    at_risk_days: float | None = None
    lost_days: float | None = None
    new_days: float | None = None
    is_provisional: bool = False


NOT_YET = "not_yet"
"""In a move: the customer was outside the scheme's base at that instant."""


@dataclass(frozen=True, slots=True)
class Move:
    """Customers who were in `source` at one instant and in `target` at the next (`NOT_YET` if outside)."""

    source: str
    target: str
    customers: int


@dataclass(frozen=True, slots=True)
class Transitions:
    """Movements of one scheme between two or more instants.

    Attributes:
        scheme: Id of the scheme.
        instants: Oldest first.
        moves: One group per pair of neighbouring instants.
    """

    scheme: str
    instants: tuple[datetime, ...]
    moves: tuple[tuple[Move, ...], ...]


@dataclass(frozen=True, slots=True)
class Cohort:
    """Customers whose first order was in one local calendar month.

    Attributes:
        month: First day of that month.
        customers: How many.
        active: Customers with an order in month 1, 2, … after it; whole months only, so lists shorten.
        revenue: Revenue of the cohort so far, minor units.
    """

    month: date
    customers: int
    active: tuple[int, ...]
    revenue: int = 0


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
        repeat_rate: Customers with orders on two or more days ÷ customers with an order; ratio.
        repeat_revenue_share: Revenue of the last 365 days that came from orders after the customer's
            first order day ÷ revenue of known customers in those days; ratio.
        interval_mean_days: Mean gap between a customer's neighbouring order days, pooled.
        interval_median_days: Median of the same gaps.
        aov: Revenue ÷ counted orders over the last 365 days; minor units.
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
        new_revenue: Revenue from first order days, minor units; anonymous revenue counts as new.
        repeat_revenue: Revenue from later orders, minor units.
        active: Customers with an order.
    """

    month: date
    orders: int
    new_revenue: int
    repeat_revenue: int
    active: int

    @property
    def revenue(self) -> int:
        """All revenue of the month, minor units."""
        return self.new_revenue + self.repeat_revenue


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
    """

    customer_id: str
    stage: str
    silent_days: int
    rhythm_days: float
    orders: int
    at_stake: int


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


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report shows.

    Attributes:
        title: The workspace's own name.
        business: Kind of business; it chooses words and playbook variants.
        currency: ISO 4217 code of all amounts.
        clock: The instants the numbers belong to.
        base: Size of the base.
        gaps: What the base lacks, most costly first.
        rfm: RFM, or why there is none.
        lifecycle: Stages, or why there are none.
        transitions: Movements by scheme; empty when history allows none.
        cohorts: Oldest first, or why there are none.
        kpis: Measures, or why there are none.
        months: Up to 24 months, oldest first; the last one may be unfinished.
        slipping: Who is slipping away, or why this is unknown.
    """

    title: str
    business: Business
    currency: str
    clock: Clock
    base: BaseSummary
    gaps: tuple[Gap, ...] = ()
    rfm: Rfm | Absent = field(kw_only=True)
    lifecycle: Lifecycle | Absent = field(kw_only=True)
    transitions: tuple[Transitions, ...] = ()
    cohorts: tuple[Cohort, ...] | Absent = field(kw_only=True)
    kpis: Kpis | Absent = field(kw_only=True)
    months: tuple[Month, ...] = ()
    slipping: Slipping | Absent = field(kw_only=True)
