"""Lists of people out of a reading: filtered, sorted, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kogorta.errors import InputError
from kogorta.readings.movements import Move, moved

TRAITS = (
    "orders_count",
    "first_order_at",
    "last_order_at",
    "revenue_total",
    "average_order",
    "recency_days",
    "frequency_count",
    "monetary_amount",
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "rfm_code",
    "main_category",
    "rhythm_days",
    "lifecycle_stage",
)
"""The traits that lists of people show."""

COLUMNS = ("customer_id", "name", "email", "phone", "city", *TRAITS)
"""What a list may show and be sorted by."""

MOST = 1_000
"""Rows of one page at most."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a list.

    Attributes:
        customer_key: Whom it is about.
        values: By column of `COLUMNS`; instants are UTC without a zone, money is minor units.
        entered_at: Since when he has been in the segment that was asked for; None where none was.
    """

    customer_key: int
    values: dict[str, Any]
    entered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """Which people, in what order.

    Attributes:
        segments: Full ids; only who is in all of them.
        search: A part of a name, an id or an e-mail address, or the digits of a telephone number.
        cell: Scores of recency, and of frequency and money together: a cell of the RFM grid.
        move: Only who went from one segment of a scheme to another between two refreshes.
        sort: One of `COLUMNS`, or `entered_at` where a segment is asked for; by default who was there last.
        is_descending: From the greatest down; whoever has no value stands last either way.
        offset: How many to leave out.
        limit: How many at most.
    """

    segments: tuple[str, ...] = ()
    search: str = ""
    cell: tuple[int, int] | None = None
    move: Move | None = None
    sort: str = "last_order_at"
    is_descending: bool = True
    offset: int = 0
    limit: int = 50

    def __post_init__(self) -> None:
        allowed = (*COLUMNS, "entered_at") if self.segments else COLUMNS
        if self.sort not in allowed:
            raise InputError("lists cannot be sorted by this", got=self.sort, expected=", ".join(allowed))
        if not 1 <= self.limit <= MOST:
            raise InputError("this is no length of a page", got=str(self.limit), expected=f"1–{MOST}")
        if self.offset < 0:
            raise InputError("this is no place in a list", got=str(self.offset), expected="0, 1, 2, …")


def condition(query: PeopleQuery) -> tuple[str, list[object]]:
    """Return the condition of a query over `people p` as SQL, and what is bound to it."""
    parts: list[str] = []
    values: list[object] = []
    for segment in query.segments:
        parts.append(
            "p.customer_key IN (SELECT customer_key FROM memberships m JOIN listed USING (scheme, segment) WHERE id = ?)"
        )
        values.append(segment)
    if query.search.strip():
        found, bound = _search(query.search.strip())
        parts.append(found)
        values += bound
    if query.cell:
        parts.append("p.rfm_r = ? AND (p.rfm_f + p.rfm_m + 1) // 2 = ?")
        values += query.cell
        parts.append(
            "p.customer_key NOT IN (SELECT customer_key FROM memberships"
            " WHERE scheme = 'rfm_simple' AND segment = 'newcomers')"
        )
    if query.move:
        found, bound = moved(query.move)
        parts.append(found)
        values += bound
    return " AND ".join(parts) or "true", values


def order(query: PeopleQuery) -> str:
    """Return the order of a query as SQL; ties stand by their key, so that pages do not overlap."""
    column = "e.entered_at" if query.sort == "entered_at" else f"p.{query.sort}"
    return f"{column} {'DESC' if query.is_descending else 'ASC'} NULLS LAST, p.customer_key"


def _search(text: str) -> tuple[str, list[object]]:
    like = f"%{_plain(text.lower())}%"
    parts = [f"lower(p.{column}) LIKE ? ESCAPE '\\'" for column in ("customer_id", "name", "email")]
    values: list[object] = [like] * len(parts)
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= _LEAST_DIGITS:
        # 8 916 … and +7 916 … are one number: what stands before the last ten digits is a way of dialling
        parts.append("p.phone LIKE ?")
        values.append(f"%{digits[-_OWN_DIGITS:]}%")
    return f"({' OR '.join(parts)})", values


_LEAST_DIGITS, _OWN_DIGITS = 4, 10


def _plain(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text


def person(row: dict[str, Any], shown: Sequence[str] = COLUMNS) -> Person:
    """Return a row of an answer as a person."""
    return Person(row["customer_key"], {name: row[name] for name in shown}, row.get("entered_at"))
