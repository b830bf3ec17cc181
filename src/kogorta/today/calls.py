"""Calls that were made, and people who do not want any."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kogorta.membership.view import View
from kogorta.schema.types import STORAGE
from kogorta.today.model import CALL_MADE, OutcomeOfCall
from kogorta.traits.idioms import numbered
from kogorta.traits.reach import KINDS_TABLE, WORDS_TABLE, channel_kinds, channel_words, reach

CHANNEL = "call"
OUTCOME = "outcome"


def recent_calls(view: View, keys: Iterable[int]) -> dict[int, tuple[datetime, OutcomeOfCall]]:
    """Return when people were called last, UTC without a zone, and what came of it; by customer_key."""
    wanted = set(keys)
    return {key: found for key, found in _last_calls(view).items() if key in wanted}


def calls_since(view: View, instant: datetime) -> dict[int, tuple[datetime, OutcomeOfCall]]:
    """Return who was called at an instant or after it, when last, and what came of it; by customer_key."""
    return {key: found for key, found in _last_calls(view).items() if found[0] >= instant}


def _last_calls(view: View) -> dict[int, tuple[datetime, OutcomeOfCall]]:
    spec = next(
        (
            spec
            for spec in view.warehouse.properties("events")
            if (spec.scope, spec.name) == (CALL_MADE, OUTCOME)
        ),
        None,
    )
    if spec is None or not view.steps.facts.has("events"):
        return {}
    facts = view.steps.facts
    rows = facts.last_versions(
        "events", ["customer_key", "event_id", "name", "at"], {spec.column: STORAGE[spec.type]}
    )
    made = rows.filter((rows.name == CALL_MADE) & (rows["at"] < rows.as_of) & rows.customer_key.notnull())
    calls = facts.person(made.select("customer_key", "event_id", "at", outcome=made[spec.column]))
    ranked = numbered(calls, ["customer_key"], [calls["at"].desc(), calls.event_id])
    return {
        row["customer_key"]: (row["at"], OutcomeOfCall(row["outcome"]))
        for row in view.steps.rows(ranked.filter(ranked.rank_no == 1))
        if row["outcome"] in _WORDS
    }


_WORDS = {word.value for word in OutcomeOfCall}


def unwilling(view: View, keys: Iterable[int]) -> set[int]:
    """Return those of some people who took back their consent to be called."""
    facts = view.steps.facts
    if not facts.has("contacts", "consents"):
        return set()
    view.session.load(KINDS_TABLE, channel_kinds())
    view.session.load(WORDS_TABLE, channel_words())
    rows: Any = reach(facts)
    refused = rows.filter((rows.channel == CHANNEL) & (rows.is_withdrawn == 1)).select("customer_key")
    return {row["customer_key"] for row in view.steps.rows(refused)}.intersection(keys)
