"""Traits of families, asked of a store that is filled with rows as they stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from kogorta.compile.evaluate import evaluate_more
from kogorta.compile.frame import Frame, Frames, make_base_frame
from kogorta.compile.steps import Instant, Steps
from kogorta.traits.catalogue import reads_base
from kogorta.traits.shape import Meaning
from tests.core.language.facts import Point, Row, World, fact, utc
from tests.core.language.product import Opened
from tests.core.language.store import Store, shape_of

NOW = utc("2026-07-01T12:00")
HERE = Point(NOW)
Told = dict[str, dict[str, Any]]


def world(*rows: tuple[str, Row], zone: str = "UTC", same: dict[str, str] | None = None) -> World:
    """A base of some rows; whoever stands in one is somebody, and a second id is known by `same`."""
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    known = same or {}
    ids = {row["customer"] for _, row in rows if row.get("customer")} | known.keys() | set(known.values())
    return World(tables, zone, tuple(sorted(ids)), known)


def row(table: str, **cells: Any) -> tuple[str, Row]:
    """A row and its table; instants may be written as text."""
    told = {
        name: utc(cell) if name.endswith("at") and isinstance(cell, str) else cell
        for name, cell in cells.items()
    }
    return table, fact(table, **told)


@contextmanager
def standing(store: Store, base: World, point: Point, meaning: Meaning, opened: Opened) -> Iterator[Steps]:
    """Stand at a point of a base, the store being filled with it."""
    with opened() as session:
        instant = Instant(point.as_of, point.known_seq)
        yield Steps(session, shape_of([base], generous=False), meaning, instant, store.aliases)


def told(
    store: Store,
    base: World,
    names: tuple[str, ...],
    point: Point = HERE,
    meaning: Meaning | None = None,
    opened: Opened | None = None,
) -> Told:
    """What is told of everyone: some traits by person; what is usual in the base is taken at the same instant.

    Args:
        store: It is filled with the base.
        base: The rows.
        names: The traits.
        point: The instant.
        meaning: How numbers are meant; by default those of a shop, in the zone of the base.
        opened: How a session is opened on another engine.
    """
    store.fill(base)
    how = meaning or Meaning(zone=base.zone)
    with standing(store, base, point, how, opened or _own(store)) as steps:
        usual = make_base_frame(steps) if reads_base(names) else None
        frames = Frames(_unread("rfm", point), _unread("lifecycle", point), usual)
        rows = steps.fetch(evaluate_more(steps, frames, ("customer_key", *names))).to_pylist()
    found = {base.ids[row.pop("customer_key") - 1]: row for row in rows}
    assert len(found) == len(rows), "a person stands twice"
    return found


def one(store: Store, base: World, name: str, customer: str = "ann", **how: Any) -> Any:
    """What one trait is of one person."""
    return told(store, base, (name,), **how)[customer][name]


def _unread(family: str, point: Point) -> Frame:
    """A frame that no family of traits reads."""
    return Frame(family, point.as_of, point.known_seq, {})


def _own(store: Store) -> Any:
    def opened() -> AbstractContextManager[Any]:
        return store.warehouse.session()

    return opened
