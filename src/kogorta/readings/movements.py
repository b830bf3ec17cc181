"""Who went from which segment to which between two refreshes, out of the log that a reading keeps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kogorta.errors import InputError
from kogorta.warehouse.copies import Copy


@dataclass(frozen=True, slots=True)
class Run:
    """A refresh: its number, and as of when it stands (UTC without a zone)."""

    run_id: int
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """The people of a scheme who were in one segment after a refresh and in one after a later refresh.

    Attributes:
        scheme: Its id.
        source, target: Segments of it; None is outside the scheme.
        start, end: Numbers of the refreshes.
    """

    scheme: str
    source: str | None
    target: str | None
    start: int
    end: int

    def __post_init__(self) -> None:
        if self.source is None and self.target is None:
            raise InputError("who is in the scheme at neither instant did not move", got=self.scheme)


# of one run, who changes leaves first and enters second; an empty text is outside the scheme
_FROM = "arg_min(CASE op WHEN 'leave' THEN segment ELSE '' END, 2 * run_id + CAST(op = 'enter' AS INTEGER))"
_TO = "arg_max(CASE op WHEN 'enter' THEN segment ELSE '' END, 2 * run_id + CAST(op = 'enter' AS INTEGER))"

_STATE = f"""
    SELECT customer_key, segment FROM memberships WHERE scheme = ? AND customer_key NOT IN (
        SELECT customer_key FROM changes WHERE scheme = ? AND run_id > ?)
    UNION ALL
    SELECT customer_key, segment FROM (
        SELECT customer_key, {_FROM} AS segment FROM changes WHERE scheme = ? AND run_id > ? GROUP BY customer_key
    ) WHERE segment <> ''"""
"""Where the people of a scheme stood after a refresh: whoever moved later stood where he first left."""

_MOVED = f"""
    SELECT nullif(source, '') AS source, nullif(target, '') AS target, count(*) AS people FROM (
        SELECT {_FROM} AS source, {_TO} AS target FROM changes
        WHERE scheme = ? AND run_id > ? AND run_id <= ? GROUP BY customer_key
    ) GROUP BY ALL"""


def state(scheme: str, run_id: int) -> tuple[str, list[object]]:
    """Return where the people of a scheme stood after a refresh (customer_key, segment) as SQL, and what is bound to it."""
    return _STATE, [scheme, scheme, run_id, scheme, run_id]


def moved(move: Move) -> tuple[str, list[object]]:
    """Return the condition of being among those who moved so, over `people p`, as SQL, and what is bound to it."""
    parts: list[str] = []
    values: list[object] = []
    for segment, run_id in ((move.source, move.start), (move.target, move.end)):
        query, bound = state(move.scheme, run_id)
        if segment is None:
            parts.append(f"p.customer_key NOT IN (SELECT customer_key FROM ({query}))")
            values += bound
        else:
            parts.append(f"p.customer_key IN (SELECT customer_key FROM ({query}) WHERE segment = ?)")
            values += [*bound, segment]
    return " AND ".join(parts), values


class Movements:
    """Answers who moved where.

    Args:
        copy: The open reading.
    """

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def runs(self, scheme: str) -> list[Run]:
        """Return the refreshes whose state of a scheme can be told, the newest first: none before it was first recorded."""
        rows = self._copy.rows(
            "SELECT run_id, as_of FROM runs WHERE run_id >= (SELECT run_id FROM firsts WHERE scheme = ?)"
            " ORDER BY run_id DESC",
            [scheme],
        )
        return [Run(**row) for row in rows]

    def between(self, scheme: str, start: int, end: int) -> dict[tuple[str | None, str | None], int]:
        """Count who went from where to where between two refreshes of `runs`; None is outside the scheme.

        Whoever stayed is counted, too; whoever came in and left again in between is not.
        """
        rows = self._copy.rows(_MOVED, [scheme, start, end])
        found = {(row["source"], row["target"]): row["people"] for row in rows}
        found.pop((None, None), None)
        for segment, people in self._sizes(scheme, start).items():
            gone = sum(n for (source, _), n in found.items() if source == segment)
            if people > gone:
                found[segment, segment] = found.get((segment, segment), 0) + people - gone
        return found

    def _sizes(self, scheme: str, run_id: int) -> dict[str, int]:
        rows = self._copy.rows(
            "SELECT segment, arg_max(people, run_id) AS people FROM sizes WHERE scheme = ? AND run_id <= ? GROUP BY segment",
            [scheme, run_id],
        )
        return {row["segment"]: row["people"] for row in rows}
