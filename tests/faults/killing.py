"""Kill a process in the middle of its work, as power cuts and out-of-memory killers do."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

ROUNDS = int(os.environ.get("KOGORTA_FAULT_ROUNDS", "20"))

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["kogorta.workspace", "tests.faults.serving", "tests.faults.work"])


def run_and_kill(work: Callable[..., None], arguments: tuple[Any, ...], after: float) -> list[Any]:
    """Run `work(*arguments, pipe)` in a process, kill -9 it after so many seconds, return what it said.

    What it said is what it acknowledged: messages sent before the kill.
    """
    mine, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    said = _listen(mine, ready=True)
    time.sleep(after)
    if process.pid is not None and process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join()
    said += _listen(mine, ready=False)
    mine.close()
    return said


def run_whole(work: Callable[..., None], arguments: tuple[Any, ...]) -> list[Any]:
    """Run `work(*arguments, pipe)` in a process to its end; return what it said."""
    mine, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=work, args=(*arguments, theirs))
    process.start()
    theirs.close()
    said = _listen(mine, ready=False)
    process.join()
    mine.close()
    assert process.exitcode == 0
    return said


def _listen(pipe: Connection, *, ready: bool) -> list[Any]:
    """Collect messages: until the worker says it is ready, or until its end of the pipe is gone."""
    said: list[Any] = []
    while True:
        try:
            message = pipe.recv()
        except EOFError:
            return said
        if message == "ready" and ready:
            return said
        said.append(message)


def moments(rounds: int, longest: float) -> list[float]:
    """Return when to kill, spread over the work and the same in every run."""
    dice = random.Random(20261121)
    return [dice.uniform(0.0, longest) for _ in range(rounds)]
