# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Columns that no canonical table has: kept as registered properties with a type of their own."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kogorta.ingest.mapping.fields import Field
from kogorta.ingest.mapping.resolve import ColumnMapping
from kogorta.ingest.notes import Notes
from kogorta.ingest.planning import AT_ONCE, Planner
from kogorta.ingest.raw import Native, RawColumn, RawTable
from kogorta.ingest.settings import ImportOptions, IngestSettings
from kogorta.ingest.values import numbers
from kogorta.ingest.values.dates import PATTERNS, WORDED, Family
from kogorta.schema import Column, ColumnType
from kogorta.warehouse.batch import PropertySpec
from kogorta.warehouse.staging import Staging

_LATIN = dict(zip("абвгдезийклмнопрстуфхыэё", "abvgdeziyklmnoprstufhyee", strict=True)) | {
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
_SLUG = 40
_SHOWN = 20
_BOOLEANS = "'true', 'false', 'yes', 'no', 'да', 'нет'"
_WHOLE = f"-?(0|[1-9][0-9]{{0,{numbers.WHOLE_DIGITS - 1}}})"
_DATES = (Family.ISO, Family.DOTTED, Family.ZONED, Family.YMD, *WORDED)


@dataclass(frozen=True)
class Properties:
    """The properties that one file brings.

    Attributes:
        fields: The columns with the fields that they become.
        specs: Those that are registered for the first time.
    """

    fields: tuple[tuple[Field, RawColumn], ...] = ()
    specs: tuple[PropertySpec, ...] = ()

    def by_table(self) -> dict[str, list[str]]:
        """Return the property columns of each table."""
        columns: dict[str, list[str]] = {}
        for item, _ in self.fields:
            columns.setdefault(item.table, []).append(item.column.name)
        return columns


def slug(name: str) -> str:
    """Return the stored name of a property: small Latin letters, digits and underscores.

    Examples:
        >>> slug("Способ оплаты"), slug("utm.term"), slug("x'; DROP TABLE orders; --")
        ('p_sposob_oplaty', 'p_utm_term', 'p_x_drop_table_orders')
    """
    latin = "".join(_LATIN.get(letter, letter) for letter in name.casefold())
    bare = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")
    if not bare or len(bare) > _SLUG:
        # Names in other scripts, and very long ones, are told apart by a digest.
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
        bare = f"{bare[:_SLUG].strip('_')}_{digest}".strip("_")
    return f"p_{bare}"


def free_column(wanted: str, taken: set[str]) -> str:
    """Return a column name that nothing else has, and take it."""
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    taken.add(name)
    return name


def report_new(specs: Sequence[PropertySpec], notes: Notes) -> None:
    """Tell which properties are registered for the first time."""
    names = list(dict.fromkeys(spec.name for spec in specs))
    shown = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    notes.count("properties_new", len(names), names=shown)


class PropertyFinder:
    """Registers what a file brings beyond its table."""

    def __init__(
        self,
        staging: Staging,
        raw: RawTable,
        settings: IngestSettings,
        options: ImportOptions,
        registered: Sequence[PropertySpec],
    ) -> None:
        self._staging = staging
        self._raw = raw
        self._planner = Planner(staging, raw, settings, options)
        self._settings = settings
        self._known = {(spec.table, spec.scope, spec.name): spec for spec in registered}
        self._taken = {spec.column for spec in registered}

    def find(self, mapping: ColumnMapping) -> Properties:
        """Return the properties of every column that is not mapped and not empty."""
        counts = self._counts(mapping.rest)
        filled = [column for column in mapping.rest if counts[column.header][0]]
        tables = self._tables(mapping, filled)
        fields, specs = [], []
        for column in filled:
            table = tables[column.header]
            spec = self._known.get((table, "", column.header))
            if spec is None:
                type_ = self._type(column, counts[column.header])
                spec = PropertySpec(
                    table, "", column.header, type_, free_column(slug(column.header), self._taken)
                )
                specs.append(spec)
            fields.append((Field(table, Column(spec.column, spec.type, column.header)), column))
        return Properties(tuple(fields), tuple(specs))

    def _counts(self, columns: Sequence[RawColumn]) -> dict[str, tuple[int, ...]]:
        """Count, for each column, its filled cells and how many of them are of each type."""
        dates = "|".join(PATTERNS[family] for family in _DATES)
        counts: dict[str, tuple[int, ...]] = {}
        for start in range(0, len(columns), AT_ONCE):
            some = columns[start : start + AT_ONCE]
            tests = []
            for column in some:
                x = column.sql
                tests += [
                    f"count({x})",
                    f"count(*) FILTER (lower({x}) IN ({_BOOLEANS}))",
                    f"count(*) FILTER (regexp_full_match({x}, '{_WHOLE}'))",
                    f"count(*) FILTER (regexp_full_match({x}, '{dates}'))",
                ]
            (row,) = self._staging.fetch(f"SELECT {', '.join(tests)} FROM {self._raw.relation} r")
            counts |= {column.header: tuple(row[4 * n : 4 * n + 4]) for n, column in enumerate(some)}
        return counts

    def _type(self, column: RawColumn, counts: Sequence[int]) -> ColumnType:
        if column.is_code:
            return ColumnType.TEXT
        filled, booleans, whole, dates = counts
        if booleans == filled or column.native is Native.BOOLEAN:
            return ColumnType.BOOLEAN
        if whole == filled:
            return ColumnType.INTEGER
        if dates == filled:
            return ColumnType.INSTANT
        return ColumnType.NUMBER if self._is_number(column, filled) else ColumnType.TEXT

    def _is_number(self, column: RawColumn, filled: int) -> bool:
        """Whether every cell is a number in one style; numbers with leading zeros are codes."""
        examples = self._planner.examples(column, thorough=True)
        evidence = numbers.weigh(examples, self._settings.currency)
        native = column.native is Native.NUMBER
        if not native and (evidence.unsure or any(re.match(r"[+-]?0\d", text) for text, _ in examples)):
            return False
        style = numbers.style_of(evidence)
        value = numbers.double_sql(numbers.canonical_sql(column.sql, style, self._settings.currency))
        ((count,),) = self._staging.fetch(f"SELECT count({value}) FROM {self._raw.relation} r")
        return bool(count == filled) and (
            native or any(char.isdigit() for text, _ in examples[:1] for char in text)
        )

    def _tables(self, mapping: ColumnMapping, columns: Sequence[RawColumn]) -> dict[str, str]:
        """A property belongs to the order if all lines of an order agree on it, else to the line."""
        form = mapping.form
        key = mapping.column("orders.order_id")
        has_lines = any(choice.field.table == "order_lines" for choice in mapping.choices)
        if form != "orders" or not has_lines or key is None or not columns:
            return {column.header: form for column in columns}
        tests = ", ".join(f"bool_or(low{n} <> high{n})" for n in range(len(columns)))
        bounds = ", ".join(
            f"min({column.sql}) AS low{n}, max({column.sql}) AS high{n}" for n, column in enumerate(columns)
        )
        (row,) = self._staging.fetch(
            f"SELECT {tests} FROM (SELECT {bounds} FROM {self._raw.relation} r WHERE {key.sql} IS NOT NULL"
            f" GROUP BY {key.sql})"
        )
        return {
            column.header: "order_lines" if varies else "orders"
            for column, varies in zip(columns, row, strict=True)
        }
