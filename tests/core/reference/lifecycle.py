"""Stages of a customer's life, their thresholds in whole seconds, and the three signals of risk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from tests.core.reference.history import History
from tests.core.reference.rhythm import NOBODY_REPEATS, RhythmFrame, pooled_gaps, rhythm_days, rhythm_frame
from tests.core.reference.rules import Rules
from tests.core.reference.stats import SECONDS_PER_DAY, nearest_rank, seconds_between

NEW_SHORTEST, NEW_LONGEST = 14, 90
PROVISIONAL_DAYS = 180
OPEN_RATE_DELAY = timedelta(hours=72)


@dataclass(frozen=True)
class LifecycleFrame:
    """Figures of the whole base at the frame's instant, in days."""

    rhythm: RhythmFrame
    p95: int
    new_days: int


def new_days(people: Iterable[History]) -> int:
    """P75 of the days from first to second order day among those who have one, kept within 14 … 90.

    Where nobody has a second day it is the 30 days that stand for the rhythm then.
    """
    p75 = nearest_rank([person.gaps[0] for person in people if person.gaps], 75)
    return min(max(NOBODY_REPEATS if p75 is None else p75, NEW_SHORTEST), NEW_LONGEST)


def lifecycle_frame(people: Iterable[History]) -> LifecycleFrame:
    """The frame of everyone visible at one instant."""
    base = list(people)
    return LifecycleFrame(rhythm_frame(base), nearest_rank(pooled_gaps(base), 95) or 0, new_days(base))


# --- thresholds ---


