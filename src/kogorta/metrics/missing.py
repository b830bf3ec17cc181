"""Why a number is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Why(StrEnum):
    """Why a number is missing."""

    NO_ORDERS = "no_orders"
    NO_RECENT_ORDERS = "no_recent_orders"
    NO_AMOUNTS = "no_amounts"
    NO_REPEATS = "no_repeats"
    NO_LOYAL = "no_loyal"
    SHORT_HISTORY = "short_history"
    SUMMARIES_ONLY = "summaries_only"
    COSTS = "costs"
    ACQUISITION = "acquisition"
    FEW_FREQUENCIES = "few_frequencies"
    NO_MESSAGES = "no_messages"
    NOT_TOLD = "not_told"
    NO_DELIVERIES = "no_deliveries"
    NO_ANSWERS = "no_answers"
    NOTHING_FOLLOWED = "nothing_followed"
    CHANNEL_COSTS = "channel_costs"
    NO_SPEND = "no_spend"
    QUIET = "quiet"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Missing:
    """A number that cannot be told.

    Attributes:
        why: The reason.
        have: What there is of what it takes: days of history, share of revenue with costs, F scores.
        needed: What it takes.
    """

    why: Why
    have: float = 0
    needed: float = 0


Value: TypeAlias = float | Missing
