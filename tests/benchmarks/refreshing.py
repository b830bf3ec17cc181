"""A refresh five minutes after another, when one customer in a thousand ordered: those who can have moved, and everyone."""

from __future__ import annotations

import shutil
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.benchmarks.language import conditions

BEFORE = datetime.fromisoformat("2025-10-01T12:00")
AS_OF = BEFORE + timedelta(minutes=5)
ONE_IN = 1000


def refresh_parts(folder: Path) -> float:
    """Look at those who can have moved, in a process that refreshed before."""
    return _refresh(folder, everyone=False, is_warm=True)


def refresh_whole(folder: Path) -> float:
    """Look at everyone, in a process that refreshed before."""
    return _refresh(folder, everyone=True, is_warm=True)


def refresh_parts_first(folder: Path) -> float:
    """Look at those who can have moved, in a process that compiles everything for the first time."""
    return _refresh(folder, everyone=False, is_warm=False)


def refresh_whole_first(folder: Path) -> float:
    """Look at everyone, in such a process."""
    return _refresh(folder, everyone=True, is_warm=False)


def _refresh(folder: Path, *, everyone: bool, is_warm: bool) -> float:
    import kogorta

    prepare(folder)
    copy = folder / "refreshing"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder / "refreshed", copy)
    with kogorta.open(copy) as workspace:
        if is_warm:
            workspace.refresh(BEFORE + timedelta(seconds=1), everyone=everyone)
        begun = time.perf_counter()
        report = workspace.refresh(AS_OF, everyone=everyone)
        seconds = time.perf_counter() - begun
        if (report.whole_pass is None) is everyone:
            raise AssertionError(f"everyone was looked at: {report.whole_pass}")
    return seconds


def prepare(folder: Path) -> None:
    """Refresh the base with sixty definitions, then let one customer in a thousand order."""
    import kogorta

    if (folder / "refreshed").exists():
        return
    made = folder / "refreshed-part"
    shutil.rmtree(made, ignore_errors=True)
    shutil.copytree(folder / "base", made)
    with kogorta.open(made) as workspace:
        texts = (f"segment: s{number}\nwhere: {where}" for number, where in enumerate(conditions(), 1))
        workspace.define("\n---\n".join(texts))
        workspace.refresh(BEFORE)
        people = workspace.members("lifecycle.active", BEFORE)["customer_id"].to_pylist()
        everyone = workspace.warehouse.rows("SELECT count(*) FROM trait_snapshot")[0][0]
        rows = [
            f"new{number},{name},{BEFORE + timedelta(seconds=number % 300)},19.90,completed,online"
            for number, name in enumerate(people[: everyone // ONE_IN])
        ]
        file = made / "new.csv"
        file.write_text("order_id,customer_id,ordered_at,amount,status,channel\n" + "\n".join(rows) + "\n")
        workspace.import_file(file, "orders")
    made.rename(folder / "refreshed")
