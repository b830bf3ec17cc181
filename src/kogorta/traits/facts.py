"""What was true as of an instant, as far as was known: the last visible version of each row.

A row is visible if `valid_at < as_of` and `ingest_seq <= known_seq`. Versions of a key are numbered,
and both columns only grow with the number, so the last visible version is the visible one with the
highest number. Nearly all keys have one version, so the others are looked up, not sorted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from kogorta.schema import TABLES

INSTANT_PARAMS: dict[str, str] = {"as_of": "timestamp(6)", "known_seq": "int64"}

IDENTITY = "k_identity"
IDENTITY_SCHEMA = {"customer_key": "int64", "person_key": "int64"}
"""Scratch table of customer keys that are another's alias: who they resolve to."""


def params(**more: str) -> Any:
    """Return the unbound one-row table of run parameters."""
    return ibis.table({**INSTANT_PARAMS, **more}, name="params")


def stored(name: str, properties: dict[str, str] | None = None) -> Any:
    """Return the unbound stored table `name`."""
    return ibis.table({**TABLES[name].stored_types, **(properties or {})}, name=name)


def scratch(name: str, schema: Any) -> Any:
    """Return the unbound scratch table that an earlier step left."""
    return ibis.table(schema, name=name)


def visible(name: str, columns: Sequence[str]) -> Any:
    """Return all visible versions of a table's rows: `columns`, version_no, is_removed, as_of."""
    table = stored(name)
    joined = table.cross_join(params())
    seen = joined.filter((joined.valid_at < joined.as_of) & (joined.ingest_seq <= joined.known_seq))
    extra = [c for c in ("valid_at", "version_no", "is_removed", "as_of") if c not in columns]
    return seen.select(*columns, *extra)


def last_versions(name: str, columns: Sequence[str]) -> Any:
    """Return the last visible version of each row that is not removed, with `columns` and `as_of`."""
    key = list(TABLES[name].stored_key)
    wanted = list(dict.fromkeys([*columns, *key]))
    rows = visible(name, wanted)
    later = rows.filter(rows.version_no > 1)
    last = later.group_by(key).agg(last_version_no=later.version_no.max())
    nullable = {k for k in key if not TABLES[name].by_name.get(_column_of(name, k), _ALWAYS).required}
    predicates = [_equal(rows[k], last[k], nullable=k in nullable) for k in key]
    joined = rows.left_join(last, predicates)
    newest = joined.filter(joined.last_version_no.isnull() | (joined.last_version_no == joined.version_no))
    kept = newest.filter(~newest.is_removed)
    return kept.select(*columns, "as_of")


class _Required:
    required = True


_ALWAYS = _Required()


def _column_of(table: str, stored_name: str) -> str:
    return next((c.name for c in TABLES[table] if c.stored == stored_name), "")


def _equal(left: Any, right: Any, *, nullable: bool) -> Any:
    if not nullable:
        return left == right
    return left.identical_to(right)


def person(rows: Any) -> Any:
    """Replace `customer_key` by the person it resolves to."""
    identity = scratch(IDENTITY, IDENTITY_SCHEMA)
    joined = rows.left_join(identity, rows.customer_key == identity.customer_key)
    resolved = ibis.coalesce(joined.person_key, joined.customer_key)
    others = [name for name in rows.columns if name != "customer_key"]
    return joined.select(resolved.name("customer_key"), *others)
