"""Where in a document the conditions of a definition stand."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import AllOf, AnyOf, Node, Not
from kogorta.definitions.parsing.reader import below


def roots(item: Definition) -> Iterator[tuple[Node, str]]:
    """Yield the trees of a definition, each with its place."""
    if item.where is not None:
        yield item.where, below(item.id, "where")
    if isinstance(item.base, Node):
        yield item.base, below(item.id, "base")
    for number, part in enumerate(item.parts):
        yield part.where, below(below(below(item.id, "segments"), number), "where")


def children(node: Node, path: str) -> Iterator[tuple[Node, str]]:
    """Yield the conditions right below one, each with its place."""
    if isinstance(node, Not):
        yield node.of, below(path, "not")
    if isinstance(node, AllOf | AnyOf):
        place = below(path, "all" if isinstance(node, AllOf) else "any")
        yield from ((child, below(place, number)) for number, child in enumerate(node.of))
