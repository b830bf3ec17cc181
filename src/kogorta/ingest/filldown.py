# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Orders whose number, date and customer stand on their first line only."""

from __future__ import annotations

from dataclasses import replace

from kogorta.ingest.mapping.resolve import ColumnMapping
from kogorta.ingest.notes import Notes
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.warehouse.staging import Staging

_LINE_TABLES = ("order_lines", "products")


def fill_down(staging: Staging, raw: RawTable, mapping: ColumnMapping, notes: Notes) -> RawTable:
    """Copy the order's columns into its further lines.

    A row is a further line if all columns of the order are empty and a column of the line is not.
    A refused line ends the order above it: nobody knows whose the lines below it are.
    """
    heads = _columns(mapping, of_lines=False)
    lines = _columns(mapping, of_lines=True)
    if mapping.form != "orders" or not lines or not heads:
        return raw
    is_head = " OR ".join(f"{column.sql} IS NOT NULL" for column in heads)
    is_line = " OR ".join(f"{column.sql} IS NOT NULL" for column in lines)
    ((count,),) = staging.fetch(
        f"SELECT count(*) FROM {raw.relation} r WHERE NOT ({is_head}) AND ({is_line})"
    )
    if not count:
        return raw
    names = [column.name for column in heads]
    blanks = "".join(", NULL" for _ in names)
    refusals = f"UNION ALL SELECT line{blanks} FROM {raw.refusals}" if raw.refusals else ""
    cells = ", ".join(
        f"CASE WHEN a.is_head THEN a.{column.name} ELSE h.{column.name} END AS {column.name}"
        if column.name in names
        else f"a.{column.name}"
        for column in raw.columns
    )
    cells_of_rows = ", ".join(f"r.{column.name}" for column in raw.columns)
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.filled AS
        WITH a AS (
            SELECT {raw.line} AS line, {cells_of_rows}, ({is_head}) OR NOT ({is_line}) AS is_head FROM {raw.relation} r
        ),
        h AS (SELECT line, {", ".join(names)} FROM a WHERE is_head {refusals})
        SELECT a.line, {cells} FROM a ASOF LEFT JOIN h ON a.line >= h.line ORDER BY a.line"""
    )
    notes.add("filled_down", n=int(count))
    return replace(raw, relation=f"{staging.name}.filled", line="r.line")


def _columns(mapping: ColumnMapping, *, of_lines: bool) -> list[RawColumn]:
    return [choice.column for choice in mapping.choices if (choice.field.table in _LINE_TABLES) == of_lines]
