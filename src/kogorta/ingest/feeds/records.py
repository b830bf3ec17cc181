"""Rows of a feed: fields of `products` under their own names, everything else under the name that it has there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

CURRENCY = "currency"
"""Under this name stands in which currency the money of a row is."""
PARAMS = "param"
"""Under this name stand the parameters of a good, each by its own name."""
CODES = ("group_id", "barcode", "vendor_code", "xmlId")
"""Cells that stay text, whatever they look like."""
AMOUNTS = ("price", "unit_cost", "stock", "old_price", "sale_price")
"""Cells that are numbers, if all is well."""
Cells: TypeAlias = dict[str, str | dict[str, str]]

_AMOUNT = re.compile(r"(?P<number>[-+]?[\d\s.,'\u00a0\u202f]*\d)\s*(?P<code>[A-Za-z]{3})")


@dataclass(frozen=True)
class Record:
    """One offer.

    Attributes:
        line: Where it begins in the file.
        cells: What it says; parameters of a good are one level deeper.
    """

    line: int
    cells: Cells


def filled(cells: Cells) -> Cells:
    """Return what is not empty."""
    return {name: cell for name, cell in cells.items() if cell}


def joined(texts: Iterable[str]) -> str:
    """Return what is said several times as one cell."""
    return "|".join(dict.fromkeys(text for text in texts if text))


def amount_of(text: str) -> tuple[str, str]:
    """Return an amount and its currency, as feeds of Google write them together.

    Examples:
        >>> amount_of("1 299.00 RUB"), amount_of("15")
        (('1 299.00', 'RUB'), ('15', ''))
    """
    found = _AMOUNT.fullmatch(text.strip())
    return (found["number"].strip(), found["code"].upper()) if found else (text.strip(), "")


def longest_days(text: str) -> str:
    """Return the longer end of a time of delivery in days, empty where none is told.

    Examples:
        >>> longest_days("1-3"), longest_days("2"), longest_days("")
        ('3', '2', '')
    """
    found = re.fullmatch(r"\s*(?:\d+\s*[-–]\s*)?(\d+)\s*", text)
    return found[1] if found else ""
