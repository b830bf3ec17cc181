"""Short ways to ask the reference about worlds written by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import yaml

from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import parse_text
from kogorta.schema import ColumnType
from tests.core.language.facts import EVERYTHING, Point, Property, Row, World, fact, utc
from tests.core.language.reference import Reference

NOW = utc("2024-03-20T12:00")
TICK = timedelta(microseconds=1)
PROPERTIES = (
    Property("customers", "", "level", ColumnType.INTEGER),
    Property("customers", "", "ratio", ColumnType.NUMBER),
    Property("customers", "", "vip", ColumnType.BOOLEAN),
    Property("customers", "", "renews_at", ColumnType.INSTANT),
)


class Dumper(yaml.SafeDumper):
    """Writes everything out, however often it stands there."""

    def ignore_aliases(self, data: Any) -> bool:
        """Never write an alias."""
        return True


def parsed(*documents: dict[str, Any]) -> tuple[Definition, ...]:
    """Documents, written as YAML and read again."""
    text = yaml.dump_all(documents, Dumper=Dumper, sort_keys=False, allow_unicode=True)
    return parse_text(text)


def free(where: dict[str, Any] | str, id_: str = "asked") -> dict[str, Any]:
    """The document of a free segment; a condition may be given as YAML."""
    return {"segment": id_, "where": yaml.safe_load(where) if isinstance(where, str) else where}


def world(
    *rows: tuple[str, Row],
    ids: tuple[str, ...] = ("ann", "bob"),
    same: dict[str, str] | None = None,
    zone: str = "UTC",
    properties: tuple[Property, ...] = (),
    log: tuple[Row, ...] = (),
    anonymous: frozenset[str] = frozenset(),
) -> World:
    """A world of these rows."""
    tables: dict[str, list[Row]] = {}
    for name, row in rows:
        tables.setdefault(name, []).append(row)
    return World(tables, zone, ids, same or {}, anonymous, properties, log)


def row(table: str, **cells: Any) -> tuple[str, Row]:
    """A row of a table, by default of ann."""
    found = fact(table, **cells)
    if "customer" in found and "customer" not in cells:
        found["customer"] = "ann"
    return table, found


def order(at: str, id_: str | None = None, **cells: Any) -> tuple[str, Row]:
    """A completed order of 10.00."""
    given = {"order_id": id_ or at, "ordered_at": utc(at), "status": "completed", "amount": 1000}
    return row("orders", **(given | cells))


def event(name: str, at: str, id_: str | None = None, **cells: Any) -> tuple[str, Row]:
    """An event."""
    return row("events", **({"event_id": id_ or f"{name} {at}", "name": name, "at": utc(at)} | cells))


def is_member(
    where: str,
    base: World,
    person: str = "ann",
    at: str | None = None,
    known: int = EVERYTHING,
    **more: Any,
) -> bool:
    """Whether the condition, written as YAML, is true."""
    (definition,) = parsed(free(where))
    point = Point(NOW if at is None else utc(at), known)
    assert definition.where is not None
    return Reference(base, point, **more).holds(definition.where, person)


def members(where: str, base: World, at: str | None = None, known: int = EVERYTHING, **more: Any) -> set[str]:
    """All of whom the condition is true."""
    (definition,) = parsed(free(where))
    reference = Reference(base, Point(NOW if at is None else utc(at), known), **more)
    assert definition.where is not None
    return {one for one in reference.everyone() if reference.holds(definition.where, one)}


def known(zone: str = "UTC", **cells: Any) -> World:
    """Ann, of whom so much is known."""
    own = {"valid_at": utc("2020-01-01"), "created_at": utc("2020-01-01")} | cells
    return world(row("customers", **own), properties=PROPERTIES, zone=zone)


def attribute_passes(test: str, name: str, zone: str = "UTC", at: str | None = None, **cells: Any) -> bool:
    """Whether an attribute of Ann passes a test."""
    return is_member(f"{{trait: {name}, {test}}}", known(zone, **cells), at=at)
