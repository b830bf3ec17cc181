"""The hidden life of customers: they buy by a clock of their own until they leave, and nobody is told why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kogorta.simulate.calendar import Clocks, seconds_of
from kogorta.simulate.catalogue import Catalogue
from kogorta.simulate.chance import Chance, Flags, Floats, Wholes, exponential, gamma
from kogorta.simulate.people import CLOCK_OF, HUNTER, PROSPECT, WHOLESALE, People
from kogorta.simulate.plan import DAY_SECONDS, Plan

REASONS = ("natural", "price", "bad_service", "moved", "competitor")
"""Why a customer left."""
NATURAL, PRICE, BAD_SERVICE, MOVED, COMPETITOR = range(len(REASONS))

MOST_PURCHASES = 900
"""Of one person; the number of an order has room for a thousand."""

RISE_AT = 0.6
"""The prices rise at this share of the period."""
COMPETITOR_AT = 0.45
COMPETITOR_CITIES = (3, 5)
"""A competitor opens at this share of the period, in these cities of `words.CITIES`."""
_COMPETITOR_TAKES = 0.28
_COMPETITOR_DAYS = 50.0
_PRICE_DAYS = 25.0
_MOVING_DAYS = 365 / 0.03
_BAD_RATIO = 0.04
_BAD_LEAVES = 0.4
_AT_ONCE = 0.85
_LATER_DAYS = 12.0
_FIRST_SECONDS = (120, 1500)
"""What a first order takes after the registration."""


@dataclass(frozen=True)
class Lives:
    """Purchases of a chunk, ordered by person and time, and how each life went.

    Attributes:
        row: Whose purchase it is: a row of `People`, always an original.
        day: When, in days since the start.
        is_bad: Whether something went wrong with it.
        left: When each id's person left, in days since the start; infinite if he is still there.
        reason: Place in `REASONS`, or −1.
        ahead: The moment of his next purchase after the end; infinite if there is none.
    """

    row: Wholes
    day: Floats
    is_bad: Flags
    left: Floats
    reason: Wholes
    ahead: Floats


@dataclass
class _Walk:
    """The state of everyone while purchases are drawn, one more for all in each step."""

    left: Floats
    reason: Wholes
    ahead: Floats
    rows: list[Wholes]
    days: list[Floats]
    bads: list[Flags]


def live(plan: Plan, goods: Catalogue, clocks: Clocks, people: People, chance: Chance) -> Lives:
    """Draw the lives of a chunk: buy till you die, with other reasons to leave beside."""
    exits, why = _exits(plan, people, chance)
    count = len(people)
    walk = _Walk(np.full(count, np.inf), np.full(count, -1), np.full(count, np.inf), [], [], [])
    first = (people.joined - plan.first_second) / DAY_SECONDS
    wait = np.where(
        chance.happens(_AT_ONCE, count), 0.0, chance.drawn(exponential(), count) * _LATER_DAYS + 0.01
    )
    day = first + wait
    walk.left[:], walk.reason[:] = exits, why
    shapes = [gamma(item.regularity) for item in goods.categories]
    now = np.flatnonzero(~people.is_duplicate & (people.kind != PROSPECT))
    day = day[now]
    for _ in range(MOST_PURCHASES):
        now, day = _stopped(plan, walk, now, day)
        if not len(now):
            break
        bad = chance.happens(_BAD_RATIO, len(now))
        walk.rows.append(now)
        walk.days.append(day)
        walk.bads.append(bad)
        now, day = _leaving(people, walk, chance, now, day, bad)
        gap = chance.drawn_of(shapes, people.category[now]) / people.rate[now]
        day = _later(clocks, people, now, day, gap)
    return _ordered(people, walk)


def _exits(plan: Plan, people: People, chance: Chance) -> tuple[Floats, Wholes]:
    """Draw the first outer reason to leave of each person: its day, beyond the period for most, and what it is."""
    count = len(people)
    joined = (people.joined - plan.first_second) / DAY_SECONDS
    moved = joined + chance.drawn(exponential(), count) * _MOVING_DAYS
    near = np.isin(people.city, COMPETITOR_CITIES) & chance.happens(_COMPETITOR_TAKES, count)
    opened = np.maximum(joined, plan.days * COMPETITOR_AT)
    competitor = opened + chance.drawn(exponential(), count) * _COMPETITOR_DAYS
    touchy = np.where(people.kind == HUNTER, 0.3, np.where(people.kind == WHOLESALE, 0.2, 0.08))
    dear = plan.days * RISE_AT + chance.drawn(exponential(), count) * _PRICE_DAYS
    minds = chance.happens(touchy) & (joined < plan.days * RISE_AT)
    days = np.stack(
        [moved, np.where(near, competitor, np.inf), np.where(minds, dear, np.inf)],
    )
    which = np.argmin(days, axis=0)
    day = days[which, np.arange(count)]
    within = day < plan.days
    reason = np.array([MOVED, COMPETITOR, PRICE])[which]
    return np.where(within, day, np.inf), np.where(within, reason, -1)


def _stopped(plan: Plan, walk: _Walk, now: Wholes, day: Floats) -> tuple[Wholes, Floats]:
    """Let go of those whose next purchase lies after they left, or after the end."""
    over = (day >= plan.days) & (day < walk.left[now])
    walk.ahead[now[over]] = day[over]
    going = (day < plan.days) & (day < walk.left[now])
    return now[going], day[going]


def _leaving(
    people: People, walk: _Walk, chance: Chance, now: Wholes, day: Floats, bad: Flags
) -> tuple[Wholes, Floats]:
    """Let those leave who had enough after this purchase."""
    angry = bad & chance.happens(_BAD_LEAVES, len(now))
    tired = ~angry & chance.happens(people.leaving[now])
    gone = angry | tired
    walk.left[now[gone]] = day[gone]
    walk.reason[now[gone]] = np.where(angry, BAD_SERVICE, NATURAL)[gone]
    return now[~gone], day[~gone]


def _later(clocks: Clocks, people: People, now: Wholes, day: Floats, gap: Floats) -> Floats:
    """Let a gap pass on each person's clock."""
    result = np.full(len(now), np.inf)
    which = CLOCK_OF[people.kind[now]]
    for number, clock in enumerate(clocks.all()):
        mine = np.flatnonzero(which == number)
        due = clock.at(day[mine]) + gap[mine]
        beyond = due >= clock.elapsed[-1]
        result[mine] = np.where(beyond, np.inf, clock.day(due))
    return result


