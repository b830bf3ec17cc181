"""What a definition may speak of: traits, facts with their columns, events, segments, lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256


class Kind(StrEnum):
    """What a value is, and with it which tests it can take.

    A `PATH` such as `coffee/beans` is `is: coffee` if it is coffee or below it. `MONEY` is given in units of the
    currency. A `LIST` is tested by `has_any` and `has_all`.
    """

    TEXT = "text"
    PATH = "path"
    NUMBER = "number"
    MONEY = "money"
    FLAG = "flag"
    DATE = "date"
    INSTANT = "instant"
    LIST = "list"


class Source(StrEnum):
    """Where the value of a trait comes from."""

    COMPUTED = "computed"
    ATTRIBUTE = "attribute"
    LIST = "list"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column of a fact.

    Attributes:
        kind: What it holds.
        stored: How the engine's rows call it.
        scale: What its values are multiplied by where they are stored: 100 for kopecks, a million for quantities.
        values: The words that it can hold, where they are fixed.
        type: The Ibis type of a registered property.
    """

    kind: Kind
    stored: str
    scale: int = 1
    values: tuple[str, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class TraitInfo:
    """A trait.

    Attributes:
        kind: What it holds.
        source: Where it comes from.
        stored: The stored column (of an attribute), or its name.
        scale: As of `ColumnInfo`.
        values: The words that it can hold, where they are fixed.
        tables: Tables without which it is off.
        type: The Ibis type of a registered property.
        about: The trait of which those have more than 0 with whom it compares people; empty for all who have a value.
    """

    kind: Kind
    source: Source
    stored: str
    scale: int = 1
    values: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    type: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class FactInfo:
    """A kind of fact.

    Attributes:
        tables: The tables that it is read from.
        columns: By name.
    """

    tables: tuple[str, ...]
    columns: Mapping[str, ColumnInfo]


@dataclass(frozen=True)
class Catalogue:
    """Everything that definitions of one workspace may speak of.

    Attributes:
        traits: By name.
        facts: Reserved facts, by name.
        events: Names of events that were seen, each with its registered properties.
        event_columns: Columns that every event has.
        segments: `scheme.segment` and bare ids that exist.
        lists: Lists that were seen.
        present: Tables that have rows.
        minor_digits: Decimals of the currency.
    """

    traits: Mapping[str, TraitInfo]
    facts: Mapping[str, FactInfo]
    events: Mapping[str, Mapping[str, ColumnInfo]] = field(default_factory=dict)
    event_columns: Mapping[str, ColumnInfo] = field(default_factory=dict)
    segments: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    minor_digits: int = 2

    @cached_property
    def signature(self) -> str:
        """A digest of what programs depend on: equal catalogues have equal ones."""
        told = (
            self.traits,
            self.facts,
            self.events,
            self.event_columns,
            sorted(self.lists),
            self.minor_digits,
        )
        return sha256(repr(told).encode()).hexdigest()
