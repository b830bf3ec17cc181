"""In which order the rows of a fact table lie in the store, and what is known of it.

Rows of one customer are asked for together, so they lie together: a compacted part in the order of customers, and
behind it the hot tail, in the order of commits. The engine keeps the least and the greatest value of each group of
rows; whoever asks for few customers reads the few groups that hold them.
"""

from __future__ import annotations

from kogorta.schema import Table
from kogorta.warehouse.sql import quote

LAYOUT = "layout"
"""The book of the sorted runs: one row for each stretch of a table that lies in order."""

OWNER = "owner_key"
"""Beside tables whose rows do not tell for ever whose they are: the customer near whom a row lies. All versions of a
key have the same one, so that they lie together even if a later version gives the row to another customer. It says
where to look and nothing else."""

UNKNOWN = 0
"""An owner that has to be looked up: these rows are read whoever is asked for."""

NOBODY = -1
"""The owner of rows that began without a customer."""

BEHIND = {
    "order_lines": ("orders", "order_id"),
    "discounts": ("orders", "order_id"),
    "message_events": ("messages", "message_id"),
}
"""Tables without a customer: the table and the key by which their rows are somebody's."""

ROW_GROUP = 32_768
"""Rows of which the engine keeps the least and the greatest value of each column: a fourth of what it takes by itself, so
that whoever asks for few customers reads little beside them."""

RUN_ROWS = 30 * ROW_GROUP
"""What a commit brings at once in order is a run of its own from this number of rows on; less is tail."""


def has_owner(table: Table) -> bool:
    """Whether the rows of a table have the column `OWNER` beside them."""
    if table.name in BEHIND:
        return True
    return table.has_customer and not table.immutable and "customer_key" not in table.stored_key


def place(table: Table) -> str | None:
    """Return the column by which a table is laid out; None if it is about no customer."""
    if has_owner(table):
        return OWNER
    return "customer_key" if table.has_customer else None


def order_of(table: Table) -> str:
    """Return the columns by which rows that belong together are sorted, as SQL; only of a table with a `place`."""
    at = [quote(table.at)] if table.at else []
    return ", ".join([f"{quote(str(place(table)))} NULLS FIRST", *at])


def first_owner(table: Table) -> str:
    """Return SQL of the owner that a new row gets: of those that lie behind another's, it is looked up later."""
    return str(UNKNOWN) if table.name in BEHIND else f"coalesce(customer_key, {NOBODY})"
