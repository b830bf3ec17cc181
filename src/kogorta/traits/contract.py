"""The contract of a trait: what it means, in which unit, and what it needs; and the traits that every run keeps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_ORDERS = ("orders",)


class Turning(StrEnum):
    """What makes a trait change, or a test of it turn, where no fact is learned."""

    FACTS = "facts"
    """A fact comes to lie before the instant, or leaves one of the trait's windows."""
    DAYS = "days"
    """A local day begins, too."""
    TIME = "time"
    """Any moment may: the trait is an instant that was worked out, not that of a fact."""


@dataclass(frozen=True)
class Trait:
    """One value per customer as of an instant.

    Attributes:
        name: Its name everywhere.
        type: Ibis type.
        unit: What one is.
        doc: Its meaning with its formula in one line.
        null_rule: What is said of a customer of whom nothing is known.
        tables: Tables without which it is off.
        population: Frame values it is read against.
        about: The trait of which whoever it is about has more than 0: others are not compared with (`top`, `bottom`,
            `percentile`). Empty: it is about everyone who has a value.
        version: Raised when its meaning changes; part of every fingerprint.
        nothing: What it is of a customer of whom nothing is known; None for missing.
        windows: The lengths, in days, that it looks back from the instant; empty where it looks at everything before it.
        turning: What makes it change without news.
        unnamed: Tables of which it reads rows that no fact of the customer's names: news of them may concern anybody.
    """

    name: str
    type: str
    unit: str
    doc: str
    null_rule: str = "missing for customers without a counted order"
    tables: tuple[str, ...] = _ORDERS
    population: tuple[str, ...] = ()
    about: str = ""
    version: int = 1
    nothing: int | str | None = None
    windows: tuple[int, ...] = ()
    turning: Turning = Turning.FACTS
    unnamed: tuple[str, ...] = ()


ZERO = "0 for customers without a counted order"
BUYERS = "orders_count"
"""What traits of buyers are about."""

