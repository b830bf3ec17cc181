"""Signals of intent on planted events, at the last instant before each edge and at the first one after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.vocab import Business
from tests.core.presets.planted import Case, answer, check, event, messages, orders, visit
from tests.support import day

VIEWS = [
    # three cards of coffee in 5 days; the first one is the edge
    *[event("product_viewed", "ann", f"2025-06-0{n} 12:00", category="coffee") for n in (3, 5, 8)],
    # three cards, but of two categories
    *[event("product_viewed", "bob", f"2025-06-0{n} 12:00", category="tea") for n in (3, 5)],
    event("product_viewed", "bob", "2025-06-08 12:00", category="coffee"),
    # two only
    *[event("product_viewed", "cid", f"2025-06-0{n} 12:00", category="coffee") for n in (4, 8)],
]

SESSIONS = [
    event("page_viewed", "ann", "2025-06-07 12:00", session_id="a1"),
    event("page_viewed", "ann", "2025-06-09 12:00", session_id="a2"),
    event("page_viewed", "bob", "2025-06-09 11:00", session_id="b1"),
    event("page_viewed", "bob", "2025-06-09 12:00", session_id="b1"),
]

CARTS = {
    "events": [
        event("cart_added", "ann", "2025-06-10 08:00"),
        event("cart_added", "bob", "2025-06-10 08:00"),
        event("cart_added", "cid", "2025-06-10 08:00"),
    ],
    # bob buys within the four hours, cid five hours later
    "orders": orders(bob="2025-06-10 09:00", cid="2025-06-10 13:00"),
}

PRICES = {
    "bookings": [visit("eve", "2025-06-20", status="booked", created_at=day("2025-06-08 12:05"))],
    "events": [
        event("booking_started", "eve", "2025-06-08 12:00"),
        event("booking_started", "fay", "2025-06-09 12:00"),
        event("page_viewed", "ann", "2025-06-07 12:00", url="/pricing"),
        event("page_viewed", "bob", "2025-06-09 12:00", url="/about"),
        event("checkout_started", "cid", "2025-06-08 12:00"),
        event("checkout_started", "dan", "2025-06-08 12:00"),
    ],
    "orders": orders(dan="2025-06-08 12:05"),
}

PROMOTIONS = {
    "events": [
        event("promotion_clicked", "ann", "2025-05-20 12:00"),
        event("page_viewed", "bob", "2025-05-25 12:00", url="/promo/june"),
        event("page_viewed", "cid", "2025-05-25 12:00", url="/reviews"),
    ],
    "messages": [*messages("dan", "2025-06-01"), *messages("eve", "2025-06-01")],
    "message_events": [
        answer("dan", "2025-06-01", "clicked", "2025-06-02", url="/promo/summer"),
        answer("eve", "2025-06-01", "clicked", "2025-06-02", url="/news"),
    ],
}

BROWSERS = {
    "events": [
        event("cart_added", "ann", "2025-06-10 08:00"),
        event("page_viewed", "bob", "2025-06-10 09:00", url="/prices"),
        event("page_viewed", "cid", "2025-06-10 09:00", url="/"),
    ],
}

WISHES = {
    "events": [
        event("product_added_to_wishlist", "ann", "2025-05-20 12:00"),
        event("product_added_to_wishlist", "bob", "2025-05-20 12:00"),
    ],
    "orders": orders(bob="2025-05-21 12:00"),
}


def consent(customer: str, at: str, op: str = "granted") -> dict[str, object]:
    """A word on advertising by e-mail."""
    return {"customer_id": customer, "channel": "email", "purpose": "advertising", "at": day(at), "op": op}


SUBSCRIBERS = {
    "consents": [
        consent("ann", "2025-06-01 12:00"),
        consent("bob", "2025-06-01 12:00"),
        # his first yes was long ago
        *[consent("cid", at) for at in ("2025-01-01", "2025-06-01 12:00")],
        consent("dan", "2025-06-01 12:00", "withdrawn"),
    ],
    "orders": orders(bob="2025-06-02"),
}

COLD = {
    "events": [
        event("page_viewed", "ann", "2025-05-01 12:00"),
        event("page_viewed", "bob", "2025-05-01 12:00"),
        event("page_viewed", "bob", "2025-06-01 12:00"),
        event("page_viewed", "cid", "2025-05-01 12:00"),
        event("product_viewed", "dan", "2025-06-01 12:00"),
    ],
    "orders": orders(cid="2025-05-01"),
}

READERS = [
    event("page_viewed", "ann", "2025-06-01 12:00", url="/reviews/grinders"),
    event("page_viewed", "ann", "2025-06-02 12:00", url="/reviews/mills"),
    event("page_viewed", "bob", "2025-06-01 12:00", url="/reviews/grinders"),
    event("page_viewed", "bob", "2025-06-02 12:00", url="/compare/grinders"),
    *[event("page_viewed", "cid", f"2025-06-0{n} 12:00", url="/guides/how") for n in (1, 2)],
]

CASES = [
    # the third view came on the 8th; on the 10th at noon the first one is exactly 7 days old
    Case(
        "category_interest",
        {"events": VIEWS},
        {
            "2025-06-08 12:00": "",
            "2025-06-08 12:00:00.000001": "ann",
            "2025-06-10 12:00": "ann",
            "2025-06-10 12:00:00.000001": "",
        },
    ),
    Case(
        "second_visit",
        {"events": SESSIONS},
        {"2025-06-10 12:00": "ann", "2025-06-10 12:00:00.000001": ""},
    ),
    Case(
        "abandoned_cart",
        CARTS,
        {
            "2025-06-10 11:59:59.999999": "",
            "2025-06-10 12:00": "ann cid",
            # cid has bought since
            "2025-06-10 13:00:00.000001": "ann",
            "2025-06-12 08:00": "ann",
            "2025-06-12 08:00:00.000001": "",
        },
    ),
    Case(
        "price_or_checkout",
        PRICES,
        {
            "2025-06-10 12:00": "ann cid fay",
            "2025-06-10 12:00:00.000001": "cid fay",
            "2025-06-11 12:00:00.000001": "fay",
            "2025-06-12 12:00:00.000001": "",
        },
    ),
    Case(
        "promo_clickers",
        PROMOTIONS,
        {
            "2025-06-19 12:00": "ann bob dan",
            "2025-06-19 12:00:00.000001": "bob dan",
            "2025-07-02 00:00": "dan",
            "2025-07-02 00:00:00.000001": "",
        },
    ),
    Case(
        "active_browsers",
        BROWSERS,
        {
            "2025-06-11 08:00": "ann bob",
            "2025-06-11 08:00:00.000001": "bob",
            "2025-06-11 09:00:00.000001": "",
        },
    ),
    # ann has not booked, bob did after half an hour, cid after two
    Case(
        "abandoned_booking",
        {
            "events": [event("booking_started", who, "2025-06-10 08:00") for who in ("ann", "bob", "cid")],
            "bookings": [
                visit("bob", "2025-06-20", status="booked", created_at=day("2025-06-10 08:30")),
                visit("cid", "2025-06-20", status="booked", created_at=day("2025-06-10 10:00")),
            ],
        },
        {
            "2025-06-10 08:59:59.999999": "",
            "2025-06-10 09:00": "ann cid",
            "2025-06-10 10:00:00.000001": "ann",
            "2025-06-12 08:00": "ann",
            "2025-06-12 08:00:00.000001": "",
        },
        business=Business.SALON,
    ),
    Case("wishlist_waiting", WISHES, {"2025-06-19 12:00": "ann", "2025-06-19 12:00:00.000001": ""}),
    Case(
        "new_subscribers",
        SUBSCRIBERS,
        {"2025-06-15 12:00": "ann", "2025-06-15 12:00:00.000001": ""},
    ),
    # known for 30 days and silent for 30 days from the same instant on
    Case(
        "cold_leads",
        COLD,
        {"2025-05-31 12:00": "", "2025-05-31 12:00:00.000001": "ann bob", "2025-06-10 12:00": "ann"},
    ),
    Case(
        "expert_readers",
        {"events": READERS},
        {"2025-08-30 12:00": "ann cid", "2025-08-30 12:00:00.000001": ""},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.preset)
def test_signals_of_intent(case: Case, tmp_path: Path) -> None:
    """Covers: G15, G16, G17, G38, R25, R26, R27, R28, R30, R31."""
    check(case, tmp_path)
