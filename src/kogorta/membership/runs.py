"""The book of runs: as of when, and against which frames, each definition was last brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kogorta.compile.steps import Instant
from kogorta.membership.versions import Version
from kogorta.warehouse.store import Warehouse


@dataclass(frozen=True)
class LastRun:
    """A run that is over.

    Attributes:
        run_id: Its number.
        as_of: As of when; UTC without a zone.
        known_seq: As far as what was known.
        finished_at: When it was written; UTC without a zone.
        frame_ids: The frames that it used.
        is_provisional: Whether the base's history was too short then to be sure of stages; None of runs that did
            not write it down.
    """

    run_id: int
    as_of: datetime
    known_seq: int
    finished_at: datetime
    frame_ids: frozenset[int]
    is_provisional: bool | None


@dataclass(frozen=True)
class Standing:
    """What the log knows of one definition.

    Attributes:
        version: The version that was last brought up to date.
        run: The run that did it.
    """

    version: int
    run: LastRun


@dataclass(frozen=True)
class Group:
    """Definitions that are brought up to date together, from one state of the log.

    Attributes:
        ids: Of the definitions; of schemes too.
        before: The run that all of them stand at; None where they are new, or mean something else than they did.
    """

    ids: frozenset[str]
    before: LastRun | None


_RUN = "run_id, as_of, known_seq, finished_at, frame_ids, is_provisional"


_SEEN = "as_of <= ? AND known_seq <= ?"
"""Whether a run can be seen from an instant: it stood no later, and knew no more."""
_OF_ALL = Instant(datetime.max, 2**63 - 1)  # noqa: DTZ901  instants are UTC without a zone


def last_run(warehouse: Warehouse, instant: Instant = _OF_ALL) -> LastRun | None:
    """Return the newest run that can be seen from an instant, if there was one; by default of all runs."""
    rows = warehouse.rows(
        f"SELECT {_RUN} FROM runs WHERE {_SEEN} ORDER BY run_id DESC LIMIT 1",  # noqa: S608  fixed words
        [instant.as_of, instant.known_seq],
    )
    return _run(*rows[0]) if rows else None


def standings(warehouse: Warehouse, instant: Instant = _OF_ALL) -> dict[str, Standing]:
    """Return what each definition stands at that some run brought up to date; what was taken away since is left out.

    Args:
        warehouse: The store.
        instant: Runs that cannot be seen from it are left out; by default all can.
    """
    rows = warehouse.rows(
        f"""WITH seen AS (SELECT {_RUN} FROM runs WHERE {_SEEN}),
        named AS (SELECT definition, version, run_id FROM run_definitions WHERE run_id IN (SELECT run_id FROM seen))
        SELECT d.definition, d.version, {_RUN}
        FROM (SELECT definition, max(run_id) AS run_id FROM named GROUP BY definition)
        JOIN named d USING (definition, run_id) JOIN seen USING (run_id)
        WHERE d.version IS NOT NULL ORDER BY d.definition""",  # noqa: S608  fixed words
        [instant.as_of, instant.known_seq],
    )
    runs: dict[int, LastRun] = {}
    found = {}
    for definition, version, run_id, *rest in rows:
        run = runs.setdefault(run_id, _run(run_id, *rest))
        found[definition] = Standing(version, run)
    return found


def _run(
    run_id: int,
    as_of: datetime,
    known_seq: int,
    finished_at: datetime,
    frame_ids: str,
    is_provisional: bool | None,
) -> LastRun:
    frames = frozenset(int(number) for number in frame_ids.split(","))
    return LastRun(run_id, as_of, known_seq, finished_at, frames, is_provisional)


def ever_recorded(warehouse: Warehouse) -> set[str]:
    """Return every definition that any run brought up to date."""
    rows = warehouse.rows("SELECT DISTINCT definition FROM run_definitions WHERE version IS NOT NULL")
    return {name for (name,) in rows}


def groups_of(versions: Mapping[str, Version], standing: Mapping[str, Standing]) -> list[Group]:
    """Divide definitions by the state that they stand at, so that each is compared with its own past.

    Args:
        versions: Of what is to be brought up to date.
        standing: What each stands at.

    Returns:
        Those that are new or mean something else first, then those that were brought up last longest ago.
    """
    new: set[str] = set()
    same: dict[int, set[str]] = {}
    runs: dict[int, Any] = {}
    for id_, version in versions.items():
        known = standing.get(id_)
        if known is None or known.version != version.number:
            new.add(id_)
        else:
            same.setdefault(known.run.run_id, set()).add(id_)
            runs[known.run.run_id] = known.run
    found = [Group(frozenset(new), None)] if new else []
    return found + [Group(frozenset(same[run_id]), runs[run_id]) for run_id in sorted(same)]
