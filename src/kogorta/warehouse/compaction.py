"""Compaction: a table is written anew in the order of customers, and takes the place of the old one in one transaction.

Readers go on with the old one until they ask again. The new one goes straight to free blocks of the file, not through the log; those of the old one
are free after the next checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kogorta.errors import CompactionError, EngineError
from kogorta.i18n import lazy
from kogorta.schema import TABLES, Table
from kogorta.warehouse.hashes import HASHES
from kogorta.warehouse.layout import (
    BEHIND,
    LAYOUT,
    NOBODY,
    OWNER,
    ROW_GROUP,
    RUN_ROWS,
    UNKNOWN,
    has_owner,
    order_of,
    place,
)
from kogorta.warehouse.merge import names_of, same_key
from kogorta.warehouse.moments import MOMENTS
from kogorta.warehouse.moments import ORDER as BY_TIME
from kogorta.warehouse.sql import quote

if TYPE_CHECKING:
    from kogorta.warehouse.store import Warehouse

LEAST_TAIL = 4 * ROW_GROUP
"""A tail of no more rows than that is read in passing."""

MOST_RUNS = 8
"""With more sorted runs than that a table is due: each of them is looked into for each customer."""

SLICE_ROWS = 8_000_000
"""About so many rows are sorted at once: a hundred million would spill fourteen gigabytes."""


@dataclass(frozen=True)
class Compacted:
    """A table that was laid out anew.

    Attributes:
        table: Its name; `…_hashes` for the hashes of the keys of another, `…_moments` for its copy in the order of time.
        rows: All of its rows.
        tail_rows: Those that lay in no order, or in another run than the largest.
        seconds: What it took.
    """

    table: str
    rows: int
    tail_rows: int
    seconds: float


@dataclass(frozen=True)
class Lie:
    """How a table lies.

    Attributes:
        table: Its name.
        rows: All of its rows.
        runs: How many sorted runs it has.
        sorted_rows: The rows in them.
        largest_run: Those in the largest.
    """

    table: str
    rows: int
    runs: int
    sorted_rows: int
    largest_run: int

    @property
    def is_by_time(self) -> bool:
        """Whether it lies in the order of time: a span of it is in few places, however many runs there are."""
        return self.table in MOMENTS.values()

    @property
    def tail_rows(self) -> int:
        """Rows that a compaction would put into order. Erased rows may still be counted in a run."""
        return max(self.rows - (self.sorted_rows if self.is_by_time else self.largest_run), 0)

    @property
    def is_worthwhile(self) -> bool:
        """Whether there is anything to gain."""
        return self.tail_rows > LEAST_TAIL

    @property
    def is_due(self) -> bool:
        """Whether it costs enough to do it unasked: rows are written again as often as the table doubles."""
        grown = 2 * (self.rows - self.sorted_rows) > self.rows
        return self.tail_rows >= RUN_ROWS and (grown or (self.runs > MOST_RUNS and not self.is_by_time))


def lies(warehouse: Warehouse) -> Iterator[Lie]:
    """Yield how each table lies that is laid out; parents stand before what lies behind them."""
    laid = [table.name for table in TABLES.values() if place(table)]
    names = [*sorted(laid, key=lambda name: name in BEHIND), *HASHES.values(), *MOMENTS.values()]
    counts = " UNION ALL ".join(
        f"SELECT '{name}' AS name, count(*) AS rows FROM {quote(name)}" for name in names
    )
    found = {
        name: Lie(name, *numbers)
        for name, *numbers in warehouse.rows(
            f"""SELECT name, any_value(c.rows), count(l.rows), coalesce(sum(l.rows), 0)::BIGINT, coalesce(max(l.rows), 0)
            FROM ({counts}) c LEFT JOIN {LAYOUT} l ON l.table_name = name GROUP BY name"""
        )
    }
    return (found[name] for name in names)


def compact(
    warehouse: Warehouse, *, due_only: bool = False, progress: Callable[[str], None] = lambda _: None
) -> list[Compacted]:
    """Lay out the tables that gain by it, each in a transaction of its own.

    Args:
        warehouse: The store.
        due_only: Only those that cost enough to do it unasked.
        progress: Told the name of each table when it begins.

    Returns:
        What was done; nothing where every tail is short.

    Raises:
        CompactionError: The engine refused, for want of space for example. The table is as it was, those before it are done.
    """
    done = []
    for lie in lies(warehouse):
        if lie.is_due if due_only else lie.is_worthwhile:
            progress(lie.table)
            done.append(_compact(warehouse, lie))
    return done


def _compact(warehouse: Warehouse, lie: Lie) -> Compacted:
    begun = time.monotonic()
    try:
        rows = warehouse.write(lambda connection: rewrite(connection, lie.table))
    except EngineError as error:
        raise CompactionError(
            lazy("table {table} could not be laid out anew; every fact is where it was", table=lie.table),
            got=error.got,
            expected="room on the disk for a second copy of the table",
            hint="make room and run kogorta compact; all else goes on without it",
        ) from error
    warehouse.engine.free_space()
    return Compacted(lie.table, rows, lie.tail_rows, time.monotonic() - begun)


def rewrite(connection: Any, name: str) -> int:
    """Write a table anew and put it in the place of the old one; return its rows. Runs in the writer's transaction."""
    old, new = quote(name), quote(f"{name}_laid_out")
    first, *others = _sorted_sql(connection, name)
    connection.execute(f"CREATE TABLE {new} AS {first}")
    for part in others:
        connection.execute(f"INSERT INTO {new} {part}")
    counts = connection.execute(
        f"SELECT (SELECT count(*) FROM {old}), (SELECT count(*) FROM {new})"
    ).fetchone()
    if counts[0] != counts[1]:
        raise AssertionError(f"{name}: {counts[0]} rows became {counts[1]}")
    if name in TABLES and has_owner(TABLES[name]):
        connection.execute(f"ALTER TABLE {new} ALTER COLUMN {OWNER} SET DEFAULT {UNKNOWN}")
    connection.execute(f"DROP TABLE {old}")
    connection.execute(f"ALTER TABLE {new} RENAME TO {old}")
    connection.execute(f"DELETE FROM {LAYOUT} WHERE table_name = ?", [name])
    connection.execute(f"INSERT INTO {LAYOUT} VALUES (?, ?)", [name, counts[1]])
    return int(counts[1])


