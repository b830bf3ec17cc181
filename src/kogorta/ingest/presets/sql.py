# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Values of a preset as SQL over the text cells of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kogorta.ingest.exports import Cell, Changed, Constant, ImportInstant, Joined, Times, Value
from kogorta.ingest.presets.paths import BETWEEN
from kogorta.ingest.raw import RawColumn
from kogorta.warehouse.sql import literal

_SMALL = "replace(lower(trim({x})), 'ё', 'е')"


def value_sql(value: Value, columns: Mapping[str, RawColumn], scratch: str, instant: str) -> str | None:
    """Return SQL of a value as text, NULL where it is empty.

    Args:
        value: What is wanted.
        columns: Those of the file, by header.
        scratch: The database that holds the trees.
        instant: When the import began.

    Returns:
        The expression; None if the file has no column that it could be made of.
    """
    if isinstance(value, Cell):
        return columns[value.name].sql if value.name in columns else None
    if isinstance(value, Constant):
        return literal(value.text)
    if isinstance(value, ImportInstant):
        return literal(instant)
    if isinstance(value, Changed):
        x = value_sql(value.of, columns, scratch, instant)
        return _changed(value, x, scratch) if x else None
    parts = [sql for part in value.values if (sql := value_sql(part, columns, scratch, instant))]
    if isinstance(value, Times):
        return _times(parts) if len(parts) == len(value.values) else None
    if len(parts) < 2:
        return parts[0] if parts else None
    listed = ", ".join(parts)
    if isinstance(value, Joined):
        return f"nullif(concat_ws({literal(value.by)}, {listed}), '')"
    return f"coalesce({listed})"


def _times(parts: Sequence[str]) -> str:
    """Numbers are taken with three decimals each, as quantities and prices have, so that products are exact."""
    return _plain(" * ".join(f"TRY_CAST({part} AS DECIMAL(12, 3))" for part in parts))


def _plain(number: str) -> str:
    """Return SQL of a decimal number as text without zeros at its end."""
    return f"regexp_replace(CAST({number} AS VARCHAR), '\\.?0*$', '')"


def _changed(value: Changed, x: str, scratch: str) -> str:
    if value.take:
        x = f"nullif(regexp_extract({x}, {literal(value.take)}, 1), '')"
    if value.without:
        x = f"CASE WHEN {x} NOT IN ({', '.join(map(literal, value.without))}) THEN {x} END"
    if value.total:
        x = _total(x)
    if value.hundredths:
        x = _number(x, "{n} * 0.01")
    if value.decimals is not None:
        x = _number(x, f"round({{n}}, {value.decimals})")
    if value.lower:
        x = f"lower({x})"
    if value.then:
        x = f"{x} || {literal(value.then)}"
    if value.words:
        x = _words(value, x)
    if value.filled:
        x = f"CASE WHEN ({x}) IS NOT NULL THEN {literal(value.filled)} END"
    return f"(SELECT n.path FROM {scratch}.tree_{value.tree} n WHERE n.id = {x})" if value.tree else x


def _number(x: str, made: str) -> str:
    """Make a number of a number; what is none stays as it is, so that it is refused and seen."""
    number = f"TRY_CAST({x} AS DECIMAL(30, 6))"
    return f"CASE WHEN {number} IS NULL THEN {x} ELSE {_plain(made.format(n=number))} END"


def _total(x: str) -> str:
    numbers = (
        f"list_transform(string_split({x}, {literal(BETWEEN)}), lambda n: TRY_CAST(n AS DECIMAL(30, 6)))"
    )
    return f"CASE WHEN {x} IS NOT NULL THEN {_plain(f'CAST(list_sum({numbers}) AS DECIMAL(30, 6))')} END"


def _words(value: Changed, x: str) -> str:
    small = _SMALL.format(x=x)
    whens = " ".join(
        f"WHEN {_SMALL.format(x=literal(word))} THEN {literal(meaning)}"
        for word, meaning in value.words.items()
    )
    return f"CASE {small} {whens} ELSE {'NULL' if value.only else x} END"
