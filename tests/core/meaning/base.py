"""A real store that is filled anew for every example, and what the product answers about it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames, make_lifecycle_frame, make_rfm_frame
from kogorta.compile.steps import Instant, Steps
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.engine import Session
from kogorta.warehouse.sql import quote
from kogorta.warehouse.store import Warehouse
from tests.core.meaning.stored import arrow, naive, stored_tables, utc
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Facts
from tests.core.reference.rows import Row

NEVER = utc(2100, 1, 1)
"""Imports happen after every instant looked at, so that only dated facts show people."""
EVERYTHING_KNOWN = 1_000_000
ALIAS = 1000
"""Distance between the key of a person and that of his second id."""

FILLED = (
    "customers",
    "products",
    "orders",
    "order_lines",
    "discounts",
    "returns",
    "bookings",
    "subscriptions",
    "messages",
    "message_events",
)
GENEROUS = Shape(frozenset(FILLED), frozenset(FILLED) - {"message_events"}, has_aliases=True)
"""A shape that leaves no work out."""


@dataclass(frozen=True)
class Layout:
    """How the same facts are laid into the store: none of it may change an answer.

    Attributes:
        seed: Of the physical order of rows; None keeps the order given.
        exact: The plan leaves out the work for what the store lacks, instead of nothing.
        split: Every customer's rows stand under two ids in turn, known to be one person.
    """

    seed: int | None = None
    exact: bool = False
    split: bool = False


PLAIN_LAYOUT = Layout()


class Base:
    """One store, emptied and filled again."""

    def __init__(self, folder: Path) -> None:
        self.warehouse = Warehouse(folder / "warehouse.duckdb")
        self.keys: dict[str, int] = {}
        self.shape = GENEROUS
        self.layout = PLAIN_LAYOUT
        self._used: set[str] = set()

    def fill(self, facts: Facts, layout: Layout = PLAIN_LAYOUT, imported_at: datetime = NEVER) -> None:
        """Lay facts into the empty store."""
        self.layout = layout
        self.keys = {name: number for number, name in enumerate(sorted(customer_ids(facts)), 1)}
        tables = stored_tables(facts, self._key)
        self.shape = shape_of(tables, layout)
        tables = shuffled(tables, layout.seed)
        self.warehouse.write(lambda connection: self._replace(connection, tables, imported_at))

    def _key(self, customer: str, row_number: int) -> int:
        return self.keys[customer] + (ALIAS if self.layout.split and row_number % 2 else 0)

    def _replace(self, connection: Any, tables: Mapping[str, Sequence[Row]], imported_at: datetime) -> None:
        for name in [*self._used, "customer_ids", "batches"]:
            connection.execute(f"DELETE FROM {quote(name)}")
        self._used = set(tables)
        for name, rows in tables.items():
            connection.register("incoming", arrow(name, list(rows)))
            connection.execute(f"INSERT INTO {quote(name)} BY NAME SELECT * FROM incoming")
            connection.unregister("incoming")
        for customer, key in self.keys.items():
            connection.execute("INSERT INTO customer_ids VALUES (?, 'main', ?, 1)", [key, customer])
        batches = "INSERT INTO batches BY NAME SELECT unnest(range(1, 6)) AS ingest_seq, ?::TIMESTAMP AS imported_at"
        connection.execute(batches, [imported_at])

    @property
    def aliases(self) -> pa.Table:
        """Second ids and the persons they are."""
        people = list(self.keys.values()) if self.layout.split else []
        return pa.table(
            {
                "customer_key": pa.array([key + ALIAS for key in people], pa.int64()),
                "person_key": pa.array(people, pa.int64()),
            }
        )

    @contextmanager
    def steps(self, at: Point, meaning: Meaning) -> Iterator[Steps]:
        """Stand at a point."""
        with self.warehouse.session() as session:
            yield steps_of(session, self.shape, meaning, at, self.aliases)

    def frames(self, at: Point, meaning: Meaning, window: int | None = None) -> Frames:
        """Take both frames at a point."""
        with self.steps(at, meaning) as steps:
            return Frames(make_rfm_frame(steps, window), make_lifecycle_frame(steps))

    def traits(self, at: Point, meaning: Meaning, frames: Frames) -> dict[str, dict[str, Any]]:
        """Evaluate everyone; rows by customer."""
        with self.steps(at, meaning) as steps:
            table = evaluate(steps, frames)
            rows = steps.session.fetch(table, steps.instant.bindings).to_pylist()
        names = {key: name for name, key in self.keys.items()}
        found = {names[row["customer_key"]]: row for row in rows}
        assert len(found) == len(rows), "a customer stands twice"
        return found


def steps_of(session: Session, shape: Shape, meaning: Meaning, at: Point, aliases: pa.Table) -> Steps:
    """An evaluation at a point."""
    known = EVERYTHING_KNOWN if at.known_seq is None else at.known_seq
    return Steps(session, shape, meaning, Instant(naive(at.as_of), known), aliases)


def customer_ids(facts: Facts) -> set[str]:
    """Everyone whom any fact names."""
    tables = (
        facts.orders,
        facts.returns,
        facts.bookings,
        facts.subscriptions,
        facts.messages,
        facts.customers,
    )
    return {row.customer for table in tables for row in table}


def shape_of(tables: Mapping[str, Sequence[Row]], layout: Layout) -> Shape:
    """What the store holds, or a shape that leaves no work out."""
    if not layout.exact:
        return GENEROUS
    versioned = {name for name, rows in tables.items() if any(row["version_no"] != 1 for row in rows)}
    return Shape(frozenset(tables), frozenset(versioned), has_aliases=layout.split)


def shuffled(tables: Mapping[str, list[Row]], seed: int | None) -> dict[str, list[Row]]:
    """The same rows in another order."""
    if seed is None:
        return dict(tables)
    rng = random.Random(seed)
    return {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}
