"""Any past instant can be asked again: as of then, as far as was known then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from operator import methodcaller
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.config import Config, parse
from kogorta.definitions.schemes import schemes
from kogorta.membership.log import recorded_members
from kogorta.membership.partition import proven
from kogorta.membership.refresh import refresh
from kogorta.membership.view import View, open_view
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

CONFIG: Config = parse(
    {
        "workspace": {"timezone": "UTC"},
        "cadence": {"rfm": "7d", "lifecycle": "1d"},
        "rfm": {"window_days": 365},
    }
)
START = day("2025-01-01")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give a store that each example empties."""
    opened = Warehouse(tmp_path_factory.mktemp("travel") / "warehouse.duckdb")
    yield opened
    opened.close()


def empty(warehouse: Warehouse) -> None:
    """Forget everything."""
    tables = ["orders", "customer_ids", "batches", "frames", "frame_values", "definition_versions", "runs"]
    for table in [*tables, "membership_changes", "identity_edges"]:
        warehouse.write(methodcaller("execute", f"DELETE FROM {table}"))


facts = st.lists(
    st.tuples(
        st.integers(0, 6),  # customer
        st.integers(0, 300),  # day
        st.sampled_from([0, 6, 12]),  # hour
        st.sampled_from([500, 1000, 1000, 9000]),
        st.sampled_from(["completed", "completed", "completed", "cancelled", "pending"]),
    ),
    min_size=3,
    max_size=40,
)


def rows_of(drawn: list[tuple[int, int, int, int, str]], prefix: str) -> list[dict[str, Any]]:
    """Turn drawn facts into orders."""
    return [
        order(f"{prefix}{n}", f"c{who}", (START + timedelta(days=on, hours=hour)).isoformat(), amount, status)
        for n, (who, on, hour, amount, status) in enumerate(drawn)
    ]


def state(view: View) -> dict[str, tuple[Any, ...]]:
    """Return where everyone stands in every scheme."""
    shown = schemes(CONFIG.workspace.business)
    rows = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
    return {row["customer_key"]: tuple(row[item.trait] for item in shown) for row in rows}


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(first=facts, later=facts, gap=st.integers(1, 40))
def test_asking_later_for_an_instant_gives_what_was_said_then(
    warehouse: Warehouse, first: list[Any], later: list[Any], gap: int
) -> None:
    """Refresh at t1, then at t2 with more facts: t1 on the same (as_of, known_at) still says the same."""
    empty(warehouse)
    t1 = START + timedelta(days=200)
    t2 = t1 + timedelta(days=gap)
    commit(warehouse, "orders", rows_of(first, "a"), START)
    one = refresh(warehouse, CONFIG, t1, t1)
    with open_view(warehouse, CONFIG, t1, one.known_seq) as view:
        said_then = state(view)
    commit(warehouse, "orders", rows_of(later, "b"), t1 + timedelta(hours=1))
    refresh(warehouse, CONFIG, t2, t2)
    with open_view(warehouse, CONFIG, t1, one.known_seq) as view:
        assert view.frames == one.frames
        assert state(view) == said_then


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(drawn=facts, instants=st.lists(st.integers(1, 330), min_size=1, max_size=3))
def test_the_log_says_what_was_computed_and_every_scheme_is_a_partition(
    warehouse: Warehouse, drawn: list[Any], instants: list[int]
) -> None:
    """After each run the log's members are the computed ones; each of a base stands in one segment."""
    empty(warehouse)
    commit(warehouse, "orders", rows_of(drawn, "a"), START)
    for offset in sorted(instants):
        as_of = START + timedelta(days=offset)
        report = refresh(warehouse, CONFIG, as_of, as_of)
        with open_view(warehouse, CONFIG, as_of) as view:
            names = dict(warehouse.rows("SELECT customer_key, customer_id FROM customer_ids"))
            rows = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
            for item in schemes(CONFIG.workspace.business):
                if item.id in report.hidden:
                    continue
                (counts,) = proven(view, view.traits, [item])
                assert counts["members"] == counts["base"] == sum(row[item.trait] is not None for row in rows)
                for segment in item.segments:
                    computed = sorted(
                        names[row["customer_key"]] for row in rows if row[item.trait] == segment
                    )
                    logged = (
                        recorded_members(warehouse, item, segment, as_of).column("customer_id").to_pylist()
                    )
                    assert logged == computed


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(first=facts, second=facts)
def test_the_order_in_which_files_come_does_not_matter(
    warehouse: Warehouse, first: list[Any], second: list[Any]
) -> None:
    """Two files with different orders, one way and the other, shuffled inside: the same base."""
    as_of = START + timedelta(days=250)
    answers = []
    for files in (
        (rows_of(first, "a"), rows_of(second, "b")),
        (list(reversed(rows_of(second, "b"))), list(reversed(rows_of(first, "a")))),
    ):
        empty(warehouse)
        for file in files:
            commit(warehouse, "orders", file, START)
        names = dict(warehouse.rows("SELECT customer_key, customer_id FROM customer_ids"))
        with open_view(warehouse, CONFIG, as_of) as view:
            answers.append({names[key]: value for key, value in state(view).items()})
    assert answers[0] == answers[1]
