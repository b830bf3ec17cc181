"""A base small enough to count by hand: seven people, eleven orders, as of 1 July 2025."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from kogorta.workspace import create
from kogorta.workspace.workspace import Workspace
from tests.support import commit, day, order

AS_OF = "2025-07-01"

ORDERS = {
    "c0": {"2025-03-10": 100, "2025-04-10": 100, "2025-05-10": 100, "2025-06-10": 100},
    "c1": {"2025-04-20": 200, "2025-06-20": 200},
    "c2": {"2025-05-05": 300},
    "c3": {"2025-02-01": 400},
    "c4": {"2025-06-25": 500},
}
"""Who ordered when, for how many roubles; c5 and c6 are known since January and never ordered."""

RECENT = """
segment: recent
name: {ru: Недавние, en: Recent}
priority: 1
where: {did: order, within: 30d}
"""
BIG = """
segment: big
name: {ru: Крупные, en: Big}
priority: 2
where: {did: order, sum: {of: revenue, at_least: 400}}
"""
QUIET = """
segment: quiet
where: {all: [{did: order}, {not: {in_segment: recent}}]}
"""
HABIT = """
scheme: habit
name: {ru: Привычка, en: Habit}
base: ordered
segments:
  - {id: often, name: {ru: Часто, en: Often}, where: {did: order, times: {at_least: 2}}}
otherwise: once
"""


def now() -> datetime:
    """The clock of these tests."""
    return day("2025-07-10")


@contextmanager
def bazaar(folder: Path, timezone: str = "UTC", **texts: str) -> Iterator[Workspace]:
    """Open the base in a new workspace, with some definitions in it."""
    create(folder, timezone=timezone)
    with Workspace(folder, now) as workspace:
        fill(workspace)
        for text in texts.values():
            workspace.define(text)
        yield workspace


def fill(workspace: Workspace) -> None:
    """Bring the people and their orders in."""
    rows = [
        order(f"{who}-{at}", who, f"{at} 12:00", roubles * 100)
        for who, dated in ORDERS.items()
        for at, roubles in dated.items()
    ]
    known = [{"customer_id": who, "created_at": day("2025-01-01")} for who in ("c5", "c6")]
    commit(workspace.warehouse, "customers", known)
    commit(workspace.warehouse, "orders", rows)


def contact(who: str, kind: str, value: str) -> dict[str, object]:
    """Return a row of `contacts`."""
    return {"customer_id": who, "kind": kind, "value": value, "at": day("2025-01-02")}


def consent(who: str, channel: str, op: str, at: str, purpose: str = "advertising") -> dict[str, object]:
    """Return a row of `consents`."""
    return {"customer_id": who, "channel": channel, "purpose": purpose, "at": day(at), "op": op}
