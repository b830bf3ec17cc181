"""What the reference says, in the product's words, so that the two can be laid side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kogorta.compile.frame import Frames
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, Business
from tests.core.meaning.base import Base
from tests.core.meaning.stored import naive
from tests.core.reference.evaluate import (
    Point,
    evaluate_lifecycle,
    evaluate_rfm,
    lifecycle_people,
    make_lifecycle_frame,
    make_rfm_frame,
)
from tests.core.reference.facts import Facts, View, look
from tests.core.reference.history import History, histories
from tests.core.reference.lifecycle import LifecycleFrame, LifecycleRow, lost_days, to_seconds
from tests.core.reference.rfm import Methods, RfmFrame, RfmRow, classic_is_shown, monetary_amount
from tests.core.reference.rhythm import rhythm_days
from tests.core.reference.rules import ALL, BUSINESSES, Rules
from tests.core.reference.stats import median, nearest_rank

Columns = dict[str, Any]

SCORES = range(2, 6)


def meaning_of(rules: Rules, methods: Methods) -> Meaning:
    """The same choices in the product's words."""
    return Meaning(
        business=Business(rules.name),
        recency=AxisMethod(methods.recency),
        frequency=AxisMethod(methods.frequency),
        monetary=AxisMethod(methods.monetary),
        recency_bounds=tuple(methods.recency_bounds),
        frequency_bounds=tuple(methods.frequency_bounds),
        monetary_bounds=tuple(methods.monetary_bounds),
    )


@dataclass(frozen=True)
class Question:
    """What is asked about a base.

    Attributes:
        rules: The business.
        methods: How the axes are cut.
        at: Where one stands.
        frame_at: Where the frames were taken.
        window: Days, 0 for all, None to choose by the base itself.
    """

    rules: Rules
    methods: Methods
    at: Point
    frame_at: Point
    window: int | None = None

    @property
    def meaning(self) -> Meaning:
        """How the product is told."""
        return meaning_of(self.rules, self.methods)


class Answers:
    """What the reference says."""

    def __init__(self, facts: Facts, asked: Question) -> None:
        self.facts, self.asked = facts, asked
        self.rfm_frame = self._rfm_frame()
        self.lifecycle_frame = make_lifecycle_frame(facts, asked.frame_at, asked.rules)
        self.view = look(facts, asked.at.as_of, asked.at.known_seq)

    def _rfm_frame(self) -> RfmFrame:
        asked = self.asked
        if asked.window is None:
            return make_rfm_frame(self.facts, asked.frame_at, asked.rules)
        return make_rfm_frame(self.facts, asked.frame_at, asked.rules, asked.window or ALL)

    def frame_values(self) -> Columns:
        """Both frames."""
        at_frame = evaluate_rfm(
            self.facts,
            self.asked.frame_at,
            self.asked.rules,
            methods=self.asked.methods,
            frame=self.rfm_frame,
            lifecycle=self.lifecycle_frame,
        )
        values = rfm_values(self.rfm_frame, list(at_frame.values()))
        if self.asked.methods.recency == "rhythm":  # nobody else looks at the bounds
            values |= bound_values(self.rfm_frame)
        return values | lifecycle_values(self.lifecycle_frame)

    def traits(self) -> dict[str, Columns]:
        """Every column of every visible customer."""
        asked = self.asked
        lives = evaluate_lifecycle(self.facts, asked.at, asked.rules, self.lifecycle_frame)
        scores = evaluate_rfm(
            self.facts,
            asked.at,
            asked.rules,
            methods=asked.methods,
            frame=self.rfm_frame,
            lifecycle=self.lifecycle_frame,
        )
        own = histories(self.view, asked.rules)
        units = unit_histories(self.view, asked.rules)
        return {
            customer: {
                **past_columns(own[customer], self.rfm_frame, asked.rules),
                **rfm_columns(scores.get(customer), self.rfm_frame),
                **unit_columns(units[customer]),
                "lost_seconds_before": lost_before(units[customer], self.lifecycle_frame, asked.rules),
                **lifecycle_columns(life),
            }
            for customer, life in lives.items()
        }


def unit_histories(view: View, rules: Rules) -> dict[str, History]:
    """The past that a customer's life is judged by: his own, or his account's."""
    return {customer: past for members, past in lifecycle_people(view, rules).items() for customer in members}


def cuts(population: Sequence[int]) -> list[int | None]:
    """The four values that a better one must lie beyond."""
    return [nearest_rank(population, 20 * (score - 1)) for score in SCORES]


def rfm_values(frame: RfmFrame, rows: Sequence[RfmRow]) -> Columns:
    """The values of an RFM frame."""
    worst_first = [None if cut is None else -cut for cut in cuts([-days for days in frame.recency])]
    repeated = [count for count in frame.frequency if count >= 2]
    named = {
        "r_cut": worst_first,
        "f_cut": cuts(repeated),
        "m_cut": cuts(frame.monetary),
    }
    values: Columns = {
        f"{name}_{score}": cut
        for name, four in named.items()
        for score, cut in zip(SCORES, four, strict=True)
    }
    return values | {
        "window_days": frame.window or 0,
        "has_money": int(frame.has_amounts),
        "base": len(rows),
        "is_classic_shown": classic_is_shown(rows),
    }


