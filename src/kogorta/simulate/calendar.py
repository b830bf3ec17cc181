"""When people buy: months, weekdays, hours and promotions, as a clock that runs faster on busy days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kogorta.simulate.chance import Chance, Floats, Wholes, place_in
from kogorta.simulate.plan import DAY_SECONDS, Plan

HOUR_SECONDS = 3600
AHEAD_DAYS = 120
"""Days after the end that the clock still knows: visits are booked ahead."""

_SHOP_MONTHS = (0.82, 0.92, 1.08, 0.95, 0.93, 0.88, 0.86, 0.95, 1.02, 1.02, 1.20, 1.37)
_SALON_MONTHS = (0.86, 0.97, 1.12, 1.02, 1.06, 1.00, 0.94, 0.92, 1.00, 0.98, 0.98, 1.15)
_SHOP_WEEK = (1.04, 1.02, 1.00, 1.01, 1.06, 0.97, 0.90)
_SALON_WEEK = (0.72, 0.90, 0.98, 1.06, 1.26, 1.32, 0.76)
_GIFT_MONTHS = (0.05, 1.60, 1.40, 0.05, 0.10, 0.05, 0.05, 0.05, 0.10, 0.10, 1.20, 7.25)

_SHOP_HOURS = (7, 4, 2, 1, 1, 2, 6, 14, 26, 40, 52, 58, 60, 60, 57, 55, 55, 58, 63, 70, 76, 72, 50, 24)
_SALON_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 9, 10, 9, 8, 8, 9, 10, 12, 13, 9, 0, 0, 0, 0)


@dataclass(frozen=True)
class Promotion:
    """One promotion of the calendar.

    Attributes:
        name: As people read it.
        first: Its first day, counted from the start of the base.
        days: How many days it lasts.
        off_pct: What it takes off a price.
        lift_ratio: How many times more orders a day of it brings.
    """

    name: str
    first: int
    days: int
    off_pct: int
    lift_ratio: float


_YEARLY = (
    ("Зимняя распродажа", 1, 12, 9, 25, 1.5),
    ("К 8 марта", 3, 1, 7, 15, 1.7),
    ("Майские дни", 5, 2, 5, 10, 1.3),
    ("Летняя распродажа", 7, 10, 10, 25, 1.5),
    ("Снова в школу", 8, 22, 7, 15, 1.4),
    ("Чёрная пятница", 11, 24, 5, 30, 2.6),
    ("Новогодние подарки", 12, 12, 8, 20, 1.6),
)
_SALON_STRENGTH = 0.5
"""A salon has no more chairs on such days, so they lift it half as much."""
_HUNTER_PLAIN = 0.45
"""Who hunts discounts buys so much less on plain days; the lift of a promotion counts three times for him."""


def promotions(plan: Plan) -> tuple[Promotion, ...]:
    """Return the promotions that fall into the period, by day."""
    strength = _SALON_STRENGTH if plan.is_salon else 1.0
    found = [
        Promotion(name, (date(year, month, day) - plan.start).days, days, off, 1 + (lift - 1) * strength)
        for year in range(plan.start.year, plan.end.year + 1)
        for name, month, day, days, off, lift in _YEARLY
    ]
    return tuple(item for item in found if item.first >= 0 and item.first + item.days <= plan.days)


def promotion_on(plan: Plan) -> Wholes:
    """Return for each day the number of its promotion in `promotions`, or −1."""
    days = np.full(plan.days + AHEAD_DAYS, -1, dtype=np.int64)
    for number, item in enumerate(promotions(plan)):
        days[item.first : item.first + item.days] = number
    return days


@dataclass(frozen=True)
class Clock:
    """Time as it passes for one kind of customers: `elapsed[d]` units by the beginning of day d.

    One unit is a day of average business. Purchases that come evenly by this clock come oftener in busy months, on
    busy weekdays and on days of promotions.
    """

    elapsed: Floats

    def at(self, days: Floats) -> Floats:
        """Return what has passed by a moment, given in days since the start."""
        whole = days.astype(np.int64)
        result: Floats = self.elapsed[whole] + (self.elapsed[whole + 1] - self.elapsed[whole]) * (
            days - whole
        )
        return result

    def day(self, elapsed: Floats) -> Floats:
        """Return the moment, in days since the start, by which so much has passed; the end of the clock at most."""
        capped = np.minimum(elapsed, self.elapsed[-1])
        cell = np.minimum(np.searchsorted(self.elapsed, capped, side="right") - 1, len(self.elapsed) - 2)
        low, high = self.elapsed[cell], self.elapsed[cell + 1]
        result: Floats = cell + (capped - low) / (high - low)
        return result


@dataclass(frozen=True)
class Clocks:
    """The clocks of a business.

    Attributes:
        usual: Of most people.
        hunter: Of those who wait for promotions.
        gift: Of those who buy presents and nothing else.
    """

    usual: Clock
    hunter: Clock
    gift: Clock

    def all(self) -> tuple[Clock, Clock, Clock]:
        """Return them in the order of `people.CLOCK_OF`."""
        return self.usual, self.hunter, self.gift


def clocks(plan: Plan) -> Clocks:
    """Return the clocks of a base."""
    months = _SALON_MONTHS if plan.is_salon else _SHOP_MONTHS
    week = _SALON_WEEK if plan.is_salon else _SHOP_WEEK
    on = promotion_on(plan)
    lifts = np.array([item.lift_ratio for item in promotions(plan)] + [1.0])[on]
    season = _season(plan, months, week)
    plain = np.where(lifts > 1, 1.0, _HUNTER_PLAIN)
    return Clocks(
        _clock(season * lifts),
        _clock(season * lifts * lifts * lifts * plain),
        _clock(_season(plan, _GIFT_MONTHS, week) * lifts),
    )


def _season(plan: Plan, months: Sequence[float], week: Sequence[float]) -> Floats:
    days = [plan.start + timedelta(days=day) for day in range(plan.days + AHEAD_DAYS)]
    return np.array([months[day.month - 1] * week[day.weekday()] for day in days])


def _clock(intensity: Floats) -> Clock:
    # a running sum adds in one order on every machine, a mean of the library need not
    sums = np.cumsum(intensity)
    return Clock(np.concatenate([[0.0], sums / (sums[-1] / len(intensity))]))


def joining_weights(plan: Plan, growth_ratio: float) -> Floats:
    """Return how likely each day of the period is for a new customer to come.

    Args:
        plan: The base.
        growth_ratio: How much more come at the end than at the beginning; below 1 there are less.
    """
    months = _SALON_MONTHS if plan.is_salon else _SHOP_MONTHS
    week = _SALON_WEEK if plan.is_salon else _SHOP_WEEK
    rise = 1 + (growth_ratio - 1) * np.arange(plan.days) / plan.days
    weights: Floats = _season(plan, months, week)[: plan.days] * rise
    return weights


def seconds_of(plan: Plan, days: Wholes, chance: Chance) -> Wholes:
    """Give each day an hour, a minute and a second of its business; seconds since 1970 UTC."""
    hours = np.array(_SALON_HOURS if plan.is_salon else _SHOP_HOURS, dtype=np.float64)
    hour = place_in(hours, chance.shares(len(days)))
    within = chance.wholes(0, HOUR_SECONDS, len(days))
    if plan.is_salon:
        within -= within % (HOUR_SECONDS // 4)  # appointments begin at a quarter
    seconds: Wholes = plan.first_second + days * DAY_SECONDS + hour * HOUR_SECONDS + within
    return seconds
