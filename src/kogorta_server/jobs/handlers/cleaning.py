"""Remove what was kept long enough."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Q

from kogorta_server import base, clock
from kogorta_server.hooks import sending
from kogorta_server.jobs import files
from kogorta_server.jobs.handlers.exporting import KEPT
from kogorta_server.jobs.handlers.handler import Handler
from kogorta_server.jobs.models import Job, Upload
from kogorta_server.jobs.words import OPEN, JobKind
from kogorta_server.jobs.work import Work

UPLOADS_KEPT = timedelta(days=7)
JOBS_KEPT = timedelta(days=30)


class Cleaning(Handler):
    """Takes nothing."""

    kind: ClassVar[JobKind] = JobKind.CLEANING
    is_single: ClassVar[bool] = True

    def run(self, work: Work) -> Mapping[str, Any]:
        """Remove files of exports after a day, of uploads after a week, jobs that are over after a month, old sessions."""
        now = clock.now()
        counts = {
            "exports": _old_exports(now),
            "uploads": _old_uploads(now),
            "jobs": _old_jobs(now),
            "messages": sending.forget_old(),
        }
        work.check()
        sessions: type[SessionStore] = import_module(settings.SESSION_ENGINE).SessionStore
        sessions.clear_expired()
        return counts


def _old_exports(now: datetime) -> int:
    old = [
        path for path in (base.workspace().folder / files.EXPORTS).glob("*") if now - _written(path) > KEPT
    ]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _old_uploads(now: datetime) -> int:
    old = Upload.objects.filter(is_kept=True, created_at__lt=now - UPLOADS_KEPT).exclude(job__state__in=OPEN)
    count = 0
    for upload in old:
        files.remove_folder(files.upload_folder(upload.pk))
        Upload.objects.filter(pk=upload.pk).update(is_kept=False)
        count += 1
    return count


def _old_jobs(now: datetime) -> int:
    over = ~Q(state__in=OPEN) & Q(finished_at__lt=now - JOBS_KEPT)
    count, _ = Job.objects.filter(over, upload__isnull=True).delete()
    return count


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
