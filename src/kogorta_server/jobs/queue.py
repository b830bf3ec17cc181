"""What changes jobs: each change is one conditional UPDATE whose row count says whether it was ours to make."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from kogorta_server import clock
from kogorta_server.accounts.models import User
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.sentences import cut_off
from kogorta_server.jobs.words import JobKind, JobState

LEASE = timedelta(seconds=60)
"""So long a thread is believed alive that says nothing; it says something every second."""

MOST_ATTEMPTS = 5
"""After so many nobody tries again by himself."""

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
_LOOKED_AT = 8

bell = threading.Event()
"""Rings when a job may be due: threads of this process need not wait for their next look."""


class Beat(StrEnum):
    """What a thread learns when it says that it is alive."""

    KEPT = "kept"
    CANCEL = "cancel"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that a thread holds.

    Attributes:
        id: Its number.
        kind: What is to be done.
        payload: What exactly.
        checkpoint: What earlier attempts have done already.
        fence: The number of this claim.
        attempt: Which attempt it is, from 1.
        asked_by: Who asked for it; None if nobody did.
    """

    id: int
    kind: JobKind
    payload: dict[str, Any]
    checkpoint: dict[str, Any]
    fence: int
    attempt: int
    asked_by: User | None


def enqueue(
    kind: JobKind,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    lane: str | None = None,
    priority: int = 0,
    due_at: datetime | None = None,
    asked_by: User | None = None,
) -> Job:
    """Have something done.

    Args:
        kind: What.
        payload: What exactly.
        key: If a job with this key waits already, that one is returned.
        lane: Of one lane only one runs at a time.
        priority: The smallest first.
        due_at: Not before then; by default now.
        asked_by: Who asks.
    """
    now = clock.now()
    fields = {
        "kind": kind.value,
        "payload": payload or {},
        "key": key,
        "lane": lane,
        "priority": priority,
        "due_at": due_at or now,
        "asked_by": asked_by,
        "created_at": now,
    }
    for _ in range(_LOOKED_AT):
        waiting = Job.objects.filter(key=key, state=JobState.WAITING.value).first() if key else None
        if waiting is not None:
            return waiting
        try:
            with transaction.atomic():
                job = Job.objects.create(**fields)
        except IntegrityError:
            continue  # somebody asked for the same a moment ago
        transaction.on_commit(bell.set)
        return job
    raise RuntimeError("jobs with this key come and go faster than they can be asked for")


def claim(now: datetime) -> Claim | None:
    """Take the next job that is due; None if there is none."""
    running = Job.objects.filter(state=JobState.RUNNING.value, lane__isnull=False).values("lane")
    due = (
        Job.objects.filter(state=JobState.WAITING.value, due_at__lte=now)
        .exclude(lane__isnull=False, lane__in=running)
        .order_by("priority", "due_at", "id")
    )
    for job in due[:_LOOKED_AT]:
        try:
            with transaction.atomic():
                taken = Job.objects.filter(pk=job.pk, state=JobState.WAITING.value, fence=job.fence).update(
                    state=JobState.RUNNING.value,
                    fence=F("fence") + 1,
                    attempts=F("attempts") + 1,
                    lease_until=now + LEASE,
                    started_at=now,
                    share=0.0,
                    said=None,
                )
        except IntegrityError:
            continue  # its lane was taken meanwhile
        if taken:
            return Claim(
                job.pk,
                JobKind(job.kind),
                job.payload,
                job.checkpoint,
                job.fence + 1,
                job.attempts + 1,
                job.asked_by,
            )
    return None


def beat(held: Claim, now: datetime, share: float, said: dict[str, Any] | None) -> Beat:
    """Say that a job is still being done, and how far it is."""
    kept = _held(held).update(lease_until=now + LEASE, share=share, said=said)
    if not kept:
        return Beat.LOST
    is_asked = Job.objects.filter(pk=held.id).values_list("is_cancel_asked", flat=True).first()
    return Beat.CANCEL if is_asked else Beat.KEPT


def checkpoint(held: Claim, done: dict[str, Any]) -> bool:
    """Write down what need not be done again; whether the job was still ours."""
    return bool(_held(held).update(checkpoint=done))


def finish(held: Claim, result: dict[str, Any], now: datetime) -> bool:
    """Write down that a job came to its end; whether it was still ours."""
    return _end(held, JobState.DONE, now, result=result, share=1.0, error=None)


