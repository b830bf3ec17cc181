"""What is known of a person: attributes with their past, lists, contacts, consents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from kogorta.definitions.catalogue import Kind, Source, TraitInfo
from kogorta.definitions.facts import KINDS, column_info
from kogorta.definitions.nodes import Consent, ConsentState
from kogorta.schema import TABLES
from tests.core.language.facts import Point, Row, World, can_be_seen, empty, seen
from tests.core.language.happenings import MINOR_DIGITS
from tests.core.language.values import exact

ZONES = available_timezones()
INSTANT_BY_INSTANT = timedelta(microseconds=1)

COMPUTED: Mapping[str, TraitInfo] = {
    name: TraitInfo(kind, Source.COMPUTED, name, scale)
    for name, kind, scale in (
        ("orders_count", Kind.NUMBER, 1),
        ("order_days", Kind.NUMBER, 1),
        ("is_newcomer", Kind.FLAG, 1),
        ("recency_days", Kind.NUMBER, 1),
        ("frequency_count", Kind.NUMBER, 1),
        ("monetary_amount", Kind.MONEY, 100),
        ("revenue_total", Kind.MONEY, 100),
        ("average_order", Kind.MONEY, 100),
        ("rhythm_days", Kind.NUMBER, 1),
        ("rfm_r", Kind.NUMBER, 1),
        ("rfm_f", Kind.NUMBER, 1),
        ("rfm_m", Kind.NUMBER, 1),
        ("rfm_code", Kind.TEXT, 1),
        ("rfm_simple", Kind.TEXT, 1),
        ("lifecycle_stage", Kind.TEXT, 1),
        ("lifecycle_reason", Kind.TEXT, 1),
        ("main_category", Kind.TEXT, 1),
        ("first_order_at", Kind.INSTANT, 1),
        ("last_order_at", Kind.INSTANT, 1),
    )
}
"""Computed traits that the tests speak of; their values are given, and proven elsewhere."""


def attribute_infos(world: World) -> dict[str, TraitInfo]:
    """The attributes of customers: canonical columns and registered properties."""
    found: dict[str, TraitInfo] = {}
    for column in TABLES["customers"]:
        if column.name not in {"customer_id", "created_at"}:
            info = column_info(column, MINOR_DIGITS)
            found[column.name] = TraitInfo(
                info.kind, Source.ATTRIBUTE, info.stored, info.scale, info.values, ("customers",)
            )
    for item in world.properties:
        if item.table == "customers":
            found[item.name] = TraitInfo(
                KINDS[item.type], Source.ATTRIBUTE, item.column, 1, (), ("customers",)
            )
    return found


@dataclass(frozen=True)
class Word:
    """What one row says of an attribute, from an instant on; None: that there is none."""

    since: datetime
    learnt: tuple[int, bool]
    value: Any


class People:
    """What is known of everyone at a point."""

    def __init__(self, world: World, point: Point) -> None:
        self.world, self.point = world, point
        self.infos = attribute_infos(world)

    # --- attributes --------------------------------------------------------------------------------

    def attribute(self, name: str, person: str, point: Point | None = None) -> Any:
        """The value of an attribute in the units of definitions; None is missing."""
        words = []
        for number, one in enumerate(self.world.ids_of(person)):
            own = list(self._words(name, one, point or self.point))
            if own:
                last = max(own, key=lambda word: (word.since, word.learnt))
                words.append((last.since, last.learnt, -number, last.value))
        return max(words, key=lambda item: item[:3])[3] if words else None

    def _words(self, name: str, customer: str, point: Point) -> Iterator[Word]:
        info = self.infos[name]
        for row in seen(self.world, "customers", point):
            if row["customer"] == customer and not empty(row.get(info.stored)):
                value = exact(row[info.stored], info.kind, info.scale)
                yield Word(row["valid_at"], (row["ingest_seq"], False), value)
        for row in seen(self.world, "attribute_changes", point):
            if row["customer"] == customer and row["key"] == name:
                yield Word(row["at"], (row["ingest_seq"], True), read(row["to_value"], info.kind))

    def past_values(self, name: str, person: str, since: datetime) -> list[Any]:
        """Every value that the attribute had from an instant until as_of."""
        moments = {since}
        for table in ("customers", "attribute_changes"):
            for row in self.world.rows.get(table, []):
                if can_be_seen(row, self.point) and row["valid_at"] > since:
                    moments.add(row["valid_at"])
        # Whatever holds from an instant on is visible one microsecond later.
        return [
            self.attribute(name, person, Point(moment + INSTANT_BY_INSTANT, self.point.known_seq))
            for moment in sorted(moments)
        ]

    def zone(self, person: str) -> ZoneInfo:
        """The person's own zone, or else the workspace's."""
        own = self.attribute("timezone", person)
        return ZoneInfo(own if own in ZONES else self.world.zone)

    # --- lists and contacts ------------------------------------------------------------------------

    def contact_kinds(self, person: str) -> frozenset[str]:
        """The kinds of contacts that a person has."""
        rows = seen(self.world, "contacts", self.point)
        return frozenset(row["kind"] for row in rows if self.world.person(row["customer"]) == person)

    def is_on(self, name: str, person: str) -> bool:
        """Whether a person is on a list."""
        rows = [row for row in seen(self.world, "list_changes", self.point) if row["list"] == name]
        emptied = [row["at"] for row in rows if row["op"] in {"clear", "replace_all"}]
        if emptied:
            rows = [row for row in rows if row["at"] >= max(emptied)]
        order = ("clear", "replace_all", "add", "remove")
        own = [row for row in rows if self.world.person(row["customer"]) == person]
        own.sort(key=lambda row: (row["at"], order.index(row["op"])))
        return bool(own) and own[-1]["op"] in {"replace_all", "add"}

    def lists(self, person: str) -> frozenset[str]:
        """The lists that a person is on."""
        names = {row["list"] for row in seen(self.world, "list_changes", self.point)}
        return frozenset(name for name in names if self.is_on(name, person))

    # --- consents ----------------------------------------------------------------------------------

    def consents(self, node: Consent, person: str) -> bool:
        """Whether the last words of a person's ids come to what is asked."""
        words = {self._last_word(node, one) for one in self.world.ids_of(person)}
        word = "withdrawn" if "withdrawn" in words else "granted" if "granted" in words else None
        if node.state is ConsentState.NOT_WITHDRAWN:
            return word != "withdrawn"
        return word == node.state.value

    def _last_word(self, node: Consent, customer: str) -> str | None:
        rows: list[Row] = [
            row
            for row in seen(self.world, "consents", self.point)
            if row["customer"] == customer
            and row["purpose"] == node.purpose
            and row["channel"] in {node.channel, "any"}
        ]
        if not rows:
            return None
        last = max(row["at"] for row in rows)
        words = {row["op"] for row in rows if row["at"] == last}
        return "withdrawn" if "withdrawn" in words else "granted"


def has_ledger(name: str) -> bool:
    """Whether a trait is an attribute, of which every change is known; of others only the log knows the past."""
    return name not in COMPUTED and name not in {"age", "lists", "contact_kinds"}


def read(text: str | None, kind: Kind) -> Any:
    """The value that a change of an attribute writes as text; money in units of the currency."""
    if text is None or text == "":
        return None
    if kind in {Kind.NUMBER, Kind.MONEY}:
        return Fraction(text)
    if kind is Kind.FLAG:
        return {"true": True, "false": False}[text]
    if kind is Kind.DATE:
        return date.fromisoformat(text)
    if kind is Kind.INSTANT:
        return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
    return text
