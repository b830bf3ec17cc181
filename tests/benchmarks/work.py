"""The works that are compared. Each returns the seconds of the work itself, without imports of Python."""

from __future__ import annotations

import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.race import Wishes

AS_OF = datetime.fromisoformat("2025-10-01")


def orders(wishes: Wishes) -> Path:
    """Write the file of orders, always the same, and an imported workspace to ask; return where they are."""
    import duckdb

    folder, rows = wishes.folder, wishes.rows
    path = folder / "orders.csv"
    stamp = folder / "rows"
    if not path.exists() or not stamp.exists() or stamp.read_text() != str(rows):
        duckdb.sql(
            f"""COPY (
            SELECT 'O' || i AS order_id, 'C' || (hash(i * 7) % {max(rows // 10, 1)}) AS customer_id,
                strftime(TIMESTAMP '2023-01-01' + INTERVAL (hash(i) % 86400000) SECOND, '%Y-%m-%d %H:%M:%S') AS ordered_at,
                CAST((hash(i * 3) % 1000000) / 100.0 AS DECIMAL(10, 2)) AS amount,
                CASE WHEN hash(i * 5) % 20 = 0 THEN 'cancelled' ELSE 'completed' END AS status,
                CASE WHEN hash(i * 11) % 3 = 0 THEN 'online' ELSE 'store' END AS channel
            FROM range({rows}) t(i)) TO '{path}' (HEADER)"""
        )
        stamp.write_text(str(rows))
        for made in ("base", "refreshed"):
            shutil.rmtree(folder / made, ignore_errors=True)
    if not (folder / "base").exists():
        import_ours(folder)
        shutil.copytree(folder / "imported", folder / "base")
    return folder


def import_ours(folder: Path) -> float:
    """Import the file: validated, deduplicated, durable."""
    import kogorta
    from kogorta.config import update

    shutil.rmtree(folder / "imported", ignore_errors=True)
    with kogorta.init(folder / "imported", currency="EUR", timezone="UTC") as workspace:
        # the same method as the references: shares on every axis, over all time
        workspace.config = update(workspace.folder, {"rfm": {"recency": "relative", "window_days": "all"}})
        begun = time.perf_counter()
        report = workspace.import_file(folder / "orders.csv", "orders")
        seconds = time.perf_counter() - begun
        if report.quarantined or report.loaded != report.rows_read:
            raise AssertionError(f"not everything was loaded: {report}")
    return seconds


def import_duckdb(folder: Path) -> float:
    """Let DuckDB read the file into a table of a file of its own: durable, as ours is."""
    target = folder / "reference.duckdb"
    target.unlink(missing_ok=True)
    return _read_csv(folder, str(target))


def import_duckdb_memory(folder: Path) -> float:
    """Let DuckDB read the file into a table in memory: nothing is written, nothing survives."""
    return _read_csv(folder, ":memory:")


def _read_csv(folder: Path, target: str) -> float:
    import duckdb

    with duckdb.connect(target) as connection:
        connection.execute("SET enable_progress_bar = false")
        begun = time.perf_counter()
        connection.execute(f"CREATE TABLE orders AS SELECT * FROM read_csv('{folder / 'orders.csv'}')")
        connection.execute("CHECKPOINT")
        return time.perf_counter() - begun


def rfm_ours_first(folder: Path) -> float:
    """Work out the scores of everyone from imported facts, in a process that did so never before."""
    return _rfm_ours(folder, times=1)


def rfm_ours(folder: Path) -> float:
    """Do it in a process that was asked before: the SQL is compiled, every score is worked out anew."""
    return _rfm_ours(folder, times=3)


def _rfm_ours(folder: Path, times: int) -> float:
    import pandas as pd  # noqa: F401  DuckDB imports it with the first bound value, if it is installed

    import kogorta

    seconds = 0.0
    with kogorta.open(folder / "base") as workspace:
        for _ in range(times):
            begun = time.perf_counter()
            with workspace.view(AS_OF) as view:
                rows = view.scores()
            seconds = time.perf_counter() - begun
            if not rows.num_rows:
                raise AssertionError("nobody was scored")
    return seconds


def _orders(folder: Path) -> Any:
    """Return customer, instant, cents of counted orders as a data frame."""
    import duckdb

    return duckdb.sql(
        f"""SELECT customer_id, ordered_at, CAST(amount * 100 AS BIGINT) AS cents
        FROM read_csv('{folder / "orders.csv"}') WHERE status = 'completed' AND ordered_at < TIMESTAMP '{AS_OF}'"""
    ).df()


def rfm_pandas(folder: Path) -> float:
    """Group by customer (already an integer) and cut by the same rule."""
    import numpy as np
    import pandas as pd

    frame = _orders(folder)
    frame["customer"] = pd.factorize(frame["customer_id"])[0]
    frame = frame.drop(columns="customer_id")
    begun = time.perf_counter()
    found = frame.groupby("customer").agg(last=("ordered_at", "max"), f=("cents", "size"), m=("cents", "sum"))
    found["r"] = (pd.Timestamp(AS_OF) - found["last"]).dt.total_seconds().astype("int64") // 86_400
    for column in ("r", "f", "m"):
        values = np.sort(found[column].to_numpy())
        worse = np.searchsorted(values, found[column].to_numpy(), side="left")
        found[f"score_{column}"] = 1 + np.minimum(5 * worse // len(values), 4)
    return time.perf_counter() - begun


def rfm_duckdb(folder: Path) -> float:
    """Do it in SQL written by hand on the imported table, from integer keys."""
    import duckdb

    with duckdb.connect(str(folder / "base" / "data" / "warehouse.duckdb"), read_only=True) as connection:
        begun = time.perf_counter()
        connection.execute(
            f"""SELECT *, ntile(5) OVER (ORDER BY last) AS r, ntile(5) OVER (ORDER BY f) AS fs, ntile(5) OVER (ORDER BY m) AS ms
            FROM (SELECT customer_key, max(ordered_at) AS last, count(*) AS f, sum(amount) AS m FROM orders
                WHERE status = 'completed' AND ordered_at < TIMESTAMP '{AS_OF}' GROUP BY 1)"""
        ).to_arrow_table()
        return time.perf_counter() - begun


def rfm_lifetimes(folder: Path) -> float:
    """Let lifetimes summarise the orders."""
    from lifetimes.utils import summary_data_from_transaction_data

    frame = _orders(folder)
    begun = time.perf_counter()
    summary_data_from_transaction_data(
        frame, "customer_id", "ordered_at", "cents", observation_period_end=AS_OF
    )
    return time.perf_counter() - begun
