# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Track, page and screen messages: events with their properties as typed columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from kogorta.ingest.mapping.fields import Field
from kogorta.ingest.properties import slug
from kogorta.ingest.raw import Native, RawColumn, RawTable
from kogorta.ingest.sources.json_lines import Leaf, leaves
from kogorta.ingest.tracking.judge import EVENT_TYPES, STYLE, cell, first
from kogorta.ingest.tracking.names import PAGE_VIEWED, SCREEN_VIEWED
from kogorta.ingest.values.dates import PATTERNS
from kogorta.schema import Column, ColumnType, table
from kogorta.warehouse.batch import PropertySpec
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

_COLUMNS: dict[str, str] = {
    "event_id": "coalesce(b.message_id, 'row:' || substr(md5(b.body), 1, 16) || ':' || row_number() OVER "
    "(PARTITION BY md5(b.body) ORDER BY b.line))",
    "customer_id": "b.user_id",
    "anonymous_id": "b.anonymous_id",
    "name": "b.event_name",
    "at": "b.at_text",
    "received_at": "b.received_at",
}
_HEADERS = {
    "event_id": "messageId",
    "customer_id": "userId",
    "anonymous_id": "anonymousId",
    "name": "event",
    "at": "timestamp",
    "received_at": "receivedAt",
}
_PATHS: dict[str, tuple[str, ...]] = {
    "session_id": (
        "context.sessionId",
        "context.session_id",
        "properties.session_id",
        "properties.sessionId",
    ),
    "device": ("context.device.type",),
    "url": ("context.page.url", "properties.url"),
    "utm_source": ("context.campaign.source",),
    "utm_medium": ("context.campaign.medium",),
    "utm_campaign": ("context.campaign.name",),
    "product_id": ("properties.product_id", "properties.productId", "properties.sku"),
    "category": ("properties.category",),
    "cart_id": ("properties.cart_id", "properties.cartId"),
}
_TAKEN = {"product_id", "productId", "category", "cart_id", "cartId", "session_id", "sessionId", "url"}
"""Properties that stand in columns of their own."""
_MONEY_WORDS = (
    "price",
    "revenue",
    "total",
    "value",
    "amount",
    "tax",
    "shipping",
    "discount",
    "rating",
    "cost",
)
_NUMBERS = ("DOUBLE", "HUGEINT", "UHUGEINT")


@dataclass
class PropertyColumn:
    """A stored column that holds a property of one or several events.

    Attributes:
        type: What it holds.
        leaf: Where its values stand in a message.
        scopes: The events that have it.
    """

    type: ColumnType
    leaf: Leaf
    scopes: list[str]

    @property
    def sql(self) -> str:
        """SQL of the value; other events may have another property of this name."""
        listed = ", ".join(map(literal, self.scopes))
        return f"CASE WHEN b.event_name IN ({listed}) THEN {_value(self.leaf)} END"


