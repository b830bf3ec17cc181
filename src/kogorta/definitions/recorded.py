"""Conditions whose past only the membership log knows: each is kept there under an id that nobody can write.

An attribute has a ledger of what it was. What is worked out has none, so for `held_for` the condition itself is
recorded: refreshes keep it in the log as they keep a segment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from kogorta.definitions.catalogue import Catalogue, Source
from kogorta.definitions.document import Definition
from kogorta.definitions.dump import dump_node
from kogorta.definitions.nodes import InSegment, Node, Trait
from kogorta.durations import Duration

PREFIX = "_held_"
"""How ids of recorded conditions begin; an id that people write begins with a letter."""
_DIGITS = 16


def is_recorded_id(definition_id: str) -> bool:
    """Whether an id is that of a recorded condition."""
    return definition_id.startswith(PREFIX)


def held_by_log(node: Node, catalogue: Catalogue) -> Duration | None:
    """Return for how long a condition must have held by the log; None where it does not ask the log for that."""
    if isinstance(node, InSegment):
        return node.held_for
    if isinstance(node, Trait) and catalogue.traits[node.name].source is not Source.ATTRIBUTE:
        return node.held_for
    return None


def recorded_node(node: Trait) -> Trait:
    """Return what is recorded of a condition with `held_for`: the same without it."""
    return replace(node, held_for=None)


def log_place(node: Trait | InSegment) -> tuple[str, str]:
    """Return the scheme and the segment under which the log tells who passes a condition with `held_for`.

    Two conditions with the same tests, in whatever order, stand in one place, however long they must have held.
    """
    if isinstance(node, InSegment):
        scheme, _, segment = node.segment.partition(".")
        return scheme, segment or scheme
    text = json.dumps(dump_node(recorded_node(node)), sort_keys=True, ensure_ascii=False)
    id_ = PREFIX + sha256(text.encode()).hexdigest()[:_DIGITS]
    return id_, id_


def log_conditions(definitions: Iterable[Definition], catalogue: Catalogue) -> list[Trait | InSegment]:
    """Return the conditions of definitions that ask the log for how long they have held, once each."""
    found = (
        node
        for item in definitions
        for root in item.conditions()
        for node in root.walk()
        if isinstance(node, Trait | InSegment) and held_by_log(node, catalogue) is not None
    )
    return list(dict.fromkeys(found))


def recorded_conditions(definitions: Iterable[Definition], catalogue: Catalogue) -> dict[str, Definition]:
    """Return what must be recorded for some definitions: by id, each condition as a free segment."""
    found = {
        log_place(node)[0]: recorded_node(node)
        for node in log_conditions(definitions, catalogue)
        if isinstance(node, Trait)
    }
    return {id_: Definition(id_, where=found[id_]) for id_ in sorted(found)}
