"""A base that brings only sums: one row a customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames, make_lifecycle_frame, make_rfm_frame
from kogorta.compile.steps import Instant, Steps
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.store import Warehouse
from tests.core.meaning.stored import arrow, utc
from tests.core.reference.rows import Row

NOW = utc(2024, 7, 1, 12)
DAY = 86_400
SHAPE = Shape(frozenset({"customer_summaries"}), frozenset(), has_aliases=False)
NOBODY = pa.table({"customer_key": pa.array([], pa.int64()), "person_key": pa.array([], pa.int64())})


def day(instant: datetime | None) -> date | None:
    """The day of an instant."""
    return instant.date() if instant else None


def summary(
    key: int, first: float | None, last: float, orders: int, revenue: int | None, **more: object
) -> Row:
    """What is known of a customer whose first and last orders lie so many days back."""
    first_at = None if first is None else NOW - timedelta(days=first)
    last_at = NOW - timedelta(days=last)
    return {
        "customer_key": key,
        "at": NOW - timedelta(hours=1),
        "at_date": day(NOW),
        "first_order_at": first_at,
        "first_order_date": day(first_at),
        "last_order_at": last_at,
        "last_order_date": day(last_at),
        "orders": orders,
        "revenue": revenue,
        "valid_at": NOW - timedelta(hours=1),
        "ingest_seq": 1,
        "version_no": 1,
        "is_removed": False,
        **more,
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """An open store."""
    opened = Warehouse(Path(tmp_path_factory.mktemp("sums")) / "warehouse.duckdb")
    yield opened
    opened.close()


def answer(
    store: Warehouse, rows: Sequence[Row], window: int | None = None
) -> tuple[Frames, list[dict[str, Any]]]:
    """Frames and traits of a base of sums."""

    def fill(connection: Any) -> None:
        connection.execute("DELETE FROM customer_summaries")
        connection.register("incoming", arrow("customer_summaries", list(rows)))
        connection.execute("INSERT INTO customer_summaries BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")

    store.write(fill)
    with store.session() as session:
        steps = Steps(session, SHAPE, Meaning(), Instant(NOW, 1), NOBODY)
        frames = Frames(make_rfm_frame(steps, window), make_lifecycle_frame(steps))
        found = session.fetch(evaluate(steps, frames).order_by("customer_key")).to_pylist()
    return frames, found


def test_the_gap_is_the_span_over_the_orders_but_one(store: Warehouse) -> None:
    frames, rows = answer(
        store, [summary(1, 100, 10, 4, 900), summary(2, 50, 10, 2, 300), summary(3, 7, 7, 1, 100)]
    )
    # 90 / 3 = 30, 40 / 1 = 40, no gap; base: lower middle 30; P95 of 30, 40
    assert [row["own_gap_days"] for row in rows] == [30, 40, None]
    assert frames.lifecycle.values == {"base_gap": 30, "gap_p95": 40, "new_days": 30}
    # (90 + 3·30) / 6, (90 + 40) / 4, 30
    assert [row["rhythm_days"] for row in rows] == [30, 32.5, 30]
    assert [row["lifecycle_stage"] for row in rows] == ["active", "active", "new"]
    assert [row["rfm_simple"] for row in rows][2] == "newcomers"


def test_the_window_is_all_and_frequency_the_orders(store: Warehouse) -> None:
    frames, rows = answer(store, [summary(1, 4000, 3000, 5, 900), summary(2, 1, 1, 1, None)])
    assert frames.rfm.values["window_days"] == 0
    assert [(row["frequency_count"], row["monetary_amount"]) for row in rows] == [(5, 900), (1, 0)]
    assert [row["silence_seconds"] for row in rows] == [3000 * DAY, DAY]
    assert [row["is_provisional"] for row in rows] == [0, 0]  # how long the history is, sums do not tell


def test_the_newest_sums_count_and_future_ones_do_not(store: Warehouse) -> None:
    older = summary(1, 100, 50, 2, 200) | {"at": NOW - timedelta(days=9), "valid_at": NOW - timedelta(days=9)}
    ahead = summary(1, 100, 5, 9, 999) | {"at": NOW, "valid_at": NOW}
    _, rows = answer(store, [older, summary(1, 100, 10, 4, 900), ahead])
    assert [(row["orders_count"], row["revenue_total"]) for row in rows] == [(4, 900)]


def test_without_a_first_order_there_is_no_gap(store: Warehouse) -> None:
    _, rows = answer(store, [summary(1, None, 10, 4, None, last_category_top="tea")])
    assert [(row["own_gap_days"], row["main_category"], row["monetary_amount"]) for row in rows] == [
        (None, "tea", None)
    ]
