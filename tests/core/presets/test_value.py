"""What customers are worth, on planted margins, discounts and costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kogorta.vocab import Business
from tests.core.presets.planted import Case, Rows, check, event, orders, people, strangers
from tests.support import day, order


def bought(
    who: str, days: str, price: int, *, quantity: int = 1, cost: int | None = None, **more: Any
) -> Rows:
    """Orders of a customer: on each day, so many units at a price, in units of the currency."""
    return [
        {
            "id": f"{who}{n}",
            "who": who,
            "at": at.strip(),
            "price": price,
            "quantity": quantity,
            "cost": cost,
            **more,
        }
        for n, at in enumerate(days.split(","))
    ]


def base(*sold: Rows) -> dict[str, Rows]:
    """Return orders and their lines; a coupon of an order is beside what was paid."""
    rows = [row for several in sold for row in several]
    return {
        "orders": [order(r["id"], r["who"], r["at"], r["price"] * r["quantity"] * 100) for r in rows],
        "order_lines": [
            {
                "order_id": r["id"],
                "line_no": 1,
                "product_id": "p",
                "quantity_micro": r["quantity"] * 1_000_000,
                "unit_price_micro": r["price"] * 1_000_000,
                "amount": r["price"] * r["quantity"] * 100,
                "unit_cost_micro": None if r["cost"] is None else r["cost"] * 1_000_000,
                "cost": None if r["cost"] is None else r["cost"] * r["quantity"] * 100,
            }
            for r in rows
        ],
    }


def spenders(count: int) -> Rows:
    """One customer a hundred, one two hundred, …: c01 least."""
    return [order(f"o{n}", f"c{n:02}", "2025-05-01", n * 10_000) for n in range(1, count + 1)]


def of_hundred(first: int, last: int) -> str:
    """The ids of some of a hundred customers."""
    return " ".join(f"c{n:03}" for n in range(first, last + 1))


EVERY_SORT = base(
    bought("una", "2025-03-01, 2025-03-05", 100, cost=120),
    bought("zed", "2025-03-01, 2025-03-05", 100, cost=100),
    bought("wal", "2025-03-01, 2025-03-05, 2025-03-09", 20, quantity=5),
    bought("vip", "2025-01-10 12:00, 2025-03-01", 1000),
    bought("fre", "2025-04-01, 2025-04-02, 2025-04-03, 2025-04-04, 2025-04-05, 2025-04-06", 10),
    bought("dis", "2025-03-01, 2025-03-05, 2025-03-09", 100),
    *[bought(f"r{n}", "2025-05-01", 50) for n in range(1, 6)],
) | {
    "discounts": [
        {"order_id": f"dis{n}", "line_no": None, "kind": "coupon", "amount": 2_000} for n in range(3)
    ]
}
SINGLES = "r1 r2 r3 r4 r5"


def returned(who: str, amount: int) -> Rows:
    """Three returns of so much each, in minor units."""
    return [
        {
            "return_id": f"{who}{n}",
            "customer_id": who,
            "order_id": f"{who}{n}",
            "returned_at": day("2025-04-01"),
            "amount": amount,
        }
        for n in range(3)
    ]


COSTLY = {"created_at": day("2025-01-01")}

CASES = [
    # of eleven, nine tenths are ten; the first order of the most valuable leaves its 730 days on 10 January 2027 at noon
    Case(
        "value",
        EVERY_SORT,
        {
            "2025-06-10": {
                "unprofitable": "una",
                "wholesale": "wal",
                "vip": "vip",
                "frequent": "fre",
                "discount_hunter": "dis",
                "regular": f"{SINGLES} zed",
            },
            "2027-01-10 12:00": {
                "unprofitable": "una",
                "wholesale": "wal",
                "vip": "vip",
                "discount_hunter": "dis",
                "regular": f"fre {SINGLES} zed",
            },
            "2027-01-10 12:00:00.000001": {
                "unprofitable": "una",
                "wholesale": "wal",
                "discount_hunter": "dis",
                "regular": f"fre {SINGLES} vip zed",
            },
        },
    ),
    # however many never bought, they make nobody better than he is among buyers
    Case(
        "value",
        EVERY_SORT | {"customers": strangers(99)},
        {
            "2025-06-10": {
                "unprofitable": "una",
                "wholesale": "wal",
                "vip": "vip",
                "frequent": "fre",
                "discount_hunter": "dis",
                "regular": f"{SINGLES} zed",
            }
        },
    ),
    Case("most_valuable", {"orders": spenders(10), "customers": strangers(99)}, {"2025-06-10": "c10"}),
    # of twenty, 19/20 are worse than the best: 95 %, which is the top 5 %
    Case(
        "top_share",
        {"orders": spenders(20)},
        {
            "2025-06-10": {
                "top_5": "c20",
                "top_10": "c19",
                "top_20": "c17 c18",
                "top_30": "c15 c16",
                "top_50": "c11 c12 c13 c14",
                "other": "c01 c02 c03 c04 c05 c06 c07 c08 c09 c10",
            }
        },
    ),
    Case(
        "top_share",
        {"orders": [order(f"o{n}", f"c{n:03}", "2025-05-01", n * 10_000) for n in range(1, 101)]},
        {
            "2025-06-10": {
                "top_1": "c100",
                "top_5": of_hundred(96, 99),
                "top_10": of_hundred(91, 95),
                "top_20": of_hundred(81, 90),
                "top_30": of_hundred(71, 80),
                "top_50": of_hundred(51, 70),
                "other": of_hundred(1, 50),
            }
        },
    ),
    Case(
        "most_valuable",
        {"orders": spenders(10)},
        {"2025-05-01": "", "2025-06-10": "c10", "2027-05-01": "c10", "2027-05-01 00:00:00.000001": ""},
    ),
    Case(
        "negative_margin",
        base(
            bought("ann", "2025-03-01", 100, cost=101),
            bought("bob", "2025-03-01", 100, cost=100),
            bought("cid", "2025-03-01", 100),
        ),
        {"2025-06-10": "ann"},
    ),
    # won for 100: who brought a margin of 100 has paid it back
    Case(
        "not_paid_back",
        base(
            bought("ann", "2025-03-12 12:00", 100, cost=1),
            bought("bob", "2025-03-12 12:00", 101, cost=1),
            bought("cid", "2025-03-12 12:00", 100, cost=1),
        )
        | {
            "customers": people(
                ann=COSTLY | {"acquisition_cost": 10_000},
                bob=COSTLY | {"acquisition_cost": 10_000},
                cid=COSTLY,
            )
        },
        {"2025-06-10 12:00": "", "2025-06-10 12:00:00.000001": "ann"},
    ),
    Case(
        "bulk_buyers",
        base(
            bought("ann", "2025-03-01, 2025-03-05, 2025-03-09", 20, quantity=5),
            bought("bob", "2025-03-01, 2025-03-05, 2025-03-09", 20, quantity=4),
            bought("cid", "2025-03-01, 2025-03-05", 20, quantity=9),
            *[bought(f"r{n}", "2025-05-01", 50) for n in range(4)],
        ),
        {"2025-06-10": "ann"},
    ),
    # three returns; three tenths of what was sold, or a hair less
    Case(
        "frequent_returners",
        base(
            bought("ann", "2025-03-01, 2025-03-05, 2025-03-09", 100),
            bought("bob", "2025-03-01, 2025-03-05, 2025-03-09", 100),
        )
        | {"returns": [*returned("ann", 3_000), *returned("bob", 2_999)]},
        {"2025-06-10": "ann"},
    ),
    Case(
        "needs_complement",
        {
            "products": [
                {"product_id": "maker", "name": "Maker", "kind": "good", "complements": "beans"},
                {"product_id": "beans", "name": "Beans", "kind": "good"},
            ],
            "orders": orders(ann="2025-01-01 12:00", bob="2025-01-01 12:00, 2025-02-01", cid="2025-01-01"),
            "order_lines": [
                {"order_id": id_, "line_no": 1, "product_id": product, "quantity_micro": 1_000_000}
                for id_, product in (
                    ("ann0", "maker"),
                    ("bob0", "maker"),
                    ("bob1", "beans"),
                    ("cid0", "beans"),
                )
            ],
        },
        {"2025-06-30 12:00": "ann", "2025-06-30 12:00:00.000001": ""},
    ),
    Case(
        "wholesale_accounts",
        {
            "customers": people(
                **{name: COSTLY | {"account_id": name} for name in ("ann", "bob", "cid")}, dan=COSTLY
            ),
            "accounts": [
                {"account_id": "ann", "price_type": "Мелкий опт"},
                {"account_id": "bob", "price_type": "Розница"},
                {"account_id": "cid"},
            ],
        },
        {"2025-06-10": "ann"},
        business=Business.B2B,
    ),
    # one order on wholesale terms is wholesale; without lines too
    Case(
        "value",
        {
            "customers": people(ann=COSTLY | {"account_id": "a"}),
            "accounts": [{"account_id": "a", "price_type": "Wholesale EU"}],
            "orders": orders(ann="2025-05-01", bob="2025-05-01"),
        },
        {"2025-05-01": {}, "2025-06-10": {"wholesale": "ann", "regular": "bob"}},
        business=Business.B2B,
    ),
    # eleven people, two of them of the best account: nine of eleven are behind them, less than nine tenths
    Case(
        "top_accounts",
        {
            "customers": people(
                **{f"c{n:02}": COSTLY | {"account_id": f"a{min(n, 10)}"} for n in range(1, 12)}
            ),
            "orders": spenders(10),
        },
        {"2025-06-10": ""},
        business=Business.B2B,
    ),
    Case(
        "top_accounts",
        {
            "customers": people(**{f"c{n:02}": COSTLY | {"account_id": f"a{n}"} for n in range(1, 11)}),
            "orders": spenders(10),
        },
        {"2025-05-01": "", "2025-06-10": "c10"},
        business=Business.B2B,
    ),
    Case(
        "several_at_account",
        {
            "customers": people(
                ann=COSTLY | {"account_id": "a"},
                bob=COSTLY | {"account_id": "a"},
                cid=COSTLY | {"account_id": "b"},
                dan=COSTLY,
            )
        },
        {"2025-06-10": "ann bob"},
        business=Business.B2B,
    ),
    # in time is within seven days of becoming known
    Case(
        "first_value_missed",
        {
            "customers": people(
                ann={"created_at": day("2025-06-01 12:00")},
                bob={"created_at": day("2025-06-01 12:00")},
                cid={"created_at": day("2025-06-01 12:00")},
            ),
            "orders": orders(ann="2025-06-08 12:00:01", bob="2025-06-08 12:00"),
            "events": [event("page_viewed", "cid", "2025-06-02 12:00")],
        },
        {"2025-06-10": "ann cid", "2025-08-01 12:00": "cid", "2025-08-01 12:00:00.000001": ""},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_what_customers_are_worth(case: Case, tmp_path: Path) -> None:
    """Covers: G12, G19, P16, R06, R14, R16, R34, R35, R36, R38, R39, R40, S23."""
    check(case, tmp_path)
