"""The filters of a salon and habits of its guests, on planted visits."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.vocab import Business
from tests.core.presets.planted import Base, Case, check, strangers, visit
from tests.support import day, order


def salon(preset: str, base: Base, found: dict[str, str], **values: str) -> Case:
    """A case of a salon with one free segment."""
    return Case(preset, base, found, values=values, business=Business.SALON)


def visits(*rows: tuple[str, str], **more: str) -> Base:
    """Return a base of visits: of whom, when."""
    return {"bookings": [visit(who, at, **more) for who, at in rows]}


ONE = ("ann", "2025-03-12 12:00")

CASES = [
    # cid has a booking ahead
    salon(
        "stopped_coming",
        {
            "bookings": [
                visit(*ONE),
                visit("bob", "2025-03-12 12:00"),
                visit("bob", "2025-06-01"),
                visit("cid", "2025-03-12 12:00"),
                visit("cid", "2025-06-20", status="booked"),
            ]
        },
        {
            "2025-06-10 12:00": "",
            "2025-06-10 12:00:00.000001": "ann",
            "2026-03-12 12:00:00.000001": "bob",
        },
    ),
    salon(
        "became_new",
        visits(("ann", "2025-05-11 12:00"), ("bob", "2025-05-11 12:00"), ("bob", "2025-01-01")),
        {"2025-05-11 12:00": "", "2025-06-10 12:00": "ann", "2025-06-10 12:00:00.000001": ""},
    ),
    salon(
        "visited_staff",
        {"bookings": [visit(*ONE, staff_id="Elena"), visit("bob", "2025-03-12", staff_id="Olga")]},
        {"2026-03-12 12:00": "ann", "2026-03-12 12:00:00.000001": ""},
    ),
    salon(
        "had_service",
        {
            "bookings": [
                visit(*ONE, service="Маникюр"),
                visit("bob", "2025-03-12", service="Стрижка"),
                visit("cid", "2025-03-12", service="Маникюр", status="no_show"),
            ]
        },
        {"2026-03-12 12:00": "ann", "2026-03-12 12:00:00.000001": ""},
    ),
    salon(
        "booked_soon",
        {
            "bookings": [
                visit("ann", "2025-06-17 12:00", status="booked"),
                visit("bob", "2025-06-17 12:00:01", status="booked"),
                visit("cid", "2025-06-12", status="cancelled"),
            ]
        },
        {
            "2025-06-10 12:00": "",
            "2025-06-10 12:00:00.000001": "ann",
            "2025-06-10 12:00:01.000001": "ann bob",
            "2025-06-17 12:00": "ann bob",
            "2025-06-17 12:00:00.000001": "bob",
        },
    ),
    # ten guests, nine of whom came once; dan came three times, but two of them long ago
    salon(
        "visits_often",
        visits(
            *[("ann", f"2025-0{n}-01 12:00") for n in range(1, 5)],
            *[(f"g{n}", "2025-05-01") for n in range(9)],
        ),
        {"2025-06-10": "ann"},
    ),
    # of eleven guests ten come less often than ann, nine less often than bob; who never came is not compared
    salon(
        "visits_often",
        {
            "customers": strangers(99),
            **visits(
                *[("ann", f"2025-0{n}-01 12:00") for n in range(1, 5)],
                *[("bob", f"2025-0{n}-01 12:00") for n in range(1, 4)],
                *[(f"g{n}", "2025-05-01") for n in range(9)],
            ),
        },
        {"2025-06-10": "ann"},
    ),
    salon(
        "booked_online",
        {
            "bookings": [
                visit("ann", "2025-03-12", booked_via="online", created_at=day("2025-03-01 12:00")),
                visit("bob", "2025-03-12", booked_via="phone"),
            ]
        },
        {"2026-03-01 12:00": "ann", "2026-03-01 12:00:00.000001": ""},
    ),
    # 180 days from 1 December: bob was away an hour less
    salon(
        "returned_guests",
        visits(
            ("ann", "2024-12-01 12:00"),
            ("ann", "2025-05-30 12:00"),
            ("bob", "2024-12-01 13:00"),
            ("bob", "2025-05-30 12:00"),
        ),
        {"2025-06-29 12:00": "ann", "2025-06-29 12:00:00.000001": ""},
    ),
    # on 10 June the newest period of 35 days begins with the visit of 6 May; a moment later both lie in one
    salon(
        "service_with_staff",
        {
            "bookings": [
                *[visit("ann", at, service="Брови", staff_id="Elena") for at in ("2025-05-06", "2025-04-06")],
                *[visit("bob", at, service="Брови", staff_id="Olga") for at in ("2025-05-06", "2025-04-06")],
                *[
                    visit("cid", at, service="Маникюр", staff_id="Elena")
                    for at in ("2025-05-06", "2025-04-06")
                ],
            ]
        },
        {"2025-06-10": "ann", "2025-06-10 00:00:00.000001": ""},
    ),
    salon(
        "twice_a_year_service",
        {
            "bookings": [
                *[visit("ann", at, service="Чистка лица") for at in ("2025-05-01", "2024-11-01")],
                *[
                    visit("bob", at, service="Чистка лица")
                    for at in ("2025-05-01", "2025-03-01", "2024-11-01")
                ],
                *[visit("cid", at, service="Чистка лица") for at in ("2025-05-01",)],
            ]
        },
        {"2025-06-10": "ann", "2025-10-31": "ann", "2025-10-31 00:00:00.000001": ""},
    ),
    salon(
        "service_regulars",
        {
            "bookings": [
                *[visit("ann", f"2025-0{n}-01 12:00", service="Маникюр") for n in (3, 4, 5)],
                *[visit("bob", f"2025-0{n}-01 12:00", service="Стрижка") for n in (3, 4, 5)],
                *[visit("cid", f"2025-0{n}-01 12:00", service="Маникюр") for n in (4, 5)],
            ]
        },
        {"2025-05-10": "ann"},
    ),
    salon(
        "no_show_guests",
        visits(("ann", "2025-03-01"), ("ann", "2025-04-01"), ("bob", "2025-03-01"), status="no_show"),
        {"2026-03-01 00:00": "ann", "2026-03-01 00:00:00.000001": ""},
        times="2",
    ),
    salon(
        "pass_ending",
        {
            "subscriptions": [
                {
                    "subscription_id": who,
                    "customer_id": who,
                    "created_at": day("2025-01-01"),
                    "status": "live",
                    "prepaid_until": day(until),
                }
                for who, until in (
                    ("ann", "2025-06-24 12:00"),
                    ("bob", "2025-06-24 12:00:01"),
                    ("cid", "2025-06-01"),
                )
            ]
        },
        {
            "2025-06-10 12:00": "",
            "2025-06-10 12:00:00.000001": "ann",
            "2025-06-10 12:00:01.000001": "ann bob",
            "2025-06-24 12:00": "ann bob",
            "2025-06-24 12:00:00.000001": "bob",
        },
    ),
]

FOUR_WEEKS = ("2025-03-12 12:00", "2025-04-09 12:00", "2025-05-07 12:00")
"""Three visits at a rhythm of 28 days: the next one is due on 4 June at noon."""


def regular(who: str, **more: str) -> list[dict[str, object]]:
    """Three visits, four weeks apart."""
    return [visit(who, at, service="Маникюр", **more) for at in FOUR_WEEKS]


CASES += [
    # ann is due on 4 June at noon; bob has booked; nobody ever came twice for what cid had
    Case(
        "visit_rhythm",
        {
            "bookings": [
                *regular("ann", staff_id="Elena"),
                *regular("bob", staff_id="Elena"),
                visit("bob", "2025-07-01", service="Маникюр", status="booked"),
                visit("cid", "2025-05-01", service="Брови"),
            ]
        },
        {
            "2025-05-28 12:00": {"on_rhythm": "ann", "booked": "bob", "unknown": "cid"},
            "2025-05-28 12:00:00.000001": {"due_soon": "ann", "booked": "bob", "unknown": "cid"},
            "2025-06-04 12:00": {"due_soon": "ann", "booked": "bob", "unknown": "cid"},
            "2025-06-04 12:00:00.000001": {"due": "ann", "booked": "bob", "unknown": "cid"},
            "2025-06-18 12:00": {"due": "ann", "booked": "bob", "unknown": "cid"},
            "2025-06-18 12:00:00.000001": {"overdue": "ann", "booked": "bob", "unknown": "cid"},
        },
        business=Business.SALON,
    ),
    salon(
        "due_for_service",
        {"bookings": [*regular("ann"), *[visit("bob", at, service="Стрижка") for at in FOUR_WEEKS]]},
        {
            "2025-06-01 12:00": "",
            "2025-06-01 12:00:00.000001": "ann",
            "2025-06-04 12:00": "ann",
            "2025-06-04 12:00:00.000001": "",
        },
    ),
    salon(
        "due_with_staff",
        {"bookings": [*regular("ann", staff_id="Elena"), *regular("bob", staff_id="Olga")]},
        {"2025-05-28 12:00": "", "2025-05-28 12:00:00.000001": "ann", "2025-06-04 12:00:00.000001": ""},
    ),
    salon(
        "buys_care",
        {
            "bookings": [visit("ann", "2025-03-12"), visit("bob", "2025-03-12")],
            "products": [
                {"product_id": "oil", "name": "Oil", "kind": "good"},
                {"product_id": "cut", "name": "Cut", "kind": "service"},
            ],
            "orders": [order("a", "ann", "2025-03-10 12:00"), order("b", "bob", "2025-03-10 12:00")],
            "order_lines": [
                {"order_id": id_, "line_no": 1, "product_id": product, "quantity_micro": 1_000_000}
                for id_, product in (("a", "oil"), ("b", "cut"))
            ],
        },
        {"2026-03-10 12:00": "ann", "2026-03-10 12:00:00.000001": ""},
    ),
    # four of five visits are eight tenths, three of four are less
    salon(
        "favourite_staff",
        {
            "bookings": [
                *[visit("ann", f"2025-05-0{n} 12:00", staff_id="Elena") for n in range(1, 5)],
                visit("ann", "2025-05-09 12:00", staff_id="Olga"),
                *[visit("bob", f"2025-05-0{n} 12:00", staff_id="Elena") for n in range(1, 4)],
                visit("bob", "2025-05-09 12:00", staff_id="Olga"),
                *[visit("cid", f"2025-05-0{n} 12:00", staff_id="Elena") for n in range(1, 3)],
            ]
        },
        {"2025-06-10": "ann"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_filters_of_a_salon(case: Case, tmp_path: Path) -> None:
    """Covers: S04, S05, S06, S10, S13, S14, S15, S17, S18, S19, S20, S21, S22, S24, S25, S26, S27, S29, S30, S31."""
    check(case, tmp_path)
