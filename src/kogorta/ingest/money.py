# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Amounts in a second currency: converted exactly where a rate is configured, refused elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kogorta.ingest.mapping.fields import Field
from kogorta.ingest.notes import Notes
from kogorta.ingest.planning import Check, FieldPlan
from kogorta.ingest.raw import RawTable
from kogorta.ingest.settings import IngestSettings
from kogorta.ingest.values.numbers import MICRO_DIGITS, scaled_sql
from kogorta.schema import Column, ColumnType
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

_SAME = {"RUR": "RUB", "РУБ": "RUB", "РУБ.": "RUB", "₽": "RUB", "$": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True)
class Exchange:
    """What the currency column of a file does to its amounts.

    Attributes:
        plan: The currency column; None if the file has none.
        is_stored: Whether the table has a field for it.
        own: Its cells that name the reporting currency.
        rates: By cell: the rate of its currency.
        unknown: Cells whose currency has no rate.
        counts: How many rows each foreign cell has.
    """

    minor_digits: int
    plan: FieldPlan | None = None
    is_stored: bool = True
    own: tuple[str, ...] = ()
    rates: Mapping[str, Fraction] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, staging: Staging, raw: RawTable, settings: IngestSettings, plans: Sequence[FieldPlan]
    ) -> Exchange:
        """Look at the currencies of a file."""
        stored = next((plan for plan in plans if plan.field.column.name == "currency"), None)
        plan = stored or _beside(raw, plans)
        if plan is None:
            return cls(settings.minor_digits)
        cells = staging.fetch(
            f"SELECT x, count(*) FROM (SELECT {plan.x} AS x FROM {raw.relation} r) WHERE x IS NOT NULL GROUP BY x ORDER BY x"
        )
        codes = {cell: _SAME.get(cell.upper(), cell.upper()) for cell, _ in cells}
        foreign = {cell: code for cell, code in codes.items() if code != settings.currency}
        rates = {
            cell: Fraction(settings.rates[code]) for cell, code in foreign.items() if code in settings.rates
        }
        return cls(
            settings.minor_digits,
            plan,
            stored is not None,
            tuple(cell for cell in codes if cell not in foreign),
            rates,
            tuple(cell for cell in foreign if cell not in rates),
            {cell: count for cell, count in cells if cell in rates},
        )

    def checks(self, plan: FieldPlan) -> list[Check]:
        """Refuse rows in a currency without a rate."""
        if plan is not self.plan or not self.unknown:
            return []
        return [Check(f"({plan.x}) IN ({', '.join(map(literal, self.unknown))})", "'currency_without_rate'")]

    def checks_beside(self) -> list[tuple[FieldPlan, Check]]:
        """Refuse them where the currency stands in a column that the table has no field for."""
        if self.plan is None or self.is_stored:
            return []
        return [(self.plan, check) for check in self.checks(self.plan)]

    def value(self, plan: FieldPlan) -> str:
        """Return SQL of a column's value, converted where its row is in another currency."""
        if plan is self.plan:
            # Converted amounts are in the reporting currency, so nothing else is left to say.
            return "CAST(NULL AS VARCHAR)"
        if self.plan is None or not self.rates or plan.field.type not in (ColumnType.MONEY, ColumnType.PRICE):
            return plan.value
        digits = self.minor_digits if plan.field.type is ColumnType.MONEY else MICRO_DIGITS
        micro = f"CAST({scaled_sql(plan.canonical or plan.x, MICRO_DIGITS)} AS HUGEINT)"
        whens = " ".join(
            f"WHEN {literal(cell)} THEN {converted_sql(micro, rate, MICRO_DIGITS - digits)}"
            for cell, rate in self.rates.items()
        )
        return f"CASE {self.plan.x} {whens} ELSE {plan.value} END"

    def report(self, notes: Notes) -> None:
        """Tell which currencies were converted, and which could not be."""
        for cell, count in self.counts.items():
            notes.add("currency_converted", n=count, currency=cell, rate=f"{float(self.rates[cell]):.6g}")
        if self.unknown:
            notes.add("currency_unknown", currencies=", ".join(self.unknown))


def _beside(raw: RawTable, plans: Sequence[FieldPlan]) -> FieldPlan | None:
    """Return the currency column of a file whose table has no field for it."""
    if raw.currency is None or not plans:
        return None
    column = raw.by_header(raw.currency)
    item = Field(plans[0].field.table, Column("currency", ColumnType.TEXT, "Currency of the row."))
    return FieldPlan(item, column, column.sql, column.sql)


def converted_sql(micro: str, rate: Fraction, drop: int) -> str:
    """Return SQL of millionths × rate in units of 10^-(6-drop), halves away from zero."""
    over = rate.denominator * 10**drop
    return half_away_sql(f"{micro} * {rate.numerator}", over)


def half_away_sql(product: str, over: int) -> str:
    """Return SQL of an exact division of whole numbers, halves away from zero."""
    size = f"((abs({product}) * 2 + {over}) // {2 * over})"
    return f"CAST(CASE WHEN ({product}) < 0 THEN -{size} ELSE {size} END AS BIGINT)"
