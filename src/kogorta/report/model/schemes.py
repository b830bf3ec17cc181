"""Schemes: sizes of segments, RFM, the lifecycle, movements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kogorta.report.model.base import Absent
from kogorta.vocab import AxisMethod, LifecycleReason


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
        is_by_margin: Money is margin, not revenue.
        unpriced: Buyers whose margin is not known: their M is their F.
    """

    window_days: int | None
    cuts: tuple[AxisCuts, ...]
    simple: SchemeSizes
    quick: SchemeSizes
    classic: SchemeSizes | Absent
    grid: tuple[GridCell, ...]
    is_by_margin: bool = False
    unpriced: int = 0


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
