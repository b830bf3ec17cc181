"""What the log knows of conditions with `held_for`: since when refreshes record them, and since when one person has held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import InSegment, Trait
from kogorta.definitions.recorded import log_conditions, log_place
from kogorta.membership.view import View
from kogorta.vocab import ChangeOp

Held = Trait | InSegment
"""A condition with `held_for` that asks the log."""


@dataclass(frozen=True)
class Record:
    """What the log knows of one condition and one person before an instant.

    Attributes:
        known_since: As of when the first of the refreshes recorded it that have done so without a gap; UTC without a zone.
            None if the last one did not.
        since: Since when he has held without a break; None if he did not hold at the last of them.
    """

    known_since: datetime | None
    since: datetime | None


def record_of(view: View, node: Held, keys: Sequence[int]) -> Record:
    """Return what the log knew of a condition and a person at the view's instant.

    Args:
        view: The base.
        node: The condition.
        keys: All keys of the person.
    """
    return Record(recorded_since(view, node), _held_since(view, node, keys))


def unrecorded(view: View, definitions: Iterable[Definition]) -> tuple[Held, ...]:
    """Return the conditions of definitions that are true of nobody because no refresh before the view's instant recorded them."""
    return tuple(
        node for node in log_conditions(definitions, view.catalogue) if recorded_since(view, node) is None
    )


def recorded_since(view: View, node: Held) -> datetime | None:
    """Return as of when the first refresh recorded a condition, of those that have done so without a gap."""
    scheme, _ = log_place(node)
    instant = view.instant
    rows = view.warehouse.rows(
        """WITH told AS (
            SELECT r.run_id, r.as_of, d.version FROM runs r JOIN run_definitions d USING (run_id)
            WHERE d.definition = ? AND r.as_of < ? AND r.known_seq <= ?
        )
        SELECT min(as_of) FROM told
        WHERE run_id > (SELECT coalesce(max(run_id), 0) FROM told WHERE version IS NULL)""",
        [scheme, instant.as_of, instant.known_seq],
    )
    found: datetime | None = rows[0][0]
    return found


def _held_since(view: View, node: Held, keys: Sequence[int]) -> datetime | None:
    scheme, segment = log_place(node)
    rows = view.warehouse.rows(
        f"""SELECT c.at, c.op FROM membership_changes c JOIN runs r ON r.run_id = c.run_id
        WHERE c.scheme = ? AND c.segment = ? AND c.at < ? AND r.known_seq <= ?
            AND c.customer_key IN ({", ".join(map(str, map(int, keys)))})
        ORDER BY c.at""",  # noqa: S608  whole numbers
        [scheme, segment, view.instant.as_of, view.instant.known_seq],
    )
    inside, since = 0, None
    for at, changes in groupby(rows, key=lambda row: row[0]):
        inside += sum(1 if op == ChangeOp.ENTER.value else -1 for _, op in changes)
        if inside < 1:
            since = None
        elif since is None:
            since = at
    return since
