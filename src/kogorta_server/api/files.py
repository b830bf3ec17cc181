"""Files: sent, looked at, brought in, what was refused of them; lists of customers written into files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from kogorta.i18n import Translator
from kogorta.ingest import ImportReport
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.api.base import CONFLICT, ERRORS, MISSING, UNREADABLE, current
from kogorta_server.api.door import ByKey, key_of
from kogorta_server.api.filters import Filters
from kogorta_server.api.jobs import Job, Sent, told_job
from kogorta_server.api.leafing import Cursor, Leaf, Limit, key_before, leaf
from kogorta_server.api.problems import Problem, speaker, wrong
from kogorta_server.api.repeating import idempotent
from kogorta_server.jobs import asking, queries, uploads
from kogorta_server.jobs import files as places
from kogorta_server.jobs.models import Upload as Kept
from kogorta_server.jobs.sentences import unpack

router = Router(tags=["files"])
ANSWERS = {**ERRORS, **MISSING}
CSV = "text/csv"

Name = Annotated[
    str, Query(min_length=1, max_length=100, description="Name of the file; its ending says what it is.")
]


class Refused(Schema):
    """Why rows were refused."""

    says: str = Field(description="In the language of Accept-Language.")
    rows: int


class Part(Schema):
    """What became of the rows that went into one table: read = loaded + updated + same + refused."""

    form: str
    read: int
    loaded: int
    updated: int
    same: int
    refused: int
    reasons: list[Refused]
    notes: list[str]
    refused_file: int | None = Field(
        description="Number of the file of refused rows: `/uploads/{id}/refused/{number}`."
    )


class Upload(Schema):
    """A file that was sent."""

    id: int
    name: str
    bytes: int
    form: str = Field(description="What it was brought in as; empty before.")
    created_at: datetime
    job: int | None = Field(description="The job that brings it in, or did.")
    parts: list[Part] | None = Field(description="What became of its rows; null before it was brought in.")


class BringIn(Schema):
    """What a file is for, and which column is which field."""

    form: str = Field(max_length=60, description="A table such as orders, tracking, or preset: and its id.")
    mapping: dict[str, str] | None = Field(
        None,
        max_length=1000,
        description="Header to field; columns that are left out are not read. None has it guessed.",
    )


class Look(BringIn):
    """The same; without a form it is found out."""

    form: str = Field("", max_length=60)


class FirstRows(Schema):
    """What would become of the first thousand rows."""

    read: int
    loaded: int
    updated: int
    same: int
    refused: int


class Check(Schema):
    """How a file would be read; nothing is written."""

    form: str
    columns: dict[str, list[str]] = Field(description="Its headers, each with some cells.")
    mapping: dict[str, str] = Field(description="Header to field.")
    properties: list[str] = Field(description="Headers that are kept as properties.")
    parts: list[str] = Field(description="Of an export of another system: what is read of it.")
    first: FirstRows | None
    problem: Problem | None = Field(description="Why it cannot be read so.")


@router.post(
    "uploads",
    response={201: Upload, **ERRORS},
    operation_id="upload",
    auth=ByKey(Right.IMPORT),
)
def send(request: HttpRequest, name: Name) -> Status[Upload]:
    """Send a file, to be looked at before it is brought in. The body of the request is the file as it is."""
    kept = uploads.receive(Sent(request, name), None)
    record(request, "upload.received", str(kept.pk), bytes=kept.size_bytes)
    return Status(HTTPStatus.CREATED, _upload(speaker(request), uploads.find(kept.pk)))


@router.get(
    "uploads",
    response={200: Leaf[Upload], **ERRORS},
    operation_id="list_uploads",
    auth=ByKey(Right.IMPORT),
)
def every(request: HttpRequest, limit: Limit, cursor: Cursor) -> Leaf[Upload]:
    """List the files that were sent, the last one first."""
    rows = uploads.latest(key_before(cursor), limit + 1)
    t = speaker(request)
    items, further = leaf([_upload(t, row) for row in rows], [row.pk for row in rows], limit)
    return Leaf[Upload](items=items, next=further)


@router.get(
    "uploads/{int:upload_id}",
    response={200: Upload, **ANSWERS},
    operation_id="upload_state",
    auth=ByKey(Right.IMPORT),
)
def one(request: HttpRequest, upload_id: int) -> Upload:
    """Show a file that was sent, and what became of its rows."""
    return _upload(speaker(request), uploads.find(upload_id))


@router.post(
    "uploads/{int:upload_id}/look",
    response={200: Check, **ANSWERS},
    operation_id="look_at_upload",
    auth=ByKey(Right.IMPORT),
)
def look(request: HttpRequest, upload_id: int, body: Look) -> Check:
    """Tell how a file would be read, and what would become of its first rows; nothing is written."""
    form = uploads.check_form(body.form) if body.form else ""
    mapping = uploads.check_mapping(body.mapping) if form else None
    found = uploads.look(uploads.find(upload_id), form, mapping)
    return Check(
        form=found.form,
        columns={header: list(cells) for header, cells in found.columns.items()},
        mapping=dict(found.mapping),
        properties=list(found.preview.properties) if found.preview else [],
        parts=list(found.parts),
        first=_first(found.first) if found.first else None,
        problem=wrong(found.error, speaker(request)) if found.error else None,
    )


@router.post(
    "uploads/{int:upload_id}/import",
    response={202: Job, **ANSWERS, **CONFLICT},
    operation_id="import_upload",
    auth=ByKey(Right.IMPORT),
)
@idempotent
def bring_in(request: HttpRequest, upload_id: int, body: BringIn) -> Status[Job]:
    """Bring in a file that was sent."""
    kept = uploads.find(upload_id)
    form = uploads.check_form(body.form)
    job = asking.bring_in(kept, form, uploads.check_mapping(body.mapping), None)
    record(request, "upload.brought_in", str(kept.pk), form=form, job=job.pk)
    return Status(HTTPStatus.ACCEPTED, told_job(request, queries.find(job.pk)))


@router.get(
    "uploads/{int:upload_id}/refused/{int:number}",
    response={200: bytes, **ANSWERS},
    operation_id="refused_rows",
    auth=ByKey(Right.IMPORT),
)
def refused(request: HttpRequest, upload_id: int, number: int) -> FileResponse:
    """Give the refused rows of an import as CSV, safe to be opened in a spreadsheet; they are kept for a week."""
    kept = uploads.find(upload_id)
    path = uploads.refused_path(kept, number)
    record(request, "upload.refused_fetched", str(kept.pk))
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=CSV)


@router.post(
    "exports",
    response={202: Job, **ANSWERS, **UNREADABLE},
    operation_id="export_customers",
    auth=ByKey(Right.EXPORT),
)
@idempotent
def export(request: HttpRequest, body: Filters) -> Status[Job]:
    """Have customers written into a CSV file: all, or those whom filters choose. The file is `/jobs/{id}/file` of the job."""
    reading = current()
    query = body.query(request)
    for segment in query.segments:
        reading.segment(segment)
    job = asking.export_people(query, key_of(request), speaker(request).lang)
    record(request, "export.asked", ", ".join(query.segments), job=job.pk)
    return Status(HTTPStatus.ACCEPTED, told_job(request, queries.find(job.pk)))


@router.get(
    "jobs/{int:job_id}/file",
    response={200: bytes, **ANSWERS},
    operation_id="job_file",
    auth=ByKey(Right.EXPORT),
)
def fetch(request: HttpRequest, job_id: int) -> HttpResponse | FileResponse:
    """Give the file of an export to the key that asked for it; it is kept for a day."""
    job, path = queries.export_of(job_id, key_of(request))
    record(request, "export.fetched", str(job.id), people=job.result["people"])
    return FileResponse(path.open("rb"), as_attachment=True, filename=path.name, content_type=CSV)


def _first(found: ImportReport) -> FirstRows:
    return FirstRows(
        read=found.rows_read,
        loaded=found.loaded,
        updated=found.updated,
        same=found.same,
        refused=found.quarantined,
    )


def _upload(t: Translator, kept: Kept) -> Upload:
    return Upload(
        id=kept.pk,
        name=kept.name,
        bytes=kept.size_bytes,
        form=kept.form,
        created_at=kept.created_at,
        job=kept.job_id,
        parts=_parts(t, kept) if kept.outcome else None,
    )


def _parts(t: Translator, kept: Kept) -> list[Part]:
    found, number = [], 0
    for part in kept.outcome["parts"] if kept.outcome else ():
        number += bool(part["refused"])
        has_file = part["refused"] and places.quarantine_path(kept.pk, number).is_file()
        found.append(_part(t, part, number if has_file else None))
    return found


def _part(t: Translator, part: Mapping[str, Any], number: int | None) -> Part:
    return Part(
        **{name: part[name] for name in ("form", "read", "loaded", "updated", "same", "refused")},
        reasons=[Refused(says=t.say(unpack(item["said"])), rows=item["rows"]) for item in part["reasons"]],
        notes=[t.say(unpack(note)) for note in part["notes"]],
        refused_file=number,
    )
