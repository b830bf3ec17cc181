"""Public bases that ship as Python packages, and RFM worked out twice by hand: in SQL and in Python."""

from __future__ import annotations

import importlib.util
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames, make_lifecycle_frame, make_rfm_frame
from kogorta.compile.steps import Instant, Steps
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.store import Warehouse

ORDERS = Shape(frozenset({"orders"}), frozenset(), has_aliases=False)
LINES = Shape(frozenset({"orders", "order_lines"}), frozenset(), has_aliases=False)
NOBODY = pa.table({"customer_key": pa.array([], pa.int64()), "person_key": pa.array([], pa.int64())})
DAY = 86_400
Scores = dict[int, tuple[int, ...]]
"""By customer: recency_days, frequency_count, monetary_amount, R, F, M."""


def package_file(package: str, *parts: str) -> Path:
    """A file of an installed package, which need not be importable."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        pytest.skip(f"the package {package} is not installed")
    return Path(found.origin).parent.joinpath(*parts)


@dataclass(frozen=True)
class Base:
    """A filled store.

    Attributes:
        warehouse: The store; its orders have customer_key, ordered_at, ordered_date, amount.
        shape: What it holds.
        as_of: Where one stands; UTC.
    """

    warehouse: Warehouse
    shape: Shape
    as_of: datetime


@contextmanager
def filled(folder: Path, orders: pa.Table, as_of: datetime, lines: pa.Table | None = None) -> Iterator[Base]:
    """A store with these orders, each a first version of its own instant."""
    warehouse = Warehouse(folder / "warehouse.duckdb")
    system = "ordered_at AS valid_at, 1 AS ingest_seq, 1 AS version_no, false AS is_removed"

    def fill(connection: Any) -> None:
        for name, rows in (("orders", orders), ("order_lines", lines)):
            if rows is not None:
                connection.register("incoming", rows)
                connection.execute(f"INSERT INTO {name} BY NAME SELECT *, {system} FROM incoming")
                connection.unregister("incoming")

    warehouse.write(fill)
    try:
        yield Base(warehouse, ORDERS if lines is None else LINES, as_of)
    finally:
        warehouse.close()


def product_scores(base: Base, meaning: Meaning, window: int | None) -> tuple[int, Scores]:
    """The product's window and answer."""
    columns = ("recency_days", "frequency_count", "monetary_amount", "rfm_r", "rfm_f", "rfm_m")
    with base.warehouse.session() as session:
        steps = Steps(session, base.shape, meaning, Instant(base.as_of, 1), NOBODY)
        frames = Frames(make_rfm_frame(steps, window), make_lifecycle_frame(steps))
        rows = [
            row for row in steps.rows(evaluate(steps, frames, columns)) if row["recency_days"] is not None
        ]
    taken = frames.rfm.values["window_days"] or 0
    return taken, {row["customer_key"]: tuple(row[name] for name in columns) for row in rows}


