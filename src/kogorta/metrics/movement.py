"""What became of those who were in a segment at an earlier instant: where they went, who ordered again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from kogorta.membership.view import View
from kogorta.metrics.groups import Moves, Return
from kogorta.metrics.ledger import Ledger
from kogorta.traits.facts import scratch
from kogorta.traits.idioms import count_if

THEN = "m_then"
MOVED = {"rfm_simple": "rfm_simple", "lifecycle": "lifecycle_stage"}
"""Schemes whose movements are shown, and the trait that names the segment."""

_COLUMNS = ("rfm_simple", "lifecycle_stage", "lifecycle_reason")


@dataclass(frozen=True)
class State:
    """Where everyone stood at an instant.

    Attributes:
        at: The instant; UTC without a zone.
        rows: customer_key and the segments.
    """

    at: datetime
    rows: pa.Table


def state_of(view: View) -> State:
    """Keep where everyone stands as of a view, read against the frames of its instant."""
    rows = view.session.fetch(view.traits.select("customer_key", *_COLUMNS), view.instant.bindings)
    return State(view.instant.as_of, rows)


class Movement:
    """Everyone of two instants, counted by where he stood at both."""

    def __init__(self, then: State, ledger: Ledger) -> None:
        self.then = then
        self.now = ledger.view.instant.as_of
        self._rows = ledger.rows(_both(then, ledger))

    def moves(self, scheme: str) -> Moves:
        """Count the movements of one scheme; None is outside its base."""
        trait = MOVED[scheme]
        counts: dict[tuple[str | None, str | None], int] = defaultdict(int)
        for row in self._rows:
            counts[row[f"then_{trait}"], row[trait]] += row["customers"]
        counts.pop((None, None), None)
        ordered = sorted(counts, key=lambda pair: (pair[0] or "", pair[1] or ""))
        return Moves(scheme, self.then.at, self.now, {pair: counts[pair] for pair in ordered})

    def returns(self, stages: Sequence[str]) -> tuple[Return, ...]:
        """Count who ordered again: each stage as a whole, then by reason."""
        counts: dict[tuple[str, str | None], list[int]] = {(stage, None): [0, 0] for stage in stages}
        for row in self._rows:
            stage, reason = row["then_lifecycle_stage"], row["then_lifecycle_reason"]
            for place in {(stage, None), (stage, reason)}:
                if stage is not None:
                    pair = counts.setdefault(place, [0, 0])
                    pair[0] += row["customers"]
                    pair[1] += row["came_back"]
        order = sorted(counts, key=lambda place: (stages.index(place[0]), place[1] or ""))
        return tuple(Return(*place, *counts[place]) for place in order)


def _both(then: State, ledger: Ledger) -> Any:
    view = ledger.view
    view.session.load(THEN, then.rows)
    earlier = scratch(THEN, {"customer_key": "int64", **dict.fromkeys(_COLUMNS, "string")})
    earlier = earlier.select(
        then_key="customer_key",
        **{f"then_{name}": earlier[name] for name in _COLUMNS},
    )
    traits = view.traits.select("customer_key", *_COLUMNS, "last_order_at", "silence_seconds")
    rows = traits.outer_join(earlier, traits.customer_key == earlier.then_key)
    keys = [*[f"then_{name}" for name in _COLUMNS], *_COLUMNS]
    seconds = int((view.instant.as_of - then.at).total_seconds())
    if ledger.steps.by_account:
        # The life of an account is that of all its people: one of them came back, and it did.
        back = rows.silence_seconds <= seconds
    else:
        back = rows.last_order_at >= then.at
    return rows.group_by(keys).agg(customers=rows.count().cast("int64"), came_back=count_if(back))
