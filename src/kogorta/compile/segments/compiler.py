"""From conditions to columns: what each condition needs is asked for first, then read from one wide table."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import ibis

from kogorta.compile.segments.needs import Condition, all_of
from kogorta.compile.segments.on_facts import FactConditions
from kogorta.compile.segments.on_people import PeopleConditions
from kogorta.compile.segments.sights import sights_of
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Chosen,
    Consent,
    Did,
    FactSequence,
    InList,
    InSegment,
    Moved,
    Node,
    Not,
    Regularly,
    Resumed,
    Share,
    Stopped,
    Trait,
)


class Compiler(FactConditions, PeopleConditions):
    """Compiles every condition."""

    def condition(self, node: Node) -> Condition:
        """Return how a node is read from the wide table."""
        with self.bounds.compared_with(sights_of(node, self.catalogue)):
            return _COMPILE[type(node)](self, node)

    def all_of(self, node: AllOf) -> Condition:
        """Compile `all`."""
        parts = [self.condition(child) for child in node.of]
        return lambda t: all_of([part(t) for part in parts])

    def any_of(self, node: AnyOf) -> Condition:
        """Compile `any`."""
        parts = [self.condition(child) for child in node.of]
        return lambda t: reduce(lambda a, b: a | b, [part(t) for part in parts])

    def negation(self, node: Not) -> Condition:
        """Compile `not`."""
        part = self.condition(node.of)
        return lambda t: ~part(t)

    def in_segment(self, node: InSegment) -> Condition:
        """Compile `in_segment`: another column of the same table, and the log where it must have held."""
        column, value = self.segments[node.segment]
        if column in self.catalogue.traits:
            self.traits.setdefault(column)

        def now(t: Any) -> Any:
            return ibis.coalesce(t[column] == value, False)

        return now if node.held_for is None else self.held_in_log(now, node, node.held_for)


_COMPILE: dict[type[Node], Callable[[Compiler, Any], Condition]] = {
    AllOf: Compiler.all_of,
    AnyOf: Compiler.any_of,
    Not: Compiler.negation,
    Trait: Compiler.trait,
    Did: Compiler.did,
    Chosen: Compiler.chosen,
    Regularly: Compiler.regularly,
    Stopped: Compiler.stopped,
    Resumed: Compiler.resumed,
    FactSequence: Compiler.sequence,
    InSegment: Compiler.in_segment,
    InList: Compiler.in_list,
    Moved: Compiler.moved,
    Share: Compiler.share,
    Consent: Compiler.consent,
}
