"""What every reader ends with: which columns have blanks to cut off."""

from __future__ import annotations

from dataclasses import replace

from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.warehouse.staging import Staging

_EDGES = ("' '", "'\t'", "'\u00a0'", "'\n'", "'\r'", "'\ufeff'", "'\u202f'")


def finish(staging: Staging, raw: RawTable) -> RawTable:
    """Mark the columns that have cells with blanks at their ends.

    Cutting blanks off ten million clean cells costs more than looking whether there are any.
    """
    if not raw.columns or not raw.rows:
        return raw
    tests = ", ".join(f"coalesce(bool_or({_has_blanks(column)}), false)" for column in raw.columns)
    (found,) = staging.fetch(f"SELECT {tests} FROM {raw.relation} r")
    columns = tuple(replace(column, trim=bool(trim)) for column, trim in zip(raw.columns, found, strict=True))
    return replace(raw, columns=columns)


def _has_blanks(column: RawColumn) -> str:
    ends = [f"starts_with(r.{column.name}, {edge}) OR ends_with(r.{column.name}, {edge})" for edge in _EDGES]
    return f"r.{column.name} = '' OR " + " OR ".join(ends)
