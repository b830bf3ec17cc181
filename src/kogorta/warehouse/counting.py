"""How much of a running statement is done, as DuckDB itself counts it."""

from __future__ import annotations

import duckdb


def count_progress(connection: duckdb.DuckDBPyConnection) -> None:
    """Let a connection count how far its statements are; it is silent unless it is asked."""
    connection.execute("SET enable_progress_bar = true")
    connection.execute("SET enable_progress_bar_print = false")


def share_done(connection: duckdb.DuckDBPyConnection) -> float | None:
    """Return how much of the running statement is done, from 0 to 1; None if none runs or nothing says.

    Any thread may ask while another one waits for the statement.
    """
    try:
        percent = connection.query_progress()
    except duckdb.Error:
        return None
    return percent / 100 if 0 <= percent <= 100 else None
