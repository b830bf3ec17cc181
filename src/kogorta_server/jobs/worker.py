"""The threads that do jobs, in the process of the server."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

from django.db import close_old_connections, connections

from kogorta.errors import EngineError, KogortaError
from kogorta_server import clock
from kogorta_server.jobs import handlers, queue, schedules
from kogorta_server.jobs.handlers.handler import NOTHING
from kogorta_server.jobs.queue import Claim
from kogorta_server.jobs.sentences import told
from kogorta_server.jobs.work import CancelledError, LostError, Work

THREADS = 2
"""A list of people must not wait for a long import."""

BEAT_SECONDS = 1.0

_log = logging.getLogger(__name__)


PULSE_SECONDS = 30.0
"""A worker that did not look round for so long hangs; it looks every second."""

_here: list[Worker] = []


def is_well() -> bool:
    """Tell whether the worker of this process does its work; so does a process that has none."""
    return all(worker.is_well() for worker in _here)


class Worker:
    """Does what is due until it is stopped; one for each process.

    Args:
        owns_all: Whether no other process does jobs: then whatever seems to run when this one starts is free.
    """

    def __init__(self, *, owns_all: bool) -> None:
        self._owns_all = owns_all
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._at_work: dict[int, Work] = {}
        self._lock = threading.Lock()
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Take back what a dead process left, then begin."""
        schedules.ensure()
        freed = queue.reclaim(clock.now(), everything=self._owns_all)
        if freed:
            _log.warning("%d jobs were cut off by the end of a process and go on", freed)
        loops: list[Callable[[], None]] = [self._keep, *[self._work] * THREADS]
        for loop in loops:
            thread = threading.Thread(
                target=self._closing(loop), name=f"kogorta-job{loop.__name__}", daemon=True
            )
            self._threads.append(thread)
            thread.start()
        _here.append(self)

    def is_well(self) -> bool:
        """Tell whether all threads live and the one that keeps leases looks round."""
        looks = time.monotonic() - self._looked_at <= PULSE_SECONDS
        return looks and all(thread.is_alive() for thread in self._threads)

    def stop(self, timeout_seconds: float = 20.0) -> None:
        """End: what runs stops where it next says how far it is, and goes on with the next start."""
        self._over.set()
        queue.bell.set()
        with self._lock:
            for work in self._at_work.values():
                work.lose()
        for thread in self._threads:
            thread.join(timeout_seconds)
        self._threads.clear()
        _here.remove(self)

    def run_due(self) -> int:
        """Do here and now what is due, one after another; return how many jobs there were."""
        count = 0
        while (claimed := queue.claim(clock.now())) is not None:
            self.do(claimed)
            count += 1
        return count

    def do(self, claimed: Claim) -> None:
        """Do one job, whatever comes of it."""
        work = Work(claimed)
        with self._lock:
            self._at_work[claimed.id] = work
        try:
            result = handlers.of(claimed.kind).run(work)
        except LostError:
            if self._over.is_set():
                queue.hand_back(claimed, clock.now())
        except CancelledError:
            queue.end_cancelled(claimed, clock.now())
        except Exception as error:  # noqa: BLE001  whatever a handler meets is told, and the next job begins
            self._fail(claimed, error)
        else:
            if result is NOTHING:
                queue.forget(claimed)
            else:
                queue.finish(claimed, dict(result), clock.now())
        finally:
            with self._lock:
                del self._at_work[claimed.id]

    def _fail(self, claimed: Claim, error: Exception) -> None:
        # words of an error that nobody expected may hold data of customers: the log gets where it happened
        if not isinstance(error, KogortaError):
            where = "".join(traceback.format_tb(error.__traceback__))
            _log.error("job %d (%s) failed: %s\n%s", claimed.id, claimed.kind, type(error).__name__, where)
        is_final = isinstance(error, KogortaError) and not isinstance(error, EngineError)
        folder = handlers.of(claimed.kind).folder(claimed.payload)
        queue.fail(claimed, told(error, folder), clock.now(), is_final=is_final)

    def _work(self) -> None:
        while not self._over.is_set():
            claimed = queue.claim(clock.now())
            if claimed is None:
                queue.bell.wait(BEAT_SECONDS)
                queue.bell.clear()
            else:
                self.do(claimed)

    def _keep(self) -> None:
        """Every second: keep leases, make what schedules ask for, take back what is nobody's."""
        while not self._over.wait(BEAT_SECONDS):
            self._looked_at = time.monotonic()
            with self._lock:
                at_work = list(self._at_work.values())
            for work in at_work:
                work.beat()
            now = clock.now()
            schedules.tick(now)
            queue.reclaim(now)

    def _closing(self, loop: Callable[[], None]) -> Callable[[], None]:
        """Have a loop outlive whatever befalls it, and close its connections in the end."""

        def run() -> None:
            try:
                while not self._over.is_set():
                    try:
                        loop()
                    except Exception:  # noqa: BLE001  jobs must go on, whatever it was
                        _log.exception("the worker fell over and begins again")
                        close_old_connections()
                        self._over.wait(BEAT_SECONDS)
            finally:
                connections.close_all()

        return run
