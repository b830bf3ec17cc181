"""A refresh that looks only at those who can have moved writes what one that looks at everyone writes.

Random worlds and definitions, refreshed again and again at instants close together and far apart, while more becomes
known from run to run: two stores side by side, one looked at in parts, the other whole every time.

KOGORTA_HYPOTHESIS_PROFILE=soak draws hundreds of worlds.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from kogorta.config import Config
from kogorta.membership import refresh as refreshing
from kogorta.membership import scope
from kogorta.membership.refresh import RefreshReport, refresh, refresh_due
from kogorta.schema import TABLES
from kogorta.vocab import WholePass
from kogorta.warehouse.compaction import rewrite
from kogorta.warehouse.layout import place
from tests.core.language.facts import World
from tests.core.language.store import Store
from tests.core.language.strategies import Case, case_of

SOAKING = os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak"
CASES = 300 if SOAKING else 6
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


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Two stores that hold the same."""
    both = tuple(Store(tmp_path_factory.mktemp(name)) for name in ("parts", "whole"))
    yield both[0], both[1]
    for store in both:
        store.warehouse.close()


@pytest.fixture(autouse=True)
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any share of a small base is small enough; who is whom is laid into the books by hand."""
    monkeypatch.setattr(scope, "LARGEST_SHARE", 100.0)
    monkeypatch.setattr(refreshing, "update_identity", lambda *_: None)


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


def test_in_parts_as_if_whole(stores: tuple[Store, Store]) -> None:
    passes: Counter[WholePass | None] = Counter()
    moved = partial = 0
    for seed in range(CASES):
        dice = random.Random(seed)
        case = case_of(dice.getrandbits(64))
        look = dice.choice(case.looks)
        for store in stores:
            prepare(store, look.world, case, random.Random(seed))
        if seed % 2:
            # where rows lie says nothing of who they are
            stores[0].warehouse.write(lay_out)
        seqs = sorted(dice.choice((1, 2, 3)) for _ in range(RUNS + 1))
        config = settings(look.world.zone, dice)
        for as_of, seq in zip(instants(look.point.as_of, dice), seqs, strict=True):
            moment = Moment(as_of, seq, due=dice.random() < DUE_SHARE)
            in_parts = run(stores[0], config, moment, everyone=False)
            run(stores[1], config, moment, everyone=True)
            if in_parts is not None:
                partial += bool(in_parts.waiting)
                passes[in_parts.whole_pass] += 1
                moved += 0 if in_parts.whole_pass else sum(in_parts.changes.values())
            got, expected = books(stores[0]), books(stores[1])
            assert got == expected, f"seed {seed}, {moment}, {case!r}\n{look.world!r}"
    assert passes[None] > CASES, passes
    assert moved > CASES, passes
    assert partial > CASES, (partial, passes)
