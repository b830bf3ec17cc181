"""One writer thread with a queue: jobs that wait together are committed together.

A commit costs an fsync; many small appends share one. A job that fails takes nobody down with it:
its group is rolled back and the others are run again, each alone. A job's result is handed over
only after its commit, so whoever holds a result holds something durable.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Protocol

GROUP_LIMIT = 64


class Connection(Protocol):
    """The part of a database connection that the writer needs."""

    def execute(self, query: str, parameters: object = ...) -> Any:
        """Run one statement."""


@dataclass
class _Job:
    work: Callable[[Any], Any]
    result: Future[Any] = field(default_factory=Future)


class Writer:
    """Owns the writing connection and runs all writes, one group after the other.

    Args:
        connection: Nobody else writes with it.
        after_commit: Runs after each group, when its results are handed over. It must not fail.
    """

    def __init__(self, connection: Connection, after_commit: Callable[[], None]) -> None:
        self._connection = connection
        self._after_commit = after_commit
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="kogorta-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Any], Any]) -> Future[Any]:
        """Queue `work`; it gets the connection inside an open transaction.

        The future's result is there once the transaction is durable.
        """
        job = _Job(work)
        with self._lock:
            if self._closed:
                raise RuntimeError("the writer is closed")
            self._queue.put(job)
        return job.result

    def close(self) -> None:
        """Finish what is queued and stop."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            first = self._queue.get()
            if first is None:
                return
            group, open_ = self._group(first)
            self._commit(group)
            self._after_commit()

    def _group(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP_LIMIT and not self._queue.empty():
            job = self._queue.get()
            if job is None:
                return group, False
            group.append(job)
        return group, True

    def _commit(self, group: list[_Job]) -> None:
        try:
            results = self._transaction(group)
        except BaseException as error:  # noqa: BLE001  whoever waits for the result gets it
            if len(group) == 1:
                group[0].result.set_exception(error)
                return
            for job in group:
                self._commit([job])
            return
        for job, result in zip(group, results, strict=True):
            job.result.set_result(result)

    def _transaction(self, group: list[_Job]) -> list[Any]:
        self._connection.execute("BEGIN TRANSACTION")
        try:
            results = [job.work(self._connection) for job in group]
            self._connection.execute("COMMIT")
        except BaseException:
            self._rollback()
            raise
        return results

    def _rollback(self) -> None:
        try:
            self._connection.execute("ROLLBACK")
        except Exception as error:
            # DuckDB ends the transaction itself after some errors; anything else is a real fault.
            if "no transaction is active" not in str(error):
                raise
