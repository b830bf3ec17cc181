"""Recency, frequency, monetary: values, scores against a frame, and the three maps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from tests.core.reference.history import History
from tests.core.reference.rhythm import pooled_gaps
from tests.core.reference.rules import SHOP, Rules
from tests.core.reference.stats import SECONDS_PER_DAY, nearest_rank

Method = Literal["relative", "thresholds", "rhythm"]
RHYTHM_FLOORS = (7, 14, 30, 90)


@dataclass(frozen=True)
class Methods:
    """How each axis is scored; bounds are four numbers and serve only ``thresholds``."""

    recency: Method = "rhythm"
    frequency: Method = "relative"
    monetary: Method = "relative"
    recency_bounds: Sequence[int] = ()
    frequency_bounds: Sequence[int] = ()
    monetary_bounds: Sequence[int] = ()


DEFAULT = Methods()


# --- values ---


def in_window(instant: datetime, as_of: datetime, window: int | None) -> bool:
    """Within [as_of − window × 24 h, as_of), to the microsecond; None is all of the past."""
    return instant < as_of and (window is None or instant >= as_of - timedelta(days=window))


def recency_days(person: History) -> int | None:
    """Full periods of 24 h since the last counted order ever, both instants cut to whole seconds."""
    return None if person.silence is None else person.silence // SECONDS_PER_DAY


def frequency_count(person: History, window: int | None, rules: Rules = SHOP) -> int:
    """Counted orders within the window; in services the days with a visit or a counted order within it."""
    if rules.services:
        return len({day for instant, day in person.instants if in_window(instant, person.as_of, window)})
    return sum(in_window(order.ordered_at, person.as_of, window) for order in person.orders)


def monetary_amount(person: History, window: int | None) -> int:
    """Revenue of the window's orders (as restated by now), minus the window's returns without an order."""
    orders = sum(o.revenue or 0 for o in person.orders if in_window(o.ordered_at, person.as_of, window))
    loose = sum(amount for at, amount in person.loose_returns if in_window(at, person.as_of, window))
    return orders - loose


def choose_window(people: Iterable[History], rules: Rules) -> int | None:
    """The first of the business's windows not shorter than 4 × P90 of all gaps, else all of the past."""
    p90 = nearest_rank(pooled_gaps(people), 90) or 0
    for window in rules.windows:
        if window is not None and window >= 4 * p90:
            return window
    return None


# --- scores ---


