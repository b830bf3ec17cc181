"""The base: its instants, its size, what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kogorta.i18n import Message


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
