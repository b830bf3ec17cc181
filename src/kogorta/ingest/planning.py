# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""How each mapped column of one file is read: the style of its cells and the SQL of its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kogorta.errors import MappingError
from kogorta.i18n import lazy
from kogorta.ingest.mapping.fields import CONTACTS, Field
from kogorta.ingest.raw import Native, RawColumn, RawTable
from kogorta.ingest.settings import ImportOptions, IngestSettings
from kogorta.ingest.values import dates, numbers, words
from kogorta.schema import ColumnType
from kogorta.schema.types import CUSTOMER_COLUMNS
from kogorta.warehouse.staging import Staging

ALL_ROWS = 200_000
"""Up to so many rows every cell is looked at before a style is chosen; in bigger files the first ones
are, and all of them again if any cell does not follow it."""
AT_ONCE = 40
"""Columns looked at in one query: the engine's planning grows faster than their number."""
BAD_VALUE = "'bad_value'"
_EXAMPLES = 2_000
_WORDS = 5_000
NUMERIC = (ColumnType.MONEY, ColumnType.PRICE, ColumnType.QUANTITY, ColumnType.INTEGER, ColumnType.NUMBER)
MOMENTS = (ColumnType.INSTANT, ColumnType.DATE)


@dataclass(frozen=True)
class Check:
    """A reason to refuse a row.

    Attributes:
        condition: SQL, true where the row must be refused.
        reason: SQL of the reason's code.
        is_private: Nothing of such a row may be kept, not even in quarantine.
    """

    condition: str
    reason: str
    is_private: bool = False


@dataclass(frozen=True)
class FieldPlan:
    """How one column is read.

    Attributes:
        field: Where it goes.
        column: Where it comes from.
        x: SQL of the cell's text, NULL where it is empty.
        value: SQL of the value; of an instant, the moment before its zone is applied.
        why_bad: SQL of the reason why a filled cell has no value.
        number: Style of numbers.
        date: Style of dates.
        unknown: Unknown words with their counts.
        canonical: For numbers, SQL of the plain text.
    """

    field: Field
    column: RawColumn
    x: str
    value: str
    why_bad: str = BAD_VALUE
    number: numbers.NumberStyle | None = None
    date: dates.DateStyle | None = None
    unknown: tuple[tuple[str, int], ...] = ()
    canonical: str | None = None

    @property
    def unreadable(self) -> Check | None:
        """The check that a filled cell has a value; None where every cell is one."""
        if self.value == self.x:
            return None
        return Check(f"({self.x}) IS NOT NULL AND ({self.value}) IS NULL", self.why_bad)


