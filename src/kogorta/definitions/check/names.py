"""Looking up what definitions name: traits, facts, columns, segments, lists. What is not there is noted."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from kogorta.definitions.catalogue import Catalogue, ColumnInfo, Source, TraitInfo
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import FactRef
from kogorta.definitions.parsing.reader import Problems, below, nearest
from kogorta.message import Sentence, lazy

_INSTEAD: Mapping[str, str] = {
    "orders": "customer_summaries",
    "order_lines": "customer_summaries",
    "products": "customer_summaries",
    "bookings": "subscriptions",
    "subscriptions": "bookings",
    "customers": "attribute_changes",
}
"""Of the tables that a trait needs, which other one serves as well."""
_MANY = 30
"""From so many names on, only those that look alike are told."""

Columns = Mapping[str, ColumnInfo]


def serves(table: str, present: Collection[str]) -> bool:
    """Whether a table that a trait needs has rows, or another one that serves as well."""
    return table in present or _INSTEAD.get(table) in present


def listed(names: Collection[str]) -> str | None:
    """Return names as what was expected; None where there are none or too many."""
    return ", ".join(sorted(names)) if 0 < len(names) <= _MANY else None


class Names:
    """What may be named.

    Args:
        catalogue: What the workspace knows.
        definitions: Its own definitions, whose segments exist beside those of the catalogue.
        problems: Where what is not there is noted.
    """

    def __init__(
        self, catalogue: Catalogue, definitions: Mapping[str, Definition], problems: Problems
    ) -> None:
        self.catalogue, self.problems = catalogue, problems
        own = {
            f"{item.id}.{part}" if item.is_scheme else item.id
            for item in definitions.values()
            for part in item.segments
        }
        self.segments = catalogue.segments | own

    def trait(self, name: str, path: str) -> TraitInfo | None:
        """Return what is known of a trait; None after noting that there is no such trait, or that it is off."""
        info = self.catalogue.traits.get(name)
        if info is None:
            known = self.catalogue.traits
            self.problems.add(
                path,
                "there is no such trait",
                got=name,
                expected=listed(known),
                hint=self._as_fact(name) or nearest(name, known),
            )
            return None
        return info if self._is_on(name, info, path) else None

    def _as_fact(self, name: str) -> Sentence | None:
        is_fact = name in self.catalogue.facts or name in self.catalogue.events
        return lazy("this is a fact: write {example}", example=f"did: {name}") if is_fact else None

    def _is_on(self, name: str, info: TraitInfo, path: str) -> bool:
        present = self.catalogue.present
        return self.tables([table for table in info.tables if not serves(table, present)], name, path)

    def has_zones(self) -> bool:
        """Whether the zone of any customer can be known."""
        info = self.catalogue.traits.get("timezone")
        return info is not None and info.source is Source.ATTRIBUTE and self._has_any(info.tables)

    def _has_any(self, tables: Collection[str]) -> bool:
        return any(serves(table, self.catalogue.present) for table in tables)

    def tables(self, needed: Collection[str], name: str, path: str) -> bool:
        """Return whether all tables have rows; note those that have none."""
        missing = [table for table in needed if table not in self.catalogue.present]
        if missing:
            self.problems.add(
                path,
                lazy("there are no data for {name}", name=name),
                expected=lazy("rows in {tables}", tables=", ".join(missing)),
                hint=lazy("kogorta import FILE --table {table}", table=missing[0]),
            )
        return not missing

    def fact(self, fact: FactRef, path: str) -> Columns | None:
        """Return the columns of a fact; None after noting that there is no such fact, or no data of it."""
        if not fact.is_event and fact.name in self.catalogue.facts:
            found = self.catalogue.facts[fact.name]
            return found.columns if self.tables(found.tables, fact.name, path) else None
        place = below(path, "event") if fact.is_event else path
        if fact.name in self.catalogue.events:
            if not self.tables(["events"], fact.name, place):
                return None
            return {**self.catalogue.event_columns, **self.catalogue.events[fact.name]}
        self._unknown_fact(fact, place)
        return None

    def _unknown_fact(self, fact: FactRef, path: str) -> None:
        events = self.catalogue.events
        if fact.is_event:
            reserved = fact.name in self.catalogue.facts
            self.problems.add(
                path,
                "no event of this name was ever seen",
                got=fact.name,
                expected=listed(events),
                hint=lazy("write {example}", example=f"did: {fact.name}")
                if reserved
                else nearest(fact.name, events) or self._no_events(),
            )
            return
        known = {*self.catalogue.facts, *events}
        self.problems.add(
            path,
            "there is no such fact, and no event of this name was ever seen",
            got=fact.name,
            expected=listed(known),
            hint=nearest(fact.name, known) or self._no_events(),
        )

    def _no_events(self) -> Sentence | None:
        if "events" in self.catalogue.present:
            return None
        return lazy("kogorta import FILE --table {table}", table="events")

    def column(self, columns: Columns, name: str, path: str) -> ColumnInfo | None:
        """Return what is known of a column; None after noting that the fact never had it."""
        found = columns.get(name)
        if found is None:
            self.problems.add(
                path,
                "this fact never had such a column",
                got=name,
                expected=", ".join(sorted(columns)),
                hint=nearest(name, columns),
            )
        return found

    def segment(self, name: str, path: str) -> None:
        """Note a segment that does not exist."""
        if name in self.segments:
            return
        parts = sorted(known for known in self.segments if known.startswith(f"{name}."))
        self.problems.add(
            path,
            "there is no such segment",
            got=name,
            expected=", ".join(parts) or listed(self.segments),
            hint="name a segment of this scheme" if parts else nearest(name, self.segments),
        )

    def list(self, name: str, path: str) -> None:
        """Note a list that was never uploaded; without any, one problem says so."""
        if name in self.catalogue.lists or not self.tables(["list_changes"], name, path):
            return
        known = self.catalogue.lists
        self.problems.add(
            path, "there is no such list", got=name, expected=listed(known), hint=nearest(name, known)
        )
