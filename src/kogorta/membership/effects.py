"""What other settings would do: who would be in which segment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import ibis
import pyarrow as pa

from kogorta.config import Config
from kogorta.definitions.schemes import Scheme
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.view import View, open_view
from kogorta.warehouse.store import Warehouse


@dataclass(frozen=True, slots=True)
class Effect:
    """What would become of one scheme.

    Attributes:
        scheme: It.
        before: By segment, how many people it has.
        after: By segment, how many it would have.
        moved: How many would be in another segment, come in or fall out.
    """

    scheme: Scheme
    before: Mapping[str, int]
    after: Mapping[str, int]
    moved: int


def effects(
    warehouse: Warehouse,
    before: Config,
    after: Config,
    as_of: datetime,
    known_at: datetime | int | None = None,
) -> list[Effect]:
    """Work out every scheme under the present settings and under others; a scheme that either hides is left out.

    Under the present ones people are compared with the stored frames, as the last refresh did; under others with
    the frames that the next refresh would take.

    Args:
        warehouse: The store.
        before: The present settings.
        after: The others, of the same business.
        as_of: As of when; UTC without a zone.
        known_at: As far as was known.
    """
    with open_view(warehouse, before, as_of, known_at) as view:
        was = _positions(view)
    with open_view(warehouse, after, as_of, known_at) as view:
        shown = _shown(view)
        return [_effect(view, item, was[id_]) for id_, item in shown.items() if id_ in was]


def _shown(view: View) -> dict[str, Scheme]:
    view.place_all()
    hidden = hidden_schemes(view.frames)
    return {id_: item for id_, item in view.schemes.items() if id_ not in hidden}


def _positions(view: View) -> dict[str, pa.Table]:
    bindings = view.instant.bindings
    return {id_: view.session.fetch(view.placed(item), bindings) for id_, item in _shown(view).items()}


def _effect(view: View, item: Scheme, was: pa.Table) -> Effect:
    view.session.load("k_was", was)
    old = ibis.table({"customer_key": "int64", "segment": "string"}, name="k_was").select(
        "customer_key", was=ibis._.segment
    )
    joined = old.outer_join(view.placed(item).rename(now="segment"), "customer_key")
    counted = joined.group_by("was", "now").agg(n=joined.count().cast("int64"))
    before, after = dict.fromkeys(item.segments, 0), dict.fromkeys(item.segments, 0)
    moved = 0
    for row in view.session.fetch(counted, view.instant.bindings).to_pylist():
        if row["was"] is not None:
            before[row["was"]] += row["n"]
        if row["now"] is not None:
            after[row["now"]] += row["n"]
        moved += row["n"] if row["was"] != row["now"] else 0
    return Effect(item, before, after, moved)