@dataclass
class Planner:
    """Chooses the style of every column.

    Attributes:
        staging: Where the rows are.
        raw: The rows.
        settings: Of the workspace.
        options: Of this run.
        contacts: By header of a contact column: those of its stored spelling and of why there is none.
    """

    staging: Staging
    raw: RawTable
    settings: IngestSettings
    options: ImportOptions
    contacts: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def plan(self, fields: Sequence[tuple[Field, RawColumn]]) -> list[FieldPlan]:
        """Plan all columns."""
        return [self.plan_one(item, column) for item, column in fields]

    def plan_one(self, item: Field, column: RawColumn, *, thorough: bool = False) -> FieldPlan:
        """Plan one column.

        Raises:
            MappingError: Its cells could be read in two ways.
        """
        if item.type in NUMERIC:
            return self._number(item, column, thorough)
        if item.type in MOMENTS:
            return self._moment(item, column, thorough)
        if item.type is ColumnType.ENUM:
            return self._enum(item, column)
        x = column.sql
        if item.table == CONTACTS and column.header in self.contacts:
            value, reason = (f"r.{name}" for name in self.contacts[column.header])
            # Beside other facts a contact that is none is left out; by itself it is refused.
            return FieldPlan(item, column, x if item.column.required else value, value, reason)
        if item.type is ColumnType.BOOLEAN:
            return FieldPlan(item, column, x, words.boolean_sql(x), "'not_yes_or_no'")
        if item.type is ColumnType.PATH:
            return FieldPlan(item, column, x, words.path_sql(x))
        if item.type is ColumnType.ID_LIST:
            return FieldPlan(item, column, x, words.list_sql(x))
        if item.type is ColumnType.ID:
            x = self._whole_ids(column)
            if item.column.name in CUSTOMER_COLUMNS and self._any(x, words.no_customer_sql("x")):
                x = words.customer_sql(x)
        return FieldPlan(item, column, x, x)

    def examples(self, column: RawColumn, *, thorough: bool) -> list[tuple[str, int]]:
        """Return cells of every look that the column has, each with how many look so."""
        limit = "" if thorough or self.raw.rows <= ALL_ROWS else f"LIMIT {ALL_ROWS}"
        rows = self.staging.fetch(
            f"""SELECT min(x), max(x), count(*) FROM (
                SELECT {column.sql} AS x FROM {self.raw.relation} r {limit}) WHERE x IS NOT NULL
            GROUP BY translate(x, '123456789', '000000000') ORDER BY 3 DESC, 1 LIMIT {_EXAMPLES}"""
        )
        return [(text, count) for low, high, count in rows for text in dict.fromkeys((low, high))]

    def _number(self, item: Field, column: RawColumn, thorough: bool) -> FieldPlan:
        style = self._number_style(item, column, thorough)
        x = column.sql
        text = numbers.canonical_sql(x, style, self.settings.currency)
        reason = numbers.reason_sql(
            x, text, "not_whole" if item.type is ColumnType.INTEGER else "too_many_decimals"
        )
        value = (
            numbers.double_sql(text)
            if item.type is ColumnType.NUMBER
            else numbers.scaled_sql(text, self.digits(item))
        )
        return FieldPlan(item, column, x, value, reason, number=style, canonical=text)

    def digits(self, item: Field) -> int:
        """Return how many decimals a field keeps."""
        if item.type is ColumnType.MONEY:
            # Points are counted in hundredths, whatever the currency.
            return 2 if item.table == "points" else self.settings.minor_digits
        return numbers.MICRO_DIGITS if item.type in (ColumnType.PRICE, ColumnType.QUANTITY) else 0

    def _number_style(self, item: Field, column: RawColumn, thorough: bool) -> numbers.NumberStyle:
        if column.native is Native.NUMBER:
            noisy = self._any(column.sql, f"regexp_full_match(x, '{numbers.NOISE}')")
            return numbers.NumberStyle(noisy=noisy, tolerance=5e-7)
        evidence = numbers.weigh(self.examples(column, thorough=thorough), self.settings.currency)
        if self.options.decimal:
            return numbers.NumberStyle(self.options.decimal, True, evidence.noisy)
        default = "."
        if evidence.unsure:
            default = self._settle_decimal(item, column, evidence)
        return numbers.style_of(evidence, default=default)

    def _settle_decimal(self, item: Field, column: RawColumn, evidence: numbers.NumberEvidence) -> str:
        """Return the decimal sign of a column whose every cell could be read both ways."""
        sign = "," if evidence.unsure_comma else "."
        if item.type is ColumnType.INTEGER:
            return "." if sign == "," else ","
        others = self._decimals_of_others(column)
        if len(others) == 1:
            return next(iter(others))
        shown = next(text for text, _ in self.examples(column, thorough=False) if sign in text)
        raise MappingError(
            lazy("numbers of the column “{column}” can be read in two ways", column=column.header),
            got=shown,
            expected="at least one number of the file that tells thousands from decimals, such as 1234.5",
            hint="say which sign divides the decimals: --decimal , or --decimal .",
        )

    def _decimals_of_others(self, column: RawColumn) -> set[str]:
        """Return the decimal signs that other columns of the file show beyond doubt."""
        found: set[str] = set()
        for other in self.raw.columns:
            if other.header == column.header or other.native is Native.NUMBER:
                continue
            examples = self.examples(other, thorough=False)
            evidence = numbers.weigh(examples, self.settings.currency)
            votes = evidence.point + evidence.comma
            # Columns that are no numbers have no say.
            if votes and votes >= 0.2 * sum(count for _, count in examples) and not _is_moments(examples):
                found.add("." if evidence.point >= evidence.comma else ",")
        return found

    def _moment(self, item: Field, column: RawColumn, thorough: bool) -> FieldPlan:
        x = column.sql
        style = self._date_style(item, column, thorough)
        local, absolute = dates.local_sql(x, style), dates.absolute_sql(x, style)
        value = (
            local if not style.absolute else absolute if not style.local else f"coalesce({local}, {absolute})"
        )
        if item.type is ColumnType.DATE:
            value = f"CASE WHEN {local} = date_trunc('day', {local}) THEN CAST({local} AS DATE) END"
        return FieldPlan(item, column, x, value, dates.reason_sql(x), date=style)

    def _date_style(self, item: Field, column: RawColumn, thorough: bool) -> dates.DateStyle:
        families = dates.families_of(text for text, _ in self.examples(column, thorough=thorough))
        if not families:
            families = (dates.Family.ISO,)
        year = self.settings.imported_at.year % 100
        pivot = year if item.type is ColumnType.DATE else min(year + 1, 99)
        month_first = dates.Family.SLASHED in families and self._is_month_first(column)
        return dates.DateStyle(families, month_first, pivot)

    def _is_month_first(self, column: RawColumn) -> bool:
        if self.options.date_format:
            return self.options.date_format == "mdy"
        x = column.sql
        ((first, second, shown),) = self.staging.fetch(
            f"""SELECT count(*) FILTER ({dates.slash_part("x", 1)} > 12), count(*) FILTER ({dates.slash_part("x", 2)} > 12),
                min(x) FROM (SELECT {x} AS x FROM {self.raw.relation} r) WHERE {dates.is_slashed("x")}"""
        )
        if not first and not second:
            raise MappingError(
                lazy("dates of the column “{column}” can be read in two ways", column=column.header),
                got=str(shown),
                expected="at least one date of the column whose day is above 12",
                hint="say --date-format dmy (31/12/2025) or --date-format mdy (12/31/2025)",
            )
        return bool(second > first)

    def _enum(self, item: Field, column: RawColumn) -> FieldPlan:
        x = column.sql
        cells = self.staging.fetch(
            f"SELECT x, count(*) FROM (SELECT {x} AS x FROM {self.raw.relation} r) WHERE x IS NOT NULL"
            f" GROUP BY x ORDER BY 2 DESC, 1 LIMIT {_WORDS}"
        )
        known = words.known_words(item.column, {**self.settings.statuses, **self.options.statuses})
        meanings = {cell: known[words.fold(cell)] for cell, _ in cells if words.fold(cell) in known}
        unknown = tuple((cell, count) for cell, count in cells if cell not in meanings)
        return FieldPlan(item, column, x, words.enum_sql(x, meanings), "'unknown_word'", unknown=unknown)

    def _whole_ids(self, column: RawColumn) -> str:
        """Ids that a program has made fractions (`17850.0`) are whole numbers again, if all of them are."""
        x = column.sql
        return f"regexp_extract({x}, '^[0-9]+')" if self._all(x, "regexp_full_match(x, '[0-9]+\\.0')") else x

    def _any(self, x: str, test: str) -> bool:
        ((count,),) = self.staging.fetch(
            f"SELECT count(*) FROM (SELECT {x} AS x FROM {self.raw.relation} r) WHERE {test}"
        )
        return bool(count)

    def _all(self, x: str, test: str) -> bool:
        """Whether every filled cell passes a test; the first ones are asked first."""
        for limit in (f"LIMIT {1000}", ""):
            ((passed,),) = self.staging.fetch(
                f"SELECT coalesce(bool_and({test}), false) FROM (SELECT {x} AS x FROM {self.raw.relation} r {limit})"
                " WHERE x IS NOT NULL"
            )
            if not passed:
                return False
        return True


def _is_moments(examples: Sequence[tuple[str, int]]) -> bool:
    return bool(examples) and dates.family_of(examples[0][0]) is not None
