"""From measured people to what the report shows: value, preferences, own segments, advice, the agenda."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby

from kogorta import doctor as doctors
from kogorta import metrics
from kogorta.config import Config
from kogorta.doctor.rules import RULES
from kogorta.membership.own import registered
from kogorta.metrics import Missing
from kogorta.report.model import (
    Absent,
    Advice,
    Agenda,
    Checkup,
    OwnScheme,
    Severity,
    Taste,
    Visitor,
    Worth,
)
from kogorta.report.reasons import absent
from kogorta.today import Task, TaskSort, today_list
from kogorta.warehouse.store import Warehouse

_GRADES = {
    doctors.Severity.BAD: Severity.HIGH,
    doctors.Severity.WARN: Severity.MEDIUM,
    doctors.Severity.INFO: Severity.LOW,
}
"""How grave a remark is in the words of the report, the gravest first."""


def worth(measured: metrics.Metrics) -> Worth | Absent:
    """Return how value is spread, or why this is unknown."""
    found = measured.worth
    if isinstance(found, Missing):
        return absent(found)
    losing = found.losing
    return Worth(
        found.buyers,
        found.value,
        found.tops,
        absent(losing) if isinstance(losing, Missing) else losing,
        found.known,
        found.hunters,
        found.repeaters,
    )


def tastes(measured: metrics.Metrics) -> tuple[Taste, ...]:
    """Return what customers prefer."""
    return tuple(Taste(item.trait, item.customers, item.values) for item in measured.tastes)


def own(measured: metrics.Metrics, warehouse: Warehouse) -> tuple[OwnScheme, ...]:
    """Return the segments that people defined, with their cards."""
    cards = {id_: definition.playbooks for id_, definition in registered(warehouse).items()}
    return tuple(
        OwnScheme(item.id, item.name, item.is_free, item.segments, cards.get(item.id, {}))
        for item in measured.own
    )


def checkup(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None
) -> Checkup:
    """Return what the doctor says, the gravest first."""
    found = doctors.doctor(warehouse, config, as_of, known_at)
    rules = {rule.id: rule for rule in RULES}
    standing = [
        remark
        for remark in found.remarks
        if remark.severity in _GRADES and remark.waiver is None and remark.rule in rules
    ]
    order, advice = list(_GRADES.values()), []
    for id_, group in groupby(standing, key=lambda remark: remark.rule):
        remarks = sorted(group, key=lambda remark: order.index(_GRADES[remark.severity]))
        rule = rules[id_]
        places = tuple(
            (remark.segment, found.names.get(remark.segment or ""), remark.message) for remark in remarks
        )
        advice.append(Advice(id_, _GRADES[remarks[0].severity], rule.finding, places, rule.why, rule.todo))
    good = tuple(remark.message for remark in found.remarks if remark.severity is doctors.Severity.GOOD)
    return Checkup(
        tuple(sorted(advice, key=lambda item: order.index(item.severity))),
        good,
        sum(remark.waiver is not None for remark in found.remarks),
    )


def agenda(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None
) -> Agenda | None:
    """Return who comes on the day and who is due; None of a business without bookings."""
    present, _ = warehouse.contents()
    if "bookings" not in present:
        return None
    found = today_list(warehouse, config, as_of, known_at)
    return Agenda(
        found.day,
        _visitors(found.of(TaskSort.VISIT)),
        _visitors(found.of(TaskSort.INVITE)),
        found.left_out[TaskSort.INVITE],
    )


def _visitors(tasks: tuple[Task, ...]) -> tuple[Visitor, ...]:
    return tuple(
        Visitor(
            task.customer_id,
            task.at.replace(tzinfo=UTC),
            task.service,
            task.staff,
            task.days,
            task.no_show_share,
        )
        for task in tasks
        if task.at
    )
