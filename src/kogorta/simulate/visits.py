"""Bookings of a salon: made ahead, kept, missed or called off, and paid for on the spot."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from kogorta.simulate.arrow import emptied, ids, instants, money, words
from kogorta.simulate.baskets import Baskets
from kogorta.simulate.business import OUTLETS_IN, STAFF_OF_OUTLET
from kogorta.simulate.calendar import seconds_of
from kogorta.simulate.catalogue import Catalogue
from kogorta.simulate.chance import Chance, Flags, Wholes, lognormal
from kogorta.simulate.life import Lives
from kogorta.simulate.people import People
from kogorta.simulate.plan import DAY_SECONDS, Plan
from kogorta.simulate.purchases import ID_ROOM, Purchases
from kogorta.vocab import BookingStatus, OrderStatus

_STATUSES = (BookingStatus.VISITED, BookingStatus.NO_SHOW, BookingStatus.CANCELLED, BookingStatus.BOOKED)
_VISITED, _NO_SHOW, _CANCELLED, _BOOKED = range(len(_STATUSES))
_STATUS_WEIGHTS = (0.85, 0.06, 0.09)
_VIA = ("online", "phone", "walk_in")
_VIA_WEIGHTS = (0.55, 0.35, 0.10)
_ONLINE, _WALK_IN = 0, 2

VISIT_SECONDS = 3_600
"""What a visit lasts, at the end of which it is paid for."""
_LEAD_SPREAD, _LEAD_DAYS, _LEAD_MOST_DAYS = 1.0, 4.0, 45.0
_LEAST_LEAD = 1_800
_AHEAD_RATIO, _AHEAD_DAYS = 0.5, 21
_FAVOURITE_RATIO = 0.75
_NUMBER_AHEAD = ID_ROOM - 1
"""Place among a person's purchases that no purchase reaches: the visit that is still to come."""


@dataclass(frozen=True)
class Visits:
    """Bookings of a chunk, one entry each: first those of the past in the order of `Purchases`, then those ahead.

    Attributes:
        id_row: The row of the id that booked.
        number: Of the booking; it is also that of the order that paid for it.
        created: When it was made, seconds since 1970 UTC.
        starts: When it starts.
        status: Place among the statuses of bookings.
        via: Place among the ways of booking.
        staff: Number of who does it.
        outlet: Number of the outlet.
        category: What is done.
    """

    id_row: Wholes
    number: Wholes
    created: Wholes
    starts: Wholes
    status: Wholes
    via: Wholes
    staff: Wholes
    outlet: Wholes
    category: Wholes


def visits_of(plan: Plan, people: People, lives: Lives, bought: Purchases, chance: Chance) -> Visits:
    """Draw the bookings of a chunk."""
    coming = (lives.ahead < plan.days + _AHEAD_DAYS) & chance.happens(_AHEAD_RATIO, len(people))
    later = np.flatnonzero(coming)
    row = np.concatenate([bought.row, later])
    count = len(row)
    ahead_at = seconds_of(plan, lives.ahead[later].astype(np.int64), chance)
    starts = np.concatenate([bought.at, np.maximum(ahead_at, plan.last_second)])
    via = chance.choose(_VIA_WEIGHTS, count)
    lead = np.minimum(chance.drawn(lognormal(_LEAD_SPREAD), count) * _LEAD_DAYS, _LEAD_MOST_DAYS)
    before = np.maximum((lead * DAY_SECONDS).astype(np.int64), _LEAST_LEAD)
    before = np.where(via == _WALK_IN, 0, before)
    holder = np.concatenate([bought.id_row, later])
    created = np.minimum(np.maximum(starts - before, people.joined[holder]), plan.last_second - 1)
    status = chance.choose(_STATUS_WEIGHTS, count)
    status = np.where(via == _WALK_IN, _VISITED, status)
    status = np.where(starts + 2 * VISIT_SECONDS >= plan.last_second, _BOOKED, status)
    outlet = OUTLETS_IN[people.city[row]]
    loyal = chance.happens(_FAVOURITE_RATIO, count)
    hand = np.where(loyal, people.number[row] % STAFF_OF_OUTLET, chance.wholes(0, STAFF_OF_OUTLET, count))
    return Visits(
        holder,
        np.concatenate([bought.number, people.number[later] * ID_ROOM + _NUMBER_AHEAD]),
        created,
        starts,
        status,
        via,
        (outlet - 1) * STAFF_OF_OUTLET + hand + 1,
        outlet,
        people.category[row],
    )


def paid(bought: Purchases, visits: Visits) -> tuple[Purchases, Wholes]:
    """Return the purchases that visits ended in, and the places of these visits."""
    kept = np.flatnonzero(visits.status[: len(bought)] == _VISITED)
    at = bought.at[kept] + VISIT_SECONDS
    names = ("row", "id_row", "number", "day", "is_bad", "campaign")
    return replace(bought, at=at, **{name: getattr(bought, name)[kept] for name in names}), kept


def made(bought: Purchases, visits: Visits) -> tuple[Purchases, Flags]:
    """Return past bookings as of when they were made, and which of them were made on the site."""
    count = len(bought)
    return replace(bought, at=visits.created[:count]), visits.via[:count] == _ONLINE


def booking_rows(
    goods: Catalogue, people: People, visits: Visits, baskets: Baskets, kept: Wholes
) -> dict[str, pa.Array]:
    """Return the rows of `bookings`; `kept` are the places of those that `baskets` belong to."""
    was = visits.status == _VISITED
    amount = np.zeros(len(visits.number), dtype=np.int64)
    amount[kept] = baskets.amount
    return {
        "booking_id": ids("v", visits.number),
        "customer_id": ids("c", people.number[visits.id_row]),
        "created_at": instants(visits.created),
        "starts_at": instants(visits.starts),
        "status": words([status.value for status in _STATUSES], visits.status),
        "booked_via": words(_VIA, visits.via),
        "staff_id": ids("staff", visits.staff),
        "service": words([item.path.split("/")[-1] for item in goods.categories], visits.category),
        "outlet_id": ids("outlet", visits.outlet),
        "order_id": emptied(ids("o", visits.number), ~was),
        "amount": money(amount, ~was),
    }


def paid_rows(
    people: People, bought: Purchases, baskets: Baskets, visits: Visits, kept: Wholes
) -> dict[str, pa.Array]:
    """Return the rows of `orders` of a salon: each is completed where it is made."""
    every = np.zeros(len(bought), dtype=np.int64)
    return {
        "order_id": ids("o", bought.number),
        "customer_id": ids("c", people.number[bought.id_row]),
        "ordered_at": instants(bought.at),
        "completed_at": instants(bought.at),
        "status": words((OrderStatus.COMPLETED.value,), every),
        "channel": words(("store",), every),
        "outlet_id": ids("outlet", visits.outlet[kept]),
        "amount": money(baskets.amount),
    }
