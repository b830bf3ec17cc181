"""A job in the hands of a thread: what a handler says of it, and how it learns that it must stop."""

from __future__ import annotations

import threading
from typing import Any

from kogorta.i18n import Sentence
from kogorta_server import clock
from kogorta_server.accounts.models import User
from kogorta_server.jobs import queue
from kogorta_server.jobs.queue import Beat, Claim
from kogorta_server.jobs.sentences import pack


class StopError(Exception):
    """A handler must stop; it is no error of the work."""


class CancelledError(StopError):
    """Somebody called the job off."""


class LostError(StopError):
    """The lease is gone: somebody else may be doing the job by now."""


class Work:
    """What a handler holds.

    Handlers say how far they are with `tell`, which raises `StopError` in the thread of the job once it must stop.
    Nothing is written then: another thread says every second what was told last (`beat`), so that the lease lasts as
    long as one question to the store may take.

    Args:
        claim: The job.
    """

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.done = dict(claim.checkpoint)
        self._share = 0.0
        self._said: dict[str, Any] | None = None
        self._heard = Beat.KEPT
        self._thread = threading.get_ident()

    @property
    def payload(self) -> dict[str, Any]:
        """What exactly is to be done."""
        return self.claim.payload

    @property
    def asked_by(self) -> User | None:
        """Who asked for it."""
        return self.claim.asked_by

    def tell(self, sentence: Sentence, share: float) -> None:
        """Say what is being done.

        Args:
            sentence: For both languages.
            share: How much of the job is done, 0 to 1; it never goes back.

        Raises:
            StopError: The job must stop; only in its own thread, since those who watch a query cannot stop it.
        """
        self._said, self._share = pack(sentence), max(share, self._share)
        self.check()

    def check(self) -> None:
        """Stop here if the job must stop.

        Raises:
            StopError: It must.
        """
        if threading.get_ident() != self._thread:
            return
        if self._heard is Beat.CANCEL:
            raise CancelledError
        if self._heard is Beat.LOST:
            raise LostError

    def keep(self, **done: Any) -> None:
        """Write down what need not be done again after a restart.

        Raises:
            StopError: The job must stop.
        """
        self.check()
        self.done |= done
        if not queue.checkpoint(self.claim, self.done):
            self._heard = Beat.LOST
            raise LostError

    def beat(self) -> None:
        """Say to the queue that the job is being done; hear whether it must stop."""
        heard = queue.beat(self.claim, clock.now(), self._share, self._said)
        if self._heard is not Beat.LOST:
            self._heard = heard

    def lose(self) -> None:
        """Have the handler stop where it next says how far it is: the process ends."""
        self._heard = Beat.LOST
