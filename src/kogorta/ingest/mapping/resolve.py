# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Settle the mapping of one file: what was given, what was saved, what is guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kogorta.errors import MappingError
from kogorta.i18n import lazy
from kogorta.ingest.mapping.fields import Field, find_field, form_fields, short_name
from kogorta.ingest.mapping.guess import Choice, Why, guess, rows_of, squash
from kogorta.ingest.mapping.looks import is_date, is_number
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.ingest.settings import ImportOptions, IngestSettings, fingerprint
from kogorta.schema import table
from kogorta.warehouse.staging import Staging

SAMPLE_CELLS = 200_000
SAMPLE_ROWS = 2_000

_NEEDS_CUSTOMER = ("orders", "bookings")


@dataclass(frozen=True)
class ColumnMapping:
    """Which columns of a file are which fields.

    Attributes:
        form: The name of the table.
        choices: The mapped columns.
        rest: Columns that are kept as properties.
        headers: All headers of the file.
    """

    form: str
    choices: tuple[Choice, ...]
    rest: tuple[RawColumn, ...]
    headers: tuple[str, ...]

    def column(self, name: str) -> RawColumn | None:
        """Return the column mapped to a field (`orders.amount`), None if there is none."""
        return next((choice.column for choice in self.choices if choice.field.name == name), None)

    def as_dict(self) -> dict[str, str]:
        """Return field → header, as it is saved and as `--map` takes it."""
        return {short_name(self.form, choice.field): choice.column.header for choice in self.choices}

    def beside(self, raw: RawTable) -> ColumnMapping:
        """Return this mapping on what is known of the columns by now."""
        return replace(
            self,
            choices=tuple(replace(c, column=raw.by_header(c.column.header)) for c in self.choices),
            rest=tuple(raw.by_header(column.header) for column in self.rest),
        )

    @property
    def fingerprint(self) -> str:
        """The name under which this mapping is saved."""
        return fingerprint(self.form, self.headers)


