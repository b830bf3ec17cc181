# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Turn text cells into typed columns; rows that cannot be read go to quarantine whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kogorta.ingest.contacts import normalise
from kogorta.ingest.erased import erased_checks
from kogorta.ingest.instants import Instants
from kogorta.ingest.mapping.fields import CONTACTS, Field
from kogorta.ingest.money import Exchange
from kogorta.ingest.notes import Notes
from kogorta.ingest.planning import AT_ONCE, BAD_VALUE, MOMENTS, NUMERIC, Check, FieldPlan, Planner
from kogorta.ingest.quarantine import Quarantine
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.ingest.settings import ImportOptions, IngestSettings
from kogorta.schema import ColumnType
from kogorta.warehouse.sql import quote
from kogorta.warehouse.staging import Staging

_LINE_NUMBERS = ("order_lines.quantity", "order_lines.unit_price", "order_lines.amount")
WORDS = (ColumnType.ENUM, ColumnType.BOOLEAN)


@dataclass(frozen=True)
class Measure:
    """What one look at the cells of a column has shown.

    Attributes:
        filled: How many are not empty.
        low: The least value, of numbers and moments.
        high: The greatest.
        zeros: How many numbers are zero.
        failing: The checks that refuse some row.
    """

    filled: int = 0
    low: Any = None
    high: Any = None
    zeros: int = 0
    failing: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Typed:
    """The good rows of a file, typed.

    Attributes:
        relation: Qualified name: `line`, and one column for each field, called `table.stored`.
        columns: Those names.
        rows: How many good rows there are.
        is_view: Whether it is computed on every reading.
        refused: How many rows were put aside.
        measures: What was seen of a column, as long as it holds for the good rows.
    """

    relation: str
    columns: tuple[str, ...]
    rows: int
    is_view: bool
    refused: int
    measures: Mapping[str, Measure] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether the file gave a field."""
        return name in self.columns

    def of(self, table: str) -> tuple[str, ...]:
        """The stored columns that the file gave for a table."""
        prefix = f"{table}."
        return tuple(name.removeprefix(prefix) for name in self.columns if name.startswith(prefix))


@dataclass
class Typing:
    """One file on its way from text to values, which stand in the relation `name`."""

    staging: Staging
    raw: RawTable
    settings: IngestSettings
    options: ImportOptions
    notes: Notes
    name: str = "typed"
    _undated: str | None = field(default=None, init=False)

    def build(self, fields: Sequence[tuple[Field, RawColumn]], *, as_view: bool) -> Typed:
        """Type the mapped columns into a relation, and fill the quarantine."""
        found = normalise(self.staging, self.raw, fields, self.settings, self.options)
        self.raw = found.raw
        planner = Planner(self.staging, self.raw, self.settings, self.options, found.hidden)
        self._undated = _undated(fields)
        plans, measures = self._measured(planner, fields)
        ranges = [(p, m.low, m.high) for p, m in zip(plans, measures, strict=True) if p.field.type in MOMENTS]
        instants = Instants(self.staging, self.raw, self.settings, ranges)
        exchange = Exchange.of(self.staging, self.raw, self.settings, plans)
        outputs = [pair for plan in plans for pair in self._outputs(plan, instants, exchange)]
        erased = erased_checks(self.staging, self.raw.relation, plans, self.options.id_space, self.name)
        failing = [*erased] + [
            (plan, check)
            for plan, measure in zip(plans, measures, strict=True)
            for check in (*measure.failing, *instants.checks(plan), *exchange.checks(plan))
        ]
        failing += exchange.checks_beside()
        quarantine = Quarantine(self.staging, self.raw, self.settings)
        refused = quarantine.fill([(plan.column.header, plan.x, check) for plan, check in failing])
        checks = [check for _, check in failing]
        self._create(outputs, checks, as_view=as_view)
        self._report(plans, instants, exchange, quarantine.condition(checks))
        names = tuple(name for name, _ in outputs)
        by_name = {
            f"{plan.field.table}.{plan.field.column.stored}": measure
            for plan, measure in zip(plans, measures, strict=True)
        }
        measures_hold = not refused and not exchange.rates
        return Typed(
            f"{self.staging.name}.{self.name}",
            names,
            self.raw.rows - refused,
            as_view,
            refused,
            by_name if measures_hold else {},
        )

    def _measured(
        self, planner: Planner, fields: Sequence[tuple[Field, RawColumn]]
    ) -> tuple[list[FieldPlan], list[Measure]]:
        """Plan every column and look at its cells; plan again those that do not follow their style."""
        plans = planner.plan(fields)
        measures = self._measure(plans)
        again = [
            place
            for place, (plan, measure) in enumerate(zip(plans, measures, strict=True))
            if plan.unreadable in measure.failing and plan.field.type in (*NUMERIC, *MOMENTS, *WORDS)
        ]
        for place in again:
            column = replace(plans[place].column, trim=True)
            plans[place] = planner.plan_one(plans[place].field, column, thorough=True)
        for place, measure in zip(again, self._measure([plans[place] for place in again]), strict=True):
            measures[place] = measure
        return plans, measures

    def _measure(self, plans: Sequence[FieldPlan]) -> list[Measure]:
        """Look at the cells of all columns, many in one pass."""
        if not self.raw.rows:
            return [Measure() for _ in plans]
        some = [plans[start : start + AT_ONCE] for start in range(0, len(plans), AT_ONCE)]
        return [measure for part in some for measure in self._measure_some(part)]

    def _measure_some(self, plans: Sequence[FieldPlan]) -> list[Measure]:
        checks = [self._checks(plan) for plan in plans]
        cells: list[str] = []
        for plan, own in zip(plans, checks, strict=True):
            ordered = plan.field.type in (*NUMERIC, *MOMENTS)
            cast = "CAST(%s AS TIMESTAMP)" if plan.field.type in MOMENTS else "%s"
            cells += [f"count({plan.x})"]
            cells += [cast % f"{f}({plan.value})" for f in ("min", "max")] if ordered else ["NULL", "NULL"]
            cells += [f"count(*) FILTER (({plan.value}) = 0)" if plan.field.type in NUMERIC else "0"]
            cells += [f"count(*) FILTER ({check.condition})" for check in own]
        (row,) = self.staging.fetch(f"SELECT {', '.join(cells)} FROM {self.raw.relation} r")
        found = iter(row)
        return [
            Measure(
                next(found),
                next(found),
                next(found),
                next(found),
                tuple(check for check in own if next(found)),
            )
            for own in checks
        ]

    def _checks(self, plan: FieldPlan) -> list[Check]:
        checks = [plan.unreadable] if plan.unreadable else []
        column = plan.field.column
        if column.required:
            checks.insert(0, Check(f"({plan.x}) IS NULL", "'missing'"))
        if column.non_negative and plan.field.type in NUMERIC:
            checks.append(Check(f"({plan.value}) < 0", "'negative'"))
        if self._undated and plan.field.name in _LINE_NUMBERS:
            checks.append(Check(f"({plan.value}) < 0 AND {self._undated}", "'no_date_for_return'"))
        return checks

    def _outputs(self, plan: FieldPlan, instants: Instants, exchange: Exchange) -> list[tuple[str, str]]:
        column = plan.field.column
        name = f"{plan.field.table}.{column.stored}"
        if plan.field.type is ColumnType.INSTANT:
            pairs = [(name, instants.utc(plan))]
            if column.local_date and not column.name.startswith("p_"):
                pairs.append((f"{plan.field.table}.{column.local_date}", instants.local_date(plan)))
            return pairs
        if plan.field.type is ColumnType.PATH:
            return [(name, plan.value), (f"{name}_top", f"split_part({plan.value}, '/', 1)")]
        return [(name, exchange.value(plan))]

    def _create(self, outputs: Sequence[tuple[str, str]], failing: Sequence[Check], *, as_view: bool) -> None:
        cells = "".join(f", {sql} AS {quote(name)}" for name, sql in outputs)
        good = " AND ".join(f"NOT coalesce({check.condition}, false)" for check in failing) or "true"
        kind = "VIEW" if as_view else "TABLE"
        self.staging.execute(
            f"CREATE OR REPLACE {kind} {self.staging.name}.{self.name} AS"
            f" SELECT {self.raw.line} AS line{cells} FROM {self.raw.relation} r WHERE {good}"
        )

    def _report(self, plans: Sequence[FieldPlan], instants: Instants, exchange: Exchange, bad: str) -> None:
        for plan in plans:
            if plan.unknown:
                words = ", ".join(word for word, _ in plan.unknown[:5])
                example = f'--status "{plan.unknown[0][0]}={plan.field.column.values[0]}"'
                self.notes.add(
                    "unknown_words",
                    n=sum(count for _, count in plan.unknown),
                    column=plan.column.header,
                    words=words,
                    known=", ".join(plan.field.column.values),
                    example=example,
                )
            self._report_noise(plan)
            self._report_contact(plan, bad)
        instants.report(self.notes, bad)
        exchange.report(self.notes)

    def _report_contact(self, plan: FieldPlan, bad: str) -> None:
        """Tell of contacts that were left out of rows which are kept."""
        is_contact = plan.field.table == CONTACTS and plan.field.type is ColumnType.TEXT
        if not is_contact or plan.field.column.required or plan.why_bad == BAD_VALUE:
            return
        ((count, example),) = self.staging.fetch(
            f"""SELECT count(*), min({plan.column.sql}) FROM {self.raw.relation} r
            WHERE {plan.why_bad} IS NOT NULL AND NOT ({bad})"""
        )
        self.notes.count("contacts_unusable", count, column=plan.column.header, example=str(example))

    def _report_noise(self, plan: FieldPlan) -> None:
        """Tell of numbers that lost more than the noise of binary fractions."""
        if not plan.number or not plan.number.noisy or plan.number.tolerance <= 1e-9 or not self.raw.rows:
            return
        value = f"TRY_CAST({plan.x} AS DOUBLE)"
        ((count,),) = self.staging.fetch(
            f"SELECT count(*) FILTER (abs({value} - round({value}, 6)) >= 1e-9) FROM {self.raw.relation} r"
        )
        self.notes.count("floats_cut", count, column=plan.column.header)


def _undated(fields: Sequence[tuple[Field, RawColumn]]) -> str | None:
    """Return SQL: whether a line has no date; None if every line of the file has one.

    A negative line becomes a return, and a return without its instant would be seen by nobody.
    """
    columns = {item.name: column for item, column in fields}
    if "order_lines.order_id" not in columns:
        return None
    dated = columns.get("order_lines.ordered_at")
    return f"({dated.sql}) IS NULL" if dated else "true"