def to_seconds(days: Fraction | int) -> int:
    """A threshold in days as whole seconds, rounded down."""
    return int(Fraction(days) * SECONDS_PER_DAY // 1)


def at_risk_days(rhythm: Fraction, rules: Rules) -> Fraction:
    """So many rhythms, but not before the floor."""
    return max(Fraction(rules.at_risk_floor), rules.at_risk_rhythms * rhythm)


def lost_days(rhythm: Fraction, p95: int, rules: Rules) -> Fraction:
    """So many rhythms, but neither before the floor nor before the P95 of all gaps of the base."""
    return max(Fraction(rules.lost_floor), rules.lost_rhythms * rhythm, Fraction(p95))


def came_back(person: History, frame: LifecycleFrame, rules: Rules) -> bool:
    """The last own gap exceeded the lost point as it stood without that gap; the base's figures stay."""
    if not person.gaps:
        return False
    *before, last = person.gaps
    rhythm = rhythm_days(before, frame.rhythm.base(person.category))
    return last * SECONDS_PER_DAY > to_seconds(lost_days(rhythm, frame.p95, rules))


# --- signals ---


@dataclass(frozen=True)
class Signal:
    """A signal with the two means compared; None where there is too little to compare."""

    fires: bool = False
    recent: Fraction | None = None
    earlier: Fraction | None = None


def split_means(values: Sequence[int], last: int, at_least: int) -> tuple[Fraction, Fraction] | None:
    """The mean of the ``last`` values and that of all before, of which there must be ``at_least``."""
    if len(values) < last + at_least:
        return None
    recent, earlier = values[-last:], values[:-last]
    return Fraction(sum(recent), len(recent)), Fraction(sum(earlier), len(earlier))


def growing_interval(person: History) -> Signal:
    """The mean of the last 3 gaps is above 1.5 × the mean of the earlier ones, 3 or more of them."""
    means = split_means(person.gaps, 3, 3)
    return Signal(means[0] > means[1] * 3 / 2, *means) if means else Signal()


def falling_order(person: History) -> Signal:
    """The mean revenue of the last 3 orders is below 0.8 × that of the earlier ones, 3 or more of them."""
    means = split_means([o.revenue for o in person.orders if o.revenue is not None], 3, 3)
    return Signal(means[0] < means[1] * 4 / 5, *means) if means else Signal()


def falling_opens(person: History) -> Signal:
    """Of the last 5 messages people opened less than half the share of the earlier ones, 5 or more of them.

    Only messages sent at least 72 h ago are looked at: the younger ones have not had their time.
    """
    opened = [int(seen) for at, _, seen in person.sent if at + OPEN_RATE_DELAY <= person.as_of]
    means = split_means(opened, 5, 5)
    return Signal(means[0] < means[1] / 2, *means) if means else Signal()


# --- stages ---


@dataclass(frozen=True)
class LifecycleRow:
    """All lifecycle traits of one customer; figures of those who never ordered are None."""

    stage: str
    reason: str | None = None
    quick: str | None = None
    silence: int | None = None
    rhythm_days: Fraction | None = None
    at_risk_seconds: int | None = None
    lost_seconds: int | None = None
    new_seconds: int | None = None
    growing_interval: Signal = Signal()
    falling_order: Signal = Signal()
    falling_opens: Signal = Signal()
    provisional: bool = False


@dataclass(frozen=True)
class Situation:
    """The answers that the stages ask for, in order."""

    single_day: bool
    within_new: bool
    beyond_lost: bool
    beyond_at_risk: bool
    came_back: bool
    signals: int
    committed: bool


def stage_and_reason(now: Situation) -> tuple[str, str | None]:
    """The first stage that fits, for somebody with an order; and why, for those at risk or lost."""
    if now.single_day and now.within_new:
        return "new", None
    if now.beyond_lost and not now.committed:
        return "lost", "silence"
    if now.came_back and not now.beyond_at_risk:
        return "returned", None
    if now.committed:
        return "active", None
    if now.beyond_at_risk:
        return "at_risk", "silence"
    if now.signals >= 2:
        return "at_risk", "signals"
    if now.single_day:
        return "at_risk", "single_order"
    return "active", None


def quick_stage(stage: str, rules: Rules) -> str | None:
    """Fewer stages, over everyone with a counted order; a salon has its own three."""
    shop = {"new": "new", "active": "active", "returned": "active", "at_risk": "at_risk", "lost": "gone"}
    salon = {
        "new": "new",
        "active": "regular",
        "returned": "regular",
        "at_risk": "sleeping",
        "lost": "sleeping",
    }
    return (salon if rules.services else shop).get(stage)


def is_provisional(stage: str, first_ever: datetime | None, as_of: datetime) -> bool:
    """`new` and `lost` are guesses while the base's first counted order is less than 180 days old."""
    if stage not in ("new", "lost") or first_ever is None:
        return False
    return seconds_between(first_ever, as_of) < PROVISIONAL_DAYS * SECONDS_PER_DAY


def first_instant(people: Iterable[History]) -> datetime | None:
    """The earliest counted order (or visit) of anybody."""
    return min((person.instants[0][0] for person in people if person.instants), default=None)


def lifecycle_row(
    person: History, frame: LifecycleFrame, rules: Rules, first_ever: datetime | None = None
) -> LifecycleRow:
    """Everything about one customer at his instant, judged by the frame's figures."""
    silence = person.silence
    if silence is None:
        return LifecycleRow("prospect", falling_opens=falling_opens(person))
    rhythm = rhythm_days(person.gaps, frame.rhythm.base(person.category))
    at_risk = to_seconds(at_risk_days(rhythm, rules))
    lost = to_seconds(lost_days(rhythm, frame.p95, rules))
    new = to_seconds(frame.new_days)
    signals = (growing_interval(person), falling_order(person), falling_opens(person))
    situation = Situation(
        single_day=len(person.days) == 1,
        within_new=silence <= new,
        beyond_lost=silence > lost,
        beyond_at_risk=silence > at_risk,
        came_back=came_back(person, frame, rules),
        signals=sum(signal.fires for signal in signals),
        committed=person.committed,
    )
    stage, reason = stage_and_reason(situation)
    return LifecycleRow(
        stage=stage,
        reason=reason,
        quick=quick_stage(stage, rules),
        silence=silence,
        rhythm_days=rhythm,
        at_risk_seconds=at_risk,
        lost_seconds=lost,
        new_seconds=new,
        growing_interval=signals[0],
        falling_order=signals[1],
        falling_opens=signals[2],
        provisional=is_provisional(stage, first_ever, person.as_of),
    )
