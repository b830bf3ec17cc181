"""What a definition needs of a base, and what of it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.check.names import serves
from kogorta.definitions.document import ORDERED, Definition
from kogorta.definitions.nodes import Consent, FactRef, InList, Node, Trait, facts_of


@dataclass(frozen=True, slots=True)
class Needs:
    """What a definition needs.

    Attributes:
        tables: Tables that must have rows.
        events: Events that must have been seen.
        parameters: Parameters of the preset that somebody must set: the base tells no value.
    """

    tables: tuple[str, ...]
    events: tuple[str, ...]
    parameters: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tables or self.events or self.parameters)


def needs_of(definition: Definition, catalogue: Catalogue) -> Needs:
    """Return the tables and events that a definition reads."""
    tables = dict.fromkeys(table for table, _ in _tables(definition, catalogue))
    return Needs(tuple(tables), tuple(dict.fromkeys(_events(definition, catalogue))))


def lacking(definition: Definition, catalogue: Catalogue) -> Needs:
    """Return what of it a base does not have; for traits, a table that serves as well will do."""
    present = catalogue.present
    tables = dict.fromkeys(
        table
        for table, is_fact in _tables(definition, catalogue)
        if not (table in present if is_fact else serves(table, present))
    )
    events = dict.fromkeys(name for name in _events(definition, catalogue) if name not in catalogue.events)
    return Needs(tuple(tables), tuple(events))


def _tables(definition: Definition, catalogue: Catalogue) -> Iterator[tuple[str, bool]]:
    """Yield every table, and whether its own rows are read, so that no other one serves as well."""
    if definition.base == ORDERED:
        yield "orders", False
    for node in _nodes(definition):
        for ref in facts_of(node):
            tables = ("events",) if _is_event(ref, catalogue) else catalogue.facts[ref.name].tables
            yield from ((table, True) for table in tables)
        if isinstance(node, Trait):
            yield from ((table, False) for table in catalogue.traits[node.name].tables)
        elif isinstance(node, Consent | InList):
            yield "consents" if isinstance(node, Consent) else "list_changes", True


def _events(definition: Definition, catalogue: Catalogue) -> Iterator[str]:
    for node in _nodes(definition):
        yield from (ref.name for ref in facts_of(node) if _is_event(ref, catalogue))


def _nodes(definition: Definition) -> Iterator[Node]:
    for root in definition.conditions():
        yield from root.walk()


def _is_event(ref: FactRef, catalogue: Catalogue) -> bool:
    return ref.is_event or ref.name not in catalogue.facts
