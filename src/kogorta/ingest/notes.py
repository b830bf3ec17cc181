"""What an import found that is no error but that somebody should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kogorta.message import Money, Param


@dataclass(frozen=True)
class Note:
    """One finding.

    Attributes:
        code: Stable; `messages.note_message` turns it into a sentence.
        params: Its numbers and names. Money is a `Money` in the reporting currency.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)


class Notes:
    """Collects findings in the order in which they were made."""

    def __init__(self, currency: str, minor_digits: int) -> None:
        self.found: list[Note] = []
        self._currency = currency
        self._digits = minor_digits

    def add(self, code: str, **params: Param) -> None:
        """Write a finding down."""
        self.found.append(Note(code, params))

    def count(self, code: str, n: int | None, **params: Param) -> None:
        """Write a finding down if there is any."""
        if n:
            self.add(code, n=n, **params)

    def money(self, minor: int | None) -> Money:
        """Return an exact amount with its currency.

        Examples:
            >>> Notes("RUB", 2).money(-1106206)
            '-11062.06 RUB'
        """
        amount = int(minor or 0)
        whole, part = divmod(abs(amount), 10**self._digits)
        sign = "-" if amount < 0 else ""
        tail = f".{part:0{self._digits}d}" if self._digits else ""
        return Money(f"{sign}{whole}{tail} {self._currency}", amount, self._currency)
