"""From measured numbers to what the report shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from kogorta import metrics
from kogorta.config import Config
from kogorta.definitions.schemes import simple_segment
from kogorta.doctor import audit
from kogorta.metrics import Missing
from kogorta.metrics.collect import BACK_DAYS
from kogorta.metrics.groups import Return as MeasuredReturn
from kogorta.metrics.groups import Segment as MeasuredSegment
from kogorta.metrics.missing import Value
from kogorta.metrics.model import Base
from kogorta.metrics.model import Kpis as Measured
from kogorta.report import build_people, reasons
from kogorta.report.audit_gaps import gaps_of
from kogorta.report.model import (
    NOT_YET,
    Absent,
    AxisCuts,
    BaseSummary,
    Clock,
    Cohort,
    GridCell,
    Kpis,
    Lifecycle,
    Measure,
    Month,
    Move,
    ReportData,
    ReturnRate,
    Rfm,
    SchemeSizes,
    SegmentSize,
    Slipping,
    SlippingCustomer,
    SlippingTotal,
    Transitions,
)
from kogorta.vocab import LifecycleReason, ValueMeasure
from kogorta.warehouse.store import Warehouse


def report_data(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> ReportData:
    """Fill the report as of an instant; language comes in only when it is rendered.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        as_of: With a zone, or UTC without one.
        known_at: As far as what was known then, an instant or an `ingest_seq`; by default everything.
    """
    instant = _naive(as_of)
    known = _naive(known_at) if isinstance(known_at, datetime) else known_at
    measured = metrics.measure(warehouse, config, instant, known)
    return ReportData(
        title=config.workspace.name,
        business=config.workspace.business,
        currency=config.workspace.currency,
        clock=_clock(warehouse, config, measured, known),
        base=_base(measured.base),
        gaps=gaps_of(measured, audit(warehouse, config, instant, known), config.workspace.business),
        rfm=_rfm(measured),
        lifecycle=_lifecycle(measured),
        transitions=_transitions(measured),
        cohorts=_cohorts(measured),
        kpis=_kpis(measured),
        months=_months(measured),
        slipping=_slipping(measured),
        worth=build_people.worth(measured),
        tastes=build_people.tastes(measured),
        own=build_people.own(measured, warehouse),
        checkup=build_people.checkup(warehouse, config, instant, known),
        agenda=build_people.agenda(warehouse, config, instant, known),
    )


def _naive(instant: datetime) -> datetime:
    return instant if instant.tzinfo is None else instant.astimezone(UTC).replace(tzinfo=None)


def _aware(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC)


def _clock(
    warehouse: Warehouse, config: Config, measured: metrics.Metrics, known: datetime | int | None
) -> Clock:
    known_at = _imported_at(warehouse, known) if isinstance(known, int) else known
    return Clock(
        as_of=_aware(measured.as_of),
        known_at=None if known_at is None else _aware(known_at),
        frame_at=_aware(measured.frame_at) if measured.base.buyers else None,
        timezone=config.workspace.timezone,
    )


def _imported_at(warehouse: Warehouse, ingest_seq: int) -> datetime | None:
    rows = warehouse.rows("SELECT max(imported_at) FROM batches WHERE ingest_seq <= ?", [ingest_seq])
    found: datetime | None = rows[0][0]
    return found


def _base(base: Base) -> BaseSummary:
    return BaseSummary(
        customers=base.customers,
        buyers=base.buyers,
        orders=base.orders,
        revenue=base.revenue,
        anonymous_orders=base.anonymous_orders,
        anonymous_revenue=base.anonymous_revenue,
        history_start=base.first_day,
        history_end=base.last_day,
    )


def _sizes(scheme: str, segments: Sequence[MeasuredSegment]) -> SchemeSizes:
    sizes = (SegmentSize(s.id, s.customers, s.revenue, s.recency_days) for s in segments)
    return SchemeSizes(scheme, tuple(sizes))


def _rfm(measured: metrics.Metrics) -> Rfm | Absent:
    rfm = measured.rfm
    if isinstance(rfm, Missing):
        return reasons.absent(rfm)
    classic = rfm.classic
    return Rfm(
        window_days=rfm.window_days or None,
        cuts=tuple(AxisCuts(cuts.axis, cuts.method, cuts.bounds) for cuts in rfm.cuts),
        simple=_sizes("rfm_simple", rfm.simple),
        quick=_sizes("rfm_quick", rfm.quick),
        classic=reasons.absent(classic) if isinstance(classic, Missing) else _sizes("rfm_classic", classic),
        grid=tuple(GridCell(r, fm, n, simple_segment(r, fm)) for (r, fm), n in rfm.grid.items()),
        is_by_margin=rfm.money_of is ValueMeasure.MARGIN,
        unpriced=rfm.unpriced,
    )


def _lifecycle(measured: metrics.Metrics) -> Lifecycle | Absent:
    lifecycle, returns = measured.lifecycle, measured.returns
    if not measured.base.customers:
        return reasons.no_orders()
    return Lifecycle(
        stages=_sizes("lifecycle", lifecycle.stages),
        returns=reasons.absent(returns) if isinstance(returns, Missing) else _returns(returns),
        reasons=tuple(
            (stage, LifecycleReason(reason), n) for (stage, reason), n in lifecycle.reasons.items()
        ),
        quick=_sizes("lifecycle_quick", lifecycle.quick) if measured.base.buyers else None,
        rhythm_days=lifecycle.rhythm_days,
        at_risk_days=lifecycle.at_risk_days,
        lost_days=lifecycle.lost_days,
        new_days=lifecycle.new_days,
        is_provisional=lifecycle.is_provisional,
    )


def _returns(returns: Sequence[MeasuredReturn]) -> tuple[ReturnRate, ...]:
    """Rates of stages in which anybody was."""
    return tuple(
        ReturnRate(r.stage, r.returned, r.members, LifecycleReason(r.reason) if r.reason else None)
        for r in returns
        if r.members
    )


def _transitions(measured: metrics.Metrics) -> tuple[Transitions, ...]:
    return tuple(
        Transitions(
            moves.scheme,
            (_aware(moves.start), _aware(moves.end)),
            (tuple(Move(a or NOT_YET, b or NOT_YET, n) for (a, b), n in moves.counts.items()),),
        )
        for moves in measured.moves
    )


def _cohorts(measured: metrics.Metrics) -> tuple[Cohort, ...] | Absent:
    cohorts = measured.cohorts
    if isinstance(cohorts, Missing):
        return reasons.absent(cohorts)
    return tuple(Cohort(c.month, c.customers, c.active[1:], c.revenue, c.earned) for c in cohorts)


def _months(measured: metrics.Metrics) -> tuple[Month, ...]:
    return tuple(
        Month(m.month, m.orders, m.first_revenue, m.repeat_revenue, m.active, m.anonymous_revenue)
        for m in measured.months
    )


def _kpis(measured: metrics.Metrics) -> Kpis | Absent:
    if not measured.base.buyers:
        return reasons.no_orders()
    now, before = measured.kpis, measured.previous
    return Kpis(
        repeat_rate=_measure(now, before, "repeat_rate"),
        repeat_revenue_share=_measure(now, before, "repeat_revenue_share_year"),
        interval_mean_days=_measure(now, before, "interval_mean_days"),
        interval_median_days=_measure(now, before, "interval_median_days"),
        aov=_measure(now, before, "aov_year"),
        aov_loyal=_measure(now, before, "aov_loyal_year"),
        ltv_revenue=_measure(now, before, "ltv_revenue"),
        ltv_margin=_measure(now, before, "ltv_margin"),
        margin_per_customer=_measure(now, before, "margin_per_customer_year"),
        previous_as_of=_aware(measured.as_of - timedelta(days=BACK_DAYS)) if before else None,
    )


def _measure(now: Measured, before: Measured | None, name: str) -> Measure:
    value: Value = getattr(now, name)
    previous: Value | None = getattr(before, name) if before else None
    return Measure(
        reasons.absent(value) if isinstance(value, Missing) else value,
        None if isinstance(previous, Missing) else previous,
    )


def _slipping(measured: metrics.Metrics) -> Slipping | Absent:
    slipping = measured.slipping
    if isinstance(slipping, Missing):
        return reasons.absent(slipping)
    return Slipping(
        tuple(SlippingTotal(stage, n, money) for stage, (n, money) in slipping.totals.items()),
        tuple(
            SlippingCustomer(
                c.customer_id,
                c.stage,
                c.silent_days,
                c.rhythm_days,
                c.orders,
                c.at_stake,
                LifecycleReason(c.reason),
            )
            for c in slipping.customers
        ),
    )
