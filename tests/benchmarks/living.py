"""A shop that lives: refreshed, laid out by customers, and asked about a few people and about definitions being typed."""

from __future__ import annotations

import shutil
import statistics
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.race import Wishes
from tests.benchmarks.shop import AS_OF, SEGMENTS, Shop, define, shop

PAUSE = timedelta(minutes=5)
SOON, LATER = AS_OF + PAUSE, AS_OF + 2 * PAUSE
ONE_IN = 1_000
FEW = 100
ROUNDS = 5
FEW_BUDGET_SECONDS = 0.2
ESTIMATE_BUDGET_SECONDS = 0.3
_LIVED = "lived"
_FIRST, _SECOND = "first.csv", "second.csv"
"""Orders of the five minutes after the refresh of everyone, and of the five minutes after those."""


def living_shop(wishes: Wishes) -> Shop:
    """Return the base, laid out and refreshed, with orders of one customer in a thousand for each of two times five minutes after."""
    base = shop(wishes)
    made = base.scratch / f"{_LIVED}-{base.workspace.name}"
    if not made.exists():
        part = base.copy(base.workspace, f"{_LIVED}-part")
        _live(part)
        part.rename(made)
    return Shop(made, base.scratch)


def _live(folder: Path) -> None:
    import kogorta

    with kogorta.open(folder) as workspace:
        workspace.compact()
        define(workspace)
        workspace.refresh(AS_OF)
        people = workspace.members("lifecycle.active", AS_OF, recorded=True)["customer_id"].to_pylist()
        everyone = workspace.warehouse.rows("SELECT count(*) FROM trait_snapshot")[0][0]
        each = everyone // ONE_IN
        for file, begins, names in (
            (_FIRST, AS_OF, people[:each]),
            (_SECOND, SOON, people[each : 2 * each]),
        ):
            (folder / file).write_text(_orders(file, begins, names))
        _take(workspace, folder / _FIRST)


def _orders(file: str, begins: datetime, people: list[str]) -> str:
    """Return a file in which each of some people orders once within five minutes."""
    rows = [
        f"{file}-{number},{name},{begins + timedelta(seconds=number % 300)}Z,1990.00,completed,online"
        for number, name in enumerate(people)
    ]
    return "\n".join(["order_id,customer_id,ordered_at,amount,status,channel", *rows, ""])


def _take(workspace: Any, file: Path) -> None:
    report = workspace.import_file(file, "orders")
    if report.loaded != report.rows_read:
        raise AssertionError(f"not every order was taken: {report}")


def refresh_parts(base: Shop) -> float:
    """Look at those who can have moved, in a process that did so five minutes before."""
    return _refresh(base, everyone=False)


def refresh_whole(base: Shop) -> float:
    """Look at everyone, in such a process."""
    return _refresh(base, everyone=True)


def _refresh(base: Shop, *, everyone: bool) -> float:
    import kogorta

    copy = base.copy(base.workspace, "living")
    with kogorta.open(copy) as workspace:
        workspace.refresh(SOON, everyone=everyone)
        _take(workspace, copy / _SECOND)
        begun = time.perf_counter()
        report = workspace.refresh(LATER, everyone=everyone)
        seconds = time.perf_counter() - begun
        if (report.whole_pass is None) is everyone:
            raise AssertionError(f"everyone was looked at: {report.whole_pass}")
    shutil.rmtree(copy)
    return seconds


def place_few(base: Shop) -> float:
    """Put a hundred given customers through all traits, schemes and sixty definitions; the median of some hundreds."""
    import kogorta

    spent = []
    with kogorta.open(base.workspace) as workspace, workspace.view(AS_OF) as view:
        # keys of people, not of browsers that nobody is known by
        known = [
            key for (key,) in workspace.warehouse.rows("SELECT customer_key FROM trait_snapshot ORDER BY 1")
        ]
        step = len(known) // FEW
        for first in range(ROUNDS + 1):
            begun = time.perf_counter()
            few = view.scoped(known[first : step * FEW : step])
            few.session.fetch(few.traits, few.instant.bindings)
            few.session.fetch(few.place(few.own).table, few.instant.bindings)
            spent.append(time.perf_counter() - begun)
    # the first hundred compile everything
    return statistics.median(spent[1:])


def few_budget(_: Shop) -> float:
    """Return what a hundred customers may take."""
    return FEW_BUDGET_SECONDS


def estimate_typed(base: Shop) -> float:
    """Estimate each of the sixty definitions once, as if it were typed now; the 95th percentile, without the first one."""
    import kogorta

    spent = []
    with kogorta.open(base.workspace) as workspace:
        for text in _texts():
            begun = time.perf_counter()
            workspace.estimate(text, AS_OF)
            spent.append(time.perf_counter() - begun)
    return statistics.quantiles(spent[1:], n=20)[-1]


def _texts() -> list[str]:
    documents: list[dict[str, Any]] = list(yaml.safe_load_all(SEGMENTS.read_text(encoding="utf-8")))
    for number, document in enumerate(documents):
        kind = "segment" if "segment" in document else "scheme"
        document[kind] = f"typed_{number}"
    return [yaml.safe_dump(document, allow_unicode=True) for document in documents]


def estimate_budget(_: Shop) -> float:
    """Return what an estimate may take."""
    return ESTIMATE_BUDGET_SECONDS
