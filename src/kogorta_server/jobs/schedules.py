"""Jobs that are made again and again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from kogorta.errors import InputError, NotFoundError
from kogorta_server import clock
from kogorta_server.jobs import handlers
from kogorta_server.jobs.handlers.handler import SCHEDULED
from kogorta_server.jobs.models import Schedule
from kogorta_server.jobs.words import JobKind

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Usual:
    """A schedule that every service has.

    Attributes:
        name: Its own.
        kind: Which job it makes.
        every_seconds: How often.
    """

    name: str
    kind: JobKind
    every_seconds: int


USUAL = (
    Usual("refresh what is due", JobKind.REFRESH, 60),
    Usual("tell webhooks", JobKind.HOOKS, 30),
    Usual("remove what is old", JobKind.CLEANING, _DAY),
)


LEAST_SECONDS, MOST_SECONDS = 10, 30 * _DAY
"""How often a job may be made again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule as it stands.

    Attributes:
        id: Its number.
        name: Its own.
        kind: Which job it makes.
        every_seconds: How often.
        next_at: When next.
    """

    id: int
    name: str
    kind: JobKind
    every_seconds: int
    next_at: datetime


def every() -> list[Planned]:
    """Return all schedules."""
    return [_planned(row) for row in Schedule.objects.order_by("id")]


def change(schedule_id: int, every_seconds: int) -> Planned:
    """Have a job made as often as this from now on.

    Raises:
        NotFoundError: There is no such schedule.
        InputError: That is too often, or too seldom.
    """
    if not LEAST_SECONDS <= every_seconds <= MOST_SECONDS:
        raise InputError(
            "a schedule cannot be kept so",
            got=every_seconds,
            expected=f"{LEAST_SECONDS}–{MOST_SECONDS}",
        )
    row = Schedule.objects.filter(pk=schedule_id).first()
    if row is None:
        raise NotFoundError("there is no such schedule", got=schedule_id)
    following = min(row.next_at, clock.now() + timedelta(seconds=every_seconds))
    Schedule.objects.filter(pk=row.pk).update(every_seconds=every_seconds, next_at=following)
    row.refresh_from_db()
    return _planned(row)


def _planned(row: Schedule) -> Planned:
    return Planned(row.pk, row.name, JobKind(row.kind), row.every_seconds, row.next_at)


def ensure() -> None:
    """Make the usual schedules where there are none yet; what an operator has changed stays."""
    for usual in USUAL:
        Schedule.objects.get_or_create(
            name=usual.name,
            defaults={
                "kind": usual.kind.value,
                "payload": {"due_only": True} if usual.kind is JobKind.REFRESH else {},
                "every_seconds": usual.every_seconds,
                "next_at": clock.now(),
            },
        )


def tick(now: datetime) -> int:
    """Make the jobs whose time has come; what was missed while nothing ran is made once. Return how many."""
    count = 0
    for schedule in Schedule.objects.filter(next_at__lte=now):
        following = now + timedelta(seconds=schedule.every_seconds)
        with transaction.atomic():
            ours = Schedule.objects.filter(pk=schedule.pk, next_at=schedule.next_at).update(next_at=following)
            if ours:
                handlers.of(JobKind(schedule.kind)).ask(schedule.payload, priority=SCHEDULED)
        count += ours
    return count
