"""Everything that one customer did and that was done with him, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from kogorta.customers.ledgers import LEDGERS, Ledger, Part
from kogorta.customers.log import identity_moments, segment_moments
from kogorta.customers.model import Moment, MomentKind, Timeline
from kogorta.customers.names import named
from kogorta.customers.sessions import calls, sessions, with_events
from kogorta.membership.alone import Alone
from kogorta.membership.view import View
from kogorta.traits.facts import scratch

MOST_OF_A_KIND = 2_000
"""Older entries of a kind are not told: who has more is a till, not a person."""

_SHOWN = "k_shown"


def timeline(
    view: View, customer_id: str, kinds: Collection[MomentKind] = (), *, offset: int = 0, limit: int = 50
) -> Timeline:
    """Return a page of everything that is known of one customer as of the view's instant.

    All of his ids are read, those of his browsers too. What he booked stands where it starts, also if that is ahead.

    Args:
        view: The base.
        customer_id: An id as a source gave it.
        kinds: Which entries; by default all.
        offset: How many entries to leave out.
        limit: How many to return at most.

    Raises:
        NotFoundError: No source ever named him, or he was erased.
    """
    alone = Alone(view, customer_id)
    reading = _Reading(alone)
    everything = [
        *reading.ledgers(),
        *reading.returns(),
        *sessions(alone, MOST_OF_A_KIND),
        *calls(alone, MOST_OF_A_KIND),
        *segment_moments(view, alone.key),
        *identity_moments(view.warehouse, customer_id, view.instant.as_of),
    ]
    counts = Counter(moment.kind for moment in everything)
    asked = [moment for moment in everything if not kinds or moment.kind in kinds]
    asked.sort(key=lambda moment: (moment.at, moment.kind, moment.id), reverse=True)
    page = named(alone.view, reading.with_parts(asked[offset : offset + limit]))
    return Timeline(
        customer_id,
        view.instant.as_of,
        {kind: counts[kind] for kind in MomentKind if counts[kind]},
        tuple(page),
        len(asked),
        tuple(kind for kind in MomentKind if counts[kind] >= MOST_OF_A_KIND),
    )


class _Reading:
    """The rows of one person."""

    def __init__(self, alone: Alone) -> None:
        self.alone = alone
        self.steps = alone.view.steps
        self.facts = self.steps.facts

    def ledgers(self) -> list[Moment]:
        """Return the entries of all ledgers, without their parts."""
        return [
            moment for ledger in LEDGERS if self.facts.has(ledger.table) for moment in self._entries(ledger)
        ]

    def _entries(self, ledger: Ledger) -> list[Moment]:
        columns = list(dict.fromkeys([ledger.id, ledger.at, *ledger.columns]))
        rows = self.facts.last_versions(ledger.table, ["customer_key", *columns])
        known = rows.filter(rows[ledger.since or ledger.at] < rows.as_of)
        return self._moments(self.alone.his(known), ledger, columns)

    def returns(self) -> list[Moment]:
        """Return what he gave back, also where a return names his order alone."""
        if not self.facts.has("returns"):
            return []
        columns = ["return_id", "returned_at", "order_id", "product_id", "quantity_micro", "amount"]
        rows = self.facts.last_versions("returns", ["customer_key", *columns])
        known = rows.filter(rows.returned_at < rows.as_of)
        own = self.alone.his(known)
        if self.facts.has("orders"):
            orders = self.alone.his(self.facts.last_versions("orders", ["customer_key", "order_id"]))
            own = own.union(known.filter(known.customer_key.isnull()).semi_join(orders, "order_id"))
        ledger = Ledger(MomentKind.RETURN, "returns", "return_id", "returned_at", tuple(columns[2:]))
        return self._moments(own, ledger, columns)

    def _moments(self, rows: Any, ledger: Ledger, columns: Sequence[str]) -> list[Moment]:
        dated = rows.filter(rows[ledger.at].notnull()).select(*columns)
        newest = dated.order_by(dated[ledger.at].desc()).limit(MOST_OF_A_KIND)
        return [
            Moment(ledger.kind, row[ledger.at], str(row[ledger.id]), row) for row in self.steps.rows(newest)
        ]

    def with_parts(self, moments: Sequence[Moment]) -> list[Moment]:
        """Return entries with the rows that belong to them."""
        found: dict[tuple[MomentKind, str], dict[str, tuple[Mapping[str, Any], ...]]] = {}
        for ledger in LEDGERS:
            ids = [moment.id for moment in moments if moment.kind is ledger.kind]
            for part in ledger.parts if ids else ():
                for id_, rows in self._parts(ledger, part, ids).items():
                    found.setdefault((ledger.kind, id_), {})[part.name] = tuple(rows)
        told = [
            replace(moment, parts=found[moment.kind, moment.id])
            if (moment.kind, moment.id) in found
            else moment
            for moment in moments
        ]
        return with_events(self.alone, told)

    def _parts(self, ledger: Ledger, part: Part, ids: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
        if not self.facts.has(part.table):
            return {}
        rows = self.facts.last_versions(part.table, [ledger.id, *part.columns])
        self.alone.view.session.load(_SHOWN, pa.table({ledger.id: pa.array(ids, pa.string())}))
        shown = scratch(_SHOWN, {ledger.id: "string"})
        theirs = rows.semi_join(shown, ledger.id).select(ledger.id, *part.columns)
        grouped: dict[str, list[Mapping[str, Any]]] = {}
        for row in self.steps.rows(theirs.order_by(part.order)):
            grouped.setdefault(row.pop(ledger.id), []).append(row)
        return grouped
