"""What a measurement ran on, without which its seconds say nothing."""

from __future__ import annotations

import os
import platform
import resource
import sys
from dataclasses import dataclass

GIB = 2**30


@dataclass(frozen=True, slots=True)
class Machine:
    """A computer and what runs on it.

    Attributes:
        cores: How many the system shows.
        memory_gib: All of its memory; None where the system does not tell.
        processor: Its kind, such as x86_64.
        python: Version.
        engine: Name and version of the engine that holds the base.
    """

    cores: int
    memory_gib: float | None
    processor: str
    python: str
    engine: str


def machine(engine: str) -> Machine:
    """Return what this process runs on, with the name and version of an engine."""
    return Machine(os.cpu_count() or 1, _memory_gib(), platform.machine(), platform.python_version(), engine)


def peak_gib(*, with_programs: bool = False) -> float:
    """Return the most memory that this process has held so far.

    Args:
        with_programs: Or that one of the programs has held that it started and that have ended, if that is more.
    """
    told = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if with_programs:
        told = max(told, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    # the one system that counts bytes; others count in KiB
    return told / GIB if sys.platform == "darwin" else told * 1024 / GIB


def _memory_gib() -> float | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    except (OSError, ValueError):
        return None