def _ordered(people: People, walk: _Walk) -> Lives:
    row = np.concatenate([*walk.rows, np.zeros(0, dtype=np.int64)])
    day = np.concatenate([*walk.days, np.zeros(0)])
    order = np.lexsort((day, row))
    return Lives(
        row[order],
        day[order],
        np.concatenate([*walk.bads, np.zeros(0, dtype=bool)])[order],
        walk.left[people.original],
        walk.reason[people.original],
        walk.ahead,
    )


def moments(plan: Plan, people: People, row: Wholes, day: Floats, chance: Chance) -> Wholes:
    """Return the instants of purchases, seconds since 1970 UTC: on their day, at an hour of the business.

    Nobody buys before he is known: a first order follows the registration, on the same day.
    """
    whole = day.astype(np.int64)
    known = people.joined[row] + chance.wholes(*_FIRST_SECONDS, len(row))
    midnight = plan.first_second + (whole + 1) * DAY_SECONDS
    result: Wholes = np.minimum(np.maximum(seconds_of(plan, whole, chance), known), midnight - 1)
    return result


def left_seconds(plan: Plan, lives: Lives) -> Wholes:
    """Return when each id's person left, seconds since 1970 UTC: the end of that day; 0 if he did not."""
    gone = lives.left < plan.days
    day = np.where(gone, lives.left, 0).astype(np.int64) + 1
    return np.where(gone, plan.first_second + day * DAY_SECONDS, 0)
