"""Peak memory of this process, where the system tells it: at once, and since it was last set back."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from kogorta.bench import machine
from kogorta.bench.machine import GIB

_STATUS, _RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def forget_peak() -> None:
    """Begin to look for the peak anew; only Linux can."""
    with suppress(OSError):
        _RESET.write_text("5")


def peak_gib() -> float:
    """Return the most memory that was held since `forget_peak`, or where nothing tells that, ever; GiB."""
    if _STATUS.exists():
        line = next(line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / GIB
    return machine.peak_gib()
