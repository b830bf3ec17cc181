"""The values that conditions test, as people are shown them."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.compile.segments.compiler import Compiler
from kogorta.compile.segments.needs import Condition
from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Did, Node, Regularly, Trait


@dataclass(frozen=True)
class Shown:
    """A value that a condition tests.

    Attributes:
        read: Reads it from the wide table.
        kind: What it is.
        scale: What it is multiplied by where it is stored.
    """

    read: Condition
    kind: Kind
    scale: int

    def told(self, value: object) -> object:
        """Return a stored value in the unit in which definitions are written."""
        if self.kind is Kind.FLAG and value is not None:
            return bool(value)
        if isinstance(value, int | float) and self.scale != 1:
            return value / self.scale
        return value


def shown(compiler: Compiler, node: Node) -> Shown | None:
    """Return the value that a condition tests; None where it tests none that can be shown."""
    if isinstance(node, Trait):
        info = compiler.catalogue.traits[node.name]
        return (
            None if info.kind is Kind.LIST else Shown(compiler.value(node.name, info), info.kind, info.scale)
        )
    if isinstance(node, Did) and node.tests:
        return Shown(compiler.did_value(node), *compiler.did_unit(node))
    if isinstance(node, Regularly):
        return Shown(compiler.good_periods(node), Kind.NUMBER, 1)
    return None
