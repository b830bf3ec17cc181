"""The queue: who gets a job, who loses it, when it is tried again, when nobody tries again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kogorta_server.jobs import queue
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.queue import Beat, Claim
from kogorta_server.jobs.words import JobKind, JobState

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAULT = {"code": "engine", "text": {"en": "the disk is full", "ru": "диск полон"}}


def asked(kind: JobKind = JobKind.EXPORT, due_at: datetime = NOON, **more: object) -> Job:
    return queue.enqueue(kind, due_at=due_at, **more)  # type: ignore[arg-type]


def taken(now: datetime = NOON) -> Claim:
    found = queue.claim(now)
    assert found is not None
    return found


def state(job: Job) -> str:
    return str(Job.objects.get(pk=job.pk).state)


def test_a_job_goes_to_one_claimant_and_is_over_once() -> None:
    job = asked()
    held = taken()
    assert (held.id, held.attempt) == (job.pk, 1)
    assert queue.claim(NOON) is None
    assert queue.finish(held, {"people": 3}, NOON + MINUTE)
    assert not queue.finish(held, {"people": 4}, NOON + MINUTE)
    found = Job.objects.get(pk=job.pk)
    assert (found.state, found.result, found.share) == (JobState.DONE, {"people": 3}, 1.0)
    assert found.finished_at == NOON + MINUTE


def test_the_urgent_come_first_then_who_has_waited_longest_and_nobody_before_his_time() -> None:
    late = asked(due_at=NOON, priority=10)
    second = asked(due_at=NOON - MINUTE)
    first = asked(due_at=NOON - 2 * MINUTE)
    asked(due_at=NOON + MINUTE)
    assert [taken().id for _ in range(3)] == [first.pk, second.pk, late.pk]
    assert queue.claim(NOON) is None


def test_asking_for_the_same_again_gives_the_job_that_waits() -> None:
    first = asked(key="refresh")
    assert asked(key="refresh").pk == first.pk
    assert asked(key="other").pk != first.pk
    assert asked().pk != asked().pk
    held = taken()
    # what runs may have begun before what is asked for now was known
    assert held.id == first.pk
    assert asked(key="refresh").pk != first.pk


def test_of_one_lane_one_runs_and_the_next_lane_does_not_wait_for_it() -> None:
    first, second = asked(lane="refresh"), asked(lane="refresh")
    other = asked(lane="import")
    held = taken()
    assert held.id == first.pk
    assert taken().id == other.pk
    assert queue.claim(NOON) is None
    queue.finish(held, {}, NOON)
    assert taken().id == second.pk


def test_whoever_lost_his_lease_can_change_nothing_any_more() -> None:
    asked()
    slow = taken()
    assert queue.reclaim(NOON + queue.LEASE - MINUTE / 60) == 0
    assert queue.reclaim(NOON + 2 * queue.LEASE) == 1
    quick = taken(NOON + 2 * queue.LEASE)
    assert quick.id == slow.id
    assert quick.fence > slow.fence
    assert queue.beat(slow, NOON, 0.5, None) is Beat.LOST
    assert not queue.checkpoint(slow, {"step": 1})
    assert not queue.finish(slow, {"by": "slow"}, NOON)
    assert not queue.fail(slow, FAULT, NOON, is_final=True)
    assert queue.beat(quick, NOON, 0.5, None) is Beat.KEPT
    assert queue.finish(quick, {"by": "quick"}, NOON)
    assert Job.objects.get().result == {"by": "quick"}


def test_a_beat_keeps_the_lease() -> None:
    asked()
    held = taken()
    later = NOON + queue.LEASE - MINUTE / 60
    assert queue.beat(held, later, 0.25, {"text": "reading the file"}) is Beat.KEPT
    assert queue.reclaim(NOON + queue.LEASE + MINUTE / 60) == 0
    found = Job.objects.get()
    assert (found.share, found.said, found.lease_until) == (
        0.25,
        {"text": "reading the file"},
        later + queue.LEASE,
    )


def test_what_failed_is_tried_again_later_and_later_and_then_by_nobody() -> None:
    job = asked()
    now = NOON
    pauses = []
    for attempt in range(1, queue.MOST_ATTEMPTS + 1):
        held = taken(now)
        assert held.attempt == attempt
        assert queue.fail(held, FAULT, now, is_final=False)
        found = Job.objects.get(pk=job.pk)
        assert found.error == FAULT
        if attempt < queue.MOST_ATTEMPTS:
            assert queue.claim(found.due_at - MINUTE / 60) is None
            pauses.append((found.due_at - now).total_seconds())
            now = found.due_at
    assert pauses == [30, 120, 480, 1920]
    assert state(job) == JobState.FAILED
    assert queue.pause(20) == timedelta(hours=1)


def test_what_would_fail_the_same_way_is_not_tried_again() -> None:
    job = asked()
    queue.fail(taken(), FAULT, NOON, is_final=True)
    assert state(job) == JobState.FAILED
    assert queue.claim(NOON + timedelta(days=1)) is None


def test_a_dead_letter_is_tried_again_when_somebody_says_so() -> None:
    job = asked()
    queue.fail(taken(), FAULT, NOON, is_final=True)
    assert queue.retry(job.pk, NOON + MINUTE)
    held = taken(NOON + MINUTE)
    assert (held.id, held.attempt) == (job.pk, 1)
    assert not queue.retry(job.pk, NOON), "what runs cannot be tried again"
    queue.finish(held, {}, NOON)
    assert not queue.retry(job.pk, NOON), "what is done cannot be tried again"


def test_who_waits_for_his_next_attempt_can_begin_at_once() -> None:
    job = asked()
    queue.fail(taken(), FAULT, NOON, is_final=False)
    assert queue.claim(NOON) is None
    assert queue.retry(job.pk, NOON)
    assert taken().id == job.pk


def test_a_dead_letter_does_not_come_back_beside_one_that_does_the_same() -> None:
    dead = asked(key="refresh")
    queue.fail(taken(), FAULT, NOON, is_final=True)
    asked(key="refresh")
    assert not queue.retry(dead.pk, NOON)
    assert state(dead) == JobState.FAILED


def test_an_attempt_that_failed_gives_way_to_one_that_waits_to_do_the_same() -> None:
    first = asked(key="refresh")
    held = taken()
    second = asked(key="refresh")
    assert queue.fail(held, FAULT, NOON, is_final=False)
    assert (state(first), state(second)) == (JobState.CANCELLED, JobState.WAITING)
    assert Job.objects.get(pk=first.pk).error == FAULT


def test_what_waits_is_called_off_at_once_and_what_runs_is_told() -> None:
    waiting = asked()
    assert queue.cancel(waiting.pk, NOON)
    assert state(waiting) == JobState.CANCELLED
    running = asked()
    held = taken()
    assert queue.cancel(running.pk, NOON)
    assert state(running) == JobState.RUNNING
    assert queue.beat(held, NOON, 0.1, None) is Beat.CANCEL
    assert queue.end_cancelled(held, NOON)
    assert not queue.cancel(running.pk, NOON), "what is over cannot be called off"
    assert queue.retry(running.pk, NOON)
    assert queue.beat(taken(), NOON, 0.1, None) is Beat.KEPT, "the second time nobody has called it off"


def test_a_new_process_takes_back_all_that_seemed_to_run() -> None:
    jobs = [asked(), asked()]
    for _ in jobs:
        taken()
    assert queue.reclaim(NOON) == 0
    assert queue.reclaim(NOON, everything=True) == 2
    assert [taken().attempt for _ in jobs] == [2, 2]


def test_what_was_called_off_before_the_process_died_does_not_go_on() -> None:
    job = asked()
    taken()
    queue.cancel(job.pk, NOON)
    queue.reclaim(NOON, everything=True)
    assert state(job) == JobState.CANCELLED


def test_what_kills_its_process_each_time_is_not_begun_for_ever() -> None:
    job = asked()
    for _ in range(queue.MOST_ATTEMPTS):
        taken()
        queue.reclaim(NOON, everything=True)
    found = Job.objects.get(pk=job.pk)
    assert found.state == JobState.FAILED
    assert found.error is not None
    assert found.error["code"] == "cut_off"
    assert found.error["text"]["ru"] != found.error["text"]["en"]


def test_leaving_a_job_to_the_next_process_is_no_failed_attempt() -> None:
    asked()
    for _ in range(queue.MOST_ATTEMPTS + 2):
        assert queue.hand_back(taken(), NOON)
    assert taken().attempt == 1


def test_a_checkpoint_is_there_for_the_next_attempt() -> None:
    asked()
    held = taken()
    assert queue.checkpoint(held, {"as_of": "2026-11-02T12:00:00+00:00"})
    queue.reclaim(NOON, everything=True)
    assert taken().checkpoint == {"as_of": "2026-11-02T12:00:00+00:00"}


def test_a_job_that_found_nothing_to_do_leaves_no_row() -> None:
    asked()
    held = taken()
    assert queue.forget(held)
    assert not queue.forget(held)
    assert not Job.objects.exists()
