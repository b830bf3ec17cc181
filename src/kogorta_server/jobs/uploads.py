"""Files that people send: kept, looked at before anything is written, then brought in by a job."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.db import transaction

from kogorta.errors import InputError, KogortaError, MappingError, NotFoundError
from kogorta.ingest import TRACKING, ImportOptions, ImportReport, Preview, import_presets
from kogorta.schema import TABLES
from kogorta_server import base, clock
from kogorta_server.accounts.models import User
from kogorta_server.jobs import files
from kogorta_server.jobs.models import Upload

PRESET = "preset:"
"""Stands before the id of a system whose export a file is."""

FIRST_ROWS = 1_000
"""So many rows are checked before anything is written."""


@dataclass(frozen=True, slots=True)
class Check:
    """How a file would be read.

    Attributes:
        form: A table, `tracking`, or `preset:` and its id.
        columns: The headers of the file, each with some cells; none where they cannot be mapped by hand.
        mapping: Header → field.
        preview: What the library says of it; None where it did not come so far.
        first: What would become of its first rows; None where the mapping does not stand yet.
        parts: Of an export of another system: what is read of the file.
        error: Why it cannot be read so; None if it can.
    """

    form: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    mapping: Mapping[str, str] = field(default_factory=dict)
    preview: Preview | None = None
    first: ImportReport | None = None
    parts: tuple[str, ...] = ()
    error: KogortaError | None = None


class Sent(Protocol):
    """A file as it comes in, from a form or as the body of a request."""

    @property
    def name(self) -> str | None:
        """As whoever sent it calls it."""

    @property
    def size(self) -> int | None:
        """In bytes, as far as that is known before they are here."""

    def chunks(self) -> Iterable[bytes]:
        """Return its bytes, part by part."""


def receive(file: Sent, user: User | None) -> Upload:
    """Keep a file that somebody sent, or a program.

    Raises:
        InputError: It turned out to be too big while it came in; nothing of it is kept.
    """
    name = files.clean_name(file.name or "")
    with transaction.atomic():
        upload = Upload.objects.create(
            name=name, size_bytes=file.size or 0, asked_by=user, created_at=clock.now()
        )
        folder = files.upload_folder(upload.pk)
        folder.mkdir(parents=True)
        try:
            with (folder / name).open("wb") as kept:
                for chunk in file.chunks():
                    kept.write(chunk)
            Upload.objects.filter(pk=upload.pk).update(size_bytes=(folder / name).stat().st_size)
        except BaseException:
            files.remove_folder(folder)
            raise
    return upload


def find(upload_id: int) -> Upload:
    """Return a file that was sent.

    Raises:
        NotFoundError: There is none of this number.
    """
    found = Upload.objects.select_related("job", "asked_by").filter(pk=upload_id).first()
    if found is None:
        raise NotFoundError("there is no such upload", got=str(upload_id))
    return found


def latest(before: int | None, limit: int) -> list[Upload]:
    """Return files that were sent, the last one first.

    Args:
        before: Only those with a lower number; None begins with the last one.
        limit: How many at most.
    """
    rows = Upload.objects.select_related("job", "asked_by")
    return list((rows if before is None else rows.filter(pk__lt=before))[:limit])


def refused_path(upload: Upload, number: int) -> Path:
    """Return where refused rows of an import lie.

    Raises:
        NotFoundError: There are none of this number, or they are no longer kept.
    """
    path = files.quarantine_path(upload.pk, number)
    if not path.is_file():
        raise NotFoundError(
            "there is no such file",
            got=f"{upload.pk}/{number}",
            hint="refused rows are kept for a week: send the file once more",
        )
    return path


def path_of(upload: Upload) -> Path:
    """Return where the file lies.

    Raises:
        NotFoundError: It was removed meanwhile.
    """
    path = files.upload_folder(upload.pk) / upload.name
    if not path.is_file():
        raise NotFoundError(
            "this file is no longer kept",
            got=upload.name,
            hint="send it once more: files are kept for a week",
        )
    return path


def forms() -> list[str]:
    """Return for what a file may be: tables, messages of a tracker, exports of systems."""
    return [*TABLES, TRACKING, *(f"{PRESET}{id_}" for id_ in import_presets())]


def check_form(form: str) -> str:
    """Return a form that a person chose.

    Raises:
        InputError: There is none of this name.
    """
    if form not in forms():
        raise InputError("there is no such form", got=form, expected=", ".join(forms()))
    return form


def check_mapping(chosen: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return header → field without columns that have none.

    Raises:
        InputError: Two columns have one and the same field.
    """
    if chosen is None:
        return None
    fields = [name for name in chosen.values() if name]
    twice = {name for name in fields if fields.count(name) > 1}
    if twice:
        raise InputError(
            "a field takes one column, and a column goes to one field",
            got=", ".join(sorted(twice)),
            expected="each field and each column once",
            hint="leave one of them out",
        )
    return {header: name for header, name in chosen.items() if name}


def options_of(mapping: Mapping[str, str] | None) -> ImportOptions:
    """Return the wishes of an import: header → field as a person settled it, or nothing."""
    if mapping is None:
        return ImportOptions()
    return ImportOptions(mapping={name: header for header, name in mapping.items()}, is_whole=True)


def look(upload: Upload, form: str = "", mapping: Mapping[str, str] | None = None) -> Check:
    """Tell how a file would be read; nothing is written.

    Args:
        upload: The file.
        form: What it is for; empty has that found out.
        mapping: Header → field as a person settled it; None has it guessed.
    """
    path = path_of(upload)
    try:
        form = form or base.workspace().recognise(path)
        if form.startswith(PRESET):
            return _look_at_export(path, form)
        return _look(path, form, mapping)
    except KogortaError as error:
        return _without_paths(Check(form, error=error), path)


def _look(path: Path, form: str, mapping: Mapping[str, str] | None) -> Check:
    workspace = base.workspace()
    options = options_of(mapping)
    columns = workspace.columns_of(path) if form in TABLES else {}
    try:
        found = workspace.preview(path, form, options)
    except MappingError as error:
        return _without_paths(Check(form, columns, mapping or {}, error=error), path)
    said = {item.column: item.field for item in found.fields if item.column}
    trial = ImportOptions(
        mapping=options.mapping, is_whole=options.is_whole, dry_run=True, first_rows=FIRST_ROWS
    )
    try:
        first = workspace.import_file(path, form, options=trial) if form in TABLES else None
    except KogortaError as error:
        return _without_paths(Check(form, columns, said, found, error=error), path)
    return Check(form, columns, said, found, first)


def _look_at_export(path: Path, form: str) -> Check:
    plan = base.workspace().plan_export(path, form.removeprefix(PRESET))
    return Check(form, parts=tuple(job.reading.part.label for job in plan.jobs))


def _without_paths(check: Check, path: Path) -> Check:
    """Take the place where the file lies out of the words of an error: it is our matter."""
    error = check.error
    if error is not None:
        error.path = None
        if isinstance(error.got, str):
            error.got = error.got.replace(f"{path.parent}/", "")
    return check
