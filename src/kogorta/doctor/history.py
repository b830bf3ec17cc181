"""How the sizes of segments went from refresh to refresh, as the log has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kogorta.definitions.schemes import Scheme
from kogorta.membership.view import View
from kogorta.vocab import Cause, ChangeOp

ARTIFICIAL = (Cause.INITIAL, Cause.DEFINITION, Cause.ERASURE, Cause.MERGE)
"""Causes that are no life of customers: what they move is no swing."""

_LIVED = "c.cause NOT IN ({})".format(", ".join(f"'{cause.value}'" for cause in ARTIFICIAL))

_RUNS = """
SELECT d.definition, r.as_of
FROM run_definitions d JOIN runs r USING (run_id)
WHERE d.version IS NOT NULL AND r.as_of <= ? AND r.known_seq <= ?
ORDER BY r.run_id
"""

_MOVES = f"""
SELECT c.scheme, c.segment, r.as_of,
    CAST(sum(CASE WHEN c.op = '{ChangeOp.ENTER.value}' THEN 1 ELSE -1 END) AS BIGINT) AS moved,
    CAST(coalesce(sum(CASE WHEN c.op = '{ChangeOp.ENTER.value}' THEN 1 ELSE -1 END)
        FILTER ({_LIVED}), 0) AS BIGINT) AS lived
FROM membership_changes c JOIN runs r USING (run_id)
WHERE r.as_of <= ? AND r.known_seq <= ?
GROUP BY c.scheme, c.segment, r.run_id, r.as_of
ORDER BY r.run_id
"""  # noqa: S608  words of our own

_ARRIVALS = f"""
SELECT c.scheme, c.segment, count(DISTINCT c.customer_key)
FROM membership_changes c JOIN runs r USING (run_id)
WHERE r.as_of <= ? AND r.known_seq <= ? AND r.as_of >= ? AND c.op = '{ChangeOp.ENTER.value}' AND {_LIVED}
GROUP BY c.scheme, c.segment
"""  # noqa: S608  words of our own


@dataclass(frozen=True, slots=True)
class Move:
    """What one refresh changed in the size of a segment.

    Attributes:
        at: As of when; UTC without a zone.
        before: How many people were in it before.
        lived: By how many it grew, below 0 shrank, by what customers did or did not do.
    """

    at: datetime
    before: int
    lived: int


@dataclass(frozen=True, slots=True)
class Course:
    """How the size of a segment went.

    Attributes:
        refreshed_at: As of when it was brought up to date, each time; UTC without a zone.
        moves: Of the refreshes in which somebody entered or left.
        people: How many are in it now, by the log.
        arrived: How many have entered it lately, each once.
    """

    refreshed_at: tuple[datetime, ...]
    moves: tuple[Move, ...]
    people: int
    arrived: int


def courses(view: View, schemes: Iterable[Scheme], days: int) -> Mapping[str, Course]:
    """Return how the size of each segment went up to the view's instant, by full id.

    Args:
        view: The base.
        schemes: Whose segments.
        days: How long ago is lately.
    """
    instant = [view.instant.as_of, view.instant.known_seq]
    refreshed: dict[str, list[datetime]] = {}
    for definition, at in view.warehouse.rows(_RUNS, instant):
        refreshed.setdefault(definition, []).append(at)
    moves: dict[tuple[str, str], list[Move]] = {}
    people: dict[tuple[str, str], int] = {}
    for scheme, segment, at, moved, lived in view.warehouse.rows(_MOVES, instant):
        key = (scheme, segment)
        moves.setdefault(key, []).append(Move(at, people.get(key, 0), lived))
        people[key] = people.get(key, 0) + moved
    since = view.instant.as_of - timedelta(days=days)
    arrived = {
        (scheme, segment): people
        for scheme, segment, people in view.warehouse.rows(_ARRIVALS, [*instant, since])
    }
    return {
        item.segment_id(segment): Course(
            tuple(refreshed.get(item.id, ())),
            tuple(moves.get((item.id, segment), ())),
            people.get((item.id, segment), 0),
            arrived.get((item.id, segment), 0),
        )
        for item in schemes
        for segment in item.segments
    }
