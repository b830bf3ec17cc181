"""What a handler of jobs is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from kogorta_server.accounts.models import User
from kogorta_server.jobs import queue
from kogorta_server.jobs.models import Job
from kogorta_server.jobs.words import JobKind
from kogorta_server.jobs.work import Work

ASKED, SCHEDULED = 0, 10
"""Priorities: whoever waits for an answer comes before the clock."""

NOTHING: Mapping[str, Any] = {}
"""What a handler returns that found nothing to do: its job leaves no row."""


class Handler(ABC):
    """Does one kind of jobs.

    A handler may be cut off anywhere and begins again with what it has kept: whatever must not happen twice, it must be
    able to find done.
    """

    kind: ClassVar[JobKind]
    lane: ClassVar[str | None] = None
    is_single: ClassVar[bool] = False
    """Whether two jobs of this kind would always do the same."""

    @abstractmethod
    def run(self, work: Work) -> Mapping[str, Any]:
        """Do a job.

        Args:
            work: The job.

        Returns:
            What pages tell of it; `NOTHING` if there was nothing to do.

        Raises:
            KogortaError: It cannot be done; only an `EngineError` is worth another attempt.
            StopError: It must stop.
        """

    def key(self, payload: Mapping[str, Any]) -> str | None:  # noqa: ARG002  other kinds look at it
        """Return what two jobs have in common that would do the same; None if no two would."""
        return self.kind.value if self.is_single else None

    def folder(self, payload: Mapping[str, Any]) -> str:  # noqa: ARG002  other kinds look at it
        """Return where the files of a job lie, which errors must not tell; empty if it has none."""
        return ""

    def ask(
        self,
        payload: Mapping[str, Any] | None = None,
        *,
        asked_by: User | None = None,
        priority: int = ASKED,
    ) -> Job:
        """Have a job done; one that waits already and would do the same is returned.

        Args:
            payload: What exactly, as this handler takes it.
            asked_by: Who asks.
            priority: `ASKED` or `SCHEDULED`.
        """
        wanted = dict(payload or {})
        return queue.enqueue(
            self.kind, wanted, key=self.key(wanted), lane=self.lane, priority=priority, asked_by=asked_by
        )
