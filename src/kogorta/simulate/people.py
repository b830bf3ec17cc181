"""Who the customers of a chunk are: what drives them, what is known of them, and which ids are one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kogorta.simulate.calendar import joining_weights, seconds_of
from kogorta.simulate.catalogue import Catalogue
from kogorta.simulate.chance import Chance, Flags, Floats, Wholes, beta, gamma
from kogorta.simulate.plan import CHUNK, Plan
from kogorta.simulate.words import CITIES, FEMALE, FIRST, MALE, PATRONYMICS, SOURCES, SURNAMES

KINDS = ("regular", "loyal", "discount_hunter", "wholesale", "gift", "prospect")
"""What a person is at heart; the truth calls it `segment_type`."""
REGULAR, LOYAL, HUNTER, WHOLESALE, GIFT, PROSPECT = range(len(KINDS))
CLOCK_OF = np.array([0, 0, 1, 0, 2, 0])
"""By kind: which of `calendar.Clocks` he lives by."""

_SHOP_WEIGHTS = (0.63, 0.10, 0.13, 0.02, 0.05, 0.07)
_SALON_WEIGHTS = (0.68, 0.16, 0.10, 0.00, 0.00, 0.06)
_PACE = np.array([1.0, 1.9, 1.2, 1.7, 1.5, 0.0])
"""By kind: how many times the pace of others."""
_STAY = np.array([1.0, 0.2, 0.8, 0.3, 0.8, 1.0])
"""By kind: what the chance of leaving is multiplied with."""

_SPEED = 0.72
"""Holds the whole base to the gaps that real shops show (`tests/core/simulate/test_shapes.py`)."""

DUPLICATE_RATIO = 0.03
HOUSEHOLD_RATIO = 0.06
"""Of the pairs of neighbours in the base: how many are a family with one telephone."""

_ADULT_DAYS, _AGE_DAYS = 18 * 365, 60 * 365


@dataclass(frozen=True)
class People:
    """The ids of a chunk; each array has one entry for each id.

    Attributes:
        number: Of the id, from 1 up within the base.
        original: The row of the id under which this person came first; his own row for nearly all.
        kind: Place in `KINDS`.
        category: The category that is his.
        rate: Purchases for a unit of his clock.
        leaving: Chance that he stays away after a purchase, for no reason that anyone could see.
        sex, first, patronymic, surname: Places in the lists of `words`.
        birth: Days since 1970.
        city: Place in `CITIES`.
        source: Place in `SOURCES`.
        joined: When he became known, in seconds since 1970 UTC.
        phone_of: Number of the id whose telephone he gave; 0 if none.
        email_of: Number of the id whose address he gave; 0 if none.
        is_verified: Whether he proved that the address is his.
        open_ratio: How many of the messages he opens.
        has_machine: Whether a machine opens every message before him.
    """

    number: Wholes
    original: Wholes
    kind: Wholes
    category: Wholes
    rate: Floats
    leaving: Floats
    sex: Wholes
    first: Wholes
    patronymic: Wholes
    surname: Wholes
    birth: Wholes
    city: Wholes
    source: Wholes
    joined: Wholes
    phone_of: Wholes
    email_of: Wholes
    is_verified: Flags
    open_ratio: Floats
    has_machine: Flags

    def __len__(self) -> int:
        return len(self.number)

    @property
    def is_duplicate(self) -> Flags:
        """Which ids are a person's second one."""
        result: Flags = self.original != np.arange(len(self))
        return result

    @property
    def person(self) -> Wholes:
        """The number of the id under which each person came first."""
        return self.number[self.original]


def people_of(plan: Plan, goods: Catalogue, chunk: int) -> People:
    """Draw the people of a chunk."""
    low = chunk * CHUNK
    count = min(CHUNK, plan.customers - low)
    chance = plan.chance("people", chunk)
    number = np.arange(low + 1, low + count + 1)
    original = _originals(chance, count)
    duplicate = original != np.arange(count)
    follows = _households(chance, duplicate)
    kind = chance.choose(_SALON_WEIGHTS if plan.is_salon else _SHOP_WEIGHTS, count)
    category = chance.choose([item.weight for item in goods.categories], count)
    rhythm = np.array([item.rhythm_days for item in goods.categories])[category]
    pace = chance.drawn(gamma(3.0 if plan.is_salon else 0.85), count) * _SPEED + 0.02
    leaving = chance.drawn(beta(0.8, 9.0) if plan.is_salon else beta(0.5, 2.3), count)
    sex = np.where(chance.happens(0.86 if plan.is_salon else 0.64, count), FEMALE, MALE)
    sex = np.where(follows, 1 - np.roll(sex, 1), sex)
    surname = chance.wholes(0, len(SURNAMES), count)
    city = chance.choose([weight for *_, weight in CITIES], count)
    joined = _joined(plan, chance, original)
    phone_of, email_of, verified = _contacts(plan, chunk, number, original, follows)
    return People(
        number=number,
        original=original,
        kind=kind[original],
        category=category[original],
        rate=((pace / rhythm) * _PACE[kind])[original],
        leaving=(leaving * _STAY[kind])[original],
        sex=sex[original],
        first=chance.wholes(0, len(FIRST[FEMALE]), count)[original],
        patronymic=chance.wholes(0, len(PATRONYMICS[FEMALE]), count)[original],
        surname=np.where(follows, np.roll(surname, 1), surname)[original],
        birth=_births(plan, chance, count)[original],
        city=np.where(follows, np.roll(city, 1), city)[original],
        source=chance.choose([weight for *_, weight in SOURCES], count),
        joined=joined,
        phone_of=phone_of,
        email_of=email_of,
        is_verified=verified,
        open_ratio=chance.drawn(beta(1.6, 3.6), count)[original],
        has_machine=chance.happens(0.25, count)[original],
    )