def bound_values(frame: RfmFrame) -> Columns:
    """The inclusive bounds of the rhythm method."""
    return {f"r_bound_{score}": bound for score, bound in zip((5, 4, 3, 2), frame.bounds, strict=True)}


def lifecycle_values(frame: LifecycleFrame) -> Columns:
    """The values of a lifecycle frame."""
    return {
        "base_gap": frame.rhythm.everyone,
        "gap_p95": frame.p95,
        "new_days": frame.new_days,
        "categories": dict(frame.rhythm.by_category),
    }


def product_values(frames: Frames) -> Columns:
    """The product's frames in the same words; what is missing has the value that stands for it."""
    values = {**frames.rfm.values, **frames.lifecycle.values}
    levels = values.pop("f_levels")
    return values | {
        "base_gap": 30 if values["base_gap"] is None else values["base_gap"],
        "gap_p95": values["gap_p95"] or 0,
        "is_classic_shown": levels == 5,
        "categories": dict(frames.lifecycle.categories),
    }


def past_columns(past: History, frame: RfmFrame, rules: Rules) -> Columns:
    """The customer's own past."""
    orders, told = len(past.orders), frame.has_amounts
    revenue = monetary_amount(past, ALL)
    columns: Columns = {
        "first_order_at": naive(past.instants[0][0]) if past.instants else None,
        "last_order_at": naive(past.instants[-1][0]) if past.instants else None,
        "revenue_total": revenue if told and past.instants else 0 if told else None,
    }
    if not rules.services:  # a salon counts its visits as well
        average = revenue / orders if orders and told else None
        columns |= {"orders_count": orders, "average_order": average}
    return columns


def rfm_columns(row: RfmRow | None, frame: RfmFrame) -> Columns:
    """RFM of one customer; who never ordered has no scores, and counts and sums of nothing."""
    scores = ("recency_days", "rfm_r", "rfm_f", "rfm_m", "rfm_simple", "rfm_classic", "rfm_quick")
    if row is None:
        nothing: Columns = dict.fromkeys(scores)
        money = 0 if frame.has_amounts else None
        return nothing | {"rfm_code": None, "is_newcomer": 0, "frequency_count": 0, "monetary_amount": money}
    return {name: getattr(row, name) for name in scores} | {
        "rfm_code": str(row.rfm_code),
        "is_newcomer": int(row.newcomer),
        "frequency_count": row.frequency_count,
        "monetary_amount": row.monetary_amount,
    }


def unit_columns(past: History) -> Columns:
    """What a life is judged by."""
    return {
        "order_days": len(past.days),
        "gaps_count": len(past.gaps),
        "own_gap_days": median(past.gaps),
        "last_gap_days": past.gaps[-1] if past.gaps else None,
        "main_category": past.category,
        "has_promise": int(past.committed),
    }


def lost_before(past: History, frame: LifecycleFrame, rules: Rules) -> int | None:
    """The lost point as it stood without the last gap."""
    if past.silence is None:
        return None
    rhythm = rhythm_days(past.gaps[:-1], frame.rhythm.base(past.category))
    return to_seconds(lost_days(rhythm, frame.p95, rules))


def lifecycle_columns(row: LifecycleRow) -> Columns:
    """Lifecycle of one customer."""
    signals = (row.growing_interval.fires, row.falling_order.fires, row.falling_opens.fires)
    return {
        "silence_seconds": row.silence,
        "rhythm_days": None if row.rhythm_days is None else float(row.rhythm_days),
        "at_risk_seconds": row.at_risk_seconds,
        "lost_seconds": row.lost_seconds,
        "is_interval_growing": int(signals[0]),
        "is_average_falling": int(signals[1]),
        "is_opening_falling": int(signals[2]),
        "risk_signals": sum(signals),
        "lifecycle_stage": row.stage,
        "lifecycle_reason": row.reason,
        "lifecycle_quick": row.quick,
        "is_provisional": int(row.provisional),
    }


def differences(left: Mapping[str, Any], right: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Where the product (first) and the reference (second) differ, in the columns of the reference."""
    missing = "<missing>"
    pairs = {name: (left.get(name, missing), value) for name, value in right.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def disagreements(base: Base, facts: Facts, asked: Question) -> dict[str, Any]:
    """Everything in which the product and the reference differ about a base that `base` holds."""
    answers, meaning = Answers(facts, asked), asked.meaning
    frames = base.frames(asked.frame_at, meaning, asked.window)
    found: dict[str, Any] = {}
    if different := differences(product_values(frames), answers.frame_values()):
        found["frames"] = different
    traits, expected = base.traits(asked.at, meaning, frames), answers.traits()
    if traits.keys() != expected.keys():
        found["people"] = (sorted(traits), sorted(expected))
    for customer in sorted(traits.keys() & expected.keys()):
        if different := differences(traits[customer], expected[customer]):
            found[customer] = different
    return found


NAMES = tuple(name for name in BUSINESSES if name in set(Business))
