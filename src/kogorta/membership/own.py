"""The workspace's own definitions: as the registry has them, and as schemes that a refresh keeps current."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from kogorta.compile.segments import column_of, in_order
from kogorta.definitions.document import Definition
from kogorta.definitions.names import SchemeName, SegmentName, Words
from kogorta.definitions.nodes import InSegment, Trait
from kogorta.definitions.parsing import Problems, raise_if_any, read_definition
from kogorta.definitions.schemes import Scheme, schemes
from kogorta.vocab import Business
from kogorta.warehouse.store import Warehouse

OWN_FAMILY = "own"
"""Colour family of segments that people defined."""


def registered(warehouse: Warehouse) -> dict[str, Definition]:
    """Return the definitions that stand: the last version of each that was not taken away."""
    rows = warehouse.rows(
        "SELECT body FROM definition_versions"
        " QUALIFY row_number() OVER (PARTITION BY definition ORDER BY version DESC) = 1 AND NOT is_removed"
        " ORDER BY definition"
    )
    bodies = (json.loads(body) for (body,) in rows)
    found = [stored_definition(body["document"]) for body in bodies if "document" in body]
    return {item.id: item for item in in_order({item.id: item for item in found})}


def stored_definition(document: object) -> Definition:
    """Return the definition that a document of the registry is."""
    problems = Problems()
    definition = read_definition(document, "registry", problems)
    raise_if_any(problems)
    if definition is None:
        raise AssertionError("a definition without problems is read")
    return definition


def scheme_of(definition: Definition) -> Scheme:
    """Return a definition as a scheme: a free segment is one whose only segment has its own id."""
    return Scheme(
        definition.id,
        "everyone",
        definition.segments,
        "own",
        "",
        column_of(definition.id),
        is_free=not definition.is_scheme,
    )


def closure(definitions: Mapping[str, Definition], wanted: Collection[str]) -> dict[str, Definition]:
    """Return the wanted definitions with all that they name, in the order in which they are worked out."""
    found: dict[str, Definition] = {}
    waiting = [id_ for id_ in wanted if id_ in definitions]
    while waiting:
        item = definitions[waiting.pop()]
        if item.id not in found:
            found[item.id] = item
            waiting += [id_ for id_ in uses(item) if id_ in definitions]
    return {item.id: item for item in in_order(found)}


def uses(definition: Definition) -> list[str]:
    """Return the ids of the definitions and schemes whose segments a definition names as of the same instant."""
    named = {
        node.segment.partition(".")[0]
        for root in definition.conditions()
        for node in root.walk()
        if isinstance(node, InSegment)
    }
    return sorted(named)


def traits_in(definitions: Iterable[Definition]) -> set[str]:
    """Return the names of all traits that some definitions test."""
    return {
        node.name
        for item in definitions
        for root in item.conditions()
        for node in root.walk()
        if isinstance(node, Trait)
    }


def ready_columns(business: Business) -> dict[str, tuple[str, str]]:
    """Return, for every segment of the ready schemes, the trait that tells it and its value."""
    return {
        item.segment_id(segment): (item.trait, segment)
        for item in schemes(business)
        for segment in item.segments
    }


def names_of(definition: Definition) -> SchemeName:
    """Return how a definition and its segments are called; by their ids where it does not say."""
    named = {part.id: part.name for part in definition.parts}
    if definition.otherwise:
        named[definition.otherwise] = definition.otherwise_name
    if not definition.is_scheme:
        named[definition.id] = definition.name
    nothing = Words("", "")
    return SchemeName(
        definition.id,
        _words(definition.name, definition.id),
        nothing,
        {id_: SegmentName(id_, _words(name, id_), nothing, OWN_FAMILY) for id_, name in named.items()},
    )


def _words(name: Mapping[str, str], id_: str) -> Words:
    some = next(iter(name.values()), id_)
    return replace(Words(some, some), **{lang: text for lang, text in name.items() if lang in {"ru", "en"}})