def score_by_share(worse: int, population: int) -> int:
    """1 + floor(5 × share strictly worse), at most 5.

    That is s or better if and only if ``worse`` ≥ ceil(population × (s − 1) / 5), in integers.
    Against nobody the share is 0 and the score 1.
    """
    if population == 0:
        return 1
    return max(s for s in range(1, 6) if worse >= -(-population * (s - 1) // 5))


def score_low_is_good(value: int, population: Sequence[int]) -> int:
    """Relative score where fewer is better: worse are those with more."""
    return score_by_share(sum(other > value for other in population), len(population))


def score_high_is_good(value: int, population: Sequence[int]) -> int:
    """Relative score where more is better: worse are those with less."""
    return score_by_share(sum(other < value for other in population), len(population))


def score_frequency(count: int, population: Sequence[int]) -> int:
    """One order scores 1 (so does none); two and more at least 2, compared only with such others."""
    if count <= 1:
        return 1
    return max(2, score_high_is_good(count, [other for other in population if other >= 2]))


def score_at_most(value: int, bounds: Sequence[int]) -> int:
    """Four rising inclusive bounds, few is good: within the first 5, … within the fourth 2, beyond it 1."""
    return 5 - sum(value > bound for bound in bounds)


def score_at_least(value: int, bounds: Sequence[int]) -> int:
    """Four rising bounds, many is good: 1, and one more for each bound reached."""
    return 1 + sum(value >= bound for bound in bounds)


def rhythm_bounds(gaps: Sequence[int]) -> tuple[int, ...]:
    """P50, P75, P90 and 2 × P90 of all gaps of the base, not below 7, 14, 30, 90 days."""
    p50, p75, p90 = (nearest_rank(gaps, percent) or 0 for percent in (50, 75, 90))
    return tuple(max(pair) for pair in zip((p50, p75, p90, 2 * p90), RHYTHM_FLOORS, strict=True))


# --- frame and rows ---


@dataclass(frozen=True)
class RfmFrame:
    """What the base was like at the frame's instant; customers are scored against it at any later one.

    The populations are the values of those with an order in the window, then.
    """

    window: int | None
    bounds: tuple[int, ...]
    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...]
    has_amounts: bool


def rfm_frame(people: Iterable[History], rules: Rules, window: int | None) -> RfmFrame:
    """The frame of everyone visible at one instant."""
    base = [person for person in people if person.instants]
    inside = [person for person in base if frequency_count(person, window, rules) > 0]
    return RfmFrame(
        window=window,
        bounds=rhythm_bounds(pooled_gaps(base)),
        recency=tuple(sorted(recency_days(person) or 0 for person in inside)),
        frequency=tuple(sorted(frequency_count(person, window, rules) for person in inside)),
        monetary=tuple(sorted(monetary_amount(person, window) for person in inside)),
        has_amounts=any(order.revenue is not None for person in base for order in person.orders),
    )


@dataclass(frozen=True)
class RfmRow:
    """All RFM traits of one customer of the base."""

    recency_days: int
    frequency_count: int
    monetary_amount: int | None
    rfm_r: int
    rfm_f: int
    rfm_m: int
    rfm_code: int
    newcomer: bool
    rfm_simple: str
    rfm_classic: str
    rfm_quick: str


def recency_score(days: int, inside: bool, frame: RfmFrame, methods: Methods) -> int:
    """The score of recency; only ``relative`` cares whether the last order lies in the window."""
    if methods.recency == "rhythm":
        return score_at_most(days, frame.bounds)
    if methods.recency == "thresholds":
        return score_at_most(days, methods.recency_bounds)
    return score_low_is_good(days, frame.recency) if inside else 1


def frequency_score(count: int, frame: RfmFrame, methods: Methods) -> int:
    """The score of frequency."""
    if methods.frequency == "thresholds":
        return score_at_least(count, methods.frequency_bounds)
    return score_frequency(count, frame.frequency)


def monetary_score(amount: int, inside: bool, frame: RfmFrame, methods: Methods) -> int:
    """The score of money; without an order in the window the relative one is 1."""
    if methods.monetary == "thresholds":
        return score_at_least(amount, methods.monetary_bounds)
    return score_high_is_good(amount, frame.monetary) if inside else 1


def rfm_row(
    person: History,
    frame: RfmFrame,
    new_stage_days: int,
    rules: Rules = SHOP,
    methods: Methods = DEFAULT,
) -> RfmRow | None:
    """Values at the person's instant, scored against the frame; None for somebody who never ordered.

    Without any amounts in the frame money is missing and its score is that of frequency.
    """
    days = recency_days(person)
    if days is None:
        return None
    count = frequency_count(person, frame.window, rules)
    amount = monetary_amount(person, frame.window)
    r = recency_score(days, count > 0, frame, methods)
    f = frequency_score(count, frame, methods)
    m = monetary_score(amount, count > 0, frame, methods) if frame.has_amounts else f
    newcomer = is_newcomer(person, new_stage_days)
    simple = rfm_simple(r, f, m, newcomer)
    return RfmRow(
        recency_days=days,
        frequency_count=count,
        monetary_amount=amount if frame.has_amounts else None,
        rfm_r=r,
        rfm_f=f,
        rfm_m=m,
        rfm_code=rfm_code(r, f, m),
        newcomer=newcomer,
        rfm_simple=simple,
        rfm_classic=rfm_classic(rfm_code(r, f, m), newcomer),
        rfm_quick=rfm_quick(simple),
    )


# --- maps ---

SIMPLE: Mapping[int, tuple[str, ...]] = {
    5: ("potential", "potential", "potential", "champions", "champions"),
    4: ("potential", "potential", "potential", "loyal", "champions"),
    3: ("sleeping", "sleeping", "potential", "loyal", "loyal"),
    2: ("sleeping", "sleeping", "at_risk", "at_risk", "at_risk"),
    1: ("lost", "lost", "sleeping", "at_risk", "at_risk"),
}
CLASSIC: Mapping[str, str] = {
    "champions": "555 554 544 545 454 455 445",
    "loyal": "543 444 435 355 354 345 344 335",
    "potential_loyalist": (
        "553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 351 342 341 333 323"
    ),
    "new": "512 511 422 421 412 411 311",
    "promising": "525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313",
    "need_attention": "535 534 443 434 343 334 325 324",
    "about_to_sleep": "331 321 312 221 213",
    "at_risk": "255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 133 125 124",
    "cant_lose": "155 154 144 214 215 115 114 113",
    "hibernating": "332 322 231 241 251 233 232 223 222 132 123 122 212 211",
    "lost": "111 112 121 131 141 151",
}
QUICK: Mapping[str, tuple[str, ...]] = {
    "champions": ("champions",),
    "loyal": ("loyal",),
    "potential": ("potential", "newcomers"),
    "at_risk": ("at_risk",),
    "sleeping": ("sleeping", "lost"),
}


def rfm_code(r: int, f: int, m: int) -> int:
    """The three scores as one three-digit number."""
    return 100 * r + 10 * f + m


def is_newcomer(person: History, new_stage_days: int) -> bool:
    """Exactly one order day ever, and silent no longer than the stage `new` lasts."""
    silence = person.silence
    return silence is not None and len(person.days) == 1 and silence <= new_stage_days * SECONDS_PER_DAY


def rfm_simple(r: int, f: int, m: int, newcomer: bool) -> str:
    """Newcomers first; everyone else by the row of R and the column of the mean of F and M, rounded up."""
    return "newcomers" if newcomer else SIMPLE[r][(f + m + 1) // 2 - 1]


def rfm_classic(code: int, newcomer: bool) -> str:
    """All newcomers are `new`; others whose code belongs to `new` are `promising`; the rest by code."""
    listed = next(name for name, codes in CLASSIC.items() if str(code) in codes.split())
    if newcomer:
        return "new"
    return "promising" if listed == "new" else listed


def rfm_quick(simple: str) -> str:
    """Groups of `rfm_simple`."""
    return next(name for name, members in QUICK.items() if simple in members)


def classic_is_shown(rows: Iterable[RfmRow]) -> bool:
    """The eleven segments make sense only if F takes all five scores."""
    return len({row.rfm_f for row in rows}) == 5
