"""Take a reading of the last refresh."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from kogorta.i18n import lazy
from kogorta_server import base
from kogorta_server.jobs.handlers.handler import NOTHING, Handler
from kogorta_server.jobs.handlers.refresh import LANE
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work


class TakeReading(Handler):
    """Has pages show the last refresh, where another program than the service made it."""

    kind: ClassVar[JobKind] = JobKind.READING
    lane: ClassVar[str | None] = LANE
    is_single: ClassVar[bool] = True

    def run(self, work: Work) -> Mapping[str, Any]:
        """Take it; older ones are removed."""
        work.tell(lazy("taking the reading that pages show"), 0.1)
        taken = base.take_reading()
        return {"as_of": taken.stamp.as_of.isoformat()} if taken else NOTHING