def samples_of(staging: Staging, raw: RawTable) -> dict[str, list[str]]:
    """Return some filled cells of each column, and under the key `rows_of(header)` its rows with their gaps."""
    if not raw.columns:
        return {}
    rows = max(20, min(SAMPLE_ROWS, SAMPLE_CELLS // len(raw.columns)))
    cells = ", ".join(column.sql for column in raw.columns)
    found = staging.fetch(f"SELECT {cells} FROM {raw.relation} r LIMIT {rows}")
    samples: dict[str, list[str]] = {}
    for place, column in enumerate(raw.columns):
        values = [row[place] for row in found]
        samples[column.header] = [value for value in values if value]
        samples[rows_of(column.header)] = [value or "" for value in values]
    return samples


def resolve(
    form: str,
    raw: RawTable,
    samples: Mapping[str, Sequence[str]],
    settings: IngestSettings,
    options: ImportOptions,
    declared: Mapping[str, str] | None = None,
) -> ColumnMapping:
    """Settle the mapping.

    Args:
        form: The name of the table.
        raw: The rows of the file.
        samples: Some cells of each column.
        settings: Of the workspace, with the mappings it has saved.
        options: Of this run, with the mapping that was given.
        declared: What an import preset says: then nothing is guessed.

    Raises:
        MappingError: A field or a column does not exist, stands twice, or a needed one was not found.
    """
    if declared is None:
        choices = _settled(form, raw, samples, settings, options)
    else:
        choices = _named(form, raw, declared, Why.PRESET, samples)
    order = {item: place for place, item in enumerate(form_fields(form))}
    choices.sort(key=lambda choice: order[choice.field])
    used = {choice.column.header for choice in choices} | {raw.currency}
    mapping = ColumnMapping(
        form,
        tuple(choices),
        tuple(column for column in raw.columns if column.header not in used),
        raw.headers,
    )
    _check_complete(mapping, samples)
    return mapping


def _settled(
    form: str,
    raw: RawTable,
    samples: Mapping[str, Sequence[str]],
    settings: IngestSettings,
    options: ImportOptions,
) -> list[Choice]:
    """Return what was given, beside it what was saved, and if nothing was, what can be guessed."""
    given = _named(form, raw, options.mapping, Why.GIVEN, samples)
    if options.is_whole:
        return given
    saved = settings.mappings.get(fingerprint(form, raw.headers), {})
    known = _named(form, raw, {f: h for f, h in saved.items() if h in raw.headers}, Why.SAVED, samples)
    taken = given + [choice for choice in known if _fits_beside(choice, given)]
    return taken + ([] if known else guess(form, raw.columns, samples, taken))


def _fits_beside(choice: Choice, given: Sequence[Choice]) -> bool:
    return all(other.field != choice.field and other.column.header != choice.column.header for other in given)


def _named(
    form: str, raw: RawTable, names: Mapping[str, str], why: Why, samples: Mapping[str, Sequence[str]]
) -> list[Choice]:
    choices: list[Choice] = []
    for name, header in names.items():
        item = find_field(form, name)
        column = _find_column(raw, header)
        twice = next((c for c in choices if c.field == item or c.column.header == column.header), None)
        if twice:
            raise MappingError(
                "a field takes one column, and a column goes to one field",
                got=f"{name}={header}, {twice.field.name}={twice.column.header}",
                expected="each field and each column once",
                hint="leave one of them out",
                path="--map",
            )
        choices.append(Choice(item, column, why, tuple(samples.get(column.header, ())[:3])))
    return choices


def _find_column(raw: RawTable, header: str) -> RawColumn:
    exact = [column for column in raw.columns if column.header == header.strip()]
    alike = exact or [column for column in raw.columns if squash(column.header) == squash(header)]
    if len(alike) == 1:
        return alike[0]
    raise MappingError(
        "the file has no such column" if not alike else "several columns of the file are called so",
        got=header,
        expected=", ".join(raw.headers),
        hint="write the header as it stands in the file: --map field=column",
        path="--map",
    )


def _check_complete(mapping: ColumnMapping, samples: Mapping[str, Sequence[str]]) -> None:
    missing = missing_fields(mapping)
    if not missing:
        return
    if _looks_headless(mapping.headers):
        raise MappingError(
            "the first line looks like data, not like a header",
            got=", ".join(mapping.headers[:6]),
            expected="a line with the names of the columns",
            hint="put a header line on top of the file",
        )
    names = [short_name(mapping.form, item) for item in missing]
    raise MappingError(
        lazy("no column was found for {fields}", fields=", ".join(names)),
        got=", ".join(_shown(header, mapping, samples) for header in mapping.headers),
        expected="a column of the file for each of them",
        hint=" ".join(f'--map {name}="…"' for name in names),
    )


def _shown(header: str, mapping: ColumnMapping, samples: Mapping[str, Sequence[str]]) -> str:
    taken = next((choice.field for choice in mapping.choices if choice.column.header == header), None)
    if taken:
        return f"{header} → {short_name(mapping.form, taken)}"
    values = samples.get(header, ())
    return f"{header} ({values[0]}, …)" if values else header


def always_needed(form: str, item: Field) -> bool:
    """Whether a file of this form says nothing without a field."""
    if item.table != form:
        return False
    name = item.column.name
    return (item.column.required and name != table(form).row_key) or (
        name == "customer_id" and form in _NEEDS_CUSTOMER
    )


def missing_fields(mapping: ColumnMapping) -> list[Field]:
    """Return the fields without which a file of this form says nothing."""
    found = {choice.field.name for choice in mapping.choices}
    items = {item.name: item for item in form_fields(mapping.form)}
    missing = [
        item for item in items.values() if always_needed(mapping.form, item) and item.name not in found
    ]
    if mapping.form == "order_lines" and not found & {"order_lines.amount", "order_lines.unit_price"}:
        missing.append(items["order_lines.amount"])
    return missing


def _looks_headless(headers: Sequence[str]) -> bool:
    """Whether the header has dates or sums in it."""
    return any(
        is_date(header) or (is_number(header) and any(c in header for c in ".,")) for header in headers
    )
