"""Presets beside a base: what it lacks for each, and the values that are usual in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import ibis

from kogorta.definitions.document import Definition
from kogorta.definitions.presets import Needs, Preset, lacking, needs_of
from kogorta.definitions.presets.preset import Value
from kogorta.membership.view import View


@dataclass(frozen=True)
class Offer:
    """A preset as it would be added to one workspace.

    Attributes:
        preset: It.
        values: Of its parameters: those that were set, else those that are usual in the base, else the defaults.
        definition: What it would add.
        needs: The tables and events that it reads.
        lacks: Those of them that the base does not have, and parameters that somebody must set; without these it is off.
        is_added: Whether a definition of this id stands already.
    """

    preset: Preset
    values: Mapping[str, Value]
    definition: Definition
    needs: Needs
    lacks: Needs
    is_added: bool

    @property
    def id(self) -> str:
        """The id of its definition."""
        return self.definition.id


def offers(
    view: View, presets: Sequence[Preset], wanted: Mapping[str, str], id_: str | None = None
) -> list[Offer]:
    """Return presets as they would be added to a base.

    Args:
        view: The base.
        presets: Which.
        wanted: Parameters that are set, as they are typed.
        id_: Another id than the preset's own.

    Raises:
        InputError: A parameter does not exist, or its value does not suit it.
        ProblemsError: With these values a definition says what cannot be.
    """
    usual = {place: usual_value(view, place) for place in _places(presets, wanted)}
    return [_offer(view, preset, wanted, usual, id_) for preset in presets]


def _offer(
    view: View, preset: Preset, wanted: Mapping[str, str], usual: Mapping[str, str | None], id_: str | None
) -> Offer:
    known = {item.id: value for item in preset.parameters if item.usual and (value := usual.get(item.usual))}
    values = preset.values(known | dict(wanted))
    here = {*view.catalogue.events, *view.catalogue.present}
    definition = preset.definition(values, id_=id_, here=here)
    unset = tuple(
        item.id
        for item in preset.parameters
        if item.id not in {*known, *wanted} and (item.is_example or item.usual is not None)
    )
    return Offer(
        preset,
        values,
        definition,
        needs_of(definition, view.catalogue),
        replace(lacking(definition, view.catalogue), parameters=unset),
        definition.id in view.own,
    )


def _places(presets: Sequence[Preset], wanted: Mapping[str, str]) -> set[str]:
    return {
        item.usual
        for preset in presets
        for item in preset.parameters
        if item.usual is not None and item.id not in wanted
    }


def usual_value(view: View, place: str) -> str | None:
    """Return the value that most rows have in a column, of equally many the first by name; None where there is none.

    Args:
        view: The base.
        place: `table.column`, as it is stored.
    """
    table, _, column = place.partition(".")
    if table not in view.catalogue.present:
        return None
    rows = view.steps.facts.last_versions(table, [column])
    named = rows.select(value=rows[column]).filter(ibis._.value.nullif("").notnull())
    counted = named.group_by("value").agg(n=named.count())
    found = view.steps.row(counted.order_by([counted.n.desc(), counted.value]).limit(1).select("value"))
    return str(found["value"]) if found else None
