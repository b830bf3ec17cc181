"""What a process does in which many threads want the same jobs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

JOBS, THREADS = 60, 8


def race(folder: str, state_url: str, pipe: Connection) -> None:
    """Let threads claim and finish all jobs; say who did what, and which of one lane ran beside each other."""
    os.environ["KOGORTA_STATE_URL"] = state_url
    from kogorta_server.serve import prepare

    prepare(Path(folder))
    from django.db import connections

    from kogorta_server import clock
    from kogorta_server.jobs import queue
    from kogorta_server.jobs.models import Job
    from kogorta_server.jobs.words import JobKind

    for number in range(JOBS):
        queue.enqueue(JobKind.EXPORT, lane=f"lane {number % 5}" if number % 2 else None)
    done: list[int] = []
    beside: list[str] = []
    lanes: set[str] = set()
    start = threading.Barrier(THREADS)
    over = time.monotonic() + 60

    def work() -> None:
        start.wait()
        while len(done) < JOBS and time.monotonic() < over:
            held = queue.claim(clock.now())
            if held is None:
                time.sleep(0.01)
                continue
            lane = Job.objects.get(pk=held.id).lane
            if lane in lanes:
                beside.append(lane)
            if lane:
                lanes.add(lane)
            time.sleep(0.002)
            lanes.discard(lane or "")
            assert queue.finish(held, {}, clock.now())
            done.append(held.id)
        connections.close_all()

    def ask() -> None:
        start.wait()
        asked.append(
            queue.enqueue(JobKind.CLEANING, key="the same", due_at=clock.now().replace(year=2100)).pk
        )
        connections.close_all()

    _together(work)
    asked: list[int] = []
    start = threading.Barrier(THREADS)
    _together(ask)
    pipe.send((sorted(done), beside, len(set(asked))))


def _together(work: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
