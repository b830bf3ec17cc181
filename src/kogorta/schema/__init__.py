"""The canonical tables: what a base is made of, with types and units.

Everything else is derived from here: the stored tables, the reading of files, the guesses about
columns, the reference page.
"""

from __future__ import annotations

from kogorta.errors import NotFoundError
from kogorta.schema.activity import ACTIVITY_TABLES
from kogorta.schema.marketing import MARKETING_TABLES
from kogorta.schema.people import PEOPLE_TABLES
from kogorta.schema.sales import SALES_TABLES
from kogorta.schema.types import MICRO, SYSTEM_COLUMNS, ChangeRule, Column, ColumnType, Table

__all__ = ["MICRO", "SYSTEM_COLUMNS", "TABLES", "ChangeRule", "Column", "ColumnType", "Table", "table"]

TABLES: dict[str, Table] = {
    item.name: item for item in (*PEOPLE_TABLES, *SALES_TABLES, *ACTIVITY_TABLES, *MARKETING_TABLES)
}
"""Every canonical table that has a file form, by name."""


def table(name: str) -> Table:
    """Return the canonical table called `name`.

    Raises:
        NotFoundError: If there is none; the hint lists all names.
    """
    try:
        return TABLES[name]
    except KeyError:
        raise NotFoundError(
            "there is no such table",
            got=name,
            expected=", ".join(sorted(TABLES)),
            hint="choose one with --table",
        ) from None
