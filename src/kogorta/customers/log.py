"""What the house's own books tell of one customer: segments entered and left, ids joined and parted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kogorta.customers.model import Moment, MomentKind
from kogorta.identity.links import links_of
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.view import View
from kogorta.warehouse.store import Warehouse

_MOVES = """
SELECT l.run_id, l."at", l.scheme, l.segment, l.op, l.cause
FROM membership_changes l JOIN runs r USING (run_id)
WHERE l.customer_key = ? AND l."at" <= ?
ORDER BY l.run_id, l.scheme, l.op DESC
"""


def segment_moments(view: View, customer_key: int) -> list[Moment]:
    """Return how a person moved between segments, an entry for each refresh that moved him.

    Its `moves` have scheme, was, now and cause; schemes that say nothing of this base are left out.
    """
    shown = view.schemes.keys() - hidden_schemes(view.frames)
    runs: dict[int, dict[tuple[str, str], dict[str, Any]]] = {}
    instants: dict[int, datetime] = {}
    for run, at, scheme, segment, op, cause in view.warehouse.rows(
        _MOVES, [customer_key, view.instant.as_of]
    ):
        if scheme not in shown:
            continue
        moves = runs.setdefault(run, {})
        move = moves.setdefault((scheme, cause), {"scheme": scheme, "was": None, "now": None, "cause": cause})
        move["now" if op == "enter" else "was"] = segment
        instants[run] = at
    return [
        Moment(
            MomentKind.SEGMENTS,
            instants[run],
            str(run),
            {"run_id": run},
            {"moves": tuple(moves.values())},
        )
        for run, moves in runs.items()
    ]


def identity_moments(warehouse: Warehouse, customer_id: str, as_of: datetime) -> list[Moment]:
    """Return when ids of a person were joined to others, and when that was taken back: `is_revoked` tells which."""
    found = []
    for link in links_of(warehouse, customer_id).links:
        values = {"a": link.a, "b": link.b, "rule": link.rule, "evidence": link.evidence}
        instants = [(link.at, False), *([(link.revoked_at, True)] if link.revoked_at else [])]
        found += [
            Moment(
                MomentKind.IDENTITY,
                at,
                f"{link.a} {link.b} {link.rule}",
                {**values, "is_revoked": is_revoked},
            )
            for at, is_revoked in instants
            if at <= as_of
        ]
    return found
