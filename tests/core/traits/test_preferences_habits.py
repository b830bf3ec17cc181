"""Where and when people buy: channel, outlet, weekday, hour; of a salon, when they come."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kogorta.compile.offsets import offset_table
from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from tests.core.language.facts import Point, Row, utc
from tests.core.language.store import Store
from tests.core.traits.asked import NOW, one, row, told, world

TICK = timedelta(microseconds=1)
SALON = Meaning(business=Business.SALON, zone="Europe/Moscow")


def order(id_: str, at: Any, customer: str | None = "ann", **cells: Any) -> tuple[str, Row]:
    return row(
        "orders", **({"order_id": id_, "customer": customer, "ordered_at": at, "status": "completed"} | cells)
    )


def booking(id_: str, at: Any, **cells: Any) -> tuple[str, Row]:
    given = {"booking_id": id_, "customer": "ann", "created_at": "2026-01-01", "starts_at": at}
    return row("bookings", **({**given, "status": "visited"} | cells))


def test_channel_and_outlet_of_most_orders(store: Store) -> None:
    """Covers: L05, L08"""
    base = world(
        order("1", "2026-06-01T10:00", channel="online"),
        order("2", "2026-06-02T10:00", channel="store", outlet_id="north"),
        order("3", "2026-06-03T10:00", channel="store", outlet_id="south"),
        order("4", "2026-06-04T10:00"),
        order("5", "2026-06-05T10:00", channel="phone", status="cancelled"),
        order("6", NOW, channel="phone"),
        order("7", "2026-06-01T10:00", None, channel="phone"),
    )
    names = ("main_channel", "main_channel_share", "main_outlet", "main_outlet_share", "last_channel")
    assert tuple(told(store, base, names)["ann"].values()) == ("store", 2 / 3, "north", 0.5, None)
    assert one(store, base, "last_channel", point=Point(NOW + TICK)) == "phone"


def test_of_two_last_orders_the_first_by_id_tells_the_channel(store: Store) -> None:
    base = world(
        order("b", "2026-06-01T10:00", channel="online"), order("a", "2026-06-01T10:00", channel="store")
    )
    assert one(store, base, "last_channel") == "store"


@pytest.mark.parametrize(("at", "day"), [("2026-06-01T20:59:59.999999", 1), ("2026-06-01T21:00", 2)])
def test_a_weekday_is_local(store: Store, at: str, day: int) -> None:
    # 1 June 2026 is a Monday; in Moscow midnight is 21:00 UTC
    base = world(order("1", at), zone="Europe/Moscow")
    assert one(store, base, "main_weekday") == day


def test_weekdays_are_numbered_from_monday_and_the_earlier_of_two_is_told(store: Store) -> None:
    base = world(
        *[order(str(day), f"2026-06-{day:02}T10:00") for day in (7, 8, 9)], order("s", "2026-06-14T09:00")
    )
    names = ("main_weekday", "main_weekday_share")
    assert tuple(told(store, base, names)["ann"].values()) == (7, 0.5)
    assert (
        one(store, world(order("1", "2026-06-07T10:00"), order("2", "2026-06-06T10:00")), "main_weekday") == 6
    )


@pytest.mark.parametrize(
    ("zone", "at", "hour"),
    [
        ("UTC", "2026-06-01T23:59:59.999999", 23),
        ("Europe/Moscow", "2026-06-01T21:00:01", 0),
        ("Europe/Moscow", "2011-03-26T23:00", 3),
        ("Europe/Moscow", "2011-03-26T22:59:59", 1),
        ("Europe/Berlin", "2026-03-29T00:59:59", 1),
        ("Europe/Berlin", "2026-03-29T01:00", 3),
        ("Europe/Berlin", "2026-10-25T00:30", 2),
        ("Europe/Berlin", "2025-10-26T01:30", 2),
        ("Asia/Kathmandu", "2026-06-01T10:14:59", 15),
        ("Asia/Kathmandu", "2026-06-01T10:15", 16),
        ("America/St_Johns", "2026-01-01T03:29:59", 23),
    ],
)
def test_an_hour_is_that_of_the_clock_on_the_wall(store: Store, zone: str, at: str, hour: int) -> None:
    point = Point(utc("2027-01-01"))
    assert one(store, world(order("1", at), zone=zone), "main_hour", point=point) == hour


def test_a_date_without_a_time_tells_no_hour(store: Store) -> None:
    """A file with bare dates puts everything at midnight, which would be everyone's hour."""
    names = ("main_hour", "main_hour_share", "main_weekday")
    base = world(
        order("1", "2026-06-01T21:00"),
        order("2", "2026-06-02T21:00"),
        order("3", "2026-06-03T10:20"),
        zone="Europe/Moscow",
    )
    assert tuple(told(store, base, names)["ann"].values()) == (13, 1.0, 3)
    bare = world(order("1", "2026-06-01T21:00"), zone="Europe/Moscow")
    assert tuple(told(store, bare, names)["ann"].values()) == (None, None, 2)


def test_a_salon_knows_when_people_come_not_when_they_pay(store: Store) -> None:
    """Covers: S10"""
    base = world(
        booking("1", "2026-06-01T07:00", order_id="p1", outlet_id="north"),
        booking("2", "2026-06-08T07:30", order_id="p2"),
        order("p1", "2026-06-01T09:00", channel="desk", outlet_id="till"),
        order("p2", "2026-06-08T09:00", channel="desk", outlet_id="south"),
        order("g", "2026-06-12T15:00", channel="online"),
        booking("no", "2026-06-15T07:00", status="no_show"),
        booking("ahead", NOW, status="visited"),
        zone="Europe/Moscow",
    )
    names = (
        *("main_weekday", "main_weekday_share", "main_hour", "main_hour_share"),
        *("main_channel", "main_channel_share", "main_outlet", "main_outlet_share", "last_channel"),
    )
    salon = tuple(told(store, base, names, meaning=SALON)["ann"].values())
    assert salon == (1, 2 / 3, 10, 2 / 3, "desk", 2 / 3, "north", 0.5, "online")
    # of a shop bookings are no purchases
    shop = tuple(told(store, base, names)["ann"].values())
    assert shop == (1, 2 / 3, 12, 2 / 3, "desk", 2 / 3, "south", 0.5, "online")


def test_a_salon_without_orders_has_habits_too(store: Store) -> None:
    base = world(booking("1", "2026-06-01T07:00", outlet_id="north"), zone="Europe/Moscow")
    names = ("main_hour", "main_outlet", "main_channel", "last_channel")
    assert tuple(told(store, base, names, meaning=SALON)["ann"].values()) == (10, "north", None, None)
    assert tuple(told(store, base, names)["ann"].values()) == (None, None, None, None)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Moscow", "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu"]
)
def test_every_instant_lies_in_one_interval_of_a_zone(zone: str) -> None:
    """All quarters of an hour about each change, by the zone's own rules."""
    rows = offset_table(zone).to_pylist()
    assert all(a["until"] == b["since"] for a, b in pairwise(rows))
    for item in rows:
        for minutes in (0, 15, 30):
            at = max(item["since"], utc("1970-01-01")) + timedelta(minutes=minutes)
            offset = at.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).utcoffset()
            assert offset == timedelta(seconds=item["offset_seconds"])
