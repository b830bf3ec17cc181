"""One customer in plain Python: the same rules as the compiled ones, for asking "what if".

A test holds both against each other on whole bases. Only what can change for one customer is
worked out here; what the whole base says comes from the frames.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from kogorta.compile.frame import Frames
from kogorta.definitions.schemes import classic_by_code, quick_by_simple, quick_stage, simple_segment
from kogorta.traits.costs import COVER_PERCENT
from kogorta.traits.lifecycle import NEW_DAYS
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod, Business, LifecycleStage, ValueMeasure

DAY = 86_400
SCORES = (5, 4, 3, 2)


@dataclass(frozen=True)
class Occasion:
    """A counted order or a visit: when (UTC), on which local day; money in minor units.

    Attributes:
        at: When.
        day: On which local day.
        revenue: What it brought.
        margin: What is left of it; told where money is scored by margin, as the following are.
        goods: What it brought without fees.
        costed: The part of that whose cost is known.
    """

    at: datetime
    day: date
    revenue: int
    margin: int = 0
    goods: int = 0
    costed: int = 0


@dataclass(frozen=True)
class Person:
    """What one customer's segments depend on, as of an instant.

    Attributes:
        as_of: The instant; UTC.
        occasions: His own, in order of time.
        traits: His row of the wide table.
        promised_until: Until when something booked or subscribed holds him, if anything does.
        money_aside: Minor units to add to the money of his orders: returns that name no order.
    """

    as_of: datetime
    occasions: Sequence[Occasion]
    traits: Mapping[str, Any]
    promised_until: datetime | None = None
    money_aside: int = 0

    def later(self, instant: datetime) -> Person:
        """Return him at a later instant at which nothing new has happened."""
        passed = int((_cut(instant) - _cut(self.as_of)).total_seconds())
        silence = self.traits["silence_seconds"]
        traits = dict(self.traits) | {"silence_seconds": None if silence is None else silence + passed}
        return replace(self, as_of=instant, traits=traits)


def _cut(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


def stage_of(person: Person, new_days: int) -> str:
    """Return the lifecycle stage: first match wins."""
    t = person.traits
    if not t["order_days"]:
        return LifecycleStage.PROSPECT.value
    silence = t["silence_seconds"]
    single = t["order_days"] == 1
    free = person.promised_until is None or person.promised_until <= person.as_of
    if single and silence <= new_days * DAY:
        return LifecycleStage.NEW.value
    if silence > t["lost_seconds"] and free:
        return LifecycleStage.LOST.value
    came_back = t["last_gap_days"] is not None and t["last_gap_days"] * DAY > t["lost_seconds_before"]
    if came_back and silence <= t["at_risk_seconds"]:
        return LifecycleStage.RETURNED.value
    if (silence > t["at_risk_seconds"] or t["risk_signals"] >= 2 or single) and free:
        return LifecycleStage.AT_RISK.value
    return LifecycleStage.ACTIVE.value


@dataclass(frozen=True)
class Standing:
    """Where one customer stands in every scheme, and the numbers behind it; `money` is None where his margin is not known."""

    recency_days: int
    frequency: int
    money: int | None
    r: int
    f: int
    m: int
    segments: Mapping[str, str | None]


def standing(person: Person, frames: Frames, meaning: Meaning) -> Standing | None:
    """Return where a customer stands; None if he never ordered."""
    if not person.occasions:
        return None
    values = frames.rfm.values
    window = values["window_days"]
    begin = person.as_of - timedelta(days=window) if window else datetime.min  # noqa: DTZ901  UTC without a zone
    inside = [o for o in person.occasions if begin <= o.at < person.as_of]
    own_silence = int((_cut(person.as_of) - _cut(max(o.at for o in person.occasions))).total_seconds())
    recency = own_silence // DAY
    days = {o.day for o in inside}
    frequency = len(days) if meaning.business is Business.SALON else len(inside)
    money = _money_of(inside, person, meaning)
    r = _recency(recency, frequency, values, meaning)
    f = _frequency(frequency, values, meaning)
    m = f if money is None or not values["has_money"] else _money(money, frequency, values, meaning)
    new_days = frames.lifecycle.values["new_days"] or NEW_DAYS[0]
    order_days = len({o.day for o in person.occasions})
    newcomer = order_days == 1 and own_silence <= new_days * DAY
    segments = _segments(r, f, m, newcomer, stage_of(person, new_days), meaning.business)
    return Standing(recency, frequency, money, r, f, m, segments)


def _money_of(inside: Sequence[Occasion], person: Person, meaning: Meaning) -> int | None:
    """Return what the occasions of the window brought; None where it is a margin that is not known."""
    if meaning.monetary_of is ValueMeasure.REVENUE:
        return sum(o.revenue for o in inside) + person.money_aside
    goods, costed = sum(o.goods for o in inside), sum(o.costed for o in inside)
    if costed * 100 < goods * COVER_PERCENT:
        return None
    return sum(o.margin for o in inside) + person.money_aside


def _segments(
    r: int, f: int, m: int, newcomer: bool, stage: str, business: Business
) -> dict[str, str | None]:
    simple = "newcomers" if newcomer else simple_segment(r, (f + m + 1) // 2)
    listed = classic_by_code()[r * 100 + f * 10 + m]
    classic = "new" if newcomer else ("promising" if listed == "new" else listed)
    return {
        "rfm_simple": simple,
        "rfm_classic": classic,
        "rfm_quick": quick_by_simple()[simple],
        "lifecycle": stage,
        "lifecycle_quick": quick_stage(business, stage),
    }


def _passed(values: Mapping[str, int | None], name: str, beyond: Callable[[int], bool]) -> int:
    cuts = [values[f"{name}_{score}"] for score in range(2, 6)]
    return sum(1 for cut in cuts if cut is not None and beyond(cut))


def _recency(days: int, frequency: int, values: Mapping[str, int | None], meaning: Meaning) -> int:
    if meaning.recency is AxisMethod.RELATIVE:
        return 1 + _passed(values, "r_cut", lambda cut: days < cut) if frequency else 1
    bounds = recency_bounds(values, meaning)
    return next((score for score, bound in zip(SCORES, bounds, strict=True) if days <= bound), 1)


def recency_bounds(values: Mapping[str, int | None], meaning: Meaning) -> tuple[int, ...]:
    """Return the inclusive bounds in days down to which R is 5, 4, 3, 2; by cuts, the last such days."""
    if meaning.recency is AxisMethod.THRESHOLDS:
        return meaning.recency_bounds
    if meaning.recency is AxisMethod.RHYTHM:
        return tuple(int(values[f"r_bound_{score}"] or 0) for score in SCORES)
    return tuple(cut - 1 for score in SCORES if (cut := values[f"r_cut_{score}"]) is not None)


def _frequency(count: int, values: Mapping[str, int | None], meaning: Meaning) -> int:
    if meaning.frequency is AxisMethod.THRESHOLDS:
        return _by_bounds(count, meaning.frequency_bounds)
    if count < 2:
        return 1
    return max(1 + _passed(values, "f_cut", lambda cut: count > cut), 2)


def _money(money: int, frequency: int, values: Mapping[str, int | None], meaning: Meaning) -> int:
    if meaning.monetary is AxisMethod.THRESHOLDS:
        return _by_bounds(money, meaning.monetary_bounds)
    return 1 + _passed(values, "m_cut", lambda cut: money > cut) if frequency else 1


def _by_bounds(value: int, bounds: Sequence[int]) -> int:
    return 1 + sum(1 for bound in bounds if value >= bound)


def turning_points(
    person: Person, frames: Frames, meaning: Meaning, horizon_days: int = 1100
) -> list[datetime]:
    """Return the instants at which time alone could move the customer, in order.

    Recency bounds are passed, orders leave the window, silence outgrows a point, a promise ends.
    """
    if not person.occasions:
        return []
    last = max(o.at for o in person.occasions)
    second = timedelta(seconds=1)
    points = {_cut(last) + timedelta(days=bound + 1) for bound in recency_bounds(frames.rfm.values, meaning)}
    t = person.traits
    silent_since = _cut(person.as_of) - timedelta(seconds=t["silence_seconds"] or 0)
    new_seconds = (frames.lifecycle.values["new_days"] or 0) * DAY
    points |= {
        silent_since + timedelta(seconds=s) + second
        for s in (new_seconds, t["at_risk_seconds"], t["lost_seconds"])
    }
    window = frames.rfm.values["window_days"]
    if window:
        points |= {o.at + timedelta(days=window, microseconds=1) for o in person.occasions}
    if person.promised_until:
        points.add(person.promised_until)
    end = person.as_of + timedelta(days=horizon_days)
    return sorted(point for point in points if person.as_of < point <= end)
