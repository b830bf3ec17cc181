"""Where the time of a full refresh goes, ours and by hand: `python -m tests.benchmarks.steps`.

Ours is told by statement: what the session of the product is asked to make or to fetch, without the product knowing
of it. What it takes to make expressions and their SQL is the line `compiling and the rest`.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from tests.benchmarks.by_hand import Step
from tests.benchmarks.full import by_hand, refresh_copy, store_of
from tests.benchmarks.options import wishes_of
from tests.benchmarks.peaks import forget_peak, peak_gib
from tests.benchmarks.shop import Shop, shop

_SHOWN = 0.005
"""Steps that take a smaller share of the whole are added up."""


def main() -> None:
    """Print both lists."""
    wishes = wishes_of(__doc__ or "")[0]
    wishes.folder.mkdir(exist_ok=True)
    base = shop(wishes)
    ours, seconds = ours_by_step(base)
    copy = base.scratch / "steps"
    theirs = by_hand(store_of(copy))
    shutil.rmtree(copy)
    _show("ours", ours, seconds)
    _show("by hand", theirs, sum(step.seconds for step in theirs))


def ours_by_step(base: Shop) -> tuple[list[Step], float]:
    """Refresh a copy of the base, which stays; return the statements and the seconds of all."""
    watch = _Watch()
    seconds = refresh_copy(base.copy(base.workspace, "steps"), watch.timed)
    return watch.steps, seconds


class _Watch:
    """Times statements; what rendering takes within them is told apart."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._rendering = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Time every statement of sessions, and the writer's transactions, as long as the block lasts."""
        from kogorta.warehouse.duckdb_engine import DuckDBEngine, DuckDBSession
        from kogorta.warehouse.sql import render

        made = self._statement(DuckDBSession.materialise, lambda _, name, *__: name)
        fetched = self._statement(DuckDBSession.fetch, lambda *_: "fetched")
        written = self._statement(DuckDBEngine.write, lambda *_: "written")
        with (
            mock.patch.object(DuckDBSession, "materialise", made),
            mock.patch.object(DuckDBSession, "fetch", fetched),
            mock.patch.object(DuckDBEngine, "write", written),
            mock.patch("kogorta.warehouse.duckdb_engine.render", self._timed_rendering(render)),
        ):
            yield

    def _statement(self, work: Callable[..., Any], name_of: Callable[..., str]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            forget_peak()
            rendered, begun = self._rendering, time.perf_counter()
            try:
                return work(*args, **named)
            finally:
                seconds = time.perf_counter() - begun - (self._rendering - rendered)
                self.steps.append(Step(name_of(*args), seconds, peak_gib()))

        return run

    def _timed_rendering(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any) -> Any:
            begun = time.perf_counter()
            try:
                return work(*args)
            finally:
                self._rendering += time.perf_counter() - begun

        return run


def _show(title: str, steps: list[Step], seconds: float) -> None:
    by_name: dict[str, Step] = {}
    for step in steps:
        before = by_name.get(step.name, Step(step.name, 0.0, 0.0))
        by_name[step.name] = Step(
            step.name, before.seconds + step.seconds, max(before.peak_gib, step.peak_gib)
        )
    print(f"{title}: {seconds:.1f} s, peak {max(step.peak_gib for step in steps):.1f} GiB")
    small = 0.0
    for step in sorted(by_name.values(), key=lambda step: -step.seconds):
        if step.seconds < seconds * _SHOWN:
            small += step.seconds
        else:
            print(f"  {step.name:<28}{step.seconds:>8.2f} s {step.peak_gib:>6.1f} GiB")
    told = sum(step.seconds for step in steps)
    print(f"  {'smaller ones':<28}{small:>8.2f} s\n  {'compiling and the rest':<28}{seconds - told:>8.2f} s")


if __name__ == "__main__":
    main()
