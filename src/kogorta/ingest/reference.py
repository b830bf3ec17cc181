"""The page about what files may look like, made from the schema so that it cannot fall behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from kogorta.ingest.mapping.fields import CONTACTS, Field, form_fields, short_name
from kogorta.ingest.mapping.resolve import always_needed
from kogorta.schema import TABLES, ColumnType, Table

_HEAD = """# File forms

*This page is made from the code: `python -m kogorta.ingest.reference`.*

What a file may bring for each table: its fields, how their cells are written, and the headers that are understood by
themselves. Capitals, blanks, underscores and units in brackets do not matter. Any other header is mapped by
`--map field=header`; what is mapped to nothing is kept as a property. How to do it: [Import files](../howto/import-files.md).

## How cells are written

| type | written as |
|---|---|
"""

_WRITTEN: dict[ColumnType, str] = {
    ColumnType.ID: "any text; blanks at its ends are cut off",
    ColumnType.TEXT: "any text",
    ColumnType.ENUM: "one of the words given, or a word mapped by `--status`",
    ColumnType.PATH: "levels from the top, with `/`, `>` or a backslash between them: `Food/Coffee`",
    ColumnType.ID_LIST: "ids with a vertical bar between them",
    ColumnType.MONEY: "`1234.50`, `1 234,50`, `1,234.50`, with the sign of the workspace's currency or without; no more "
    "decimals than the currency has",
    ColumnType.PRICE: "as money, with up to six decimals",
    ColumnType.QUANTITY: "a number with up to six decimals",
    ColumnType.INTEGER: "a whole number of up to twelve digits",
    ColumnType.NUMBER: "a number; neither NaN nor infinity",
    ColumnType.INSTANT: "`2025-12-31 23:59:59`, `31.12.2025 23:59`, `12/31/2025 11:59 PM`, `31 Dec 2025 23:59`, "
    "`December 31, 2025`, `31-Dec-25`, `31 декабря 2025 г.`, `31 дек. 2025`, `2025-12-31T20:59:59Z`, `…+03:00`, or Unix time in seconds, milliseconds or microseconds; without an offset it is the workspace's local time, "
    "without a time it is midnight",
    ColumnType.DATE: "`2025-12-31`, `31.12.2025`, `12/31/2025`, `31 Dec 2025`, `31 декабря 2025 г.`",
    ColumnType.BOOLEAN: "`true`, `yes`, `1`, `да`, and their opposites",
}


def file_forms_page() -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _HEAD + "\n".join(f"| {kind.value} | {text} |" for kind, text in _WRITTEN.items())
    for name, canonical in TABLES.items():
        yield from ("", f"## {name}", "", canonical.doc)
        yield from _keys(canonical)
        yield from ("", "| field | type | needed | meaning | headers understood |", "|---|---|---|---|---|")
        yield from (_row(name, field) for field in form_fields(name))


def _keys(canonical: Table) -> Iterator[str]:
    if canonical.row_key == "line_no":
        yield from (
            "",
            "Without `line_no` the lines of an order are one set: a later file replaces all of them.",
        )
    elif canonical.row_key and canonical.by_name[canonical.row_key].type is ColumnType.ID:
        yield from (
            "",
            f"Without `{canonical.row_key}` a row is known by its content and by which of its equals it is.",
        )


def _row(form: str, field: Field) -> str:
    column = field.column
    words = f" One of {', '.join(f'`{value}`' for value in column.values)}." if column.values else ""
    stands = "" if field.table == form or field.table == CONTACTS else f" (goes to {field.table})"
    # Files write money as people do; minor units are how it is stored.
    doc = column.doc.replace(", minor units", "")
    needed = "yes" if always_needed(form, field) else ""
    aliases = ", ".join(alias.replace("_", " ") for alias in dict.fromkeys(column.aliases))
    return (
        f"| `{short_name(form, field)}` | {column.type.value} | {needed} | {doc}{words}{stands} | {aliases} |"
    )


if __name__ == "__main__":
    sys.stdout.write(file_forms_page())
