"""Every trait of the catalogue as values by customer: computed traits, attributes, age, lists."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis

from kogorta.compile.attributes import Attribute, current_values
from kogorta.compile.segments.ledgers import contact_kinds, on_list
from kogorta.definitions.catalogue import Kind, Source, TraitInfo
from kogorta.metrics.ledger import Ledger, with_params
from kogorta.schema import TABLES
from kogorta.schema.types import ColumnType
from kogorta.traits.catalogue import TRAITS
from kogorta.traits.facts import params
from kogorta.traits.idioms import epoch_seconds, flag

WHO = frozenset({"customers", "contacts", "outlets", "climate"})
"""Tables that say who people are and where they live, rather than what they do."""

NAMELESS = frozenset({"name"})
"""Attributes that say how somebody is called: nothing is told of their values."""


_WORDS = frozenset({Kind.TEXT, Kind.PATH, Kind.LIST, Kind.FLAG})
_CODES = frozenset(trait.name for trait in TRAITS if trait.unit in {"1 Monday to 7 Sunday", "hour 0–23"})
"""Traits whose numbers are names: their mean tells nothing."""


def makes_groups(name: str, info: TraitInfo) -> bool:
    """Whether the values of a trait put people into groups, rather than into an order."""
    return info.kind in _WORDS or name in _CODES


class TraitReader:
    """Reads traits of everyone as of the instant of a ledger.

    Args:
        ledger: Of the whole base.
        names: Traits that are going to be read; by default every one of the catalogue.
    """

    def __init__(self, ledger: Ledger, names: Iterable[str] | None = None) -> None:
        self.ledger = ledger
        self.catalogue = ledger.view.catalogue
        every = self.catalogue.traits
        told_by_age = {info.stored for info in every.values() if info.source is Source.AGE}
        self.names = [
            name
            for name in (every if names is None else names)
            if name not in NAMELESS and not (name in told_by_age and every[name].source is Source.ATTRIBUTE)
        ]

    def info(self, name: str) -> TraitInfo:
        """Return what is known of a trait."""
        return self.catalogue.traits[name]

    def is_of_who(self, name: str) -> bool:
        """Whether a trait puts people into groups by who they are, where they live or where they came from."""
        info = self.info(name)
        column = next((item for item in TABLES["customers"] if item.stored == info.stored), None)
        is_id = info.source is Source.ATTRIBUTE and column is not None and column.type is ColumnType.ID
        return info.kind is Kind.TEXT and WHO.issuperset(info.tables) and not is_id

    def values(self, name: str) -> Any:
        """Return customer_key and value, missing ones left out.

        Texts are as they are, flags 1 or 0, numbers as they are stored, days and instants the seconds that passed since (of
        what is ahead, less than 0). Of a list everyone has a row for each value that he has.
        """
        info = self.info(name)
        if info.kind is Kind.LIST:
            return self._list(name)
        if info.source is Source.COMPUTED:
            rows = self._computed.select("customer_key", value=self._computed[name])
        else:
            attribute = Attribute("birth_date" if info.source is Source.AGE else name, info)
            rows = current_values(self.ledger.steps.facts, attribute, "value")
        known = rows.filter(rows.value.notnull())
        return self._told(known, info)

    def _told(self, rows: Any, info: TraitInfo) -> Any:
        if info.source is Source.AGE:
            dated = with_params(rows, "today")
            ahead = flag(
                dated.value.month() * 100 + dated.value.day() > dated.today.month() * 100 + dated.today.day()
            )
            years = (dated.today.year() - dated.value.year() - ahead).cast("int64")
            return dated.filter(years >= 0).select("customer_key", value=years)
        if info.kind is Kind.FLAG:
            is_boolean = rows.value.type().is_boolean()
            return rows.select("customer_key", value=flag(rows.value if is_boolean else rows.value == 1))
        if info.kind in {Kind.DATE, Kind.INSTANT}:
            dated = rows.cross_join(params().select("as_of"))
            since = epoch_seconds(dated.as_of) - epoch_seconds(dated.value.cast("timestamp(6)"))
            return dated.select("customer_key", value=since)
        return rows

    @property
    def _computed(self) -> Any:
        view = self.ledger.view

        def work() -> Any:
            names = [name for name in self.names if self.info(name).source is Source.COMPUTED]
            return view.wide(("customer_key", *names))

        return self.ledger.once("computed_traits", work)

    def _list(self, name: str) -> Any:
        facts = self.ledger.steps.facts
        if name == "contact_kinds":
            if not facts.has("contacts"):
                return None
            kinds = contact_kinds(facts)
            return kinds.select("customer_key", value=kinds.kind)
        united = None
        for item in sorted(self.catalogue.lists):
            rows = on_list(facts, item).mutate(value=ibis.literal(item))
            united = rows if united is None else united.union(rows)
        return united
