"""What people did: each kind of fact with its person, instant, id and columns, as far as it can be seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kogorta.definitions.catalogue import ColumnInfo, FactInfo
from kogorta.definitions.facts import KINDS, event_columns, reserved_facts
from kogorta.definitions.nodes import FactRef
from kogorta.schema import TABLES
from tests.core.language.facts import Point, Row, World, key_of, seen
from tests.core.language.values import exact

MINOR_DIGITS = 2
RESERVED: Mapping[str, FactInfo] = reserved_facts(MINOR_DIGITS)
EVENT_COLUMNS: Mapping[str, ColumnInfo] = event_columns(MINOR_DIGITS)

AT = {
    "subscription": ("subscriptions", "created_at"),
    "ticket": ("tickets", "opened_at"),
    "points": ("points", "at"),
    "survey_answer": ("survey_answers", "at"),
    "list_change": ("list_changes", "at"),
    "consent_change": ("consents", "at"),
    "attribute_change": ("attribute_changes", "at"),
    "return": ("returns", "returned_at"),
    "message_sent": ("messages", "send_at"),
}
"""Facts that are nothing but the rows of a table."""


@dataclass(frozen=True)
class Happening:
    """One fact of one person.

    Attributes:
        at: When it happened.
        id: What tells it from others at the same instant, missing parts last.
        values: Its columns, in the units of definitions.
    """

    at: datetime
    id: tuple[tuple[bool, Any], ...]
    values: Mapping[str, Any]


def columns_of_fact(world: World, ref: FactRef) -> Mapping[str, ColumnInfo]:
    """The columns of a fact."""
    if is_reserved(ref):
        return RESERVED[ref.name].columns
    own = {
        item.name: ColumnInfo(KINDS[item.type], item.column)
        for item in world.properties
        if item.table == "events" and item.scope in {"", ref.name}
    }
    return {**own, **EVENT_COLUMNS}


def is_reserved(ref: FactRef) -> bool:
    """Whether a word means a fact of the house, and no event of that name."""
    return not ref.is_event and ref.name in RESERVED


class Happenings:
    """All visible facts of a kind, by person and in their order."""

    def __init__(self, world: World, point: Point) -> None:
        self.world, self.point = world, point
        self._kept: dict[tuple[str, bool], dict[str, list[Happening]]] = {}

    def of(self, ref: FactRef, person: str, *, any_status: bool = False) -> list[Happening]:
        """A person's facts of a kind, by instant and then by id."""
        key = (f"{ref.name}{'' if is_reserved(ref) else ' event'}", any_status)
        if key not in self._kept:
            self._kept[key] = self._by_person(ref, any_status)
        return self._kept[key].get(person, [])

    def _by_person(self, ref: FactRef, any_status: bool) -> dict[str, list[Happening]]:
        columns, found = columns_of_fact(self.world, ref), defaultdict(list)
        for table, at, row in self._rows(ref, any_status):
            person = self.world.person(row["customer"])
            if person is None or at is None or at >= self.point.as_of:
                continue
            id_ = tuple((part is None, self._part(name, part)) for name, part in self._key(table, row))
            values = {
                name: exact(row.get(info.stored), info.kind, info.scale) for name, info in columns.items()
            }
            found[person].append(Happening(at, id_, values))
        return {person: sorted(items, key=lambda item: (item.at, item.id)) for person, items in found.items()}

    def _key(self, table: str, row: Row) -> Iterator[tuple[str, Any]]:
        return zip(TABLES[table].stored_key, key_of(table, row), strict=True)

    def _part(self, name: str, part: Any) -> Any:
        if part is None:
            return 0
        return self.world.key(part) if name == "customer_key" else part

    def _rows(self, ref: FactRef, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        if not is_reserved(ref):
            for row in seen(self.world, "events", self.point):
                if row["name"] == ref.name:
                    yield "events", row["at"], row
        elif ref.name in AT:
            table, at = AT[ref.name]
            for row in seen(self.world, table, self.point):
                yield table, row[at], row
        elif ref.name.startswith("message_"):
            yield from self._message_events(ref.name.removeprefix("message_"))
        else:
            yield from getattr(self, f"_{ref.name}s")(any_status)

    # --- orders and what belongs to them -----------------------------------------------------------

    def _visible_orders(self) -> list[Row]:
        return [row for row in seen(self.world, "orders", self.point) if row["ordered_at"] < self.point.as_of]

    def _orders(self, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        for row in self._visible_orders():
            if any_status or row["status"] == "completed":
                yield "orders", row["ordered_at"], {**row, "revenue": self._revenue(row)}

    def _revenue(self, order: Row) -> int | None:
        """Gross sum of the lines less discounts, or else the order's amount; less what was given back."""
        of_order = {
            table: [r for r in seen(self.world, table, self.point) if r["order_id"] == order["order_id"]]
            for table in ("order_lines", "discounts", "returns")
        }
        sold = order["amount"]
        if of_order["order_lines"]:
            off = order["discount"] or 0
            if of_order["discounts"]:
                off = sum(row["amount"] for row in of_order["discounts"])
            sold = sum(row["amount"] for row in of_order["order_lines"]) - off
        if sold is None:
            return None
        given_back = [r["amount"] for r in of_order["returns"] if r["returned_at"] < self.point.as_of]
        return int(sold - sum(given_back))

    def _of_counted_orders(self, table: str) -> Iterator[tuple[str, datetime | None, Row]]:
        counted = {row["order_id"]: row for row in self._visible_orders() if row["status"] == "completed"}
        for row in seen(self.world, table, self.point):
            order = counted.get(row["order_id"])
            if order is not None:
                whose = {name: order[name] for name in ("customer", "channel", "outlet_id")}
                yield table, order["ordered_at"], {**row, **whose}

    def _order_lines(self, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        products = {row["product_id"]: row for row in seen(self.world, "products", self.point)}
        for table, at, row in self._of_counted_orders("order_lines"):
            product = products.get(row["product_id"], {})
            known = {name: product.get(name) for name in ("name", "category", "brand", "kind")}
            yield table, at, {**row, **known}

    def _discounts(self, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        return self._of_counted_orders("discounts")

    # --- appointments and messages -----------------------------------------------------------------

    def _bookings(self, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        for row in seen(self.world, "bookings", self.point):
            yield "bookings", row["created_at"] or row["starts_at"], row

    def _visits(self, any_status: bool) -> Iterator[tuple[str, datetime | None, Row]]:
        for row in seen(self.world, "bookings", self.point):
            if row["status"] == "visited":
                yield "bookings", row["starts_at"], row

    def _message_events(self, kind: str) -> Iterator[tuple[str, datetime | None, Row]]:
        messages = {row["message_id"]: row for row in seen(self.world, "messages", self.point)}
        for row in seen(self.world, "message_events", self.point):
            message = messages.get(row["message_id"])
            by_machine = kind == "opened" and row["machine"]
            if message is not None and row["kind"] == kind and not by_machine:
                yield "message_events", row["at"], {**message, **row}
