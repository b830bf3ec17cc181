"""A file as it was read: text cells in a scratch table, each row with its line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

BLANKS = " \t\r\n\u00a0\u202f\ufeff"
"""What is cut off the ends of a cell: it can be seen by nobody."""


class Native(StrEnum):
    """What a cell was at its source, before it became text."""

    TEXT = "text"
    NUMBER = "number"
    INSTANT = "instant"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True)
class RawColumn:
    """One column of a file.

    Attributes:
        header: As the file names it; a repeated header has its number behind it.
        name: Of the column in the scratch table.
        native: What its cells were.
        trim: Whether some cells begin or end with blanks.
        is_code: Its cells are codes: text, even where all of them are digits.
    """

    header: str
    name: str
    native: Native = Native.TEXT
    trim: bool = False
    is_code: bool = False

    @property
    def sql(self) -> str:
        """SQL of the cell's text; an empty cell is NULL."""
        return f"nullif(trim(r.{self.name}, '{BLANKS}'), '')" if self.trim else f"r.{self.name}"


@dataclass(frozen=True)
class RawTable:
    """All rows of a file.

    Attributes:
        relation: Qualified name; it is always called `r` in queries.
        columns: In the order of the file.
        rows: How many rows the relation has.
        line: SQL of the line where a row begins.
        refusals: Relation (line, reason, value, raw) of rows that are no rows of this file.
        refused: How many they are.
        details: How it was read: encoding, delimiter, sheet, …
        odd_blanks: Cells may have other blanks at their ends than spaces.
        currency: Header of the column that says in which currency the money of a row is, where the table has no field for
            that; None if nothing says it.
    """

    relation: str
    columns: tuple[RawColumn, ...]
    rows: int
    line: str = "r.line"
    refusals: str | None = None
    refused: int = 0
    details: dict[str, str] = field(default_factory=dict)
    odd_blanks: bool = True
    currency: str | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """The headers in the order of the file."""
        return tuple(column.header for column in self.columns)

    @property
    def rows_read(self) -> int:
        """Every row of the file, good or not."""
        return self.rows + self.refused

    def by_header(self, header: str) -> RawColumn:
        """Return the column under a header."""
        return next(column for column in self.columns if column.header == header)


def unique_headers(cells: Sequence[str]) -> list[str]:
    """Name every column: blank headers get a number, repeated ones a number behind them."""
    names: list[str] = []
    seen: set[str] = set()
    for position, cell in enumerate(cells, 1):
        base = cell.strip(BLANKS) or f"column {position}"
        name, number = base, 1
        while name.casefold() in seen:
            number += 1
            name = f"{base} ({number})"
        seen.add(name.casefold())
        names.append(name)
    return names


def columns_of(headers: Sequence[str], natives: Sequence[Native] | None = None) -> tuple[RawColumn, ...]:
    """Return the columns `c0`, `c1`, … for these headers."""
    kinds = natives or [Native.TEXT] * len(headers)
    return tuple(
        RawColumn(header, f"c{number}", kind)
        for number, (header, kind) in enumerate(zip(unique_headers(headers), kinds, strict=True))
    )
