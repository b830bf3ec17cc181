"""What a store holds, as far as it changes the work: which tables have rows, which have versions."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.vocab import AxisMethod, Business


@dataclass(frozen=True)
class Shape:
    """Facts about the store that let a plan leave out work that could change nothing.

    Attributes:
        present: Canonical tables that have rows.
        versioned: Those in which some key has more than one version.
        has_aliases: Whether any customer key resolves to another.
        is_scoped: Whether only the customers of a scratch table are asked for.
        is_for_more: Whether questions about them will come that nobody knows yet: copies of their rows then have all columns.
    """

    present: frozenset[str]
    versioned: frozenset[str]
    has_aliases: bool
    is_scoped: bool = False
    is_for_more: bool = False

    def has(self, *tables: str) -> bool:
        """Whether all of these tables have rows."""
        return all(table in self.present for table in tables)


@dataclass(frozen=True)
class Meaning:
    """How the numbers of a workspace are meant; part of every fingerprint.

    Attributes:
        business: Chooses thresholds.
        recency, frequency, monetary: How each axis is cut.
        recency_bounds, frequency_bounds, monetary_bounds: Four rising bounds each, where declared;
            days, orders, minor units.
    """

    business: Business = Business.SHOP
    recency: AxisMethod = AxisMethod.RHYTHM
    frequency: AxisMethod = AxisMethod.RELATIVE
    monetary: AxisMethod = AxisMethod.RELATIVE
    recency_bounds: tuple[int, ...] = ()
    frequency_bounds: tuple[int, ...] = ()
    monetary_bounds: tuple[int, ...] = ()

    def describe(self) -> dict[str, object]:
        """Return what goes into fingerprints."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}
