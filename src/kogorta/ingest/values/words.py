"""Words of a fixed set, yes and no, paths, lists, contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kogorta.schema import Column
from kogorta.warehouse.sql import literal

TRUE_WORDS = ("true", "t", "yes", "y", "1", "да", "д", "истина", "+")
FALSE_WORDS = ("false", "f", "no", "n", "0", "нет", "н", "ложь", "-")
NO_CUSTOMER = [
    "null",
    "NULL",
    "Null",
    "nan",
    "NaN",
    "NAN",
    "none",
    "None",
    "NONE",
    "n/a",
    "N/A",
    "#N/A",
    "NA",
    "<NA>",
    "NaT",
    "undefined",
    "(null)",
]
"""What programs write into the customer's cell when there is none."""


def fold(word: str) -> str:
    """Return a word as it is compared: small letters, single blanks, ё as е.

    Examples:
        >>> fold("  Отменён ")
        'отменен'
    """
    return " ".join(word.casefold().replace("ё", "е").split())


def known_words(column: Column, statuses: Mapping[str, str]) -> dict[str, str]:
    """Return every known word of an enum column with what it means; the shop's own words win."""
    words = {fold(word): allowed for word, allowed in column.words}
    words |= {fold(value): value for value in column.values}
    return words | {fold(word): meaning for word, meaning in statuses.items() if meaning in column.values}


def enum_sql(x: str, meanings: Mapping[str, str]) -> str:
    """Return SQL of the meaning of a cell; `meanings` are the cells that occur, as written."""
    if not meanings:
        return "CAST(NULL AS VARCHAR)"
    whens = " ".join(f"WHEN {literal(cell)} THEN {literal(meaning)}" for cell, meaning in meanings.items())
    return f"CASE {x} {whens} END"


def boolean_sql(x: str) -> str:
    """Return SQL of yes or no."""
    return f"CASE WHEN lower({x}) IN ({_list(TRUE_WORDS)}) THEN true WHEN lower({x}) IN ({_list(FALSE_WORDS)}) THEN false END"


def path_sql(x: str) -> str:
    """Return SQL of a category path with `/` between its levels."""
    return f"nullif(trim(regexp_replace({x}, '\\s*[/>\\\\→]+\\s*', '/', 'g'), '/ '), '')"


def list_sql(x: str) -> str:
    """Return SQL of a list of ids with `|` between them."""
    return f"nullif(trim(regexp_replace({x}, '\\s*\\|\\s*', '|', 'g'), '| '), '')"


def customer_sql(x: str) -> str:
    """Return SQL of the customer's id; what programs write for none is none."""
    return f"CASE WHEN {no_customer_sql(x)} THEN NULL ELSE {x} END"


def no_customer_sql(x: str) -> str:
    """Return SQL: whether a cell says that there is no customer."""
    return f"{x} IN ({_list(NO_CUSTOMER)})"


def _list(words: Sequence[str]) -> str:
    return ", ".join(literal(word) for word in words)
