"""Lists of people out of a reading: filtered, sorted, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
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
        search: A part of an id, a name or an e-mail address, or the digits of a telephone number.
        is_blind: Search ids alone: whoever may not see names and contacts must not find them out letter by letter.
        cell: Scores of recency, and of frequency and money together: a cell of the RFM grid.
        rfm: Three scores, a star for any: `5**`.
        stage: Stage of the lifecycle.
        city: His city, in whatever case.
        orders: Least and greatest number of orders, both included; None leaves an end open.
        last_order: The last order was at the first instant or after it, and before the second; UTC without a zone; None
            leaves an end open.
        move: Only who went from one segment of a scheme to another between two refreshes.
        sort: One of `COLUMNS`, or `entered_at` where a segment is asked for; by default who was there last.
        is_descending: From the greatest down; whoever has no value stands last either way.
        offset: How many to leave out.
        limit: How many at most.
        after: Only who stands behind this customer_key in the order of keys: for programs that read on and on.
    """

    segments: tuple[str, ...] = ()
    search: str = ""
    is_blind: bool = False
    cell: tuple[int, int] | None = None
    rfm: str = ""
    stage: str = ""
    city: str = ""
    orders: tuple[int | None, int | None] = (None, None)
    last_order: tuple[datetime | None, datetime | None] = (None, None)
    move: Move | None = None
    sort: str = "last_order_at"
    is_descending: bool = True
    offset: int = 0
    limit: int = 50
    after: int | None = None

    def __post_init__(self) -> None:
        allowed = (*COLUMNS, "customer_key", *(["entered_at"] if self.segments else []))
        if self.sort not in allowed:
            raise InputError("lists cannot be sorted by this", got=self.sort, expected=", ".join(allowed))
        if not 1 <= self.limit <= MOST:
            raise InputError("this is no length of a page", got=str(self.limit), expected=f"1–{MOST}")
        if self.offset < 0:
            raise InputError("this is no place in a list", got=str(self.offset), expected="0, 1, 2, …")


@dataclass(frozen=True, slots=True)
class Place:
    """Where lists of people see that somebody is in a segment.

    Attributes:
        column: Of `people`; one for each scheme.
        number: What stands in it of who is in the segment.
    """

    column: str
    number: int


def condition(query: PeopleQuery, places: Mapping[str, Place]) -> tuple[str, list[object]]:
    """Return the condition of a query over `people p` as SQL, and what is bound to it.

    Args:
        query: Which people.
        places: Of the segments that it names and of newcomers, by full id.
    """
    parts: list[str] = []
    values: list[object] = []
    for text, bound in _tests(query, places):
        parts.append(text)
        values += bound
    if query.move:
        found, bound = moved(query.move)
        parts.append(found)
        values += bound
    return " AND ".join(parts) or "true", values


def _tests(query: PeopleQuery, places: Mapping[str, Place]) -> Iterator[tuple[str, list[object]]]:
    for segment in query.segments:
        yield f"p.{places[segment].column} = ?", [places[segment].number]
    if query.search.strip():
        yield _search(plain(query.search.strip()), is_blind=query.is_blind)
    if query.after is not None:
        yield "p.customer_key > ?", [query.after]
    if query.cell:
        yield "p.rfm_r = ? AND (p.rfm_f + p.rfm_m + 1) // 2 = ?", [*query.cell]
        newcomers = places.get(NEWCOMERS)
        if newcomers:
            yield f"p.{newcomers.column} IS DISTINCT FROM ?", [newcomers.number]
    for column, score in zip(("rfm_r", "rfm_f", "rfm_m"), query.rfm, strict=False):
        if score != "*":
            yield f"p.{column} = ?", [int(score)]
    if query.stage:
        yield "p.lifecycle_stage = ?", [query.stage]
    if query.city.strip():
        yield "lower(p.city) = lower(?)", [query.city.strip()]
    yield from _between("orders_count", query.orders, "<=")
    yield from _between("last_order_at", query.last_order, "<")


def _between(column: str, ends: tuple[object, object], until: str) -> Iterator[tuple[str, list[object]]]:
    low, high = ends
    if low is not None:
        yield f"p.{column} >= ?", [low]
    if high is not None:
        yield f"p.{column} {until} ?", [high]


NEWCOMERS = "rfm_simple.newcomers"
"""The segment that stands outside the grid of RFM."""


def order(query: PeopleQuery) -> str:
    """Return the order of a query as SQL; ties stand by their key, so that pages do not overlap."""
    column = "e.entered_at" if query.sort == "entered_at" else f"p.{query.sort}"
    return f"{column} {'DESC' if query.is_descending else 'ASC'} NULLS LAST, p.customer_key"


def plain(text: str) -> str:
    """Return a text as searches compare it: in small letters, ё as е."""
    return text.lower().replace("ё", "е")


def _search(text: str, *, is_blind: bool) -> tuple[str, list[object]]:
    if is_blind:
        return "contains(p.ids, ?)", [text]
    parts, values = ["contains(p.ids, ?)", "contains(p.names, ?)"], [text, text]
    digits = "".join(sign for sign in text if sign.isdigit())
    if len(digits) >= _LEAST_DIGITS:
        # 8 916 … and +7 916 … are one number: what stands before the last ten digits is a way of dialling
        parts.append("contains(p.numbers, ?)")
        values.append(digits[-_OWN_DIGITS:])
    return f"({' OR '.join(parts)})", [*values]


_LEAST_DIGITS, _OWN_DIGITS = 4, 10


def person(row: dict[str, Any], shown: Sequence[str] = COLUMNS) -> Person:
    """Return a row of an answer as a person."""
    return Person(row["customer_key"], {name: row[name] for name in shown}, row.get("entered_at"))
