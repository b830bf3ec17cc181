"""Whose rows are that are somebody's by another table, or that a later version may have given to another.

All versions of a row lie near the customer whom the first one names, and lines and answers lie where their order or message does. So nearly
all owners are told by the rows themselves; only rows that tell none, and rows that were given away, are looked for by their keys.
The rows that are asked about stand in a scratch table: an engine knows then how few they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.facts import Facts
from kogorta.warehouse.layout import BEHIND, OWNER, UNKNOWN

BY_ANOTHER = {**BEHIND, "returns": ("orders", "order_id")}
"""Tables whose rows are, beside their own customer's if they have one, those of a row of another table: that table and the key."""


def parents(facts: Facts, name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the tables by whose versions rows of a table are somebody's, and their keys: itself, or another."""
    table = TABLES[name]
    if table.has_customer and name in facts.shape.versioned and "customer_key" not in table.stored_key:
        yield name, table.stored_key
    parent, key = BY_ANOTHER.get(name, ("", ""))
    if facts.has(parent):
        yield parent, (key,)


def keys_of(facts: Facts, name: str) -> tuple[str, ...]:
    """Return the columns that `owners_of` reads of rows of a table; none if they are their own customer's alone."""
    keys = dict.fromkeys(column for _, key in parents(facts, name) for column in key)
    return (*keys, OWNER) if keys else ()


def owners_of(facts: Facts, name: str, rows: Any, *more: str) -> Iterator[Any]:
    """Yield tables of customer_key, and `more` columns of the rows: everyone to whom any version gives them.

    Args:
        facts: The stored tables.
        name: Of the table that the rows are of.
        rows: A scratch table with `keys_of`.
        more: Columns.
    """
    for parent, key in parents(facts, name):
        yield from owners_by(facts, name, (parent, key), rows, *more)


def owners_by(
    facts: Facts, name: str, by: tuple[str, tuple[str, ...]], rows: Any, *more: str
) -> Iterator[Any]:
    """Yield the same by the versions of one table alone: itself, or another with the key there."""
    parent, key = by
    types = {**TABLES[parent].stored_types, OWNER: "int64"}
    every = ibis.table(types, name=parent).select(*key, "customer_key", OWNER)
    if parent != name and name not in BEHIND:
        # it lies where its own customer does
        yield _joined(rows, every, key, more)
        return
    yield rows.filter(rows[OWNER] > UNKNOWN).select(*more, customer_key=rows[OWNER])
    yield _joined(rows.filter(rows[OWNER] == UNKNOWN), every, key, more)
    if parent in facts.shape.versioned:
        given = every.filter((every.customer_key != every[OWNER]) & (every[OWNER] != UNKNOWN))
        near = every.semi_join(given.select(OWNER).distinct(), OWNER)
        yield _joined(rows, near, key, more)


def _joined(rows: Any, every: Any, key: Sequence[str], more: Sequence[str]) -> Any:
    asked = rows.select(*key, *more).distinct()
    return asked.join(every.select(*key, "customer_key"), list(key)).select(*more, "customer_key")
