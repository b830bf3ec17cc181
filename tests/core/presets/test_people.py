"""Who people are: planted attributes, on the day before and after each birthday."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.core.presets.planted import Case, check, orders, people
from tests.support import day

KNOWN = {"created_at": day("2025-01-01")}


def known(**of: dict[str, Any]) -> dict[str, Any]:
    """Return a base of customers with these attributes."""
    return {"customers": people(**{who: KNOWN | attributes for who, attributes in of.items()})}


def born(text: str, **more: Any) -> dict[str, Any]:
    """Return a date of birth, with other attributes."""
    return {"birth_date": date.fromisoformat(text), **more}


LOYAL = "2024-12-01, 2025-01-01, 2025-02-01, 2025-03-01, 2025-04-01, 2025-05-01, 2025-06-01"

CASES = [
    # ann is 25 on 11 June, cid 35, eve 55
    Case(
        "age_groups",
        known(
            ann=born("2000-06-11"),
            bob=born("1991-06-10"),
            cid=born("1990-06-11"),
            dan=born("1980-06-10"),
            eve=born("1970-06-11"),
            fay={},
        ),
        {
            "2025-06-10 12:00": {
                "under_25": "ann",
                "from_25": "bob cid",
                "from_45": "dan eve",
                "unknown": "fay",
            },
            "2025-06-11 12:00": {
                "from_25": "ann bob",
                "from_35": "cid",
                "from_45": "dan",
                "from_55": "eve",
                "unknown": "fay",
            },
        },
    ),
    Case(
        "sexes",
        known(ann={"sex": "female"}, bob={"sex": "male"}, cid={}),
        {"2025-06-10": {"women": "ann", "men": "bob", "unknown": "cid"}},
    ),
    # bob turns 25 on 11 June, cid 36
    Case(
        "men_25_35",
        known(
            ann=born("1995-01-01", sex="female"),
            bob=born("2000-06-11", sex="male"),
            cid=born("1989-06-11", sex="male"),
            dan=born("1995-01-01", sex="male"),
        ),
        {"2025-06-10 12:00": "cid dan", "2025-06-11 12:00": "bob dan"},
    ),
    Case(
        "women_55",
        known(ann=born("1970-06-11", sex="female"), bob=born("1960-01-01", sex="male")),
        {"2025-06-10 12:00": "", "2025-06-11 12:00": "ann"},
    ),
    Case(
        "by_income",
        known(
            ann={"income_band": "high"}, bob={"income_band": "low"}, cid={"income_band": "premium"}, dan={}
        ),
        {"2025-06-10": "ann cid"},
        values={"income": "high, premium"},
    ),
    Case(
        "by_profession",
        known(ann={"profession": "doctor"}, bob={"profession": "driver"}),
        {"2025-06-10": "ann"},
    ),
    Case(
        "by_education",
        known(ann={"education": "higher"}, bob={"education": "school"}),
        {"2025-06-10": "ann"},
    ),
    Case(
        "by_employment",
        known(ann={"employment": "employed"}, bob={"employment": "student"}),
        {"2025-06-10": "bob"},
        values={"employment": "student"},
    ),
    Case(
        "by_marital_status",
        known(ann={"marital_status": "married"}, bob={"marital_status": "single"}),
        {"2025-06-10": "ann"},
    ),
    Case(
        "in_city",
        known(ann={"city": "Тула"}, bob={"city": "Москва"}),
        {"2024-12-31": "", "2025-06-10": "ann"},
        values={"city": "Тула"},
    ),
    Case(
        "in_timezone",
        known(ann={"timezone": "Europe/Moscow"}, bob={"timezone": "Asia/Omsk"}),
        {"2025-06-10": "bob"},
        values={"zone": "Asia/Omsk"},
    ),
    Case(
        "acquisition",
        known(
            ann={"acquisition_medium": "cpc"},
            bob={"acquisition_medium": "social"},
            cid={"acquisition_medium": "referral"},
            dan={"acquisition_medium": "organic"},
            eve={"acquisition_medium": "carrier pigeon"},
            fay={},
        ),
        {
            "2025-06-10": {
                "ads": "ann",
                "social": "bob",
                "referral": "cid",
                "organic": "dan",
                "other": "eve fay",
            }
        },
    ),
    # in Omsk it is the 3rd at 18:00 UTC of the 2nd, and with it the first day of the week before the birthday
    Case(
        "birthday_soon",
        known(
            ann=born("1990-06-10", timezone="UTC"),
            bob=born("1990-06-10", timezone="Asia/Omsk"),
            cid=born("1990-06-02", timezone="UTC"),
            dan={},
        ),
        {
            "2025-06-02 17:59:59": "cid",
            "2025-06-02 18:00:00": "bob cid",
            "2025-06-03 00:00": "ann bob",
            "2025-06-10 18:00": "ann",
            "2025-06-11 00:00": "",
        },
    ),
    Case(
        "combined_profile",
        known(
            ann=born("1990-01-01", sex="female"),
            bob=born("1990-01-01", sex="male"),
            cid=born("1960-01-01", sex="female"),
        )
        | {
            "orders": orders(ann=LOYAL, bob=LOYAL, cid=LOYAL)
            + [row for n in range(10) for row in orders(**{f"g{n}": "2024-10-01, 2024-12-01"})],
            "products": [{"product_id": "beans", "name": "Beans", "category": "coffee", "kind": "good"}],
            "order_lines": [
                {"order_id": f"{who}6", "line_no": 1, "product_id": "beans", "quantity_micro": 1_000_000}
                for who in ("ann", "bob", "cid")
            ],
        },
        {"2025-06-10": "ann"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_who_people_are(case: Case, tmp_path: Path) -> None:
    """Covers: G02, G03, G04, G08, G19, G40, L02, L04, S28."""
    check(case, tmp_path)
