"""Attributes of customers as of an instant, and how long they have been what they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis

from kogorta.definitions.catalogue import Kind, Source, TraitInfo
from kogorta.schema import TABLES
from kogorta.traits.facts import Facts
from kogorta.traits.idioms import numbered

CUSTOMERS, CHANGES = "customers", "attribute_changes"


@dataclass(frozen=True)
class Attribute:
    """An attribute: how it is called in `attribute_changes`, and what is known of it."""

    name: str
    info: TraitInfo

    @property
    def type(self) -> str:
        """The Ibis type of its values."""
        stored = TABLES[CUSTOMERS].stored_types
        return stored.get(self.info.stored) or self.info.type

    @property
    def more(self) -> Mapping[str, str]:
        """Its column, if the canonical table has none for it."""
        return {} if self.info.stored in TABLES[CUSTOMERS].stored_types else {self.info.stored: self.type}


def canonical(name: str) -> Attribute:
    """Return an attribute that has a column of the canonical table, under its own name."""
    return Attribute(name, TraitInfo(Kind.TEXT, Source.ATTRIBUTE, name))


def current_values(facts: Facts, attribute: Attribute, column: str) -> Any:
    """Return customer_key (of the person) and the attribute's value as of the instant, missing ones left out."""
    entries = _entries(facts, attribute, all_versions=False)
    order = [
        entries.moment.desc(),
        entries.ingest_seq.desc(),
        entries.is_change.desc(),
        entries.own_key.asc(),
    ]
    last = numbered(entries, ["customer_key"], order)
    found = last.filter((last.rank_no == 1) & last.value.notnull())
    return found.select("customer_key", **{column: found.value})


def history(facts: Facts, attribute: Attribute) -> Any:
    """Return customer_key, moment, value: every value that the attribute had, removals as missing ones."""
    entries = _entries(facts, attribute, all_versions=True)
    order = [entries.ingest_seq.desc(), entries.is_change.desc(), entries.own_key.asc()]
    winners = numbered(entries, ["customer_key", "moment"], order)
    return winners.filter(winners.rank_no == 1).select("customer_key", "moment", "value")


def _entries(facts: Facts, attribute: Attribute, *, all_versions: bool) -> Any:
    parts = []
    if facts.has(CUSTOMERS):
        parts.append(_of_rows(facts, attribute, all_versions=all_versions))
    if facts.has(CHANGES):
        parts.append(_of_changes(facts, attribute))
    if not parts:
        parts.append(_of_rows(facts, attribute, all_versions=True).filter(ibis.literal(False)))
    both = parts[0].union(parts[1]) if len(parts) == 2 else parts[0]
    return facts.person(both.mutate(own_key=both.customer_key))


def _of_rows(facts: Facts, attribute: Attribute, *, all_versions: bool) -> Any:
    columns = ["customer_key", "valid_at", "ingest_seq"]
    own = [*columns, *([] if attribute.more else [attribute.info.stored])]
    if all_versions:
        rows = facts.visible(TABLES[CUSTOMERS], [*own, *attribute.more], attribute.more)
    else:
        rows = facts.last_versions(CUSTOMERS, own, attribute.more)
    value = rows[attribute.info.stored]
    if attribute.type == "string":
        value = value.nullif("")
    told = rows.mutate(value=value, moment=rows.valid_at, is_change=ibis.literal(0).cast("int8"))
    return told.filter(told.value.notnull()).select(
        "customer_key", "moment", "is_change", "ingest_seq", "value"
    )


def _of_changes(facts: Facts, attribute: Attribute) -> Any:
    rows = facts.last_versions(CHANGES, ["customer_key", "key", "at", "to_value", "ingest_seq"])
    own = rows.filter((rows.key == attribute.name) & (rows["at"] < rows.as_of))
    return own.select(
        "customer_key",
        moment=own["at"],
        is_change=ibis.literal(1).cast("int8"),
        ingest_seq=own.ingest_seq,
        value=_converted(own.to_value.nullif(""), attribute.type, attribute.info.scale),
    )


def _converted(text: Any, wanted: str, scale: int) -> Any:
    """A text as the type of the attribute; missing where it cannot be that. Money is told in units."""
    if wanted == "string":
        return text
    if wanted in {"int64", "float64"}:
        is_number = text.re_search("^-?[0-9]{1,15}([.][0-9]{1,6})?$")
        number = ibis.ifelse(is_number, text, ibis.null().cast("string")).cast("float64")
        return number if wanted == "float64" else (number * float(scale) + 0.5).floor().cast("int64")
    if wanted == "boolean":
        return ibis.cases((text == "true", True), (text == "false", False), else_=ibis.null().cast("boolean"))
    return _date(text) if wanted == "date" else ibis.null().cast(wanted)


def _date(text: Any) -> Any:
    """An ISO date as a date; missing where there is no such day."""
    is_iso = text.re_search("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    safe = ibis.ifelse(is_iso, text, "0001-01-01")
    year, month, day = (
        safe.substr(start, length).cast("int64") for start, length in ((0, 4), (5, 2), (8, 2))
    )
    is_leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    short = ibis.ifelse(is_leap, 29, 28)
    longest = ibis.cases((month == 2, short), (month.isin([4, 6, 9, 11]), 30), else_=31)
    exists = is_iso & (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= longest)
    return ibis.ifelse(exists, safe, ibis.null().cast("string")).cast("date")
