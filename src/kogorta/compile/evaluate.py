"""All traits of everyone as of an instant, read against frames: one wide table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from kogorta.compile.blocks import rfm_maps_table, wide_table
from kogorta.compile.frame import (
    Frame,
    Frames,
    load_base_frame,
    load_lifecycle_frame,
    load_rfm_frame,
    window_start,
)
from kogorta.compile.offsets import offset_table
from kogorta.compile.places import lay_places
from kogorta.compile.plan import EVERYONE, MORE_TRAITS, RFM_MAPS, SCORED, Plan
from kogorta.compile.steps import Steps
from kogorta.definitions.parsing.reader import nearest
from kogorta.errors import NotFoundError
from kogorta.traits.catalogue import FAMILIES, reads_base
from kogorta.traits.catalogue import TRAITS as TRAIT_CONTRACTS
from kogorta.traits.contract import KEPT
from kogorta.traits.local_time import OFFSETS

TRAITS = "k_traits"

COLUMNS: tuple[str, ...] = (
    "customer_key",
    "orders_count",
    "order_days",
    "first_order_at",
    "last_order_at",
    "silence_seconds",
    "recency_days",
    "frequency_count",
    "monetary_amount",
    "revenue_total",
    "average_order",
    "rfm_r",
    "rfm_f",
    "rfm_m",
    "rfm_code",
    "rfm_simple",
    "rfm_classic",
    "rfm_quick",
    "main_category",
    "gaps_count",
    "own_gap_days",
    "rhythm_days",
    "at_risk_seconds",
    "lost_seconds",
    "last_gap_days",
    "lost_seconds_before",
    "is_interval_growing",
    "is_average_falling",
    "is_opening_falling",
    "risk_signals",
    "has_promise",
    "is_newcomer",
    "lifecycle_stage",
    "lifecycle_reason",
    "lifecycle_quick",
    "is_provisional",
)

SNAPSHOT_COLUMNS: dict[str, str] = {"customer_key": "int64"} | {trait.name: trait.type for trait in KEPT}
"""The wide table of traits, as a run keeps it."""

EVERY_COLUMN: tuple[str, ...] = (*COLUMNS, *(trait.name for trait in TRAIT_CONTRACTS if trait not in KEPT))
"""The wide table of every trait that there is."""


SCORE_COLUMNS: tuple[str, ...] = (
    *("customer_key", "recency_days", "frequency_count", "monetary_amount"),
    *("rfm_r", "rfm_f", "rfm_m", "rfm_code"),
)
"""What `evaluate_scores` works out."""


def evaluate(
    steps: Steps, frames: Frames, columns: Sequence[str] | None = None, *, name: str = TRAITS
) -> Any:
    """Make the wide table of traits of everyone; return it as an unbound scratch table.

    Args:
        steps: The evaluation.
        frames: What customers are compared with.
        columns: Traits that are wanted, `customer_key` always being one; only what they need is worked
            out. None: all that a run keeps.
        name: Of the scratch table.

    Raises:
        NotFoundError: There is no such trait.
    """
    columns = _checked(columns)
    plan = steps.plan
    load_rfm_frame(steps, frames.rfm.values)
    load_lifecycle_frame(steps, frames.lifecycle)
    steps.session.load(RFM_MAPS, rfm_maps_table())
    _load_base(steps, frames, columns)
    steps.look_back_to(window_start(steps.instant.as_of, frames.rfm.values["window_days"]))
    steps.forget(SCORED)
    return steps.make(
        name, plan.keep((TRAITS, columns), lambda: wide_table(plan, everyone_rows(plan), columns))
    )


def evaluate_more(steps: Steps, frames: Frames, columns: Sequence[str]) -> Any:
    """Make a table of traits that runs do not keep; return it as an unbound scratch table.

    Args:
        steps: The evaluation.
        frames: What customers are compared with.
        columns: `customer_key` and the traits that are wanted, of families only.
    """
    _load_base(steps, frames, columns)
    plan, wanted = steps.plan, tuple(columns)
    return steps.make(
        MORE_TRAITS,
        plan.keep((MORE_TRAITS, wanted), lambda: wide_table(plan, everyone_rows(plan), wanted)),
    )


def _load_base(steps: Steps, frames: Frames, columns: Sequence[str]) -> None:
    """Lay beside the steps what these traits are read against."""
    if _asks_for(columns, "geography") and steps.facts.has("customers"):
        lay_places(steps)
    if _asks_for(columns, "hours"):
        steps.session.load(OFFSETS, offset_table(steps.meaning.zone))
    if not reads_base(columns):
        return
    if frames.base is None:
        raise ValueError("traits that are read against the base need its frame")
    load_base_frame(steps, frames.base)


def _asks_for(columns: Sequence[str], family: str) -> bool:
    return any(trait.name in columns for trait in FAMILIES[family])


def evaluate_scores(steps: Steps, frame: Frame) -> pa.Table:
    """Return the scores of everyone with a counted order, in one pass over the facts.

    Args:
        steps: The evaluation, one that is made for scores only.
        frame: The RFM frame that customers are compared with.

    Returns:
        `SCORE_COLUMNS`; money in minor units, `rfm_code` as a whole number such as 545.
    """
    load_rfm_frame(steps, frame.values)
    steps.look_back_to(window_start(steps.instant.as_of, frame.values["window_days"]))
    scored = steps.plan.step(SCORED)
    return steps.fetch(steps.plan.keep(SCORE_COLUMNS, lambda: scored.select(*SCORE_COLUMNS)))


def everyone_rows(plan: Plan) -> Any:
    """Everyone visible, with no trait yet."""
    return plan.table(EVERYONE).select("customer_key")


def _checked(columns: Sequence[str] | None) -> tuple[str, ...]:
    if columns is None:
        return COLUMNS
    unknown = [name for name in columns if name not in EVERY_COLUMN]
    if unknown:
        raise NotFoundError(
            "there is no such trait",
            got=", ".join(unknown),
            hint=nearest(unknown[0], EVERY_COLUMN) or "docs/reference/traits.md tells all of them",
        )
    return tuple(dict.fromkeys(["customer_key", *columns]))
