"""What people like, where they live and what support hears of them, on planted facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.core.presets.planted import Case, Rows, check, event, people
from tests.support import day

KNOWN = {"created_at": day("2025-01-01")}


def views(who: str, device: str, *days: int) -> Rows:
    """Pages that were viewed at noon on days of May, on a device."""
    return [event("page_viewed", who, f"2025-05-{n:02} 12:00", device=device) for n in days]


def read(who: str, *urls: str) -> Rows:
    """Pages that were viewed on the first days of May, at noon."""
    return [event("page_viewed", who, f"2025-05-{n:02} 12:00", url=url) for n, url in enumerate(urls, 1)]


def said(who: str, question: str, value: str, at: str = "2024-06-10 12:00") -> dict[str, object]:
    """An answer to a survey."""
    return {
        "answer_id": f"{who}{at}",
        "customer_id": who,
        "survey": "s",
        "question": question,
        "value": value,
        "at": day(at),
    }


def asked(trait: str, preset: str, value: str, other: str) -> Case:
    """Two answers that hold for a year, one of them the wanted one."""
    return Case(
        preset,
        {"survey_answers": [said("ann", "q", value), said("bob", "q", other)]},
        {"2025-06-10 11:59:59.999999": "ann", "2025-06-10 12:00": ""},
        values={trait: value},
        settings={"psychography": {trait: {"questions": ["q"]}}},
    )


CITY = {"created_at": day("2025-01-01"), "city": "Казань"}

CASES = [
    # bob looked twice on each: of equals the first by name; dan's device is told by nobody
    Case(
        "device",
        {
            "events": [
                *views("ann", "mobile", 1, 2),
                *views("ann", "desktop", 3),
                *views("bob", "mobile", 1, 2),
                *views("bob", "desktop", 3, 4),
                *views("cid", "tv", 1),
                event("page_viewed", "dan", "2025-05-01 12:00"),
            ]
        },
        {
            "2025-06-10": {"mobile": "ann", "desktop": "bob", "other": "cid"},
            # 90 days after the second view of ann only the desktop is left
            "2025-07-31 12:00:00.000001": {"desktop": "ann bob"},
            "2025-08-02 12:00:00.000001": {},
        },
    ),
    Case(
        "content",
        {
            "events": [
                *read("ann", "/reviews/a", "/reviews/b", "/compare/c"),
                *[event("promotion_clicked", "bob", f"2025-05-0{n} 12:00") for n in (1, 2, 3)],
                *read("cid", "/reviews/a", "/reviews/b", "/reviews/c"),
                *[event("promotion_clicked", "cid", f"2025-05-0{n} 12:00") for n in (1, 2)],
                *read("dan", "/reviews/a", "/reviews/b"),
            ]
        },
        {
            "2025-06-10": {"expert": "ann", "promo": "bob", "mixed": "cid", "none": "dan"},
            "2025-07-30 12:00": {"expert": "ann", "promo": "bob", "mixed": "cid", "none": "dan"},
            "2025-07-30 12:00:00.000001": {"none": "ann bob cid dan"},
        },
    ),
    asked("lifestyle", "by_lifestyle", "family", "career"),
    asked("personality", "by_personality", "conservative", "daring"),
    asked("interest", "by_interest", "sport", "books"),
    Case(
        "holiday_soon",
        {
            "customers": people(ann=CITY, bob=KNOWN | {"city": "Тула"}),
            "holidays": [{"region": "Казань", "date": date(2025, 8, 30), "name": "День города"}],
        },
        {
            "2025-08-22 23:59:59": "",
            "2025-08-23 00:00": "ann",
            "2025-08-30 23:59:59": "ann",
            "2025-08-31 00:00": "",
        },
    ),
    Case(
        "in_climate",
        {
            "customers": people(ann=CITY, bob=KNOWN | {"city": "Сочи"}),
            "climate": [{"region": "Казань", "zone": "cold"}, {"region": "Сочи", "zone": "warm"}],
        },
        {"2025-06-10": "ann"},
    ),
    # the centre of Moscow lies between 5 and 7 km from the outlet, that of Kazan hundreds of them
    *[
        Case(
            "near_outlet",
            {
                "customers": people(ann=KNOWN | {"city": "Москва"}, bob=CITY),
                "outlets": [{"outlet_id": "msk", "city": "Москва", "latitude": 55.80, "longitude": 37.55}],
            },
            {"2025-06-10": found},
            values={"km": km},
        )
        for km, found in (("7", "ann"), ("3", ""))
    ],
    Case(
        "waiting_for_support",
        {
            "tickets": [
                {
                    "ticket_id": "a",
                    "customer_id": "ann",
                    "opened_at": day("2025-06-01"),
                    "closed_at": day("2025-06-05"),
                },
                {"ticket_id": "b", "customer_id": "bob", "opened_at": day("2025-06-01")},
            ]
        },
        {"2025-06-01": "", "2025-06-01 00:00:00.000001": "ann bob", "2025-06-05 00:00:00.000001": "bob"},
    ),
    Case(
        "dissatisfied",
        {
            "tickets": [
                {
                    "ticket_id": who,
                    "customer_id": who,
                    "opened_at": day("2025-03-12 12:00"),
                    "closed_at": day("2025-03-13"),
                    "satisfaction": score,
                }
                for who, score in (("ann", 2), ("bob", 3))
            ]
        },
        {"2025-06-10 12:00": "ann", "2025-06-10 12:00:00.000001": ""},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_tastes_and_places(case: Case, tmp_path: Path) -> None:
    """Covers: G05, G06, G07, G09, G10, G11, L06, L07, R25, R30, R31, R32, R33, R40."""
    check(case, tmp_path)
