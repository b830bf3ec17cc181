"""Bookings and visits: how often, what, with whom, what is booked ahead."""

from __future__ import annotations

from typing import Any

import ibis

from kogorta.traits.contract import Trait
from kogorta.traits.facts import Facts
from kogorta.traits.favourites import all_beside, favourite
from kogorta.traits.idioms import count_if, numbered, ratio_of
from kogorta.traits.orders import made_bookings
from kogorta.vocab import BookingStatus

_TABLES = ("bookings",)
_NO_VISIT = "missing for customers without a visit"
_UNTOLD = "missing for customers of whom no such visit is known"
_ONLINE = "online"

CONTRACTS = (
    Trait(
        "visits_count",
        "int64",
        "visits",
        "Bookings that became visits, ever.",
        "0 for customers without a visit",
        _TABLES,
        nothing=0,
        about="visits_count",
        version=2,
    ),
    Trait("last_visit_at", "timestamp(6)", "instant UTC", "When the last visit began.", _NO_VISIT, _TABLES),
    Trait(
        "last_service",
        "string",
        "service",
        "Service of the last visit; of several at one instant that of the booking first in code point order.",
        "missing where that visit tells none",
        _TABLES,
    ),
    Trait(
        "main_service",
        "string",
        "service",
        "Service of most visits ever; ties: first in code point order.",
        _UNTOLD,
        _TABLES,
    ),
    Trait(
        "main_service_share",
        "float64",
        "share",
        "Share of `main_service` among the visits whose service is known.",
        _UNTOLD,
        _TABLES,
    ),
    Trait(
        "main_staff",
        "string",
        "staff id",
        "Member of staff of most visits ever; ties: first in code point order.",
        _UNTOLD,
        _TABLES,
    ),
    Trait(
        "main_staff_share",
        "float64",
        "share",
        "Share of `main_staff` among the visits whose member of staff is known.",
        _UNTOLD,
        _TABLES,
    ),
    Trait(
        "no_shows",
        "int64",
        "bookings",
        "Bookings to which the customer did not come, ever.",
        "0 for customers without a booking",
        _TABLES,
        nothing=0,
        about="no_shows",
        version=2,
    ),
    Trait(
        "no_show_share",
        "float64",
        "share",
        "no_shows / (visits_count + no_shows).",
        "missing for customers with neither",
        _TABLES,
    ),
    Trait(
        "online_booking_share",
        "float64",
        "share",
        "Share of those made online among the bookings ever of which it is known how they were made.",
        "missing for customers of whom no such booking is known",
        _TABLES,
    ),
    Trait(
        "next_booking_at",
        "timestamp(6)",
        "instant UTC",
        "When the nearest booking ahead that stands begins.",
        "missing for customers with nothing booked",
        _TABLES,
    ),
)


def bookings_of_people(facts: Facts) -> Any:
    """Return bookings of known people that were made before the instant, with `as_of`, `is_visit` and `is_ahead`."""
    columns = ("booking_id", "customer_key", "starts_at", "starts_date", "status", "service", "staff_id")
    rows = facts.person(made_bookings(facts, *columns, "booked_via"))
    known = rows.filter(rows.customer_key.notnull())
    return known.mutate(
        is_visit=(known.status == BookingStatus.VISITED.value) & (known.starts_at < known.as_of),
        is_ahead=(known.status == BookingStatus.BOOKED.value) & (known.starts_at > known.as_of),
    )


def last_visits(visits: Any, *by: str) -> Any:
    """Return the last of the visits of each customer (and each of `by`); of several at one instant the first by id."""
    ranked = numbered(visits, ["customer_key", *by], [visits.starts_at.desc(), visits.booking_id])
    return ranked.filter(ranked.rank_no == 1)


def service_traits(facts: Facts) -> Any:
    """Return customer_key and the traits of `CONTRACTS`, of everyone with a booking."""
    rows = bookings_of_people(facts)
    visits = rows.filter(rows.is_visit)
    last = last_visits(visits)
    return all_beside(
        rows,
        _sums(rows),
        last.select("customer_key", last_visit_at=last.starts_at, last_service=last.service),
        favourite(visits, "service", "main_service"),
        favourite(visits, "staff_id", "main_staff"),
    )


def _sums(rows: Any) -> Any:
    never = ibis.null().cast("timestamp(6)")
    missed = (rows.status == BookingStatus.NO_SHOW.value) & (rows.starts_at < rows.as_of)
    t = rows.group_by("customer_key").agg(
        visits_count=count_if(rows.is_visit),
        no_shows=count_if(missed),
        made=count_if(rows.booked_via.notnull()),
        online=count_if(rows.booked_via == _ONLINE),
        next_booking_at=ibis.ifelse(rows.is_ahead, rows.starts_at, never).min(),
    )
    return t.select(
        "customer_key",
        "visits_count",
        "no_shows",
        "next_booking_at",
        no_show_share=ratio_of(t.no_shows, t.visits_count + t.no_shows),
        online_booking_share=ratio_of(t.online, t.made),
    )
