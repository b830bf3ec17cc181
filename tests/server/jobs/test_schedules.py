"""Schedules: made when due, once, whoever looks at them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kogorta_server import clock
from kogorta_server.jobs import schedules
from kogorta_server.jobs.models import Job, Schedule
from kogorta_server.jobs.words import JobKind

pytestmark = pytest.mark.django_db


def test_a_service_refreshes_what_is_due_every_minute_and_cleans_once_a_day() -> None:
    schedules.ensure()
    assert dict(Schedule.objects.values_list("kind", "every_seconds")) == {
        "refresh": 60,
        "hooks": 30,
        "cleaning": 86_400,
    }
    now = clock.now()
    assert schedules.tick(now) == 3
    assert {(job.kind, job.priority) for job in Job.objects.all()} == {
        ("refresh", 10),
        ("hooks", 10),
        ("cleaning", 10),
    }
    assert Job.objects.get(kind=JobKind.REFRESH.value).payload == {"due_only": True}


def test_what_came_due_is_made_once_however_often_one_looks() -> None:
    schedules.ensure()
    now = clock.now()
    assert [schedules.tick(now), schedules.tick(now)] == [3, 0]
    assert schedules.tick(now + timedelta(seconds=29)) == 0
    Job.objects.all().delete()
    assert schedules.tick(now + timedelta(seconds=61)) == 2


def test_what_was_missed_while_nothing_ran_is_made_once() -> None:
    schedules.ensure()
    now = clock.now()
    schedules.tick(now)
    Job.objects.all().delete()
    assert schedules.tick(now + timedelta(days=3)) == 3
    assert Job.objects.count() == 3
    assert schedules.tick(now + timedelta(days=3, seconds=29)) == 0


def test_a_refresh_that_still_waits_is_not_asked_for_twice() -> None:
    schedules.ensure()
    now = clock.now()
    for minutes in range(5):
        schedules.tick(now + timedelta(minutes=minutes))
    assert Job.objects.filter(kind=JobKind.REFRESH.value).count() == 1


def test_what_an_operator_has_changed_stays() -> None:
    schedules.ensure()
    Schedule.objects.filter(kind=JobKind.REFRESH.value).update(every_seconds=900)
    schedules.ensure()
    assert Schedule.objects.get(kind=JobKind.REFRESH.value).every_seconds == 900
