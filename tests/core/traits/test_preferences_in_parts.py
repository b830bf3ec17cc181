"""Refreshes that look at those who can have moved write what those write that look at everyone.

Definitions test what goods, habits and services tell; random worlds become known bit by bit.
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
import yaml

from kogorta.config import Config
from kogorta.membership import refresh as refreshing
from kogorta.membership import scope
from kogorta.membership.refresh import RefreshReport, refresh
from kogorta.vocab import WholePass
from tests.core.language.facts import World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, row, world
from tests.core.traits.test_preferences_everywhere import worlds

SEEDS = 30 if os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak" else 1

BY_FACTS = {
    "makers": "{trait: main_product, is: a}",
    "half": "{trait: main_brand_share, at_least: 0.5}",
    "wide": "{trait: categories_count, at_least: 2}",
    "in_store": "{trait: main_channel, is: store}",
    "early": "{trait: main_hour, at_most: 12}",
    "mondays": "{trait: main_weekday, is: 1}",
    "curious": "{trait: interest_category, exists: true}",
    "absent": "{trait: no_shows, at_least: 1}",
    "nailed": "{trait: main_service, is: nails}",
    "coming": "{trait: next_booking_at, in_next: 7d}",
    "came": "{trait: last_visit_at, in_last: 11d}",
}
DUE = {"due": "{trait: due_at, in_next: 7d}", "overdue": "{trait: due_at, before: 2026-07-01}"}
COMPLEMENTS = {"offered": "{trait: next_complement, is: B}"}
STEPS = (
    timedelta(microseconds=1),
    timedelta(seconds=1),
    timedelta(hours=5),
    timedelta(days=1),
    timedelta(days=11),
)
LONG_AGO = utc("2020-01-01")


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """Two stores that hold the same."""
    parts, whole = (Store(tmp_path_factory.mktemp(name)) for name in ("parts", "whole"))
    yield parts, whole
    for store in (parts, whole):
        store.warehouse.close()


@pytest.fixture(autouse=True)
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any share of a small base is small enough; who is whom is laid into the books by hand."""
    monkeypatch.setattr(scope, "LARGEST_SHARE", 100.0)
    monkeypatch.setattr(refreshing, "update_identity", lambda *_: None)


def prepare(store: Store, base: World, definitions: dict[str, str]) -> None:
    """Lay a world into a store whose log is empty, with definitions."""
    store.fill(base)
    edges = [(base.key(one), base.key(other)) for one, other in base.same.items()]

    def write(connection: Any) -> None:
        for table in ("definition_versions", "run_definitions", "identity_edges", "frames", "frame_values"):
            connection.execute(f"DELETE FROM {table}")
        connection.execute("DROP TABLE IF EXISTS trait_snapshot")
        for a, b in edges:
            connection.execute(
                "INSERT INTO identity_edges VALUES (?, ?, 'link', '', ?, NULL, 1)", [a, b, LONG_AGO]
            )
        for name, where in definitions.items():
            body = json.dumps({"document": {"segment": name, "where": where}})
            connection.execute(
                "INSERT INTO definition_versions VALUES (?, 1, '', ?, ?, NULL, false)", [name, body, LONG_AGO]
            )

    store.warehouse.write(write)


def read(definitions: dict[str, str]) -> dict[str, Any]:
    """Conditions as documents have them."""
    return {
        name: json.loads(json.dumps(yaml.safe_load(where), default=str))
        for name, where in definitions.items()
    }


def run(store: Store, config: Config, as_of: Any, seq: int, *, everyone: bool) -> RefreshReport:
    """Refresh a store that knows as much as one of its commits."""
    store.warehouse.known_seq = lambda _=None: seq  # type: ignore[method-assign,assignment]
    return refresh(store.warehouse, config, as_of, as_of, everyone=everyone)


def settings(zone: str, business: str) -> Config:
    return Config.model_validate(
        {
            "workspace": {"timezone": zone, "business": business},
            "cadence": {"rfm": "900d", "lifecycle": "900d", "own": "1min"},
            "rfm": {"window_days": 30},
        }
    )


def changes(store: Store) -> list[tuple[Any, ...]]:
    query = 'SELECT run_id, scheme, customer_key, op, cause, "at" FROM membership_changes ORDER BY ALL'
    return store.warehouse.rows(query)


def both(
    stores: tuple[Store, Store],
    base: World,
    definitions: dict[str, str],
    config: Config,
    moments: Sequence[Any],
) -> Counter[WholePass | None]:
    """Refresh side by side at each moment, an instant and a commit; why everyone was looked at, how often."""
    for store in stores:
        prepare(store, base, read(definitions))
    passes: Counter[WholePass | None] = Counter()
    for as_of, seq in moments:
        passes[run(stores[0], config, as_of, seq, everyone=False).whole_pass] += 1
        run(stores[1], config, as_of, seq, everyone=True)
        assert changes(stores[0]) == changes(stores[1]), (as_of, seq, base)
    return passes


@pytest.mark.parametrize("seed", range(SEEDS))
def test_traits_of_facts_move_in_parts(stores: tuple[Store, Store], seed: int) -> None:
    dice, base = random.Random(seed), worlds(seed)
    as_of, moments = NOW - timedelta(days=12), []
    for number in range(6):
        moments.append((as_of, 1 if number < 3 else 2))
        as_of += dice.choice(STEPS)
    config = settings(base.zone, dice.choice(("shop", "salon")))
    assert both(stores, base, BY_FACTS, config, moments)[None] >= 2


def test_a_due_date_may_turn_at_any_moment(stores: tuple[Store, Store]) -> None:
    base = worlds(11)
    moments = [(NOW + hours * timedelta(hours=5), 2) for hours in range(4)]
    passes = both(stores, base, DUE, settings(base.zone, "salon"), moments)
    assert passes[WholePass.TRAIT] == 3


def test_news_of_a_product_that_nobody_bought_may_be_news_of_anybody(stores: tuple[Store, Store]) -> None:
    order = {
        "order_id": "o",
        "customer": "ann",
        "ordered_at": "2026-06-01",
        "status": "completed",
        "amount": 100,
    }
    base = world(
        row("orders", **order),
        row("order_lines", order_id="o", line_no=1, product_id="a", amount=100),
        row("products", product_id="a", complements="B"),
        row("products", product_id="B", valid_at=NOW + timedelta(hours=2)),
    )
    moments = [(NOW + hours * timedelta(hours=1), 1) for hours in (0, 1, 3)]
    passes = both(stores, base, COMPLEMENTS, settings("UTC", "shop"), moments)
    assert passes[WholePass.SHARED] == 1
    assert passes[None] == 1
    assert [(name, op) for _, name, _, op, _, _ in changes(stores[0]) if name == "offered"] == [
        ("offered", "enter")
    ]
