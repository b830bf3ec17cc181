# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""Rows of people who asked to be erased: refused whole, and nothing of them is kept but the line.

Every id of a customer or a browser and every contact in a file is compared by its digest with those of `erasures`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kogorta.ingest.mapping.fields import CONTACTS
from kogorta.ingest.planning import Check, FieldPlan
from kogorta.schema.types import CUSTOMER_COLUMNS
from kogorta.vocab import ContactKind
from kogorta.warehouse.batch import ANONYMOUS_SPACE
from kogorta.warehouse.erasures import CUSTOMER_ID, KEY_SQL, digest_sql, subject_sql
from kogorta.warehouse.sql import literal
from kogorta.warehouse.staging import Staging

REASON = "erased"


def erased_checks(
    staging: Staging, relation: str, plans: Sequence[FieldPlan], id_space: str, name: str
) -> Iterator[tuple[FieldPlan, Check]]:
    """Yield a check for each column in which an erased person stands.

    Args:
        staging: Where the rows are.
        relation: The raw rows, `r` in the SQL of the plans.
        plans: How their columns are read.
        id_space: In which space the customer ids stand.
        name: Begins the names of what is made here.
    """
    key = _key(staging)
    if key is None:
        return
    for number, plan in enumerate(plans):
        text = _subject(plan, plans, id_space)
        if text is None:
            continue
        found = f"{staging.name}.{name}_erased_{number}"
        staging.execute(
            f"""CREATE OR REPLACE TABLE {found} AS
            SELECT DISTINCT x FROM (SELECT {text} AS x FROM {relation} r) WHERE {_is_erased(key, "x")}"""
        )
        if staging.fetch(f"SELECT 1 FROM {found} LIMIT 1"):
            yield plan, Check(f"({text}) IN (SELECT x FROM {found})", literal(REASON), is_private=True)


def mark_erased_messages(staging: Staging, id_space: str) -> str:
    """Find the messages of erased people; return SQL: whether the row of `messages` is one of theirs."""
    key = _key(staging)
    if key is None:
        return "false"
    ids = (
        ("user_id", id_space),
        ("previous_id", id_space),
        ("previous_id", ANONYMOUS_SPACE),
        ("anonymous_id", ANONYMOUS_SPACE),
    )
    texts = [subject_sql(literal(CUSTOMER_ID), column, space) for column, space in ids]
    condition = " OR ".join(_is_erased(key, text) for text in texts)
    found = f"{staging.name}.messages_erased"
    staging.execute(
        f"CREATE OR REPLACE TABLE {found} AS SELECT line FROM {staging.name}.messages WHERE {condition}"
    )
    return f"line IN (SELECT line FROM {found})"


def _subject(plan: FieldPlan, plans: Sequence[FieldPlan], id_space: str) -> str | None:
    """Return SQL of what the digest of a cell is made of; None for columns that name nobody."""
    item = plan.field
    if item.column.name in CUSTOMER_COLUMNS:
        space = id_space if item.column.name == CUSTOMER_ID else ANONYMOUS_SPACE
        return subject_sql(literal(CUSTOMER_ID), plan.value, space)
    if item.table != CONTACTS or item.column.name not in ("value", *ContactKind):
        return None
    if item.column.name != "value":
        return subject_sql(literal(item.column.name), plan.value)
    kind = next((other.value for other in plans if other.field.name == f"{CONTACTS}.kind"), None)
    return subject_sql(kind, plan.value) if kind else None


def _is_erased(key: bytes, text: str) -> str:
    return f"{digest_sql(key, text)} IN (SELECT digest FROM erasures)"


def _key(staging: Staging) -> bytes | None:
    """Return the key of the store's digests; None where nobody was ever erased."""
    rows = staging.fetch(KEY_SQL)
    return bytes.fromhex(rows[0][0]) if rows else None
