"""Whom time may have moved: whose facts lie in spans of the past, whose silence passed a point of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

import ibis

from kogorta.compile.evaluate import SNAPSHOT_COLUMNS
from kogorta.membership.spans import Span
from kogorta.membership.touched import owners
from kogorta.schema import TABLES
from kogorta.traits.facts import BEHIND, Facts
from kogorta.traits.idioms import DAY_SECONDS, epoch_seconds, floor_div
from kogorta.warehouse.ddl import BOOKS

SNAPSHOT = "trait_snapshot"
_NOT_LOOKED_AT = ("valid_at", "received_at")
"""When a row was told; only of customers does it stand for a moment of their own."""
_BEHIND = {"message_events": BEHIND["message_events"], "returns": ("orders", "order_id")}
"""Whose facts are somebody's by another table, with instants of their own."""


def turned_by_facts(
    facts: Facts, spans: Sequence[Span], as_of: datetime, properties: dict[str, str], without: Sequence[str]
) -> list[Any]:
    """Return tables of customer_key: whose facts have an instant in one of the spans.

    Args:
        facts: The stored tables.
        spans: Of the past, or ahead.
        as_of: The instant of the run.
        properties: Columns of registered instants of customers, with their types.
        without: Tables that nothing asks for further back than the last run; of them only what came due is looked at.
    """
    found = []
    came_due = [span for span in spans if span.start <= as_of <= span.end]
    for name in TABLES:
        if facts.has(name):
            wanted = came_due if name in without else spans
            found += list(_of_table(name, wanted, properties if name == "customers" else {}))
    return found


def _of_table(name: str, spans: Sequence[Span], more: dict[str, str]) -> Iterator[Any]:
    table = TABLES[name]
    if not (table.has_customer or name in _BEHIND):
        return
    types = {**table.stored_types, **more}
    rows = ibis.table(types, name=name)
    # column by column: then the engine skips whole groups of rows by their least and greatest instant
    for column in _instants(name, types) if spans else ():
        inside = rows.filter(_in_spans(rows[column], spans))
        if table.has_customer:
            yield inside.select("customer_key")
        if name in _BEHIND:
            parent, key = _BEHIND[name]
            yield inside.join(owners(parent, key), key).select("customer_key")


def _instants(name: str, types: dict[str, str]) -> list[str]:
    return [
        column
        for column, kind in types.items()
        if kind.startswith("timestamp")
        and (column not in _NOT_LOOKED_AT or (name, column) == ("customers", "valid_at"))
    ]


def turned_by_log(spans: Sequence[Span], schemes: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: whom the log moved in one of the spans, in schemes whose past is asked for."""
    log = ibis.table(BOOKS["membership_changes"], name="membership_changes")
    if not (spans and schemes):
        return []
    return [log.filter(log.scheme.isin(schemes) & _in_spans(log["at"], spans)).select("customer_key")]


def turned_by_silence(before: datetime, now: datetime, new_seconds: int) -> Any:
    """Return customer_key of everyone whose silence passed a full day, or a point at which it means something.

    Args:
        before: The instant of the last run.
        now: That of this one.
        new_seconds: How long one stays new.
    """
    t = ibis.table(SNAPSHOT_COLUMNS, name=SNAPSHOT)
    was, now_is = (epoch_seconds(_literal(at)) - epoch_seconds(t.last_order_at) for at in (before, now))
    passed = [
        (was <= point) != (now_is <= point) for point in (t.at_risk_seconds, t.lost_seconds, new_seconds)
    ]
    full_day = floor_div(was, DAY_SECONDS) != floor_div(now_is, DAY_SECONDS)
    turned = reduce(
        lambda a, b: a | b, [ibis.coalesce(condition, False) for condition in (full_day, *passed)]
    )
    return t.filter(turned).select("customer_key")


def turned_by_zone(facts: Facts, zones: Sequence[str]) -> list[Any]:
    """Return tables of customer_key: who was ever said to live in one of the zones."""
    found = []
    if zones and facts.has("customers"):
        rows = ibis.table(TABLES["customers"].stored_types, name="customers")
        found.append(rows.filter(rows.timezone.isin(zones)).select("customer_key"))
    if zones and facts.has("attribute_changes"):
        rows = ibis.table(TABLES["attribute_changes"].stored_types, name="attribute_changes")
        found.append(rows.filter((rows.key == "timezone") & rows.to_value.isin(zones)).select("customer_key"))
    return found


def _in_spans(instant: Any, spans: Sequence[Span]) -> Any:
    return halved(
        [instant.between(_literal(span.start), _literal(span.end)) for span in spans], lambda a, b: a | b
    )


def halved(parts: Sequence[Any], join: Callable[[Any, Any], Any]) -> Any:
    """Join many parts two by two, so that what comes of them is not as deep as they are many."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return join(halved(parts[:middle], join), halved(parts[middle:], join))


def _literal(instant: datetime) -> Any:
    return ibis.literal(instant, type="timestamp(6)")
