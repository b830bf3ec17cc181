# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Which columns have cells with blanks at their ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.warehouse.staging import Staging

AT_ONCE = 40
ALL_ROWS = 200_000
"""In bigger files the first rows are looked at here, and later the columns whose blanks matter."""
_ODD = ("\t", "\u00a0", "\n", "\r", "\ufeff", "\u202f")


def finish(staging: Staging, raw: RawTable) -> RawTable:
    """Mark the columns that have cells with blanks at their ends.

    Cutting blanks off ten million clean cells costs more than looking whether there are any.
    """
    return mark_blanks(staging, raw, raw.columns, limit=ALL_ROWS)


def mark_blanks(
    staging: Staging, raw: RawTable, columns: Iterable[RawColumn], limit: int | None = None
) -> RawTable:
    """Look at some columns, in all rows or in the first ones."""
    wanted = [column for column in columns if not column.trim]
    if not wanted or not raw.rows:
        return raw
    rows = raw.relation if limit is None else f"(SELECT * FROM {raw.relation} LIMIT {limit})"
    marked: set[str] = set()
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        tests = ", ".join(f"coalesce(bool_or({_has_blanks(c, raw.odd_blanks)}), false)" for c in some)
        (found,) = staging.fetch(f"SELECT {tests} FROM {rows} r")
        marked |= {column.name for column, has in zip(some, found, strict=True) if has}
    return replace(
        raw,
        columns=tuple(replace(column, trim=column.trim or column.name in marked) for column in raw.columns),
    )


def _has_blanks(column: RawColumn, odd: bool) -> str:
    cell = f"r.{column.name}"
    tests = [f"{cell} LIKE ' %'", f"{cell} LIKE '% '"]
    if odd:
        tests += [f"{cell} = ''"]
        tests += [f"starts_with({cell}, '{blank}') OR ends_with({cell}, '{blank}')" for blank in _ODD]
    return " OR ".join(tests)
