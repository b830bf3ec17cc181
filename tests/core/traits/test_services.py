"""Bookings and visits: how often, what, with whom, what stands, and when the next visit is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.core.language.facts import EVERYTHING, Point, Row, World, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, one, row, told, world

VISITS = (
    *("visits_count", "last_visit_at", "last_service", "main_service", "main_service_share"),
    *(
        "main_staff",
        "main_staff_share",
        "no_shows",
        "no_show_share",
        "online_booking_share",
        "next_booking_at",
    ),
)
DUE = ("due_at", "due_service", "due_staff")
TICK = timedelta(microseconds=1)

Rows = list[tuple[str, Row]]


def booking(
    id_: str, at: Any, service: str | None = "brows", staff: str | None = "elena", **cells: Any
) -> Any:
    given = {"booking_id": id_, "customer": "ann", "created_at": "2024-01-01", "starts_at": at}
    return row("bookings", **({**given, "status": "visited", "service": service, "staff_id": staff} | cells))


def came(*days: str, customer: str = "ann", **cells: Any) -> Rows:
    """Visits on these days at ten, and a half second."""
    at = [datetime.fromisoformat(f"{day}T10:00:00.500000") for day in days]
    return [booking(f"{customer} {cells} {moment}", moment, customer=customer, **cells) for moment in at]


def due(store: Store, base: World, customer: str = "ann", point: Point | None = None) -> tuple[Any, ...]:
    return tuple(told(store, base, DUE, point or Point(NOW))[customer].values())


# --- visits -----------------------------------------------------------------------------------------


def test_visits_and_bookings_of_a_customer(store: Store) -> None:
    """Covers: S05, S10, S14, S18, S24, S26"""
    base = world(
        booking("1", "2026-05-01T10:00", booked_via="online"),
        booking("2", "2026-06-01T10:00", booked_via="phone"),
        booking("3", "2026-06-20T10:00", "nails", "olga", booked_via="online"),
        booking("4", "2026-06-25T10:00", status="no_show"),
        booking("5", "2026-06-26T10:00", status="cancelled", booked_via="online"),
        booking("6", "2026-07-20T10:00", status="booked"),
        booking("7", "2026-07-10T10:00", status="booked"),
        booking("8", "2026-07-05T10:00", status="cancelled"),
        booking("other", "2026-07-02T10:00", status="booked", customer="bob"),
        row("customers", customer="cyd", created_at="2026-01-01"),
    )
    found = told(store, base, VISITS)
    assert found["ann"] == {
        "visits_count": 3,
        "last_visit_at": utc("2026-06-20T10:00"),
        "last_service": "nails",
        "main_service": "brows",
        "main_service_share": 2 / 3,
        "main_staff": "elena",
        "main_staff_share": 2 / 3,
        "no_shows": 1,
        "no_show_share": 0.25,
        "online_booking_share": 0.75,
        "next_booking_at": utc("2026-07-10T10:00"),
    }
    nothing = dict.fromkeys(VISITS) | {"visits_count": 0, "no_shows": 0}
    assert found["bob"] == nothing | {"next_booking_at": utc("2026-07-02T10:00")}
    assert found["cyd"] == nothing


def test_a_booking_at_the_very_instant_is_neither_past_nor_ahead(store: Store) -> None:
    """Covers: S24"""
    ahead = world(booking("1", NOW, status="booked"))
    assert one(store, ahead, "next_booking_at", point=Point(NOW - TICK)) == NOW
    assert one(store, ahead, "next_booking_at", point=Point(NOW)) is None
    seen = world(booking("1", NOW), booking("2", NOW, status="no_show"))
    before = told(store, seen, ("visits_count", "no_shows"))["ann"]
    assert tuple(before.values()) == (0, 0)
    after = told(store, seen, ("visits_count", "no_shows"), Point(NOW + TICK))["ann"]
    assert tuple(after.values()) == (1, 1)


def test_a_booking_is_known_from_when_it_was_made_and_a_visit_from_when_it_was_told(store: Store) -> None:
    base = world(
        booking("1", "2026-08-01T10:00", status="booked", created_at="2026-06-15"),
        booking(
            "1",
            "2026-08-01T10:00",
            created_at="2026-06-15",
            version_no=2,
            ingest_seq=2,
            valid_at=utc("2026-08-02"),
        ),
    )
    assert one(store, base, "next_booking_at", point=Point(utc("2026-06-15T00:00:01"))) == utc(
        "2026-08-01T10:00"
    )
    later = Point(utc("2026-08-03"))
    assert one(store, base, "visits_count", point=later) == 1
    assert one(store, base, "visits_count", point=Point(utc("2026-08-03"), 1)) == 0


def test_two_visits_at_one_instant_and_two_ids_of_one_person(store: Store) -> None:
    base = world(
        booking("b", "2026-06-01T10:00", "nails", "olga"),
        booking("a", "2026-06-01T10:00", None, None, customer="ann2"),
        same={"ann2": "ann"},
    )
    found = told(store, base, ("visits_count", "last_service", "main_service_share", "main_staff"))
    # the first by id names no service; shares are of those visits that name one
    assert tuple(found["ann"].values()) == (2, None, 1.0, "olga")
    tie = world(booking("1", "2026-06-01T10:00", "я"), booking("2", "2026-06-02T10:00", "б"))
    assert tuple(told(store, tie, ("last_service", "main_service"))["ann"].values()) == ("б", "б")


# --- due --------------------------------------------------------------------------------------------


def test_a_monthly_visit_is_due_after_the_own_rhythm(store: Store) -> None:
    """Covers: S05, S06"""
    monthly = came("2026-03-01", "2026-04-02", "2026-05-01", "2026-06-01")
    # gaps of 32, 29 and 31 days: 31 in the middle; seconds are whole
    assert due(store, world(*monthly)) == (utc("2026-07-02T10:00"), "brows", "elena")
    # of two gaps the lower one, 29
    assert due(store, world(*monthly[:3]))[0] == utc("2026-05-30T10:00")


def test_before_three_visits_the_rhythm_of_everyone_counts(store: Store) -> None:
    others = [
        *came("2026-01-01", "2026-01-21", customer="bob"),
        *came("2026-01-01", "2026-02-10", customer="cyd"),
    ]
    base = world(*others, *came("2026-05-01", "2026-06-10"))
    # gaps of 20, 40 and 40 days
    assert due(store, base) == (utc("2026-07-20T10:00"), "brows", "elena")
    alone = world(*others, *came("2026-06-10", service="nails"))
    assert due(store, alone) == (None, None, None)
    # three visits on two days are no three visit days
    twice = world(*others, *came("2026-05-01", "2026-06-10"), booking("x", "2026-06-10T15:00"))
    assert due(store, twice)[0] == utc("2026-07-20T15:00")


def test_what_is_booked_is_not_due(store: Store) -> None:
    """Covers: S24"""
    brows = came("2026-04-01", "2026-05-01", "2026-05-31")
    nails = came("2026-05-01", "2026-05-11", "2026-05-21", service="nails", staff="olga")
    base = [*brows, *nails]
    assert due(store, world(*base))[1:] == ("nails", "olga")
    ahead = booking("a", NOW + TICK, "nails", "anybody", status="booked")
    assert due(store, world(*base, ahead)) == (utc("2026-06-30T10:00"), "brows", "elena")
    assert due(store, world(*base, ahead), point=Point(NOW + TICK))[1] == "nails"
    unnamed = booking("u", "2026-08-01", None, None, status="booked")
    assert due(store, world(*base, unnamed)) == (None, None, None)
    cancelled = booking("c", "2026-08-01", "nails", status="cancelled")
    assert due(store, world(*base, cancelled))[1] == "nails"


def test_who_did_the_service_last_is_who_is_due(store: Store) -> None:
    visits = [*came("2026-03-01", "2026-03-31", "2026-04-30"), *came("2026-05-30", staff="olga")]
    assert due(store, world(*visits)) == (utc("2026-06-29T10:00"), "brows", "olga")


def test_what_was_let_go_comes_after_all_else(store: Store) -> None:
    """A service of long ago would be overdue for ever, and hide what is due now."""
    old = came("2025-01-01", "2025-01-11", "2025-01-21", service="massage", staff="igor")
    now = came("2026-04-01", "2026-05-01", "2026-05-31")
    assert due(store, world(*old, *now)) == (utc("2026-06-30T10:00"), "brows", "elena")
    # alone it stands
    assert due(store, world(*old)) == (utc("2025-01-31T10:00"), "massage", "igor")


@pytest.mark.parametrize(("rhythm", "days"), [(10, 60), (30, 90)])
def test_a_service_is_let_go_after_three_rhythms_and_sixty_days(store: Store, rhythm: int, days: int) -> None:
    last = utc("2026-06-01T10:00")
    massage = [booking(str(n), last - n * timedelta(days=rhythm), "massage", "igor") for n in range(3)]
    brows = [booking(f"b{n}", last - n * timedelta(days=100)) for n in range(3)]
    base = world(*massage, *brows)
    edge = last + timedelta(days=days, seconds=1)
    # brows are due later than the massage, which stands first till it is let go
    assert due(store, base, point=Point(edge - TICK))[1] == "massage"
    assert due(store, base, point=Point(edge))[1] == "brows"


def test_a_salon_that_names_no_services_knows_when_a_visit_is_due(store: Store) -> None:
    visits = came("2026-05-01", "2026-05-11", "2026-05-21", service=None, staff=None)
    assert due(store, world(*visits)) == (utc("2026-05-31T10:00"), None, None)
    named = booking("n", "2026-08-01", "brows", status="booked")
    assert due(store, world(*visits, named))[0] == utc("2026-05-31T10:00")


def test_a_visit_that_is_learned_later_moves_the_date(store: Store) -> None:
    visits = came("2026-03-01", "2026-04-01", "2026-05-01")
    late = came("2026-06-01", ingest_seq=2)
    base = world(*visits, *late)
    assert due(store, base, point=Point(NOW, 1))[0] == utc("2026-05-31T10:00")
    assert due(store, base, point=Point(NOW, EVERYTHING))[0] == utc("2026-07-02T10:00")
