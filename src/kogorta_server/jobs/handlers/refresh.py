"""Bring segments up to date, then take a reading of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from kogorta.i18n import Sentence, lazy
from kogorta.membership.refresh import RefreshReport
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.jobs.handlers.handler import NOTHING, Handler
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work

LANE = "refresh"

_STEPS: dict[str, tuple[Sentence, float]] = {
    "identity": (lazy("finding out who is who"), 0.05),
    "frames": (lazy("measuring the base"), 0.15),
    "traits": (lazy("working out traits and segments"), 0.25),
    "writing": (lazy("writing down who came and who left"), 0.7),
}
_READING: tuple[Sentence, float] = (lazy("taking the reading that pages show"), 0.8)


class Refresh(Handler):
    """Takes `due_only` (what is due by its cadence; else everything) and `full` (new frames, too)."""

    kind: ClassVar[JobKind] = JobKind.REFRESH
    lane: ClassVar[str | None] = LANE

    def key(self, payload: Mapping[str, Any]) -> str | None:
        """Return which of the three refreshes it is."""
        return f"refresh:{'due' if payload.get('due_only') else 'full' if payload.get('full') else 'all'}"

    def run(self, work: Work) -> Mapping[str, Any]:
        """Refresh as of the instant of the first attempt, so that a second one finds the run done."""
        workspace = base.workspace()
        if work.payload.get("due_only") and not base.has_imports():
            # the first refresh chooses the window of RFM, which an empty base cannot tell
            return NOTHING
        if "as_of" not in work.done:
            # said with its offset: without one it would be taken for the clock of the workspace
            work.keep(as_of=workspace.now().replace(tzinfo=UTC).isoformat())
        as_of = datetime.fromisoformat(work.done["as_of"])
        stood = workspace.refreshed_at
        is_behind = stood is None or stood.replace(tzinfo=UTC) < as_of
        report = self._refresh(workspace, work, as_of) if is_behind else None
        if is_behind and report is None and not base.is_reading_due():
            return NOTHING
        work.tell(*_READING)
        base.take_reading()
        if report is None:
            return {"as_of": as_of.isoformat()}
        return {
            "as_of": as_of.isoformat(),
            "customers": report.customers,
            "looked_at": report.looked_at,
            "changes": sum(report.changes.values()),
        }

    @staticmethod
    def _refresh(workspace: Workspace, work: Work, as_of: datetime) -> RefreshReport | None:
        def tell(step: str) -> None:
            work.tell(*_STEPS[step])

        if work.payload.get("due_only"):
            return workspace.refresh_due(as_of, progress=tell)
        return workspace.refresh(as_of, full=bool(work.payload.get("full")), progress=tell)
