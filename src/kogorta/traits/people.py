"""Everyone whom the business knew as of an instant, and what messages they got."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis

from kogorta.schema import TABLES
from kogorta.traits.facts import IDENTITY, IDENTITY_SCHEMA, Facts, params, scratch
from kogorta.traits.idioms import beside, flag
from kogorta.traits.reach import tells_openings
from kogorta.vocab import MessageEventKind
from kogorta.warehouse.ddl import BOOKS

ANONYMOUS = "anonymous"


def everyone(facts: Facts) -> Any:
    """Return `customer_key` of everyone visible: by a dated fact, or else by when he was imported."""
    parts = [_dated(facts, name) for name in TABLES if facts.has(name) and _shows_people(name)]
    parts += [_undated(facts, name) for name in ("customers", "contacts") if facts.has(name)]
    if not facts.has("events"):
        return _people(facts, parts)
    # events are many: only those are looked for that nothing else shows and whose name is known
    names = facts.book("customer_ids")
    named = facts.person(names.filter(names.id_space != ANONYMOUS).select("customer_key")).distinct()
    seen = _people(facts, parts).semi_join(named, "customer_key")
    ids = ids_of(facts, named.anti_join(seen, "customer_key"))
    others = _dated(facts, "events", ids.select("customer_key"))
    return seen.union(_people(facts, [others]))


def _people(facts: Facts, parts: Sequence[Any]) -> Any:
    """Return the people to whom keys belong, once each."""
    if not parts:
        nobody = ibis.table(TABLES["customers"].stored_types, name="customers").filter(ibis.literal(False))
        return nobody.select("customer_key")
    seen = parts[0]
    for part in parts[1:]:
        seen = seen.union(part)
    # some tables are read whole, and show others too
    return facts.scoped(facts.person(seen).distinct())


def ids_of(facts: Facts, people: Any) -> Any:
    """Return customer_key, person_key: all ids of people, their own among them."""
    own = people.select("customer_key", person_key=people.customer_key)
    if not facts.shape.has_aliases:
        return own
    aliases = scratch(IDENTITY, IDENTITY_SCHEMA)
    found = aliases.semi_join(people, aliases.person_key == people.customer_key)
    return own.union(found.select("customer_key", "person_key"))


def _shows_people(name: str) -> bool:
    table = TABLES[name]
    return table.has_customer and table.at is not None and name != "events"


def _dated(facts: Facts, name: str, among: Any = None) -> Any:
    """Customers of the facts of a table, or those among some; a version that was corrected shows nobody any more."""
    at = TABLES[name].at or ""
    rows = facts.last_versions(name, ["customer_key", at])
    if among is not None:
        rows = rows.semi_join(among, "customer_key")
    return (
        rows.filter(rows.customer_key.notnull() & (rows[at] < rows.as_of)).select("customer_key").distinct()
    )


def _undated(facts: Facts, name: str) -> Any:
    """Whoever stands in a row without a date of its own is known from the import of that row."""
    rows = facts.scoped(ibis.table(TABLES[name].stored_types, name=name)).cross_join(
        params().select("as_of", "known_seq")
    )
    batches = ibis.table(BOOKS["batches"], name="batches")
    known = rows.filter((rows.ingest_seq <= rows.known_seq) & rows[TABLES[name].at].isnull())
    joined = known.join(batches, known.ingest_seq == batches.ingest_seq)
    return joined.filter(joined.imported_at < joined.as_of).select("customer_key").distinct()


def settled_messages(facts: Facts) -> Any:
    """Messages sent at least 72 hours ago by channels that tell of openings: customer_key, message_id, send_at, opened (by a person)."""
    columns = ["customer_key", "message_id", "send_at"]
    sent = (
        facts.last_versions("messages", [*columns, "channel"])
        .select(*columns, "channel")
        .cross_join(params().select("settled_before"))
    )
    settled = (sent.send_at <= sent.settled_before) & tells_openings(sent.channel)
    sent = facts.person(sent.filter(settled).select(*columns))
    if not facts.has("message_events"):
        return sent.mutate(opened=ibis.literal(0).cast("int64"))
    events = facts.last_versions("message_events", ["message_id", "kind", "machine"])
    opens = events.filter(
        (events.kind == MessageEventKind.OPENED.value) & ~ibis.coalesce(events.machine, False)
    )
    opened = opens.select(opened_id=opens.message_id).distinct()
    joined = beside(sent, opened, "message_id", "opened_id")
    return joined.select(*columns, opened=flag(joined.opened_id.notnull()).cast("int64"))
