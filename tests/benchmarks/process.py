"""Each work in a process of its own, so that memory and caches of one do not help or hurt the other."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_CONTEXT = multiprocessing.get_context("spawn")


def measured(run: Callable[[T], float], given: T) -> tuple[float, float]:
    """Run in a fresh process; return seconds of the work and peak memory of it, or of a program it started, in GiB."""
    mine, theirs = _CONTEXT.Pipe(duplex=False)
    process = _CONTEXT.Process(target=_child, args=(run, given, theirs))
    process.start()
    theirs.close()
    try:
        answer: tuple[float, float] = mine.recv()
    except EOFError:
        raise RuntimeError(f"{run.__name__} failed: what it said stands above") from None
    finally:
        process.join()
    return answer


def _child(run: Callable[[Any], float], given: Any, pipe: Any) -> None:
    from kogorta.bench.machine import peak_gib

    pipe.send((run(given), peak_gib(with_programs=True)))
