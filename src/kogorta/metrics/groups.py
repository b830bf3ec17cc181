"""What is told of groups of customers: segments, schemes, and how people move between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kogorta.metrics.missing import Missing
from kogorta.vocab import AxisMethod, ValueMeasure


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment of a scheme.

    Attributes:
        id: Its id within the scheme.
        customers: Members.
        revenue: Their revenue in the window of the scheme; None where it is unknown.
        recency_days: Mean days since their last order; None for members without orders.
    """

    id: str
    customers: int
    revenue: int | None
    recency_days: float | None


@dataclass(frozen=True, slots=True)
class Cuts:
    """How one axis of RFM was cut.

    Attributes:
        axis: `r`, `f` or `m`.
        method: How.
        bounds: For 5, 4, 3, 2: the most days of silence, the fewest orders, the least minor units.
    """

    axis: str
    method: AxisMethod
    bounds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rfm:
    """RFM of everyone with a counted order.

    Attributes:
        window_days: Window of frequency and money; 0 is all history.
        cuts: How the axes were cut.
        simple, quick, classic: The schemes; `classic` may say nothing of this base.
        grid: Customers by (R, FM), newcomers left out; FM = (F + M + 1) // 2.
        newcomers: Those left out.
        money_of: What money is.
        unpriced: Buyers whose margin is not known, where money is margin: their M is their F.
    """

    window_days: int
    cuts: tuple[Cuts, ...]
    simple: tuple[Segment, ...]
    quick: tuple[Segment, ...]
    classic: tuple[Segment, ...] | Missing
    grid: dict[tuple[int, int], int]
    newcomers: int
    money_of: ValueMeasure
    unpriced: int


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Stages of the customers' way.

    Attributes:
        stages: Every stage; revenue is that of the last 365 days.
        quick: The short scheme.
        reasons: Customers at risk or lost by (stage, reason).
        rhythm_days: Median rhythm of the base; None when nobody repeats.
        at_risk_days: Median over buyers of the at-risk point.
        lost_days: Median over buyers of the lost point.
        new_days: How long `new` lasts.
        is_provisional: Less than 180 days of history.
    """

    stages: tuple[Segment, ...]
    quick: tuple[Segment, ...]
    reasons: dict[tuple[str, str], int]
    rhythm_days: int | None
    at_risk_days: float | None
    lost_days: float | None
    new_days: int | None
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Return:
    """How many of a stage ordered again.

    Attributes:
        stage: The stage they were in.
        reason: Only those who were in it for this reason; None for the whole stage.
        members: How many they were.
        returned: How many of them ordered between the two instants.
    """

    stage: str
    reason: str | None
    members: int
    returned: int


@dataclass(frozen=True, slots=True)
class Moves:
    """Movements of one scheme between two instants.

    Attributes:
        scheme: Its id.
        start, end: The instants; UTC without a zone.
        counts: Customers by (segment then, segment now); None is outside the base of the scheme.
    """

    scheme: str
    start: datetime
    end: datetime
    counts: dict[tuple[str | None, str | None], int]
