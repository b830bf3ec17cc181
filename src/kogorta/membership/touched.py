"""Who had something new since a run: by facts of the time after it, or by facts of the time before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from kogorta.membership.owning import keys_of, owners_of, parents
from kogorta.schema import TABLES
from kogorta.traits.facts import INSTANT_PARAMS, Facts
from kogorta.traits.idioms import flag, halved
from kogorta.warehouse.layout import OWNER, has_owner
from kogorta.warehouse.moments import MOMENTS, SLICE_SECONDS, STORED
from kogorta.warehouse.sql import SLICE

SINCE_PARAMS = {**INSTANT_PARAMS, "since_at": "timestamp(6)", "since_seq": "int64"}
_UNDATED = "1970-01-01T00:00:00"
NEWS = "k_news_"
"""Prefix of scratch tables of what is new in a table, where it does not tell for ever whose its rows are."""
_BY_PRODUCT = ("orders", "order_lines", "products")


def news(facts: Facts) -> dict[str, Any]:
    """Return the scratch tables that `touched` reads, by name: new rows of tables whose owners have to be found."""
    keys = {name: keys_of(facts, name) for name in TABLES if facts.has(name)}
    found = {f"{NEWS}{name}": _new_rows(name, *columns) for name, columns in keys.items() if columns}
    if facts.has(*_BY_PRODUCT):
        found[f"{NEWS}products"] = _new_rows("products", "product_id").select("product_id").distinct()
    return found


def touched(facts: Facts) -> Any:
    """Return customer_key and `late`: 1 if something older than the run was learned after it.

    Looks at facts learned after the last run, and at facts that lie between the two instants.
    """
    parts = [part for name in TABLES if facts.has(name) for part in _of_table(facts, name)]
    if facts.has(*_BY_PRODUCT):
        parts.append(_by_product())
    united = halved([part.select("customer_key", "late") for part in parts], lambda a, b: a.union(b))
    known = facts.person(united.filter(united.customer_key.notnull()))
    return known.group_by("customer_key").agg(late=known.late.max())


def _of_table(facts: Facts, name: str) -> Iterator[Any]:
    columns = keys_of(facts, name)
    if columns:
        types = {**_types(name), "late": "int8"}
        rows = ibis.table({column: types[column] for column in (*columns, "late")}, name=f"{NEWS}{name}")
        yield from owners_of(facts, name, rows, "late")
    if name in MOMENTS:
        yield from _of_moments(name)
    elif TABLES[name].has_customer and name not in dict(parents(facts, name)):
        yield _new_rows(name, "customer_key")


def _new_rows(name: str, *columns: str) -> Any:
    """Return what was learned since, and what came due: apart, so that an engine finds either without reading all rows."""
    rows = _visible(name)
    learned, due = rows.filter(rows.ingest_seq > rows.since_seq), rows.filter(rows.valid_at >= rows.since_at)
    return _told(learned, *columns).union(_told(due, *columns))


def _visible(name: str) -> Any:
    rows = _given(ibis.table(_types(name), name=name))
    return rows.filter((rows.valid_at < rows.as_of) & (rows.ingest_seq <= rows.known_seq))


def _types(name: str) -> dict[str, str]:
    return {**TABLES[name].stored_types, **({OWNER: "int64"} if has_owner(TABLES[name]) else {})}


def _given(rows: Any) -> Any:
    return rows.cross_join(ibis.table(SINCE_PARAMS, name="params"))


def _told(new: Any, *columns: str) -> Any:
    # A row without a date of its own tells nothing of the past: it is news of today.
    dated = (new.valid_at > ibis.timestamp(_UNDATED)) & (new.valid_at < new.since_at)
    return new.select(*columns, late=flag(dated))


def _of_moments(name: str) -> Iterator[Any]:
    """Yield what was learned, and apart from it what came due, so that neither is looked for in the whole table."""
    rows = _visible(name)
    yield _told(rows.filter(rows.ingest_seq > rows.since_seq), "customer_key")
    times = _given(ibis.table(STORED, name=MOMENTS[name]))
    first, last = (slice_of(times[instant], SLICE_SECONDS) for instant in ("since_at", "as_of"))
    near = times.filter(
        (times.slice >= first) & (times.slice <= last) & (times.ingest_seq <= times.known_seq)
    )
    due = near.filter((near["at"] >= near.since_at) & (near["at"] < near.as_of))
    yield due.select("customer_key", late=ibis.literal(0).cast("int8"))


@ibis.udf.scalar.builtin(name=SLICE)  # type: ignore[untyped-decorator]
def slice_of(instant: dt.timestamp, seconds: int) -> int:  # type: ignore[empty-body]
    """The number of the slice of time that an instant lies in."""


def _by_product() -> Any:
    """A changed product changes the past of everyone who bought it."""
    new = ibis.table({"product_id": "string"}, name=f"{NEWS}products")
    lines = ibis.table(TABLES["order_lines"].stored_types, name="order_lines").select(
        "order_id", "product_id"
    )
    bought = new.join(lines, "product_id").select("order_id").distinct()
    orders = ibis.table(TABLES["orders"].stored_types, name="orders").select("order_id", "customer_key")
    buyers = bought.join(orders, "order_id").select("customer_key").distinct()
    return buyers.mutate(late=ibis.literal(1).cast("int8"))
