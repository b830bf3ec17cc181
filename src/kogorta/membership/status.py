"""How fresh each scheme and segment is, what is late, and why a refresh that failed did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kogorta.durations import Duration
from kogorta.membership.attempts import Failure, last_failure
from kogorta.membership.cadence import cadence_of, is_over
from kogorta.membership.runs import Standing, standings
from kogorta.membership.versions import Version, current_versions
from kogorta.membership.view import View, window_of
from kogorta.vocab import Freshness


@dataclass(frozen=True)
class Position:
    """How fresh one scheme or free segment is.

    Attributes:
        id: Its id.
        cadence: How often it is to be brought up to date; None for with every refresh.
        as_of: As of when it was last; UTC without a zone. None if it never was.
        due_at: When its cadence is over; None where it has none, or it never was brought up to date.
        imports_since: How many imports it does not know yet.
        freshness: What follows of all that.
    """

    id: str
    cadence: Duration | None
    as_of: datetime | None
    due_at: datetime | None
    imports_since: int
    freshness: Freshness


@dataclass(frozen=True)
class Status:
    """How fresh everything is.

    Attributes:
        at: The instant that ages are counted from; UTC without a zone.
        positions: Of every scheme and free segment, ready ones first.
        failure: Why the last refresh did not come to its end; None if it did.
    """

    at: datetime
    positions: tuple[Position, ...]
    failure: Failure | None

    @property
    def is_good(self) -> bool:
        """Whether nothing failed and nothing is late by more than a whole cadence."""
        late = {Freshness.STALE, Freshness.NEVER}
        return self.failure is None and not any(item.freshness in late for item in self.positions)


def status(view: View) -> Status:
    """Tell how fresh everything is as of the view's instant: by the runs that can be seen from it and the imports that are known."""
    known = standings(view.warehouse, view.instant)
    rfm = view.stored_frame("rfm")
    versions = current_versions(view, rfm.chosen_window if rfm else window_of(view.config))
    imports = [
        seq
        for (seq,) in view.warehouse.rows(
            "SELECT ingest_seq FROM batches WHERE rows_loaded + rows_updated > 0 AND ingest_seq <= ?",
            [view.instant.known_seq],
        )
    ]
    positions = tuple(_position(view, id_, known.get(id_), versions, imports) for id_ in view.schemes)
    return Status(view.instant.as_of, positions, last_failure(view.warehouse, view.instant.as_of))


def _position(
    view: View, id_: str, standing: Standing | None, versions: Mapping[str, Version], imports: list[int]
) -> Position:
    cadence = cadence_of(view.schemes[id_], view.own.get(id_), view.config)
    if standing is None:
        return Position(id_, cadence, None, None, len(imports), Freshness.NEVER)
    as_of = standing.run.as_of
    since = sum(seq > standing.run.known_seq for seq in imports)
    if standing.version != versions[id_].number:
        found = Freshness.CHANGED
    else:
        found = _freshness(view.instant.as_of - as_of, cadence, since)
    return Position(id_, cadence, as_of, as_of + cadence.delta if cadence else None, since, found)


def _freshness(age: timedelta, cadence: Duration | None, imports_since: int) -> Freshness:
    """Judge an age; what has no cadence is due with the next import."""
    if cadence is None:
        return Freshness.DUE if imports_since else Freshness.FRESH
    if age >= 2 * cadence.delta:
        return Freshness.STALE
    return Freshness.DUE if is_over(age, cadence) else Freshness.FRESH
