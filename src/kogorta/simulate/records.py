"""What the business has written down about its customers: rows of people and of their contacts, with gaps."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.simulate.arrow import dates, either, emptied, ids, instants, joined, money, words
from kogorta.simulate.chance import Flags, Wholes
from kogorta.simulate.life import MOVED, Lives
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.words import (
    CITIES,
    FEMALE,
    FIRST,
    HOSTS,
    LATIN,
    MALE,
    PATRONYMICS,
    PHONE_CODES,
    SEXES,
    SOURCES,
    SURNAMES,
    WINNING_COSTS_MINOR,
)
from kogorta.vocab import ContactKind

_NO_NAME, _NO_PATRONYMIC, _NO_SEX, _NO_BIRTH, _NO_CITY, _NO_SOURCE = 0.04, 0.45, 0.12, 0.38, 0.06, 0.08
_TURNED_RATIO = 0.3
"""Names that are written with the first name first."""
_CARD_RATIO, _TELEGRAM_RATIO = 0.4, 0.12
_TOLD_DAYS = 3
"""A new city becomes known so many days after the move."""

_SEVEN_DIGITS = 10_000_000
_SCATTER, _SHIFT = 7_368_787, 1_234_567
"""Of a number to seven digits and back: no two people get the same telephone."""
_COSTS = np.array(WINNING_COSTS_MINOR)


def moved_to(people: People) -> Wholes:
    """Return where each person would move to: a city that is not his own."""
    return (people.city + 1 + people.person % (len(CITIES) - 1)) % len(CITIES)


def known_moves(plan: Plan, people: People, lives: Lives) -> tuple[Wholes, Wholes]:
    """Return the rows of those whose move became known, and when: seconds since 1970 UTC."""
    at = plan.first_second + (np.where(lives.left < plan.days, lives.left, 0) * DAY_SECONDS).astype(np.int64)
    at = at + _TOLD_DAYS * DAY_SECONDS
    rows = np.flatnonzero((lives.reason == MOVED) & ~people.is_duplicate & (at < plan.last_second))
    return rows, at[rows]


def customer_rows(plan: Plan, people: People, lives: Lives, chunk: int) -> dict[str, pa.Array]:
    """Return the rows of `customers` as the business knows them at the end."""
    chance = plan.chance("records", chunk)
    count = len(people)
    city = people.city.copy()
    moved, _ = known_moves(plan, people, lives)
    city[moved] = moved_to(people)[moved]
    no_city = chance.happens(_NO_CITY, count)
    city = np.where(no_city, -1, city)
    source = np.where(chance.happens(_NO_SOURCE, count), -1, people.source)
    sex = np.where(chance.happens(_NO_SEX, count), -1, people.sex)
    cost = np.where(source < 0, 0, _COSTS[source])
    return {
        "customer_id": ids("c", people.number),
        "name": emptied(
            _names(people, chance.happens(_NO_PATRONYMIC, count), chance.happens(_TURNED_RATIO, count)),
            chance.happens(_NO_NAME, count),
        ),
        "sex": words(SEXES, sex),
        "birth_date": dates(people.birth, chance.happens(_NO_BIRTH, count)),
        "city": words([item[0] for item in CITIES], city),
        "region": words([item[1] for item in CITIES], city),
        "timezone": words([item[2] for item in CITIES], city),
        "acquisition_source": words([item[0] for item in SOURCES], source),
        "acquisition_medium": words([item[1] for item in SOURCES], source),
        "acquisition_campaign": words([item[2] for item in SOURCES], source),
        "acquisition_cost": money(cost, cost == 0),
        "created_at": instants(people.joined),
    }


def _names(people: People, short: Flags, turned: Flags) -> pa.Array:
    """Write each name: surname first or last, with or without the patronymic."""
    female = people.sex == FEMALE
    surname = either(
        female, words([f"{name}а" for name in SURNAMES], people.surname), words(SURNAMES, people.surname)
    )
    first = either(female, words(FIRST[FEMALE], people.first), words(FIRST[MALE], people.first))
    middle = either(
        female, words(PATRONYMICS[FEMALE], people.patronymic), words(PATRONYMICS[MALE], people.patronymic)
    )
    called = either(short, first, joined(first, middle, between=" "))
    return either(turned, joined(called, surname, between=" "), joined(surname, called, between=" "))


def change_rows(plan: Plan, people: People, lives: Lives) -> dict[str, pa.Array]:
    """Return the rows of `attribute_changes`: the cities of those who moved."""
    rows, at = known_moves(plan, people, lives)
    names = [item[0] for item in CITIES]
    return {
        "customer_id": ids("c", people.number[rows]),
        "key": words(("city",), np.zeros(len(rows), dtype=np.int64)),
        "at": instants(at),
        "from_value": words(names, people.city[rows]),
        "to_value": words(names, moved_to(people)[rows]),
    }


def contact_rows(plan: Plan, people: People, chunk: int) -> dict[str, pa.Array]:
    """Return the rows of `contacts`: telephones in whatever spelling, addresses, cards and chats."""
    chance = plan.chance("spellings", chunk)
    count = len(people)
    phones = np.flatnonzero(people.phone_of > 0)
    emails = np.flatnonzero(people.email_of > 0)
    cards = np.flatnonzero(chance.happens(_CARD_RATIO, count) & ~people.is_duplicate)
    chats = np.flatnonzero(chance.happens(_TELEGRAM_RATIO, count) & ~people.is_duplicate)
    row = np.concatenate([phones, emails, cards, chats])
    sizes = [len(part) for part in (phones, emails, cards, chats)]
    proved = np.concatenate(
        [np.zeros(sizes[0], bool), people.is_verified[emails], np.zeros(sum(sizes[2:]), bool)]
    )
    kinds = (ContactKind.PHONE, ContactKind.EMAIL, ContactKind.CARD, ContactKind.TELEGRAM)
    values = pa.concat_arrays(
        [
            phones_of(people.phone_of[phones], chance.wholes(0, 5, len(phones))),
            _emails(people, emails),
            ids("77", people.number[cards] + 10_000_000),
            joined("@", words(LATIN, people.surname[chats]), ids("", people.number[chats])),
        ]
    )
    at = people.joined[row]
    verified = np.minimum(at + chance.wholes(60, 3 * DAY_SECONDS, len(row)), plan.last_second - 1)
    return {
        "customer_id": ids("c", people.number[row]),
        "kind": words([kind.value for kind in kinds], np.repeat(np.arange(4), sizes)),
        "value": values,
        "at": instants(at),
        "verified_at": instants(verified, ~proved),
    }


def phones_of(number: Wholes, spelling: Wholes) -> pa.Array:
    """Return the telephones of ids, each in one of five spellings."""
    digits = (number * _SCATTER + _SHIFT) % _SEVEN_DIGITS
    code = np.array(PHONE_CODES)[(number * 13 + number // 97) % len(PHONE_CODES)]
    area = ids("", code)
    whole = [pc.utf8_lpad(ids("", part), width, "0") for part, width in _groups(digits)]
    three, two, last = whole
    spelt = (
        joined("+7", area, three, two, last),
        joined("8", area, three, two, last),
        joined("+7 ", area, " ", three, "-", two, "-", last),
        joined("8 (", area, ") ", three, "-", two, "-", last),
        joined("7", area, three, two, last),
    )
    return pc.choose(pa.array(spelling), *spelt)


def _groups(digits: Wholes) -> list[tuple[Wholes, int]]:
    return [(digits // 10_000, 3), (digits // 100 % 100, 2), (digits % 100, 2)]


def _emails(people: People, rows: Wholes) -> pa.Array:
    """Return addresses: whoever registered a second time with his own writes it in capitals."""
    owner = people.email_of[rows]
    first = people.original[rows]
    borrowed = owner != people.number[rows]
    surname = np.where(borrowed, people.surname[first], people.surname[rows])
    address = joined(words(LATIN, surname), ".", ids("", owner), "@", words(HOSTS, owner % len(HOSTS)))
    return either(borrowed, pc.utf8_upper(address), address)
