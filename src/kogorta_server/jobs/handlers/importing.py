"""Bring an uploaded file in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from kogorta.i18n import Message, lazy, nlazy
from kogorta.ingest import ImportReport, Step
from kogorta.ingest.messages import reason_message
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.jobs import files, uploads
from kogorta_server.jobs.handlers.handler import Handler
from kogorta_server.jobs.handlers.refresh import Refresh
from kogorta_server.jobs.models import Upload
from kogorta_server.jobs.sentences import pack
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work

_STAGES = {"reading": (0.0, 0.4), "checking": (0.4, 0.1), "shaping": (0.5, 0.2), "saving": (0.7, 0.25)}
"""Where each stage begins, and how much of the whole it is."""


class Importing(Handler):
    """Takes `upload`, its number; `form`, what it is for; `mapping`, header → field, where a person settled it."""

    kind: ClassVar[JobKind] = JobKind.IMPORT
    lane: ClassVar[str | None] = "import"

    def key(self, payload: Mapping[str, Any]) -> str | None:
        """Return which file it is."""
        return f"import:{payload['upload']}"

    def folder(self, payload: Mapping[str, Any]) -> str:
        """Return where the file lies."""
        return str(files.upload_folder(payload["upload"]))

    def run(self, work: Work) -> Mapping[str, Any]:
        """Import the file; a second attempt finds by its digest what the first has done."""
        workspace = base.workspace()
        upload = uploads.find(work.payload["upload"])
        if "before" not in work.done:
            work.keep(before=_last_batch(workspace))
        with base.importing:
            reports = self._import(workspace, upload, work)
        outcome = {"parts": [self._told(workspace, item, work.done["before"]) for item in reports]}
        self._write_refused(upload, reports)
        Upload.objects.filter(pk=upload.pk).update(outcome=outcome)
        if any(part["loaded"] or part["updated"] for part in outcome["parts"]):
            Refresh().ask(asked_by=work.asked_by)
        return {"upload": upload.pk, "name": upload.name}

    @staticmethod
    def _import(workspace: Workspace, upload: Upload, work: Work) -> Sequence[ImportReport]:
        def tell(step: Step) -> None:
            work.tell(*_progress(step))

        path, form = uploads.path_of(upload), work.payload["form"]
        options = uploads.options_of(work.payload["mapping"])
        if form.startswith(uploads.PRESET):
            return workspace.import_export(path, form.removeprefix(uploads.PRESET), progress=tell)
        return [workspace.import_file(path, form, options=options, progress=tell)]

    @staticmethod
    def _told(workspace: Workspace, report: ImportReport, before: int) -> dict[str, Any]:
        """Return what became of the rows; what an attempt before this one has committed counts as loaded, not as known."""
        counts = {"loaded": report.loaded, "updated": report.updated, "same": report.same}
        notes = report.notes
        if report.note("same_file") and (report.ingest_seq or 0) > before:
            rows = workspace.warehouse.rows(
                "SELECT rows_loaded, rows_updated, rows_same FROM batches WHERE ingest_seq = ?",
                [report.ingest_seq],
            )
            counts = dict(zip(counts, rows[0], strict=True))
            notes = ()
        return {
            "form": report.form,
            "read": report.rows_read,
            **counts,
            "refused": report.quarantined,
            "reasons": [
                {"rows": rows, "said": pack(_reason(report, code))} for code, rows in report.reasons.items()
            ],
            "notes": [pack(note.message) for note in notes],
        }

    @staticmethod
    def _write_refused(upload: Upload, reports: Sequence[ImportReport]) -> None:
        refused = [report for report in reports if report.quarantined]
        for number, report in enumerate(refused, 1):
            path = files.quarantine_path(upload.pk, number)
            path.parent.mkdir(exist_ok=True)
            report.write_quarantine(path)


def _reason(report: ImportReport, code: str) -> Message:
    """Say why rows were refused, without what stood in them: that is in the file of refused rows."""
    example = next((row for row in report.quarantine if row.reason == code), None)
    return reason_message(code, value="…", column=example.column if example else "…")


def _progress(step: Step) -> tuple[Message, float]:
    begin, length = _STAGES[step.stage]
    share = begin + length * (1.0 if step.done else step.share or 0.0)
    if step.stage == "saving":
        return nlazy("saving {n} row", "saving {n} rows", step.rows), share
    if step.stage == "reading":
        return lazy("reading the file"), share
    return nlazy("checking {n} row", "checking {n} rows", step.rows), share


def _last_batch(workspace: Workspace) -> int:
    rows = workspace.warehouse.rows("SELECT coalesce(max(ingest_seq), 0) FROM batches")
    return int(rows[0][0])
