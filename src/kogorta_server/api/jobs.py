"""Long work: refreshes and imports are asked for here, and watched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kogorta.errors import InputError
from kogorta_server import clock
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import ERRORS, MISSING
from kogorta_server.api.door import ByKey
from kogorta_server.api.problems import Problem, speaker
from kogorta_server.api.repeating import idempotent
from kogorta_server.jobs import asking, queries, queue, schedules, uploads
from kogorta_server.jobs.queries import Told
from kogorta_server.jobs.words import JobState

router = Router(tags=["jobs"])

_MOST = 200
_CHUNK = 1024 * 1024


class Job(Schema):
    """Long work, and how far it is."""

    id: int
    kind: str
    state: str = Field(description="waiting, running, done, failed or cancelled.")
    share: float = Field(description="How much is done, 0 to 1.")
    doing: str | None = Field(description="What is being done, in the language of Accept-Language.")
    error: str | None = Field(description="Why the last attempt failed.")
    attempts: int
    result: dict[str, Any] = Field(description="What came of it, by kind: of an import, its `upload`.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class RefreshIn(Schema):
    """What is to be refreshed."""

    full: bool = Field(
        False,
        description="Compare people with a base that is measured anew, whatever the age of the last one.",
    )


@router.post(
    "refreshes",
    response={202: Job, **ERRORS, HTTPStatus.CONFLICT: Problem},
    operation_id="refresh",
    auth=ByKey(Right.WORK),
)
@idempotent
def refresh(request: HttpRequest, body: RefreshIn) -> Status[Job]:
    """Have segments brought up to date; one that waits already is returned."""
    job = asking.refresh(None, full=body.full)
    record(request, "job.asked", str(job.pk), kind=job.kind)
    return Status(HTTPStatus.ACCEPTED, told_job(request, queries.find(job.pk)))


@router.post(
    "imports",
    response={202: Job, **ERRORS, HTTPStatus.CONFLICT: Problem},
    operation_id="import_file",
    auth=ByKey(Right.IMPORT),
)
@idempotent
def bring_in(
    request: HttpRequest,
    form: Annotated[str, Query(max_length=60, description="A table such as orders, or tracking.")],
    name: Annotated[str, Query(max_length=100, description="Name of the file; its ending says what it is.")],
) -> Status[Job]:
    """Bring a file in. The body of the request is the file as it is: `curl --data-binary @orders.csv`."""
    uploads.check_form(form)
    upload = uploads.receive(Sent(request, name), None)
    job = asking.bring_in(upload, form, None, None)
    record(request, "upload.brought_in", str(upload.pk), job=job.pk)
    return Status(HTTPStatus.ACCEPTED, told_job(request, queries.find(job.pk)))


@router.get("jobs", response={200: list[Job], **ERRORS}, operation_id="list_jobs", auth=ByKey(Right.SEE))
def every(
    request: HttpRequest,
    limit: Annotated[int, Query(50, ge=1, le=_MOST, description="How many of those that are over.")],
) -> list[Job]:
    """List jobs: what runs, what waits, then what is over, the last one first."""
    over = [state for state in JobState if state not in {JobState.RUNNING, JobState.WAITING}]
    _, finished = queries.finished(over, 0, limit)
    return [told_job(request, told) for told in (*queries.open_jobs(), *finished)]


@router.get(
    "jobs/{int:job_id}", response={200: Job, **ERRORS, **MISSING}, operation_id="job", auth=ByKey(Right.SEE)
)
def one(request: HttpRequest, job_id: int) -> Job:
    """Show one job."""
    return told_job(request, queries.find(job_id))


@router.post(
    "jobs/{int:job_id}/cancel",
    response={200: Job, **ERRORS, **MISSING},
    operation_id="cancel_job",
    auth=ByKey(Right.WORK),
)
def cancel(request: HttpRequest, job_id: int) -> Job:
    """Call a job off: at once if it waits, else at its next step. What is over stays as it is."""
    job = queries.find(job_id)
    if queue.cancel(job_id, clock.now()):
        record(request, "job.cancelled", str(job_id), kind=job.kind.value)
    return told_job(request, queries.find(job_id))


@router.post(
    "jobs/{int:job_id}/retry",
    response={200: Job, **ERRORS, **MISSING},
    operation_id="retry_job",
    auth=ByKey(Right.WORK),
)
def retry(request: HttpRequest, job_id: int) -> Job:
    """Have a job that failed or was called off done after all. Any other stays as it is."""
    job = queries.find(job_id)
    if queue.retry(job_id, clock.now()):
        record(request, "job.retried", str(job_id), kind=job.kind.value)
    return told_job(request, queries.find(job_id))


class Schedule(Schema):
    """A job that is made again and again."""

    id: int
    name: str
    kind: str
    every_seconds: int
    next_at: datetime


class ScheduleIn(Schema):
    """How often."""

    every_seconds: int = Field(ge=schedules.LEAST_SECONDS, le=schedules.MOST_SECONDS)


@router.get(
    "schedules",
    response={200: list[Schedule], **ERRORS},
    operation_id="list_schedules",
    auth=ByKey(Right.SEE),
)
def planned(request: HttpRequest) -> list[Schedule]:
    """List the jobs that are made again and again."""
    return [_schedule(item) for item in schedules.every()]


@router.patch(
    "schedules/{int:schedule_id}",
    response={200: Schedule, **ERRORS, **MISSING},
    operation_id="change_schedule",
    auth=ByKey(Right.SETTINGS),
)
def change(request: HttpRequest, schedule_id: int, body: ScheduleIn) -> Schedule:
    """Have a job made as often as this from now on."""
    found = schedules.change(schedule_id, body.every_seconds)
    record(request, "schedule.changed", found.name, every_seconds=found.every_seconds)
    return _schedule(found)


def _schedule(item: schedules.Planned) -> Schedule:
    return Schedule(
        id=item.id,
        name=item.name,
        kind=item.kind.value,
        every_seconds=item.every_seconds,
        next_at=item.next_at,
    )


@dataclass(frozen=True)
class Sent:
    """A file that is the body of a request, read as it comes in."""

    request: HttpRequest
    name: str

    @property
    def size(self) -> int:
        """Its length as the request tells it."""
        return int(self.request.headers.get("Content-Length") or 0)

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            InputError: They are more than the service takes.
        """
        received = 0
        while chunk := self.request.read(_CHUNK):
            received += len(chunk)
            if received > settings.ENVIRONMENT.upload_bytes:
                raise InputError(
                    "the file is too big", got=self.name, hint="split it, or raise KOGORTA_UPLOAD_MB"
                )
            yield chunk


def told_job(request: HttpRequest, told: Told) -> Job:
    """Return a job as programs are told of it."""
    t = speaker(request)
    return Job(
        id=told.id,
        kind=told.kind.value,
        state=told.state.value,
        share=told.share,
        doing=t.say(told.said) if told.said else None,
        error=told.error[t.lang] if told.error else None,
        attempts=told.attempts,
        result=dict(told.result),
        created_at=told.created_at,
        started_at=told.started_at,
        finished_at=told.finished_at,
    )
