"""Rows that are no rows of their file: too few cells, an open quote, bytes that are no text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from kogorta.warehouse.staging import Staging

SCHEMA = pa.schema(
    [("line", pa.int64()), ("reason", pa.string()), ("value", pa.string()), ("raw", pa.string())]
)


@dataclass(frozen=True)
class Refusal:
    """One refused row.

    Attributes:
        line: The physical line where it begins.
        reason: A stable code.
        value: What shows the fault.
        raw: The row as it came.
    """

    line: int
    reason: str
    value: str
    raw: str


def refusals_table(staging: Staging, refused: Sequence[Refusal]) -> str | None:
    """Write refused rows down; return the relation, None if there are none."""
    if not refused:
        return None
    columns = {
        "line": [row.line for row in refused],
        "reason": [row.reason for row in refused],
        "value": [_clean(row.value) for row in refused],
        "raw": [_clean(row.raw) for row in refused],
    }
    staging.create_from_arrow("refusals", pa.table(columns, schema=SCHEMA))
    return f"{staging.name}.refusals"


def _clean(text: str) -> str:
    """Make a text storable: bytes that were no text are shown as such."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")
