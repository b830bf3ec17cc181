"""Which keys of rows that never change are stored: a hash of each, instead of an index.

A unique index on the ids of a hundred million events takes gigabytes of memory and most of the speed of writing. Instead each
such table has another one beside it with 63 bits of each key, sorted run by run, so that a few hashes are found in a few groups of rows.
Equal keys have equal hashes, so what has none is new; where a hash is found, the keys themselves are compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from kogorta.schema import TABLES
from kogorta.warehouse.sql import quote

HASHES: dict[str, str] = {name: f"{name}_hashes" for name, table in TABLES.items() if table.immutable}
"""Of each table of rows that never change: the table of the hashes of its keys."""


def hash_sql(key: Sequence[str]) -> str:
    """Return SQL of the hash of a key: by MD5, which is the same in every version of the engine."""
    cells = ", ".join(f"coalesce(CAST({quote(name)} AS VARCHAR), '')" for name in key)
    return f"CAST(md5_number_lower(concat_ws(chr(31), {cells})) >> 1 AS BIGINT)"
