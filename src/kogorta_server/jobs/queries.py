"""What pages ask of jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import Count, QuerySet

from kogorta.errors import NotFoundError
from kogorta.i18n import Lang, Message
from kogorta_server.accounts.keys import Key
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import files
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.queue import MOST_ATTEMPTS
from kogorta_server.jobs.sentences import unpack
from kogorta_server.jobs.words import OPEN, JobKind, JobState


@dataclass(frozen=True, slots=True)
class Told:
    """A job, as pages tell of it.

    Attributes:
        id: Its number.
        kind: What it does.
        state: How far it is.
        payload, result: What exactly is done, and what came of it.
        share: How much is done, 0 to 1.
        said: What is being done; None where nothing was said yet.
        error: Why the last attempt failed, by language; None if none did.
        attempts: How many there were.
        is_cancel_asked: Whether somebody has called it off, and it has not stopped yet.
        asked_by_id: Who asked for it; None for the service itself.
        who: His name; empty for the service itself.
        created_at, due_at, started_at, finished_at: When; UTC.
    """

    id: int
    kind: JobKind
    state: JobState
    payload: Mapping[str, Any]
    result: Mapping[str, Any]
    share: float
    said: Message | None
    error: Mapping[Lang, str] | None
    attempts: int
    is_cancel_asked: bool
    asked_by_id: int | None
    who: str
    created_at: datetime
    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is not over."""
        return self.state in OPEN

    @property
    def is_tried_again(self) -> bool:
        """Whether it waits for another attempt after one that failed."""
        return self.state is JobState.WAITING and self.error is not None

    @property
    def attempts_left(self) -> int:
        """How many attempts are left before nobody tries again by himself."""
        return max(MOST_ATTEMPTS - self.attempts, 0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A refresh that failed, and no later one has come to its end since.

    Attributes:
        job: The last that failed.
        times: How many have.
    """

    job: Told
    times: int


def open_jobs() -> list[Told]:
    """Return what runs, then what waits, in the order in which it is done."""
    rows = _jobs().filter(state__in=OPEN).order_by("state", "priority", "due_at", "id")
    return [_told(job) for job in rows]


def has_open() -> bool:
    """Tell whether anything runs or waits."""
    return Job.objects.filter(state__in=OPEN).exists()


def count_failed() -> int:
    """Return how many jobs failed and wait for somebody to look."""
    return Job.objects.filter(state=JobState.FAILED.value).count()


def counts() -> dict[JobState, int]:
    """Return how many jobs there are of each state."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {state: found.get(state.value, 0) for state in JobState}


def finished(states: Sequence[JobState], offset: int, limit: int) -> tuple[int, list[Told]]:
    """Return how many jobs ended in one of some states, and a page of them, the last one first."""
    rows = _jobs().filter(state__in=states).order_by("-finished_at", "-id")
    return rows.count(), [_told(job) for job in rows[offset : offset + limit]]


def find(job_id: int) -> Told:
    """Return one job.

    Raises:
        NotFoundError: There is none of this number.
    """
    job = _jobs().filter(pk=job_id).first()
    if job is None:
        raise NotFoundError("there is no such job", got=str(job_id))
    return _told(job)


def export_of(job_id: int, who: User | Key) -> tuple[Told, Path]:
    """Return an export and its file, to whoever asked for it and may still see what stands there.

    Raises:
        NotFoundError: There is no such file, or it is not for him.
    """
    job = find(job_id)
    path = files.export_path(job.id)
    asked_by = job.payload.get("key") if isinstance(who, Key) else job.asked_by_id
    is_his = job.kind is JobKind.EXPORT and asked_by == (who.id if isinstance(who, Key) else who.pk)
    is_allowed = is_his and (not job.result.get("has_contacts") or who.may(Right.CONTACTS))
    if job.state is not JobState.DONE or not is_allowed or not path.is_file():
        raise NotFoundError(
            "there is no such file",
            got=str(job_id),
            hint="a file of people is kept for a day, for whoever asked for it: ask for it once more",
        )
    return job, path


def trouble() -> Trouble | None:
    """Return the refresh that failed last, if none has come to its end since."""
    refreshes = _jobs().filter(kind=JobKind.REFRESH.value)
    good = refreshes.filter(state=JobState.DONE.value).order_by("-started_at").first()
    bad = refreshes.filter(error__isnull=False).exclude(
        state__in=[JobState.DONE.value, JobState.CANCELLED.value]
    )
    if good is not None:
        bad = bad.filter(started_at__gt=good.started_at)
    last = bad.order_by("-started_at").first()
    return Trouble(_told(last), sum(job.attempts for job in bad)) if last else None


def _jobs() -> QuerySet[Job]:
    return Job.objects.select_related("asked_by")


def _told(job: Job) -> Told:
    return Told(
        id=job.pk,
        kind=JobKind(job.kind),
        state=JobState(job.state),
        payload=job.payload,
        result=job.result or {},
        share=job.share,
        said=unpack(job.said) if job.said else None,
        error=job.error["text"] if job.error else None,
        attempts=job.attempts,
        is_cancel_asked=job.is_cancel_asked,
        asked_by_id=job.asked_by_id,
        who=str(job.asked_by) if job.asked_by else "",
        created_at=job.created_at,
        due_at=job.due_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
    )