def _originals(chance: Chance, count: int) -> Wholes:
    """Choose the rows that are somebody's second id, and whose: always of an earlier row of the chunk."""
    rows = np.arange(count)
    second = chance.happens(DUPLICATE_RATIO, count)
    earlier = (chance.shares(count) * rows).astype(np.int64)
    found = np.where(second & (rows > 0), earlier, rows)
    while np.any(found[found] != found):
        found = found[found]
    return found


def _households(chance: Chance, duplicate: Flags) -> Flags:
    """Choose the rows that live with the row before them; both are people of their own, and odd ones follow even ones."""
    rows = np.arange(len(duplicate))
    alone = duplicate | np.roll(duplicate, 1)
    result: Flags = (rows % 2 == 1) & ~alone & chance.happens(HOUSEHOLD_RATIO, len(rows))
    return result


def _births(plan: Plan, chance: Chance, count: int) -> Wholes:
    """Draw days of birth: most people are between thirty and fifty at the start."""
    latest = (plan.start - date(1970, 1, 1)).days - _ADULT_DAYS
    middle = (chance.shares(count) + chance.shares(count) + chance.shares(count)) / 3
    result: Wholes = latest - (middle * _AGE_DAYS).astype(np.int64)
    return result


def _joined(plan: Plan, chance: Chance, original: Wholes) -> Wholes:
    """Draw when each id became known; a second id somewhere in what is left of the period."""
    day = chance.choose(joining_weights(plan, 1.3 if plan.is_salon else 0.5), len(original))
    joined = seconds_of(plan, day, chance)
    left = plan.last_second - joined[original]
    later = joined[original] + (left * (0.05 + 0.9 * chance.shares(len(original)))).astype(np.int64)
    return np.where(original != np.arange(len(original)), later, joined)


WAYS = ("phone", "email", "email_unverified", "nothing")
"""By what a second id could be recognised; the truth calls it `seen_by`."""
_WAY_WEIGHTS = (0.5, 0.25, 0.12, 0.13)


def way_of(people: People) -> Wholes:
    """Return for each second id its place in `WAYS`; −1 for all others."""
    origin = people.original
    phone = (people.phone_of > 0) & (people.phone_of == people.phone_of[origin])
    email = (people.email_of > 0) & (people.email_of == people.email_of[origin])
    proved = email & people.is_verified & people.is_verified[origin]
    way = np.where(phone, 0, np.where(proved, 1, np.where(email, 2, 3)))
    return np.where(people.is_duplicate, way, -1)


def _contacts(
    plan: Plan, chunk: int, number: Wholes, original: Wholes, follows: Flags
) -> tuple[Wholes, Wholes, Flags]:
    """Draw who gave which telephone and address: his own, none, that of his family, or that of his first id."""
    chance = plan.chance("contacts", chunk)
    count = len(number)
    phone_of = np.where(chance.happens(0.88, count), number, 0)
    phone_of = np.where(follows, np.roll(phone_of, 1), phone_of)
    email_of = np.where(chance.happens(0.78, count), number, 0)
    verified = chance.happens(0.6, count) & (email_of > 0)
    duplicate = original != np.arange(count)
    way = chance.choose(_WAY_WEIGHTS, count)
    way = np.where((way == 0) & (phone_of[original] == 0), 3, way)
    way = np.where((way == 1) & ~verified[original], 3, way)
    way = np.where((way == 2) & (email_of[original] == 0), 3, way)
    by_email = duplicate & ((way == 1) | (way == 2))
    phone_of = np.where(duplicate & (way == 0), phone_of[original], np.where(by_email, 0, phone_of))
    email_of = np.where(by_email, email_of[original], email_of)
    verified = np.where(by_email, way == 1, verified)
    return phone_of, email_of, verified
