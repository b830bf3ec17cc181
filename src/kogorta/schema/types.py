"""The building blocks of the canonical tables: column types, columns, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

MICRO = 1_000_000
"""Quantities and unit prices are stored as whole millionths, so that sums are exact on every engine."""


class ColumnType(StrEnum):
    """What a cell may hold, and with it how it is stored (`Column.stored`, `STORAGE`)."""

    ID = "id"
    TEXT = "text"
    ENUM = "enum"
    PATH = "path"
    ID_LIST = "id_list"
    MONEY = "money"
    PRICE = "price"
    QUANTITY = "quantity"
    INTEGER = "integer"
    NUMBER = "number"
    INSTANT = "instant"
    DATE = "date"
    BOOLEAN = "boolean"


STORAGE: dict[ColumnType, str] = {
    ColumnType.ID: "string",
    ColumnType.TEXT: "string",
    ColumnType.ENUM: "string",
    ColumnType.PATH: "string",
    ColumnType.ID_LIST: "string",
    ColumnType.MONEY: "int64",
    ColumnType.PRICE: "int64",
    ColumnType.QUANTITY: "int64",
    ColumnType.INTEGER: "int64",
    ColumnType.NUMBER: "float64",
    ColumnType.INSTANT: "timestamp(6)",
    ColumnType.DATE: "date",
    ColumnType.BOOLEAN: "boolean",
}
"""The engine-neutral (Ibis) type that each column type is stored as."""

_SUFFIX = {ColumnType.PRICE: "_micro", ColumnType.QUANTITY: "_micro"}


class ChangeRule(StrEnum):
    """From which instant a later version of the same key is true.

    `CORRECTION`: from the instant of the version that it corrects (the past was told wrongly).
    `STATUS`: if the status column differs, from the instant in the status' own column or else the
    import; any other difference is a correction.
    `STATE`: from the import (the thing itself changed).
    """

    CORRECTION = "correction"
    STATUS = "status"
    STATE = "state"


@dataclass(frozen=True)
class Column:
    """One column of a canonical table.

    Attributes:
        name: Its name in files, mappings and messages.
        type: What a cell may hold.
        doc: One line of meaning, with the unit.
        aliases: Headers, normalised, that people use for it (Russian and English).
        values: For `ENUM`, the words allowed after mapping.
        words: For `ENUM`, the shop's own words known from the start, by allowed word.
        required: An empty cell sends the row to quarantine.
        non_negative: A negative value sends the row to quarantine.
    """

    name: str
    type: ColumnType
    doc: str
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    required: bool = False
    non_negative: bool = False

    @property
    def stored(self) -> str:
        """The name of the stored column; units stand in names."""
        return self.name + _SUFFIX.get(self.type, "")

    @property
    def storage(self) -> str:
        """The Ibis type it is stored as."""
        return STORAGE[self.type]

    @property
    def local_date(self) -> str | None:
        """The name of the workspace-zone date stored beside an instant, if this is one."""
        if self.type is not ColumnType.INSTANT:
            return None
        return self.name.removesuffix("_at") + "_date" if self.name != "at" else "at_date"


@dataclass(frozen=True)
class Table:
    """One canonical table of versioned, append-only facts.

    Attributes:
        name: Its name in commands.
        doc: What one row is.
        key: The columns that name a row; where a file lacks them, see `row_key`.
        columns: All file columns.
        at: The visibility column: a row is seen only by instants after it. None: a dimension,
            visible always.
        rule: From when a later version is true.
        status: For `ChangeRule.STATUS`, the status column and the column with its instant.
        immutable: Rows never change; a repeated key is the same row (events).
        row_key: The key column that is made from content and occurrence if a file has none.
        default: A column and the value that its first version has if the file does not say it.
    """

    name: str
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    at: str | None = None
    rule: ChangeRule = ChangeRule.CORRECTION
    status: tuple[str, str | None] | None = None
    immutable: bool = False
    row_key: str | None = None
    default: tuple[str, str] | None = None

    @property
    def defaults(self) -> dict[str, str]:
        """What a first version holds where its file says nothing, by column."""
        return dict([self.default]) if self.default else {}

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by name."""
        return {column.name: column for column in self.columns}

    @property
    def has_customer(self) -> bool:
        """Whether rows belong to a customer (stored as the integer `customer_key`)."""
        return "customer_id" in self.by_name

    @cached_property
    def content(self) -> tuple[str, ...]:
        """The stored columns that come from a file, without the key of the customer."""
        names: list[str] = []
        for column in self.columns:
            if column.name in CUSTOMER_COLUMNS:
                continue
            names.append(column.stored)
            if column.local_date:
                names.append(column.local_date)
            if column.type is ColumnType.PATH:
                names.append(f"{column.stored}_top")
        names += [name for name, _ in DERIVED.get(self.name, ())]
        return tuple(names)

    @cached_property
    def stored_types(self) -> dict[str, str]:
        """Every stored column with its Ibis type, in order; system columns last."""
        types: dict[str, str] = {"customer_key": "int64"} if self.has_customer else {}
        for column in self.columns:
            if column.name in CUSTOMER_COLUMNS:
                continue
            types[column.stored] = column.storage
            if column.local_date:
                types[column.local_date] = "date"
            if column.type is ColumnType.PATH:
                types[f"{column.stored}_top"] = "string"
        types |= dict(DERIVED.get(self.name, ()))
        return types | SYSTEM_COLUMNS

    @cached_property
    def stored_key(self) -> tuple[str, ...]:
        """The stored columns that make up the key."""
        return tuple(
            "customer_key" if name == "customer_id" else self.by_name[name].stored for name in self.key
        )


CUSTOMER_COLUMNS = ("customer_id", "anonymous_id")
"""Text ids of people; inside they are one integer `customer_key`."""

DERIVED: dict[str, tuple[tuple[str, str], ...]] = {
    "order_lines": (("cost", "int64"),),
}
"""Columns computed once at ingest from others of the same row: a line's cost in minor units."""

SYSTEM_COLUMNS: dict[str, str] = {
    "valid_at": "timestamp(6)",
    "ingest_seq": "int64",
    "version_no": "int32",
    "is_removed": "boolean",
}
"""On every fact: from when the version is true, which commit brought it, its number among the
versions of its key, and whether it says that the row is gone (a line taken out of an order)."""
