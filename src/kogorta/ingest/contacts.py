# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Contacts of one file, brought into the one spelling in which they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from kogorta.config import Config
from kogorta.identity.normalise import default_region, normalise_many
from kogorta.ingest.mapping.fields import CONTACTS, Field
from kogorta.ingest.raw import RawColumn, RawTable
from kogorta.ingest.settings import ImportOptions, IngestSettings
from kogorta.ingest.values.words import known_words
from kogorta.schema import table
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

_SCHEMA = pa.schema(
    [("kind", pa.string()), ("x", pa.string()), ("value", pa.string()), ("reason", pa.string())]
)
Columns = Sequence[tuple[Field, RawColumn]]


@dataclass(frozen=True)
class Normalising:
    """The raw rows with normalised contacts beside them.

    Attributes:
        raw: The rows; each contact column has two hidden ones: the stored spelling, and why there is none.
        hidden: By header: the names of those two columns.
    """

    raw: RawTable
    hidden: dict[str, tuple[str, str]] = field(default_factory=dict)


def normalise(
    staging: Staging,
    raw: RawTable,
    columns: Columns,
    settings: IngestSettings,
    options: ImportOptions,
) -> Normalising:
    """Normalise the contact columns of a file; each different contact once.

    In a file of contacts one that cannot be of its kind is refused; beside other facts it is left
    out and reported, since those facts are true without it.
    """
    wanted = _contact_columns(columns, settings, options)
    if not wanted or not raw.rows:
        return Normalising(raw)
    staging.create_from_arrow("contact_values", _normalised(staging, raw, wanted, settings))
    cells, joins, hidden = "", "", {}
    for number, (column, kind) in enumerate(wanted):
        value, reason = f"n{number}", f"w{number}"
        hidden[column.header] = (value, reason)
        cells += f", v{number}.value AS {value}, v{number}.reason AS {reason}"
        joins += (
            f" LEFT JOIN {staging.name}.contact_values v{number}"
            f" ON v{number}.kind = {kind} AND v{number}.x = {column.sql}"
        )
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.with_contacts AS"
        f" SELECT r.*, {raw.line} AS source_line{cells} FROM {raw.relation} r{joins} ORDER BY source_line"
    )
    found = replace(raw, relation=f"{staging.name}.with_contacts", line="r.source_line")
    return Normalising(found, hidden)


def _contact_columns(
    columns: Columns, settings: IngestSettings, options: ImportOptions
) -> list[tuple[RawColumn, str]]:
    """Return the columns that hold contacts, each with SQL of its kind."""
    named = {item.name: column for item, column in columns}
    if f"{CONTACTS}.value" in named and f"{CONTACTS}.kind" in named:
        words = known_words(table(CONTACTS).by_name["kind"], {**settings.statuses, **options.statuses})
        return [(named[f"{CONTACTS}.value"], _kind_sql(named[f"{CONTACTS}.kind"].sql, words))]
    return [(column, literal(item.column.name)) for item, column in columns if item.table == CONTACTS]


def _kind_sql(x: str, words: dict[str, str]) -> str:
    whens = " ".join(f"WHEN {literal(word)} THEN {literal(kind)}" for word, kind in words.items())
    return f"CASE trim(replace(lower({x}), 'ё', 'е')) {whens} END"


def _normalised(
    staging: Staging, raw: RawTable, wanted: Sequence[tuple[RawColumn, str]], settings: IngestSettings
) -> pa.Table:
    parts = " UNION ".join(
        f"SELECT DISTINCT {kind} AS kind, {column.sql} AS x FROM {raw.relation} r WHERE {column.sql} IS NOT NULL"
        for column, kind in wanted
    )
    region = default_region(
        Config.model_validate(
            {"workspace": {"timezone": str(settings.timezone), "currency": settings.currency}}
        )
    )
    found: dict[str, list[str | None]] = {name: [] for name in _SCHEMA.names}
    for (kind,) in staging.fetch(f"SELECT DISTINCT kind FROM ({parts}) WHERE kind IS NOT NULL ORDER BY 1"):
        texts = staging.arrow(f"SELECT x FROM ({parts}) WHERE kind = {literal(kind)}").column("x").to_pylist()
        results = normalise_many(kind, texts, region)
        found["kind"] += [kind] * len(texts)
        found["x"] += texts
        found["value"] += [result.value for result in results]
        found["reason"] += [f"contact_{result.reason.value}" if result.reason else None for result in results]
    return pa.table(found, schema=_SCHEMA)
