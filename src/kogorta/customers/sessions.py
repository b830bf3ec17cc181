"""What one customer did on a site or in an app, told by session; and calls, which are events, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import ibis
import pyarrow as pa

from kogorta.customers.model import Moment, MomentKind
from kogorta.membership.alone import Alone
from kogorta.schema.types import STORAGE
from kogorta.today import CALL_MADE
from kogorta.traits.facts import scratch

MOST_EVENTS = 50
"""Of a session so many events are told one by one, the last ones; all of them are counted."""

_SHOWN = "k_shown"
_COLUMNS = ("event_id", "name", "at", "device", "url", "utm_source", "utm_campaign", "product_id", "category")


def sessions(alone: Alone, most: int) -> list[Moment]:
    """Return what was done, an entry for each session; events without one are told by local day.

    An entry stands at its last event; its values are `first_at`, `last_at` and `events`, their number.
    """
    if not alone.view.steps.facts.has("events"):
        return []
    rows = _acts(alone)
    grouped = rows.group_by("visit").agg(
        first_at=rows["at"].min(), last_at=rows["at"].max(), events=rows.count().cast("int64")
    )
    newest = grouped.order_by(grouped.last_at.desc()).limit(most)
    return [
        Moment(MomentKind.SESSION, row["last_at"], row["visit"], row) for row in alone.view.steps.rows(newest)
    ]


def with_events(alone: Alone, moments: Sequence[Moment]) -> list[Moment]:
    """Return entries, those of sessions with their events: `counts` by name, and the last `events`."""
    wanted = [moment.id for moment in moments if moment.kind is MomentKind.SESSION]
    if not wanted:
        return list(moments)
    rows = _acts(alone)
    alone.view.session.load(_SHOWN, pa.table({"visit": pa.array(wanted, pa.string())}))
    theirs = rows.semi_join(scratch(_SHOWN, {"visit": "string"}), "visit").select("visit", *_COLUMNS)
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in alone.view.steps.rows(theirs.order_by([theirs["at"].desc(), theirs.event_id])):
        found.setdefault(row.pop("visit"), []).append(row)
    return [
        replace(moment, parts=_told(found[moment.id])) if moment.kind is MomentKind.SESSION else moment
        for moment in moments
    ]


def calls(alone: Alone, most: int) -> list[Moment]:
    """Return the calls that were made to him, with what came of each: `outcome` and `note`, where they are told."""
    specs = [spec for spec in alone.view.warehouse.properties("events") if spec.scope == CALL_MADE]
    if not specs or not alone.view.steps.facts.has("events"):
        return []
    facts = alone.view.steps.facts
    columns = ["customer_key", "event_id", "name", "at"]
    more = {spec.column: STORAGE[spec.type] for spec in specs}
    rows = alone.his(facts.last_versions("events", columns, more))
    made = rows.filter((rows.name == CALL_MADE) & (rows["at"] < rows.as_of))
    told = made.select("event_id", "at", **{spec.name: made[spec.column] for spec in specs})
    newest = told.order_by(told["at"].desc()).limit(most)
    return [Moment(MomentKind.CALL, row["at"], row["event_id"], row) for row in alone.view.steps.rows(newest)]


def _acts(alone: Alone) -> Any:
    """Return his events, each with the session or the local day that it belongs to, as `visit`; calls left out."""
    facts = alone.view.steps.facts
    rows = facts.last_versions("events", ["customer_key", "at_date", "session_id", *_COLUMNS])
    mine = alone.his(rows)
    known = mine.filter((mine["at"] < mine.as_of) & (mine.name != CALL_MADE))
    return known.mutate(visit=ibis.coalesce(known.session_id.nullif(""), known.at_date.cast("string")))


def _told(events: Sequence[Mapping[str, Any]]) -> dict[str, tuple[Mapping[str, Any], ...]]:
    counted = Counter(event["name"] for event in events)
    counts = tuple({"name": name, "events": number} for name, number in counted.most_common())
    return {"counts": counts, "events": tuple(events[:MOST_EVENTS])}
