"""Everything that is measured, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from kogorta.config import Config
from kogorta.membership.view import open_view
from kogorta.metrics.base import base_of
from kogorta.metrics.groups import Moves, Return
from kogorta.metrics.kpis import kpis_of
from kogorta.metrics.ledger import Ledger
from kogorta.metrics.missing import Missing, Why
from kogorta.metrics.model import Kpis, Metrics
from kogorta.metrics.movement import MOVED, Movement, State, state_of
from kogorta.metrics.own import own_sizes
from kogorta.metrics.segments import census, lifecycle_of, rfm_of, shown_order
from kogorta.metrics.series import cohorts_of, months_of
from kogorta.metrics.slipping import slipping_of
from kogorta.metrics.tastes import tastes_of
from kogorta.metrics.worth import worth_of
from kogorta.traits.lifecycle import PROVISIONAL_DAYS
from kogorta.vocab import Business
from kogorta.warehouse.store import Warehouse

BACK_DAYS = 90
"""How long before the instant it is compared with."""

COMPARE_DAYS = 90
"""Days of history that the earlier instant must have for a comparison to mean anything."""


@dataclass(frozen=True)
class Earlier:
    """The base at the earlier instant.

    Attributes:
        history_days: Whole days of history that it had.
        state: Where everyone stood; None where history is too short to compare.
        kpis: The measures then; None likewise.
    """

    history_days: int
    state: State | None = None
    kpis: Kpis | None = None


def measure(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None = None
) -> Metrics:
    """Measure the base as of an instant, and beside it as of 90 days earlier.

    Args:
        warehouse: The store.
        config: How numbers are meant.
        as_of: UTC without a zone.
        known_at: As far as what was known then; by default everything.
    """
    earlier = _earlier(warehouse, config, as_of - timedelta(days=BACK_DAYS), known_at)
    with open_view(warehouse, config, as_of, known_at) as view:
        ledger = Ledger(view)
        base = base_of(ledger)
        counted = census(ledger)
        moves, returns = _since(earlier, ledger)
        return Metrics(
            as_of=as_of,
            frame_at=view.frames.rfm.frame_at,
            base=base,
            kpis=kpis_of(ledger),
            previous=earlier.kpis,
            months=months_of(ledger),
            cohorts=cohorts_of(ledger),
            rfm=rfm_of(ledger, counted),
            lifecycle=lifecycle_of(ledger, counted),
            returns=returns if base.orders or base.buyers else Missing(Why.NO_ORDERS),
            moves=moves,
            slipping=slipping_of(ledger, has_amounts=base.has_amounts),
            worth=worth_of(ledger),
            tastes=()
            if ledger.from_sums
            else tastes_of(ledger, is_salon=config.workspace.business is Business.SALON),
            own=own_sizes(ledger),
        )


def _earlier(
    warehouse: Warehouse, config: Config, as_of: datetime, known_at: datetime | int | None
) -> Earlier:
    with open_view(warehouse, config, as_of, known_at) as view:
        ledger = Ledger(view)
        if ledger.history_days < COMPARE_DAYS:
            return Earlier(ledger.history_days)
        return Earlier(ledger.history_days, state_of(view), kpis_of(ledger))


def _since(earlier: Earlier, ledger: Ledger) -> tuple[tuple[Moves, ...], tuple[Return, ...] | Missing]:
    """What became of everyone since the earlier instant."""
    needed = PROVISIONAL_DAYS + BACK_DAYS
    short: Missing = Missing(Why.SHORT_HISTORY, ledger.history_days, needed)
    if ledger.from_sums:
        return (), Missing(Why.SUMMARIES_ONLY)
    if earlier.state is None:
        return (), short
    movement = Movement(earlier.state, ledger)
    moves = tuple(movement.moves(scheme) for scheme in MOVED)
    if earlier.history_days < PROVISIONAL_DAYS:
        return moves, short
    return moves, movement.returns(shown_order(ledger, "lifecycle"))
