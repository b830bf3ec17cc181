"""When rows happened that lie by customer: a narrow copy of them in the order of time.

Whose events lie in a span of the past could else be told only by reading the instants of all events. The copy is written by the commit
that writes the rows, run by run, and holds nothing that they do not tell; compaction makes one run of it.
"""

from __future__ import annotations

from kogorta.warehouse.sql import quote

SLICE_SECONDS = 60
"""How long a slice of time is by whose number rows are found."""

MOMENTS: dict[str, str] = {"events": "event_moments"}
"""Of each table of rows that has such a copy: the copy."""

STORED: dict[str, str] = {
    "slice": "int64",
    "at": "timestamp(6)",
    "ingest_seq": "int64",
    "name": "string",
    "customer_key": "int64",
}
"""The number of the slice of time that the instant lies in, counted from 1970, and what is asked of the rows themselves."""

ORDER = '"at", customer_key'
"""In which order they lie."""

_SLICE = f'epoch_us("at") // {SLICE_SECONDS * 1_000_000} AS slice'


def rows_sql(table: str, condition: str = "true") -> str:
    """Return SQL of the rows of the copy, from those of the table that pass a condition; what is nobody's is left out."""
    own = ", ".join(quote(name) for name in STORED if name != "slice")
    return (
        f"SELECT {_SLICE}, {own} FROM {quote(table)}"
        f" WHERE customer_key IS NOT NULL AND ({condition}) ORDER BY {ORDER}"
    )
