"""What the instants of definitions are compared with: as time goes on, nothing else can turn at them."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.compile.segments.rows import EVENTS
from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.nodes import (
    Chosen,
    Did,
    FactRef,
    FactSequence,
    InSegment,
    Moved,
    Node,
    Regularly,
    Resumed,
    Stopped,
    Trait,
)
from kogorta.schema import TABLES


@dataclass(frozen=True, slots=True, order=True)
class Sight:
    """Rows that an instant is compared with.

    Attributes:
        table: Of facts, or `LOG`.
        name: Of events, of those of one name; empty for all rows of the table.
    """

    table: str
    name: str = ""


Sights = frozenset[Sight]

LOG = "membership_changes"
EVERYTHING: Sights = frozenset(map(Sight, (*TABLES, LOG)))
BUT_EVENTS: Sights = EVERYTHING - {Sight(EVENTS)}


def of_tables(*names: str) -> Sights:
    """Return all rows of some tables."""
    return frozenset(map(Sight, names))


def sights_of(node: Node, catalogue: Catalogue) -> Sights:
    """Return what the instants of a condition are compared with: everything, unless it is known better.

    Conditions within it have sights of their own.
    """
    match node:
        case Did() | Chosen() | Regularly() | Stopped() | Resumed():
            return _of_fact(node.fact, catalogue)
        case FactSequence():
            return frozenset().union(*(_of_fact(step.fact, catalogue) for step in node.steps))
        case Moved() | InSegment():
            return of_tables(LOG)
        case Trait():
            return EVERYTHING if EVENTS in catalogue.traits[node.name].tables else BUT_EVENTS
    return EVERYTHING


def is_event(fact: FactRef, catalogue: Catalogue) -> bool:
    """Whether a fact is an event by its name."""
    return fact.is_event or fact.name not in catalogue.facts


def _of_fact(fact: FactRef, catalogue: Catalogue) -> Sights:
    if is_event(fact, catalogue):
        return frozenset({Sight(EVENTS, fact.name)})
    return of_tables(*catalogue.facts[fact.name].tables)
