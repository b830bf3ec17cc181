# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Identify, group and alias messages: who people are, whose they are, and which ids are one person."""

from __future__ import annotations

import json

from kogorta.ingest.mapping.fields import Field, form_fields
from kogorta.ingest.mapping.guess import guess
from kogorta.ingest.mapping.resolve import ColumnMapping, samples_of
from kogorta.ingest.raw import Native, RawColumn, RawTable
from kogorta.ingest.settings import IngestSettings
from kogorta.ingest.sources.json_lines import Leaf, leaves
from kogorta.ingest.tracking.judge import moment
from kogorta.schema import Column, ColumnType
from kogorta.warehouse.batch import ANONYMOUS_SPACE, StagedLink
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging
from kogorta.warehouse.store import Warehouse

_RESERVED = {
    "address.city": "customers.city",
    "address.country": "customers.country",
    "address.state": "customers.region",
    "birthday": "customers.birth_date",
    "gender": "customers.sex",
    "createdat": "customers.created_at",
    "title": "customers.profession",
    "company.id": "customers.account_id",
}
"""Traits of the spec whose names say less than the spec does."""
_IDS = (Column("customer_id", ColumnType.ID, "userId"), Column("anonymous_id", ColumnType.ID, "anonymousId"))


def traits_of(staging: Staging, type_: str) -> list[Leaf]:
    """Return every trait that messages of a type have."""
    ((structure,),) = staging.fetch(
        f"SELECT json_group_structure(json_extract(body, '/traits')) FROM {staging.name}.messages WHERE type = '{type_}'"
    )
    return list(leaves(json.loads(structure or "{}")))


def people_raw(staging: Staging) -> tuple[RawTable, ColumnMapping, list[tuple[Field, RawColumn]]]:
    """Lay out what messages say of customers; traits that no field takes are left to the properties."""
    traits = traits_of(staging, "identify")
    cells = ["b.user_id", "b.anonymous_id", "CASE WHEN b.type = 'group' THEN b.group_id END"]
    cells += [
        f"CASE WHEN b.type = 'identify' THEN {trait.sql('b.body', ('traits',))} END" for trait in traits
    ]
    headers = ["userId", "anonymousId", "groupId", *(trait.name for trait in traits)]
    natives = [Native.TEXT] * 3 + [trait.native for trait in traits]
    raw = _laid_out(
        staging, "people_raw", headers, natives, cells, "b.type IN ('identify', 'group', 'alias')"
    )
    own = form_fields("customers")
    account = next(item for item in own if item.name == "customers.account_id")
    fields = [(Field("customers", column), raw.columns[n]) for n, column in enumerate(_IDS)]
    fields.append((account, raw.columns[2]))
    choices = _chosen_traits(staging, raw, "customers", [item for item, _ in fields])
    rest = _rest(raw, [*fields, *choices])
    return raw, ColumnMapping("customers", (), rest, raw.headers), [*fields, *choices]


def accounts_raw(staging: Staging) -> tuple[RawTable, ColumnMapping, list[tuple[Field, RawColumn]]]:
    """Lay out what group messages say of companies."""
    traits = traits_of(staging, "group")
    cells = ["b.group_id", *(trait.sql("b.body", ("traits",)) for trait in traits)]
    natives = [Native.TEXT, *(trait.native for trait in traits)]
    raw = _laid_out(
        staging, "accounts_raw", ["groupId", *(t.name for t in traits)], natives, cells, "b.type = 'group'"
    )
    account = next(item for item in form_fields("accounts") if item.column.name == "account_id")
    fields = [(account, raw.columns[0]), *_chosen_traits(staging, raw, "accounts", [account])]
    return raw, ColumnMapping("accounts", (), _rest(raw, fields), raw.headers), fields


