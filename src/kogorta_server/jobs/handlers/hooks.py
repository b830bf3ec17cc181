"""Tell webhooks what moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from kogorta_server import base
from kogorta_server.hooks import sending, services
from kogorta_server.jobs.handlers.handler import NOTHING, Handler
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work


class Hooks(Handler):
    """Takes nothing. A message whose process dies while it is sent is sent once more, with the id that it had."""

    kind: ClassVar[JobKind] = JobKind.HOOKS
    lane: ClassVar[str | None] = "hooks"
    is_single: ClassVar[bool] = True

    def run(self, work: Work) -> Mapping[str, Any]:
        """Write down what is new in the reading, then send what is due."""
        reading = base.reading()
        told = services.tell(reading) if reading else 0
        counts = sending.send_due(work.check)
        return {"told": told, **counts} if told or any(counts.values()) else NOTHING
