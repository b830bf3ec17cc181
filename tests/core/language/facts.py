"""Facts as plain rows, in the words of the canonical tables, and which of them can be seen.

Rows hold what is stored (minor units, millionths, instants in UTC without a zone), except that a person
stands in them by a text id, `customer`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from kogorta.schema import TABLES, ColumnType

Row = dict[str, Any]
Rows = dict[str, list[Row]]


def utc(text: str) -> datetime:
    """An instant as it is stored, from `2024-03-31`, `2024-03-31T01:00` or with an offset."""
    found = datetime.fromisoformat(text)
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(tzinfo=None)


BEGINNING = utc("0001-01-01")
"""Before everything."""
EPOCH = utc("1970-01-01")
"""`valid_at` of what has no instant of its own."""
NEVER = utc("2100-01-01")
"""Imports happen after every instant looked at, unless a world says otherwise."""
EVERYTHING = 1_000_000
"""A commit that nothing comes after."""


@dataclass(frozen=True)
class Property:
    """A registered property of customers (`scope` is empty) or of one event."""

    table: str
    scope: str
    name: str
    type: ColumnType

    @property
    def column(self) -> str:
        """The stored column."""
        return f"p_{self.name}"


@dataclass(frozen=True, repr=False)
class World:
    """A base.

    Attributes:
        rows: Rows of the canonical tables.
        zone: The workspace's zone.
        ids: Text ids in the order of their keys, which begin with 1.
        same: Ids that are somebody's second: to the id of the person.
        anonymous: Ids of browsers and devices.
        properties: Registered properties.
        log: Changes of membership: segment, customer, at, op, cause, and as far as what their run knew (`known_seq`, 1).
        imported: When a commit was made; NEVER where it does not say.
    """

    rows: Rows
    zone: str = "UTC"
    ids: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    anonymous: frozenset[str] = frozenset()
    properties: tuple[Property, ...] = ()
    log: tuple[Row, ...] = ()
    imported: Mapping[int, datetime] = field(default_factory=dict)

    def person(self, customer: str | None) -> str | None:
        """The person an id resolves to."""
        return None if customer is None else self.same.get(customer, customer)

    def ids_of(self, person: str) -> list[str]:
        """All ids of a person, by key."""
        return [one for one in self.ids if self.person(one) == person]

    def key(self, customer: str) -> int:
        """The integer key of an id."""
        return self.ids.index(customer) + 1

    def __repr__(self) -> str:
        """The world with everything that is missing left out."""
        same = f"same={dict(self.same)}" if self.same else ""
        log = f"log={list(self.log)}" if self.log else ""
        imported = f"imported={dict(self.imported)}" if self.imported else ""
        lines = [" ".join(part for part in (f"zone={self.zone} ids={self.ids}", same, log, imported) if part)]
        for table, rows in self.rows.items():
            lines += [
                f"{table}: { {name: cell for name, cell in row.items() if cell is not None} }" for row in rows
            ]
        return "\n  ".join(lines)

    def imported_at(self, seq: int) -> datetime:
        """When a commit was made."""
        return self.imported.get(seq, NEVER)


@dataclass(frozen=True)
class Point:
    """As of when, and as far as which commit."""

    as_of: datetime
    known_seq: int = EVERYTHING


def fact(table: str, **cells: Any) -> Row:
    """A row of a table: what is given, other columns missing; seen from its instant, of the first commit."""
    at = TABLES[table].at
    own = cells.get(at) if at else None
    system = {"valid_at": own or EPOCH, "ingest_seq": 1, "version_no": 1, "is_removed": False}
    return {**dict.fromkeys(columns_of(table)), **system, **cells}


def columns_of(table: str) -> list[str]:
    """The columns of a row of a table, without what is derived from others."""
    item = TABLES[table]
    names = [column.stored for column in item if column.name not in {"customer_id", "anonymous_id"}]
    return [*(["customer"] if item.has_customer else []), *names]


def key_of(table: str, row: Row) -> tuple[Any, ...]:
    """What tells a row from others; None stands for itself."""
    return tuple(row["customer" if name == "customer_key" else name] for name in TABLES[table].stored_key)


def can_be_seen(row: Row, point: Point) -> bool:
    """Whether a version is visible."""
    return bool(row["valid_at"] < point.as_of and row["ingest_seq"] <= point.known_seq)


def seen(world: World, table: str, point: Point) -> list[Row]:
    """The last visible version of each row that is not removed; of an event, its first commit."""
    chosen: dict[tuple[Any, ...], Row] = {}
    for row in world.rows.get(table, []):
        key = key_of(table, row)
        if not can_be_seen(row, point):
            continue
        if key not in chosen or _comes_before(chosen[key], row, TABLES[table].immutable):
            chosen[key] = row
    return [row for row in chosen.values() if not row["is_removed"]]


def _comes_before(kept: Row, other: Row, immutable: bool) -> bool:
    """Whether the other one is to be kept instead."""
    if immutable:
        return bool(other["ingest_seq"] < kept["ingest_seq"])
    return bool(other["version_no"] > kept["version_no"])


def empty(value: object) -> bool:
    """Whether a value is missing: nothing, or an empty text."""
    return value is None or value == ""


def everyone(world: World, point: Point) -> list[str]:
    """Everyone known: by a visible fact, or by an undated row that was imported before."""
    found = {world.person(one) for one in (*_by_facts(world, point), *_by_imports(world, point))}
    named = {world.person(one) for one in world.ids if one not in world.anonymous}
    return sorted(one for one in found if one is not None and one in named)


def _by_facts(world: World, point: Point) -> Iterable[str]:
    for name, table in TABLES.items():
        if table.has_customer and table.at:
            for row in seen(world, name, point):
                if row["customer"] and row[table.at] is not None and row[table.at] < point.as_of:
                    yield row["customer"]


def _by_imports(world: World, point: Point) -> Iterable[str]:
    for name in ("customers", "contacts"):
        for row in world.rows.get(name, []):
            is_known = row["ingest_seq"] <= point.known_seq
            is_undated = row[TABLES[name].at or ""] is None
            if is_known and is_undated and world.imported_at(row["ingest_seq"]) < point.as_of:
                yield row["customer"]
