"""What a report is made of: the contract between the warehouse and the page.

Money is in minor units of `ReportData.currency`, shares are ratios 0–1, silences and rhythms are days,
instants carry a zone. Everything is as of `Clock.as_of`, looking at what was known at `Clock.known_at`,
unless a field says otherwise. What cannot be computed is an `Absent` with its reason, never a zero.
Customers appear by id only.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kogorta.report.model.base import Absent, BaseSummary, Clock, Gap, Severity
from kogorta.report.model.measures import (
    Cohort,
    Kpis,
    Measure,
    Month,
    Slipping,
    SlippingCustomer,
    SlippingTotal,
)
from kogorta.report.model.people import Advice, Agenda, Checkup, OwnScheme, Taste, Visitor, Worth
from kogorta.report.model.schemes import (
    NOT_YET,
    AxisCuts,
    GridCell,
    Lifecycle,
    Move,
    ReturnRate,
    Rfm,
    SchemeSizes,
    SegmentSize,
    Transitions,
)
from kogorta.vocab import Business

__all__ = [
    "NOT_YET",
    "Absent",
    "Advice",
    "Agenda",
    "AxisCuts",
    "BaseSummary",
    "Checkup",
    "Clock",
    "Cohort",
    "Gap",
    "GridCell",
    "Kpis",
    "Lifecycle",
    "Measure",
    "Month",
    "Move",
    "OwnScheme",
    "ReportData",
    "ReturnRate",
    "Rfm",
    "SchemeSizes",
    "SegmentSize",
    "Severity",
    "Slipping",
    "SlippingCustomer",
    "SlippingTotal",
    "Taste",
    "Transitions",
    "Visitor",
    "Worth",
]


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything that a report shows.

    Attributes:
        title: The workspace's own name.
        business: Kind of business; it chooses words and playbook variants.
        currency: ISO 4217 code of all amounts.
        clock: The instants the numbers belong to.
        base: Size of the base.
        gaps: What the base lacks; the page shows the most severe first.
        rfm: RFM, or why there is none.
        lifecycle: Stages, or why there are none.
        transitions: Movements by scheme; empty when history allows none.
        cohorts: Oldest first, or why there are none.
        kpis: Measures, or why there are none.
        months: Up to 24 months, oldest first; the last one may be unfinished.
        slipping: Who is slipping away, or why this is unknown.
        worth: How unevenly value is spread, or why this is unknown.
        tastes: What customers prefer.
        own: The segments that people defined.
        checkup: What the doctor says of the segments; None leaves it out.
        agenda: Who comes and who is due, of a business with bookings.
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
    worth: Worth | Absent = field(kw_only=True)
    tastes: tuple[Taste, ...] = ()
    own: tuple[OwnScheme, ...] = ()
    checkup: Checkup | None = None
    agenda: Agenda | None = None