def _laid_out(
    staging: Staging, name: str, headers: list[str], natives: list[Native], cells: list[str], where: str
) -> RawTable:
    columns = tuple(
        RawColumn(header, f"c{n}", native, trim=True)
        for n, (header, native) in enumerate(zip(headers, natives, strict=True))
    )
    selected = ", ".join(f"{cell} AS {column.name}" for cell, column in zip(cells, columns, strict=True))
    staging.execute(
        f"CREATE OR REPLACE TABLE {staging.name}.{name} AS SELECT b.line, {selected}"
        f" FROM {staging.name}.messages b WHERE {where} ORDER BY b.line"
    )
    ((rows,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.{name}")
    return RawTable(f"{staging.name}.{name}", columns, rows)


def _chosen_traits(
    staging: Staging, raw: RawTable, form: str, taken: list[Field]
) -> list[tuple[Field, RawColumn]]:
    """Map traits to fields: by the spec's own names first, by header and values second."""
    fields = {item.name: item for item in form_fields(form) if item not in taken}
    traits = [column for column in raw.columns if column.header not in ("userId", "anonymousId", "groupId")]
    chosen: dict[str, tuple[Field, RawColumn]] = {}
    for column in traits:
        wanted = _RESERVED.get(column.header.casefold())
        if wanted in fields and wanted not in chosen:
            chosen[wanted] = (fields[wanted], column)
    left = [column for column in traits if all(column != other for _, other in chosen.values())]
    for choice in guess(form, left, samples_of(staging, raw), ()):
        # The ids of a message are its own; a trait called `id` is no customer.
        is_id = choice.field.column.name in ("customer_id", "account_id") and form == "customers"
        if choice.field.name in fields and choice.field.name not in chosen and not is_id:
            chosen[choice.field.name] = (choice.field, choice.column)
    return list(chosen.values())


def _rest(raw: RawTable, fields: list[tuple[Field, RawColumn]]) -> tuple[RawColumn, ...]:
    used = {column.header for _, column in fields}
    return tuple(
        column for column in raw.columns if column.header not in used | {"userId", "anonymousId", "groupId"}
    )


def stage_links(
    staging: Staging, warehouse: Warehouse, settings: IngestSettings, id_space: str
) -> list[StagedLink]:
    """Stage the evidence that two ids are one person."""
    rows = staging.fetch(f"SELECT DISTINCT previous_id FROM {staging.name}.messages WHERE type = 'alias'")
    earlier = _known_ids(warehouse, id_space, [row[0] for row in rows])
    listed = ", ".join(map(literal, earlier)) or "NULL"
    space, nobody = literal(id_space), literal(ANONYMOUS_SPACE)
    here = f"SELECT user_id FROM {staging.name}.messages WHERE user_id IS NOT NULL AND type <> 'alias'"
    at = moment("b.at_text", settings)
    staging.execute(
        f"""CREATE OR REPLACE TABLE {staging.name}.links AS
        SELECT anonymous_id AS a_id, {nobody} AS a_space, user_id AS b_id, {space} AS b_space, 'identify' AS rule,
            {at} AS at, line
        FROM {staging.name}.messages b WHERE type = 'identify' AND anonymous_id IS NOT NULL AND user_id IS NOT NULL
        UNION ALL
        SELECT previous_id, CASE WHEN previous_id IN ({listed}) OR previous_id IN ({here}) THEN {space} ELSE {nobody} END,
            user_id, {space}, 'alias', {at}, line
        FROM {staging.name}.messages b WHERE type = 'alias'"""
    )
    ((count,),) = staging.fetch(f"SELECT count(*) FROM {staging.name}.links")
    return [StagedLink(f"{staging.name}.links")] if count else []


def _known_ids(warehouse: Warehouse, id_space: str, ids: list[str]) -> list[str]:
    """Return those ids that are known as customers: an alias may join two customers too."""
    if not ids:
        return []
    rows = warehouse.rows(
        "SELECT customer_id FROM customer_ids WHERE id_space = ? AND list_contains(?, customer_id)",
        [id_space, ids],
    )
    return [row[0] for row in rows]
