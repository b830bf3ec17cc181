"""Who had something new since a run: by facts of the time after it, or by facts of the time before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from kogorta.schema import TABLES
from kogorta.traits.facts import INSTANT_PARAMS, Facts
from kogorta.traits.idioms import flag
from kogorta.warehouse.moments import MOMENTS, SLICE_SECONDS, STORED
from kogorta.warehouse.sql import SLICE

SINCE_PARAMS = {**INSTANT_PARAMS, "since_at": "timestamp(6)", "since_seq": "int64"}
_UNDATED = "1970-01-01T00:00:00"
_BY_ORDER = ("order_lines", "discounts", "returns")


def touched(facts: Facts) -> Any:
    """Return customer_key and `late`: 1 if something older than the run was learned after it.

    Looks at facts learned after the last run, and at facts that lie between the two instants.
    """
    parts = [
        part
        for name in TABLES
        if facts.has(name) and TABLES[name].has_customer
        for part in ([_of_table(facts, name)] if name not in MOMENTS else _of_moments(name))
    ]
    if facts.has("orders"):
        parts += [_by_order(name) for name in _BY_ORDER if facts.has(name)]
    if facts.has("messages", "message_events"):
        parts.append(_by_message())
    if facts.has("orders", "order_lines", "products"):
        parts.append(_by_product())
    united = parts[0]
    for part in parts[1:]:
        united = united.union(part)
    known = facts.person(united.filter(united.customer_key.notnull()))
    return known.group_by("customer_key").agg(late=known.late.max())


def _new_rows(name: str, *columns: str) -> Any:
    """Return what was learned since, and what came due: apart, so that an engine finds either without reading all rows."""
    rows = _visible(name)
    learned, due = rows.filter(rows.ingest_seq > rows.since_seq), rows.filter(rows.valid_at >= rows.since_at)
    return _told(learned, *columns).union(_told(due, *columns))


def _visible(name: str) -> Any:
    rows = _given(ibis.table(TABLES[name].stored_types, name=name))
    return rows.filter((rows.valid_at < rows.as_of) & (rows.ingest_seq <= rows.known_seq))


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


def _of_table(facts: Facts, name: str) -> Any:
    key = TABLES[name].stored_key
    if name not in facts.shape.versioned or "customer_key" in key:
        return _new_rows(name, "customer_key")
    # what becomes another's is news of whomever it was before, too
    return _new_rows(name, *key).join(owners(name, *key), list(key)).select("customer_key", "late")


def owners(table: str, *key: str) -> Any:
    """Return key and customer_key of everyone to whom a version of an order, or of a message, gave it."""
    rows = ibis.table(TABLES[table].stored_types, name=table)
    return rows.select(*key, "customer_key")


@ibis.udf.scalar.builtin(name=SLICE)  # type: ignore[untyped-decorator]
def slice_of(instant: dt.timestamp, seconds: int) -> int:  # type: ignore[empty-body]
    """The number of the slice of time that an instant lies in."""


def _by_order(name: str) -> Any:
    new = _new_rows(name, "order_id")
    return new.join(owners("orders", "order_id"), "order_id").select("customer_key", "late")


def _by_message() -> Any:
    new = _new_rows("message_events", "message_id")
    return new.join(owners("messages", "message_id"), "message_id").select("customer_key", "late")


def _by_product() -> Any:
    """A changed product changes the past of everyone who bought it."""
    new = _new_rows("products", "product_id").select("product_id").distinct()
    lines = ibis.table(TABLES["order_lines"].stored_types, name="order_lines").select(
        "order_id", "product_id"
    )
    bought = new.join(lines, "product_id").select("order_id").distinct()
    buyers = bought.join(owners("orders", "order_id"), "order_id").select("customer_key").distinct()
    return buyers.mutate(late=ibis.literal(1).cast("int8"))
