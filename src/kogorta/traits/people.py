"""Everyone whom the business knew as of an instant, and what messages they got."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.facts import Facts, params
from kogorta.traits.idioms import DAY_SECONDS, epoch_seconds, flag
from kogorta.vocab import MessageEventKind
from kogorta.warehouse.ddl import BOOKS

ANONYMOUS = "anonymous"
_UNDATED = "1970-01-01T00:00:00"
_SETTLED_SECONDS = 3 * DAY_SECONDS
"""A message has had its time to be opened after 72 hours."""


def everyone(facts: Facts) -> Any:
    """Return `customer_key` of everyone visible: by a dated fact, or else by when he was imported."""
    parts = [_dated(name) for name in TABLES if facts.has(name) and _shows_people(name)]
    if facts.has("customers"):
        parts.append(_undated_customers())
    if not parts:
        return ibis.memtable({"customer_key": []}, schema={"customer_key": "int64"})
    seen = parts[0]
    for part in parts[1:]:
        seen = seen.union(part)
    return named_people(facts, facts.person(seen).distinct())


def _shows_people(name: str) -> bool:
    table = TABLES[name]
    return table.has_customer and table.at is not None


def _dated(name: str) -> Any:
    table = TABLES[name]
    rows = ibis.table(table.stored_types, name=name).cross_join(params())
    seen = rows.filter((rows.valid_at < rows.as_of) & (rows.ingest_seq <= rows.known_seq))
    dated = seen.filter(seen.customer_key.notnull() & (seen.valid_at > ibis.timestamp(_UNDATED)))
    return dated.select("customer_key").distinct()


def _undated_customers() -> Any:
    rows = ibis.table(TABLES["customers"].stored_types, name="customers").cross_join(params())
    batches = ibis.table(BOOKS["batches"], name="batches")
    known = rows.filter((rows.ingest_seq <= rows.known_seq) & rows.created_at.isnull())
    joined = known.join(batches, known.ingest_seq == batches.ingest_seq)
    return joined.filter(joined.imported_at < joined.as_of).select("customer_key").distinct()


def named_people(facts: Facts, people: Any) -> Any:
    """Leave out browsers and devices of which nobody knows whose they are."""
    if not facts.has("events"):
        return people
    ids = ibis.table(BOOKS["customer_ids"], name="customer_ids")
    named = facts.person(ids.filter(ids.id_space != ANONYMOUS).select("customer_key")).distinct()
    return people.semi_join(named, "customer_key")


def settled_messages(facts: Facts) -> Any:
    """Messages sent at least 72 hours ago: customer_key, message_id, send_at, opened (by a person)."""
    sent = facts.last_versions("messages", ["customer_key", "message_id", "send_at"])
    sent = sent.filter(epoch_seconds(sent.send_at) <= epoch_seconds(sent.as_of) - _SETTLED_SECONDS)
    sent = facts.person(sent.select("customer_key", "message_id", "send_at"))
    if not facts.has("message_events"):
        return sent.mutate(opened=ibis.literal(0).cast("int64"))
    events = facts.last_versions("message_events", ["message_id", "kind", "machine"])
    opens = events.filter(
        (events.kind == MessageEventKind.OPENED.value) & ~ibis.coalesce(events.machine, False)
    )
    opened = opens.select("message_id").distinct().mutate(by_person=ibis.literal(1))
    joined = sent.left_join(opened, "message_id")
    return joined.select(*sent.columns, opened=flag(joined.by_person.notnull()).cast("int64"))
