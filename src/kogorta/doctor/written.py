"""What people wrote of each segment of their own: name, conditions, playbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import Node
from kogorta.definitions.playbooks import Playbook


@dataclass(frozen=True, slots=True)
class Written:
    """One segment of people's own.

    Attributes:
        id: Its full id.
        definition: Where it stands.
        roots: Its own condition, and that of the base that it divides; of what remains of a scheme nothing.
        name: By language.
        playbook: What to do with those in it.
        is_rest: It takes whoever no other segment of its scheme took.
    """

    id: str
    definition: Definition
    roots: tuple[Node, ...]
    name: Mapping[str, str]
    playbook: Playbook | None
    is_rest: bool = False


def written(definitions: Iterable[Definition]) -> Iterator[Written]:
    """Yield every segment of some definitions."""
    for item in definitions:
        if item.where is not None:
            yield Written(item.id, item, (item.where,), item.name, item.playbook)
        base = (item.base,) if isinstance(item.base, Node) else ()
        for part in item.parts:
            yield Written(f"{item.id}.{part.id}", item, (part.where, *base), part.name, part.playbook)
        if item.otherwise:
            rest = f"{item.id}.{item.otherwise}"
            yield Written(rest, item, (), item.otherwise_name, item.otherwise_playbook, is_rest=True)


def leaves(roots: Iterable[Node]) -> Iterator[Node]:
    """Yield the conditions that hold no others."""
    for root in roots:
        for node in root.walk():
            if next(iter(node.children()), None) is None:
                yield node