def forget(held: Claim) -> bool:
    """Remove a job that found nothing to do; whether it was still ours."""
    deleted, _ = _held(held).delete()
    return bool(deleted)


def end_cancelled(held: Claim, now: datetime) -> bool:
    """Write down that a job stopped because somebody called it off; whether it was still ours."""
    return _end(held, JobState.CANCELLED, now)


def fail(held: Claim, error: dict[str, Any], now: datetime, *, is_final: bool) -> bool:
    """Write down that an attempt failed; whether the job was still ours.

    Args:
        held: The job.
        error: As `sentences.told` makes it.
        now: This instant.
        is_final: Whether another attempt would fail the same way.
    """
    if is_final or held.attempt >= MOST_ATTEMPTS:
        return _end(held, JobState.FAILED, now, error=error)
    try:
        with transaction.atomic():
            return bool(
                _held(held).update(
                    state=JobState.WAITING.value,
                    due_at=now + pause(held.attempt),
                    error=error,
                    lease_until=None,
                    share=0.0,
                    said=None,
                )
            )
    except IntegrityError:
        return _give_way(held, now, error=error)


def pause(attempt: int) -> timedelta:
    """Return how long to wait after an attempt failed: half a minute, then four times as long each time."""
    return min(_FIRST_PAUSE * int(4 ** (attempt - 1)), _LONGEST_PAUSE)


def cancel(job_id: int, now: datetime) -> bool:
    """Call a job off: at once if it waits, else its handler is told. Whether there was anything to call off."""
    waiting = Job.objects.filter(pk=job_id, state=JobState.WAITING.value)
    if waiting.update(state=JobState.CANCELLED.value, finished_at=now):
        return True
    return bool(Job.objects.filter(pk=job_id, state=JobState.RUNNING.value).update(is_cancel_asked=True))


def retry(job_id: int, now: datetime) -> bool:
    """Have a job that failed or was called off done after all; whether it could be.

    One that waits for its next attempt begins at once.
    """
    again = Q(state__in=[JobState.FAILED.value, JobState.CANCELLED.value]) | Q(
        state=JobState.WAITING.value, due_at__gt=now
    )
    try:
        with transaction.atomic():
            taken = Job.objects.filter(again, pk=job_id).update(
                state=JobState.WAITING.value,
                due_at=now,
                attempts=0,
                is_cancel_asked=False,
                finished_at=None,
                lease_until=None,
            )
    except IntegrityError:
        return False  # one with the same key waits already
    bell.set()
    return bool(taken)


def reclaim(now: datetime, *, everything: bool = False) -> int:
    """Give back jobs whose thread is no more.

    Args:
        now: This instant.
        everything: Not only those whose lease is over: one process owns the base, and this one has just begun.

    Returns:
        How many.
    """
    dead = Job.objects.filter(state=JobState.RUNNING.value)
    if not everything:
        dead = dead.filter(lease_until__lt=now)
    count = 0
    for job in dead:
        held = Claim(job.pk, JobKind(job.kind), {}, {}, job.fence, job.attempts, None)
        if job.is_cancel_asked:
            count += end_cancelled(held, now)
        elif job.attempts >= MOST_ATTEMPTS:
            count += _end(held, JobState.FAILED, now, error=cut_off())
        else:
            count += _give_back(held, now)
    return count


def hand_back(held: Claim, now: datetime) -> bool:
    """Leave a job to the next start of the process, which is no failed attempt; whether it was still ours."""
    return _give_back(held, now, attempts=F("attempts") - 1)


def _give_back(held: Claim, now: datetime, **more: object) -> bool:
    # the fence grows, too: whoever was thought dead and is not must not go on
    fields = {
        "state": JobState.WAITING.value,
        "fence": F("fence") + 1,
        "lease_until": None,
        "due_at": now,
        **more,
    }
    try:
        with transaction.atomic():
            return bool(_held(held).update(**fields))
    except IntegrityError:
        return _give_way(held, now)


def _give_way(held: Claim, now: datetime, **fields: object) -> bool:
    """End a job to which another attempt is due, since one with the same key waits and will do the same work."""
    return _end(held, JobState.CANCELLED, now, **fields)


def _held(held: Claim) -> Any:
    return Job.objects.filter(pk=held.id, fence=held.fence, state=JobState.RUNNING.value)


def _end(held: Claim, state: JobState, now: datetime, **fields: object) -> bool:
    return bool(_held(held).update(state=state.value, finished_at=now, lease_until=None, **fields))
