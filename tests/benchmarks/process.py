"""Each work in a process of its own, so that memory and caches of one do not help or hurt the other."""

from __future__ import annotations

import multiprocessing
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

_CONTEXT = multiprocessing.get_context("spawn")


def measured(run: Callable[[Path], float], folder: Path) -> tuple[float, float]:
    """Run in a fresh process; return seconds of the work and peak memory in GiB."""
    mine, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_child, args=(run, folder, theirs))
    process.start()
    theirs.close()
    answer: tuple[float, float] = mine.recv()
    process.join()
    return answer


def _child(run: Callable[[Path], float], folder: Path, pipe: Any) -> None:
    seconds = run(folder)
    pipe.send((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20))