def _sorted_sql(connection: Any, name: str) -> list[str]:
    """Return SQL of all rows in their new order, part after part: where it says nothing, they keep the old one."""
    if name in HASHES.values():
        return [f"SELECT hash FROM {quote(name)} ORDER BY hash"]
    if name in MOMENTS.values():
        parts = _slices(connection, name, "slice")
        return [f"SELECT * FROM {quote(name)} WHERE {part} ORDER BY {BY_TIME}" for part in parts]
    table = TABLES[name]
    unknown = f"SELECT 1 FROM {quote(name)} WHERE {OWNER} = {UNKNOWN} LIMIT 1"
    if has_owner(table) and connection.execute(unknown).fetchone():
        parts = [_with_owner(table)]
    else:
        rows = f"SELECT *, rowid AS row_order FROM {quote(name)}"
        parts = [f"{rows} WHERE {condition}" for condition in _slices(connection, name, str(place(table)))]
    return [
        f"SELECT * EXCLUDE (row_order) FROM ({part}) ORDER BY {order_of(table)}, row_order" for part in parts
    ]


def _slices(connection: Any, name: str, by: str) -> list[str]:
    """Return conditions that divide a table by a column into parts small enough to be sorted in memory."""
    column = quote(by)
    ends = [
        end
        for (end,) in connection.execute(
            f"""SELECT max(place) FROM (
                SELECT place, (sum(rows) OVER (ORDER BY place NULLS FIRST) - 1) // {SLICE_ROWS} AS slice
                FROM (SELECT {column} AS place, count(*) AS rows FROM {quote(name)} GROUP BY place)
            ) GROUP BY slice HAVING max(place) IS NOT NULL ORDER BY 1"""
        ).fetchall()[:-1]
    ]
    if not ends:
        return ["true"]
    middle = [f"{column} > {begin} AND {column} <= {end}" for begin, end in pairwise(ends)]
    return [f"({column} IS NULL OR {column} <= {ends[0]})", *middle, f"{column} > {ends[-1]}"]


def _with_owner(table: Table) -> str:
    """Return SQL of rows with the owner that can be told now: of the first version, or of what they lie behind."""
    if table.name in BEHIND:
        parent, key = BEHIND[table.name]
        first = f"SELECT {key}, any_value({OWNER}) AS {OWNER} FROM {quote(parent)} WHERE version_no = 1 GROUP BY {key}"
        return f"""SELECT t.* REPLACE (coalesce(f.{OWNER}, {UNKNOWN}) AS {OWNER}), t.rowid AS row_order
            FROM {quote(table.name)} t LEFT JOIN ({first}) f ON f.{key} = t.{key}"""
    keys = names_of(table.stored_key)
    open_ = f"{OWNER} = {UNKNOWN}"
    first = f"""SELECT {keys}, any_value(customer_key) AS customer_key FROM {quote(table.name)}
        WHERE version_no = 1 AND {open_} GROUP BY {keys}"""
    return f"""SELECT t.* REPLACE (CASE WHEN t.{open_} THEN coalesce(f.customer_key, {NOBODY}) ELSE t.{OWNER} END AS {OWNER}),
            t.rowid AS row_order
        FROM {quote(table.name)} t LEFT JOIN ({first}) f ON {same_key("f", "t", table.stored_key)}"""