@dataclass
class EventProperties:
    """The properties of all events of a file.

    Attributes:
        registered: Those known before.
        specs: Those that are new.
        columns: The stored columns that the file fills.
    """

    registered: Sequence[PropertySpec]
    specs: list[PropertySpec] = field(default_factory=list)
    columns: dict[str, PropertyColumn] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note which columns exist already."""
        events = [spec for spec in self.registered if spec.table == "events"]
        self._known = {(spec.scope, spec.name): spec for spec in events}
        self._types = {spec.column: (spec.type, spec.name) for spec in events}

    def add(self, scope: str, leaf: Leaf, type_: ColumnType) -> None:
        """Give a property of an event its column."""
        spec = self._known.get((scope, leaf.name))
        if spec is None:
            spec = PropertySpec("events", scope, leaf.name, type_, self._column(leaf.name, type_))
            self._known[scope, leaf.name] = spec
            self._types[spec.column] = (type_, leaf.name)
            self.specs.append(spec)
        self.columns.setdefault(spec.column, PropertyColumn(spec.type, leaf, [])).scopes.append(scope)

    def _column(self, name: str, type_: ColumnType) -> str:
        """Events share a column if name and type are the same."""
        wanted, number = slug(name), 1
        while wanted in self._types and self._types[wanted] != (type_, name):
            number += 1
            wanted = f"{slug(name)}_{type_.value}" if number == 2 else f"{slug(name)}_{type_.value}_{number}"
        return wanted


def find_properties(staging: Staging, registered: Sequence[PropertySpec]) -> EventProperties:
    """Find every property of every event of a file, with its type."""
    found = EventProperties(registered)
    rows = staging.fetch(
        f"""SELECT event_name, json_group_structure(json_extract(body, '/properties')), bool_or({cell("name")} IS NOT NULL)
        FROM {staging.name}.messages b WHERE type IN {EVENT_TYPES} GROUP BY 1 ORDER BY 1"""
    )
    for scope, structure, is_named in rows:
        inner = [leaf for leaf in leaves(json.loads(structure or "{}")) if leaf.path[0] not in _TAKEN]
        if scope in (PAGE_VIEWED, SCREEN_VIEWED) and is_named:
            inner = [leaf for leaf in inner if leaf.name != "name"] + [Leaf(("name",), "VARCHAR")]
        for leaf in inner:
            found.add(scope, leaf, _type(staging, scope, leaf))
    return found


def _type(staging: Staging, scope: str, leaf: Leaf) -> ColumnType:
    if leaf.type == "BOOLEAN":
        return ColumnType.BOOLEAN
    if leaf.type in _NUMBERS:
        return ColumnType.NUMBER
    if leaf.type in ("UBIGINT", "BIGINT"):
        # A first file of round prices must not forbid the next one its cents.
        is_money = any(word in leaf.name.casefold() for word in _MONEY_WORDS)
        return ColumnType.NUMBER if is_money else ColumnType.INTEGER
    if leaf.type != "VARCHAR":
        return ColumnType.TEXT
    pattern = "|".join(PATTERNS[family] for family in STYLE.families[:2])
    ((is_instant,),) = staging.fetch(
        f"""SELECT coalesce(bool_and(regexp_full_match({_value(leaf)}, '{pattern}')), false)
        FROM {staging.name}.messages b WHERE event_name = {literal(scope)} AND {_value(leaf)} IS NOT NULL"""
    )
    return ColumnType.INSTANT if is_instant else ColumnType.TEXT


def _value(leaf: Leaf) -> str:
    value = leaf.sql("b.body", ("properties",))
    if leaf.path == ("name",):
        return (
            f"CASE WHEN b.type IN ('page', 'screen') THEN coalesce({cell('name')}, {value}) ELSE {value} END"
        )
    return value


def events_raw(
    staging: Staging, properties: EventProperties
) -> tuple[RawTable, list[tuple[Field, RawColumn]]]:
    """Lay the events of a file out in columns, and say which field each one is."""
    columns = table("events").by_name
    cells = dict(_COLUMNS) | {name: first(*paths) for name, paths in _PATHS.items()}
    fields = [Field("events", columns[name]) for name in cells]
    headers = [_HEADERS.get(name, name) for name in cells]
    natives = [Native.TEXT] * len(cells)
    sql = list(cells.values())
    for column, found in properties.columns.items():
        fields.append(Field("events", Column(column, found.type, found.leaf.name)))
        headers.append(f"properties.{found.leaf.name}")
        is_number = found.type in (ColumnType.NUMBER, ColumnType.INTEGER)
        natives.append(found.leaf.native if is_number else Native.TEXT)
        sql.append(found.sql)
    raw_columns = [
        RawColumn(header, f"c{n}", native, trim=True)
        for n, (header, native) in enumerate(zip(headers, natives, strict=True))
    ]
    selected = ", ".join(f"{value} AS {column.name}" for value, column in zip(sql, raw_columns, strict=True))
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.events_raw AS SELECT b.line, {selected}
        FROM {staging.name}.messages b WHERE b.type IN {EVENT_TYPES} ORDER BY b.line"""
    )
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.events_raw")
    raw = RawTable(f"{staging.name}.events_raw", tuple(raw_columns), rows)
    return raw, list(zip(fields, raw_columns, strict=True))