BY_HAND = """
WITH inside AS (SELECT *, ordered_at >= $as_of - to_days($days) AS is_in FROM counted WHERE ordered_at < $as_of),
own AS (
    SELECT customer_key, epoch(date_trunc('second', $as_of::TIMESTAMP) - date_trunc('second', max(ordered_at)))::BIGINT
        // 86400 AS recency, count(*) FILTER (is_in) AS n, coalesce(sum(amount) FILTER (is_in), 0) AS money
    FROM inside GROUP BY ALL
),
gaps AS (
    SELECT day - lag(day) OVER (PARTITION BY customer_key ORDER BY day) AS gap
    FROM (SELECT DISTINCT customer_key, ordered_date AS day FROM inside)
),
sorted AS (
    SELECT gap, row_number() OVER (ORDER BY gap) AS place, count(*) OVER () AS n FROM gaps WHERE gap IS NOT NULL
),
bounds AS (
    SELECT greatest(min(gap) FILTER (place >= ceil(n * 0.50)), 7) AS r5,
        greatest(min(gap) FILTER (place >= ceil(n * 0.75)), 14) AS r4,
        greatest(min(gap) FILTER (place >= ceil(n * 0.90)), 30) AS r3,
        greatest(min(gap) FILTER (place >= ceil(n * 0.90)) * 2, 90) AS r2
    FROM sorted
),
ranked AS (
    SELECT *, rank() OVER (PARTITION BY n >= 2 ORDER BY n) - 1 AS fewer, count(*) OVER (PARTITION BY n >= 2) AS of_f,
        rank() OVER (PARTITION BY n > 0 ORDER BY money) - 1 AS poorer,
        rank() OVER (PARTITION BY n > 0 ORDER BY recency DESC) - 1 AS longer,
        count(*) OVER (PARTITION BY n > 0) AS of_m
    FROM own
)
SELECT customer_key, recency, n, money::BIGINT,
    CASE WHEN NOT $by_rhythm THEN if(n > 0, 1 + 5 * longer // of_m, 1)
        WHEN recency <= r5 THEN 5 WHEN recency <= r4 THEN 4 WHEN recency <= r3 THEN 3 WHEN recency <= r2 THEN 2
        ELSE 1 END,
    if(n >= 2, greatest(2, 1 + 5 * fewer // of_f), 1),
    if(n > 0, 1 + 5 * poorer // of_m, 1)
FROM ranked, bounds
"""


def sql_scores(orders: pa.Table, as_of: datetime, days: int, *, by_rhythm: bool) -> Scores:
    """RFM in plain SQL."""
    with duckdb.connect() as connection:
        connection.register("counted", orders)
        asked = {"as_of": as_of, "days": days or 100_000, "by_rhythm": by_rhythm}
        return {key: tuple(rest) for key, *rest in connection.execute(BY_HAND, asked).fetchall()}


def python_scores(orders: pa.Table, as_of: datetime, days: int, *, by_rhythm: bool) -> Scores:
    """RFM in plain Python."""
    past: dict[int, list[tuple[datetime, Any, int]]] = defaultdict(list)
    for row in orders.to_pylist():
        if row["ordered_at"] < as_of:
            past[row["customer_key"]].append((row["ordered_at"], row["ordered_date"], row["amount"]))
    recency = {key: seconds_since(max(at for at, _, _ in own), as_of) // DAY for key, own in past.items()}
    inside = {
        key: [paid for at, _, paid in own if not days or (as_of - at).total_seconds() <= days * DAY]
        for key, own in past.items()
    }
    ages = sorted(-recency[key] for key, own in inside.items() if own)
    counts = sorted(len(own) for own in inside.values() if len(own) >= 2)
    sums = sorted(sum(own) for own in inside.values() if own)
    bounds = rhythm_bounds([day for own in past.values() for day in gaps_of(own)])
    found: Scores = {}
    for key, own in inside.items():
        n, money = len(own), sum(own)
        relative = share_score(-recency[key], ages) if own else 1
        r = 5 - bisect_left(bounds, recency[key]) if by_rhythm else relative
        f = max(2, share_score(n, counts)) if n >= 2 else 1
        found[key] = (recency[key], n, money, r, f, share_score(money, sums) if own else 1)
    return found


def seconds_since(at: datetime, as_of: datetime) -> int:
    """Whole seconds between two instants cut to whole seconds."""
    return int((as_of.replace(microsecond=0) - at.replace(microsecond=0)).total_seconds())


def gaps_of(own: Sequence[tuple[datetime, Any, int]]) -> list[int]:
    """Days between neighbouring days."""
    return [(later - earlier).days for earlier, later in pairwise(sorted({day for _, day, _ in own}))]


def share_score(value: int, population: Sequence[int]) -> int:
    """1 + ⌊5 × share strictly worse⌋ in a sorted population."""
    return 1 + 5 * bisect_left(population, value) // len(population)


def rhythm_bounds(gaps: Sequence[int]) -> list[int]:
    """P50, P75, P90 and 2 × P90 with their floors, rising."""
    rising = sorted(gaps)
    p50, p75, p90 = (rising[-(-len(rising) * percent // 100) - 1] for percent in (50, 75, 90))
    return [max(p50, 7), max(p75, 14), max(p90, 30), max(2 * p90, 90)]