KEPT: tuple[Trait, ...] = (
    Trait(
        "orders_count",
        "int64",
        "orders",
        "Counted orders ever before the instant.",
        ZERO,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "order_days",
        "int64",
        "days",
        "Different local days with a counted order.",
        ZERO,
        about=BUYERS,
        version=2,
    ),
    Trait("first_order_at", "timestamp(6)", "instant UTC", "When the first counted order was made."),
    Trait("last_order_at", "timestamp(6)", "instant UTC", "When the last counted order was made."),
    Trait(
        "silence_seconds",
        "int64",
        "seconds",
        "Whole seconds since the last counted order (of the account in B2B).",
    ),
    Trait("recency_days", "int64", "days", "floor((as_of − last order) / 24 h), both cut to whole seconds."),
    Trait(
        "frequency_count",
        "int64",
        "orders",
        "Counted orders in the window; of a salon: visit days.",
        ZERO,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "monetary_amount",
        "int64",
        "minor units",
        "Revenue of the window: orders less returns; margin where `[rfm] monetary_of` says so.",
        "0 for customers without a counted order; a margin is missing unless costs cover 95 % of the window",
        about=BUYERS,
        version=2,
    ),
    Trait("revenue_total", "int64", "minor units", "Revenue ever.", ZERO, about=BUYERS, version=2),
    Trait("average_order", "float64", "minor units", "revenue_total / orders_count."),
    Trait("rfm_r", "int64", "score 1–5", "Recency score, 5 best.", population=("r_cut", "r_bound")),
    Trait("rfm_f", "int64", "score 1–5", "Frequency score, 5 best.", population=("f_cut",)),
    Trait(
        "rfm_m",
        "int64",
        "score 1–5",
        "Money score, 5 best; F in a base without amounts, and of whose margin is not known.",
        population=("m_cut",),
    ),
    Trait(
        "rfm_code",
        "string",
        "code",
        "The three scores as one code, such as 545.",
        population=("r_cut", "f_cut", "m_cut"),
    ),
    Trait(
        "rfm_simple",
        "string",
        "segment",
        "Segment of the seven-group map.",
        population=("r_cut", "f_cut", "m_cut", "new_days"),
    ),
    Trait(
        "rfm_classic",
        "string",
        "segment",
        "Segment of the eleven-group map.",
        population=("r_cut", "f_cut", "m_cut", "new_days"),
    ),
    Trait(
        "rfm_quick",
        "string",
        "segment",
        "Segment of the five-group map.",
        population=("r_cut", "f_cut", "m_cut", "new_days"),
    ),
    Trait(
        "main_category",
        "string",
        "category",
        "Top-level category with most net revenue ever.",
        tables=("orders", "order_lines", "products"),
    ),
    Trait("gaps_count", "int64", "gaps", "Gaps between own order days.", ZERO, about=BUYERS, version=2),
    Trait("own_gap_days", "int64", "days", "Median of own gaps, the lower middle of an even count."),
    Trait(
        "rhythm_days",
        "float64",
        "days",
        "(3·base + k·own) / (3 + k), held within 1 and 365.",
        population=("base_gap",),
    ),
    Trait(
        "at_risk_seconds",
        "int64",
        "seconds",
        "Silence beyond which a customer is at risk.",
        population=("base_gap",),
    ),
    Trait(
        "lost_seconds",
        "int64",
        "seconds",
        "Silence beyond which a customer is lost.",
        population=("base_gap", "gap_p95"),
    ),
    Trait("last_gap_days", "int64", "days", "Gap before the last order day."),
    Trait(
        "lost_seconds_before",
        "int64",
        "seconds",
        "The lost point worked out without the last gap.",
        population=("base_gap", "gap_p95"),
    ),
    Trait(
        "is_interval_growing",
        "int8",
        "0 or 1",
        "Mean of the last 3 gaps > 1.5 × the mean of the earlier ones (3 or more).",
        ZERO,
    ),
    Trait(
        "is_average_falling",
        "int8",
        "0 or 1",
        "Mean of the last 3 orders < 0.8 × that of the earlier ones (3 or more).",
        ZERO,
    ),
    Trait(
        "is_opening_falling",
        "int8",
        "0 or 1",
        "Open rate of the last 5 messages < half the earlier one (5 or more), by channels that tell of openings.",
        ZERO,
        ("messages", "message_events"),
        version=2,
    ),
    Trait(
        "risk_signals",
        "int64",
        "signals",
        "How many of the three signals are on.",
        ZERO,
        about=BUYERS,
        version=2,
    ),
    Trait(
        "has_promise",
        "int8",
        "0 or 1",
        "Something is booked ahead or a subscription is live.",
        "0 for everyone else",
        ("bookings", "subscriptions"),
    ),
    Trait(
        "is_newcomer",
        "int8",
        "0 or 1",
        "One order day ever, and silent no longer than `new` lasts.",
        ZERO,
        population=("new_days",),
    ),
    Trait(
        "lifecycle_stage",
        "string",
        "stage",
        "Where the customer stands; first match wins.",
        "prospect for customers without a counted order",
        population=("base_gap", "gap_p95", "new_days"),
    ),
    Trait(
        "lifecycle_reason",
        "string",
        "reason",
        "Why at risk or lost: silence, signals, single order.",
        "missing for other stages",
        population=("base_gap", "gap_p95", "new_days"),
    ),
    Trait(
        "lifecycle_quick",
        "string",
        "segment",
        "The stages gathered into few.",
        "missing for prospects",
        population=("base_gap", "gap_p95", "new_days"),
    ),
    Trait(
        "is_provisional", "int8", "0 or 1", "`new` or `lost` told from less than 180 days of history.", ZERO
    ),
)
"""What ready schemes and the passing of time are read from: every run keeps these, in the order of the wide table."""

KEPT_NAMES = frozenset(trait.name for trait in KEPT)
