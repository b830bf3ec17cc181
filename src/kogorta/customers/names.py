"""Names beside ids: of goods, of staff, of outlets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from kogorta.customers.model import Moment
from kogorta.membership.view import View
from kogorta.traits.facts import scratch

_NAMELESS = "k_nameless"

_NAMED = {
    "product_id": ("product", "products"),
    "staff_id": ("staff", "staff"),
    "outlet_id": ("outlet", "outlets"),
}
"""Columns of ids, each with the column that a name is put into, and the table that knows it."""


def named(view: View, moments: Sequence[Moment]) -> list[Moment]:
    """Return entries with names beside the ids in them and in their parts, where sources tell any."""
    names = {id_: _names(view, id_, table, moments) for id_, (_, table) in _NAMED.items()}
    return [
        replace(
            moment,
            values=_with_names(moment.values, names),
            parts={
                part: tuple(_with_names(row, names) for row in rows) for part, rows in moment.parts.items()
            },
        )
        for moment in moments
    ]


def _names(view: View, column: str, table: str, moments: Sequence[Moment]) -> dict[str, str]:
    wanted = {row[column] for moment in moments for row in _rows(moment) if row.get(column)}
    if not wanted or not view.steps.facts.has(table):
        return {}
    rows = view.steps.facts.last_versions(table, [column, "name"])
    view.session.load(_NAMELESS, pa.table({column: pa.array(sorted(wanted), pa.string())}))
    known = rows.filter(rows.name.notnull()).semi_join(scratch(_NAMELESS, {column: "string"}), column)
    return {row[column]: row["name"] for row in view.steps.rows(known.select(column, "name"))}


def _rows(moment: Moment) -> list[Mapping[str, Any]]:
    return [moment.values, *(row for rows in moment.parts.values() for row in rows)]


def _with_names(row: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> Mapping[str, Any]:
    more = {
        _NAMED[column][0]: known[row[column]] for column, known in names.items() if row.get(column) in known
    }
    return {**row, **more} if more else row
