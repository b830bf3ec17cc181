"""Values of the base that definitions compare with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from kogorta.compile.segments.holds import several
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import Op, Test, Trait


@dataclass(frozen=True)
class Cut:
    """A value of the base that others are compared with.

    Attributes:
        trait: Whose values.
        part: How many of them must be strictly beyond, as a share.
        from_top: Counted from the greatest value down.
    """

    trait: str
    part: Fraction
    from_top: bool


def cut_of(node: Trait, test: Test) -> Cut:
    """Return the value of the base that a test of a trait compares with."""
    share = Fraction(several(test)[0])  # type: ignore[arg-type]
    return Cut(node.name, share if test.op is Op.PERCENTILE else 1 - share, test.op is Op.BOTTOM)


def cuts_in(definitions: Mapping[str, Definition]) -> list[Cut]:
    """Return every value of the base that definitions compare with, once each."""
    found = {
        cut_of(node, test)
        for item in definitions.values()
        for root in item.conditions()
        for node in root.walk()
        if isinstance(node, Trait)
        for test in node.tests
        if test.op in OF_THE_BASE
    }
    return sorted(found, key=str)


OF_THE_BASE = frozenset({Op.TOP, Op.BOTTOM, Op.PERCENTILE})
"""Tests that compare with everyone whom a trait is about."""
