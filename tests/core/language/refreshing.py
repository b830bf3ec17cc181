"""Two stores that hold the same, refreshed side by side: one in parts, the other whole every time."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from kogorta.config import Config
from kogorta.membership.refresh import RefreshReport, refresh, refresh_due
from kogorta.schema import TABLES
from kogorta.warehouse.compaction import rewrite
from kogorta.warehouse.layout import place
from tests.core.language.facts import World
from tests.core.language.store import Store
from tests.core.language.strategies import Case

STEPS = (
    timedelta(0),
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=5),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=3, minutes=59, seconds=59),
    timedelta(hours=4),
    timedelta(days=1),
    timedelta(days=7, microseconds=1),
)
RUNS = 8
DUE_SHARE = 0.5
CADENCES = ("1min", "4h", "2d")
LONG_AGO = datetime(2020, 1, 1)  # noqa: DTZ001  instants are UTC without a zone inside
TIMELESS = "* EXCLUDE (silence_seconds, recency_days)"
"""Seconds and days of silence are those of the instant at which somebody was looked at last."""


def prepare(store: Store, world: World, case: Case, dice: random.Random) -> None:
    """Lay a world into a store whose log is empty, with definitions, and with merges that become known bit by bit."""
    store.fill(replace(world, log=()))
    edges = [(world.key(a), world.key(b), dice.choice((1, 2, 3))) for a, b in sorted(world.same.items())]

    def write(connection: Any) -> None:
        for table in ("definition_versions", "run_definitions", "identity_edges", "frames", "frame_values"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DROP TABLE IF EXISTS trait_snapshot")
        for a, b, seq in edges:
            connection.execute(
                "INSERT INTO identity_edges VALUES (?, ?, 'link', '', ?, NULL, ?)", [a, b, LONG_AGO, seq]
            )
        for document in case.documents:
            item = document | ({"cadence": dice.choice(CADENCES)} if dice.random() < DUE_SHARE else {})
            name = item.get("segment") or item["scheme"]
            body = json.dumps({"document": json.loads(json.dumps(item, default=str))})
            connection.execute(
                "INSERT INTO definition_versions VALUES (?, 1, '', ?, ?, NULL, false)", [name, body, LONG_AGO]
            )

    store.warehouse.write(write)


def lay_out(connection: Any) -> None:
    """Lay every table out by customer."""
    for table in TABLES.values():
        if place(table):
            rewrite(connection, table.name)


def instants(middle: datetime, dice: random.Random) -> list[datetime]:
    """Where the runs stand: around the instant about which the world's facts meet edges."""
    steps = [dice.choice(STEPS) for _ in range(RUNS)]
    found = [
        middle
        - sum(steps[: RUNS // 2], timedelta(0))
        + dice.choice((timedelta(0), timedelta(microseconds=1)))
    ]
    for step in steps:
        found.append(found[-1] + step)
    return found


@dataclass(frozen=True)
class Moment:
    """One refresh: as of when, how much is known, and whether only what is due is brought up to date."""

    as_of: datetime
    seq: int
    due: bool


def run(store: Store, config: Config, moment: Moment, *, everyone: bool) -> RefreshReport | None:
    """Refresh a store that knows as much as one of its commits."""
    store.warehouse.known_seq = lambda _=None: moment.seq  # type: ignore[method-assign,assignment]
    work = refresh_due if moment.due else refresh
    return work(store.warehouse, config, moment.as_of, moment.as_of, everyone=everyone)


def settings(zone: str, dice: random.Random) -> Config:
    """Frames that stay for years, or now and then for hours; own definitions with a cadence of the workspace."""
    often = dice.choice(("900d", "900d", "900d", "1h"))
    return Config.model_validate(
        {
            "workspace": {"timezone": zone},
            "cadence": {"rfm": "900d", "lifecycle": often, "own": dice.choice(("1min", "1h", "1d"))},
            "rfm": {"window_days": 30},
        }
    )


def books(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """What the runs wrote."""
    queries = {
        "changes": 'SELECT run_id, scheme, segment, customer_key, op, cause, "at" FROM membership_changes ORDER BY ALL',
        "snapshot": f"SELECT {TIMELESS} FROM trait_snapshot ORDER BY ALL",
        "runs": "SELECT run_id, as_of, customers, changes FROM runs ORDER BY ALL",
    }
    return {name: store.warehouse.rows(query) for name, query in queries.items()}
