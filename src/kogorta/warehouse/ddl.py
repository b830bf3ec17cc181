"""The stored tables, made from the canonical schema, and the house's own books."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.schema import TABLES, Table
from kogorta.warehouse.hashes import HASHES
from kogorta.warehouse.layout import LAYOUT, OWNER, UNKNOWN, has_owner
from kogorta.warehouse.moments import MOMENTS
from kogorta.warehouse.moments import STORED as MOMENTS_STORED
from kogorta.warehouse.sql import quote, sql_type

BOOKS: dict[str, dict[str, str]] = {
    "meta": {"key": "string", "value": "string"},
    "batches": {
        "ingest_seq": "int64",
        "source": "string",
        "file_name": "string",
        "file_digest": "string",
        "form": "string",
        "id_space": "string",
        "imported_at": "timestamp(6)",
        "rows_read": "int64",
        "rows_loaded": "int64",
        "rows_updated": "int64",
        "rows_same": "int64",
        "rows_quarantined": "int64",
    },
    "quarantine": {
        "ingest_seq": "int64",
        "line": "int64",
        "column_name": "string",
        "value": "string",
        "reason": "string",
        "raw": "string",
    },
    "customer_ids": {
        "customer_key": "int64",
        "id_space": "string",
        "customer_id": "string",
        "ingest_seq": "int64",
    },
    "identity_edges": {
        "a": "int64",
        "b": "int64",
        "rule": "string",
        "evidence": "string",
        "at": "timestamp(6)",
        "revoked_at": "timestamp(6)",
        "ingest_seq": "int64",
    },
    "properties": {
        "table_name": "string",
        "scope": "string",
        "name": "string",
        "type": "string",
        "column_name": "string",
        "ingest_seq": "int64",
    },
    "frames": {
        "frame_id": "int64",
        "family": "string",
        "frame_at": "timestamp(6)",
        "known_seq": "int64",
        "settings": "string",
    },
    "frame_values": {"frame_id": "int64", "name": "string", "key": "string", "value": "int64"},
    "definition_versions": {
        "definition": "string",
        "version": "int32",
        "fingerprint": "string",
        "body": "string",
        "created_at": "timestamp(6)",
        "author": "string",
        "is_removed": "boolean",
    },
    "run_definitions": {"run_id": "int64", "definition": "string", "version": "int32"},
    "runs": {
        "run_id": "int64",
        "as_of": "timestamp(6)",
        "known_seq": "int64",
        "finished_at": "timestamp(6)",
        "frame_ids": "string",
        "customers": "int64",
        "changes": "int64",
        "is_provisional": "boolean",
    },
    "refresh_attempts": {
        "attempt_id": "int64",
        "started_at": "timestamp(6)",
        "as_of": "timestamp(6)",
        "run_id": "int64",
        "code": "string",
        "reason": "string",
    },
    "membership_changes": {
        "scheme": "string",
        "segment": "string",
        "customer_key": "int64",
        "at": "timestamp(6)",
        "op": "string",
        "cause": "string",
        "version": "int32",
        "run_id": "int64",
    },
    "erasures": {"digest": "string", "kind": "string", "erased_at": "timestamp(6)"},
    LAYOUT: {"table_name": "string", "rows": "int64"},
    **{name: {"hash": "int64"} for name in HASHES.values()},
    **dict.fromkeys(MOMENTS.values(), MOMENTS_STORED),
}
"""The house's own tables: commits, refusals, ids, frames, versions, runs, refreshes that were begun, the membership log, erasures,
how the facts lie, which keys they have, when some of them happened.

A row of `run_definitions` without a version says that the definition was gone by that run."""


def _create(name: str, columns: dict[str, str], *more: str) -> str:
    body = [f"{quote(column)} {sql_type(storage)}" for column, storage in columns.items()]
    return f"CREATE TABLE {quote(name)} ({', '.join([*body, *more])})"


def create_fact_table(table: Table) -> str:
    """Return the statement that creates one canonical table."""
    return _create(table.name, table.stored_types, *([owner_column()] if has_owner(table) else []))


def owner_column() -> str:
    """Return the declaration of the column that says near whom a row lies."""
    return f"{OWNER} {sql_type('int64')} DEFAULT {UNKNOWN}"


def create_statements() -> Iterator[str]:
    """Yield the statements that make an empty store of the current version."""
    for name, columns in BOOKS.items():
        yield _create(name, columns)
    for table in TABLES.values():
        yield create_fact_table(table)
