"""What of a customer is open to everybody who may see people, and what may hold anything."""

from __future__ import annotations

from dataclasses import replace

from kogorta.customers import Moment, MomentKind
from kogorta.customers.model import Row
from kogorta_server.accounts.masks import HIDDEN

OPEN_ATTRIBUTES = frozenset(
    {
        *(
            "sex",
            "city",
            "region",
            "country",
            "timezone",
            "language",
            "income_band",
            "profession",
            "employment",
        ),
        *("education", "marital_status", "acquisition_source", "acquisition_medium", "acquisition_campaign"),
        *("acquisition_cost", "account_id", "manager_id"),
    }
)
"""Attributes that tell nobody apart. All others are hidden, the shop's own too: nobody knows what they hold."""

PRIVATE_COLUMNS = frozenset({"url", "topic", "reason", "note", "value", "evidence"})
"""Columns of a timeline in which anything may be written; of attributes see `OPEN_ATTRIBUTES`."""

_OF_CALLS = frozenset({"event_id", "at", "outcome"})


def covered(moment: Moment) -> Moment:
    """Return an entry of a timeline as whoever may not see contacts sees it: without what anything may be written in."""
    values = _covered(moment.values)
    if moment.kind is MomentKind.ATTRIBUTE and moment.id not in OPEN_ATTRIBUTES:
        ends = ("from_value", "to_value")
        values = {name: HIDDEN if name in ends and value else value for name, value in values.items()}
    if moment.kind is MomentKind.CALL:
        # an event has whatever properties its sender wrote
        values = {name: value if name in _OF_CALLS else HIDDEN for name, value in values.items()}
    parts = {name: tuple(_covered(row) for row in rows) for name, rows in moment.parts.items()}
    return replace(moment, values=values, parts=parts)


def _covered(row: Row) -> Row:
    return {name: HIDDEN if name in PRIVATE_COLUMNS and value else value for name, value in row.items()}
