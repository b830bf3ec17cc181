"""How far a source has been read: the highest value of its column of changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from kogorta.errors import SourceError

OVERLAP = timedelta(hours=2)
"""So far back instants are asked for again: what was written before the last import may have been committed after it, and
local clocks are put back by an hour once a year. Rows that are known already change nothing."""

_KINDS: tuple[tuple[str, type, Callable[[Any], str], Callable[[str], Any]], ...] = (
    ("int", int, str, int),
    ("float", float, repr, float),
    ("decimal", Decimal, str, Decimal),
    ("instant", datetime, datetime.isoformat, datetime.fromisoformat),
    ("date", date, date.isoformat, date.fromisoformat),
    ("text", str, str, str),
)


@dataclass(frozen=True)
class Mark:
    """A value that can be kept as text.

    Attributes:
        kind: What it is at its source.
        text: The value.
    """

    kind: str
    text: str

    @classmethod
    def of(cls, value: object, column: str) -> Mark:
        """Make it of a value as the driver gives it.

        Raises:
            SourceError: Values of this kind do not grow.
        """
        for kind, type_, write, _ in _KINDS:
            if isinstance(value, type_) and not isinstance(value, bool):
                return cls(kind, write(value))
        raise SourceError(
            "the values of this column do not tell what has changed",
            got=f"{column}: {type(value).__name__}",
            expected="instants, dates, numbers or texts that grow with every change",
            hint="name another column, or read everything each time",
        )

    @classmethod
    def read(cls, written: str) -> Mark:
        """Return what `written` was made of."""
        kind, _, text = written.partition(" ")
        return cls(kind, text)

    @property
    def written(self) -> str:
        """The whole mark as one text, to be kept."""
        return f"{self.kind} {self.text}"

    @property
    def value(self) -> Any:
        """The value as the driver takes it."""
        return next(read for kind, _, _, read in _KINDS if kind == self.kind)(self.text)

    @property
    def since(self) -> Any:
        """From which value on rows are asked for."""
        value = self.value
        return value - OVERLAP if isinstance(value, datetime) else value

    def raised(self, values: list[Any], column: str) -> Mark:
        """Return the mark after some more values.

        Raises:
            SourceError: They are of several kinds.
        """
        return highest([self.value, *values], column)


def highest(values: list[Any], column: str) -> Mark:
    """Return the mark of the highest of some values, of which there is at least one.

    Texts among values of another kind are no values of the column, such as `0000-00-00` among instants.

    Raises:
        SourceError: They are of several kinds, or of one that does not grow.
    """
    told = [value for value in values if not isinstance(value, str)] or values
    try:
        return Mark.of(max(told), column)
    except TypeError as error:
        raise SourceError(
            "the column of changes holds values of several kinds",
            got=f"{column}: {', '.join(sorted({type(value).__name__ for value in values}))}",
            expected="instants, dates, numbers or texts that grow with every change",
            hint="name another column, or read everything each time",
        ) from error
