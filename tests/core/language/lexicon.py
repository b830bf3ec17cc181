"""What random definitions speak of: facts, columns, traits, and values worth asking for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Calendar
from tests.core.language.settings import CARTS, CATEGORIES, CITIES, WORDS

Document = dict[str, Any]
Columns = Mapping[str, tuple[Kind, Sequence[Any]]]
"""Columns or traits: what they hold, and values worth asking for."""

UNITS = ("h", "d", "mo", "y")
SPANS = ("4h", "4h", "1d", "7d", "3d")
"""Lengths of silences and of steps: those that lie between the facts of a world."""
OFTEN = ("status", "revenue", "category", "city", "tier", "tier", "birth_date", "birth_date", "level")
"""Columns and attributes that have rules of their own are asked for more often."""
MONEY = (0, 0.01, 9.99, 10, 12.34, 12.345, 20, -1)
WHOLE = (0, 1, 2, 3, 5)
PIECES = (0, 0.5, 0.000001, 1, 1.25, 2.5, 3, -1)
WORDS_CALENDAR = tuple(word.value for word in Calendar)
PATTERNS = ("*", "?", "O*k", "Om%*", "*_?", "*\\m*", "a*", "?🦔", "* 🦔", "[A-z]*")

_WORD = (Kind.TEXT, [word for word in WORDS if word])
_CITY = (Kind.TEXT, [city for city in CITIES if city])
_CART = (Kind.TEXT, [cart for cart in CARTS if cart])
_PATH = (Kind.PATH, [*[path for path in CATEGORIES if path], "cof"])
_MONEY, _WHOLE, _PIECES = (Kind.MONEY, MONEY), (Kind.NUMBER, WHOLE), (Kind.NUMBER, PIECES)
_INSTANT: tuple[Kind, Sequence[Any]] = (Kind.INSTANT, ())
_DATE: tuple[Kind, Sequence[Any]] = (Kind.DATE, ())
_FLAG: tuple[Kind, Sequence[Any]] = (Kind.FLAG, (True, False))


def words(*values: str) -> tuple[Kind, Sequence[Any]]:
    """A text of few values."""
    return Kind.TEXT, values


_BOOKING: Columns = {"booked_via": words("online", "phone"), "service": _WORD, "amount": _MONEY}
_MESSAGE: Columns = {"campaign": _WORD, "channel": words("email", "sms")}
_EVENT: Columns = {"category": _PATH, "cart_id": _CART, "url": _CITY, "received_at": _INSTANT}

FACTS: Mapping[str, Mapping[str, Columns]] = {
    "sales": {
        "order": {
            "status": words("completed", "cancelled", "pending"),
            "channel": _WORD,
            "outlet_id": _WORD,
            "cart_id": _CART,
            "amount": _MONEY,
            "revenue": _MONEY,
            "discount": _MONEY,
        },
        "order_line": {
            "product_id": words("p0", "p1"),
            "quantity": _PIECES,
            "unit_price": _PIECES,
            "amount": _MONEY,
            "line_no": _WHOLE,
            "category": _PATH,
            "brand": _WORD,
            "kind": words("good", "service"),
            "channel": _WORD,
        },
        "discount": {
            "kind": words("coupon", "markdown"),
            "reference": words("R", "r"),
            "amount": _MONEY,
            "outlet_id": _WORD,
            "line_no": _WHOLE,
        },
        "return": {"order_id": words("o0", "o1"), "amount": _MONEY, "resaleable": _FLAG},
    },
    "tracked": {
        "viewed": {**_EVENT, "page": _CITY, "score": _WHOLE},
        "cart": {**_EVENT, "weight": _PIECES, "promo": _FLAG, "seen_at": _INSTANT},
        "event order": {**_EVENT, "planned": _DATE},
    },
    "salon": {
        "booking": {**_BOOKING, "status": words("booked", "visited"), "starts_at": _INSTANT},
        "visit": _BOOKING,
        "subscription": {"status": words("live", "ended"), "every_days": _WHOLE, "next_at": _INSTANT},
        "ticket": {"topic": _WORD, "satisfaction": _WHOLE, "closed_at": _INSTANT},
    },
    "mailed": {
        "message_sent": _MESSAGE,
        "message_opened": {**_MESSAGE, "url": _WORD},
        "message_clicked": {**_MESSAGE, "url": _WORD},
    },
    "described": {"attribute_change": {"key": words("city", "tier"), "to_value": _CITY}},
    "ledgers": {
        "points": {"kind": words("earn", "spend"), "amount": _MONEY, "reason": _WORD},
        "survey_answer": {"question": words("q", "Q"), "value": words("9", "1*")},
        "list_change": {"list": words("l1", "l2"), "op": words("add", "clear")},
        "consent_change": {"channel": words("email", "any"), "op": words("granted")},
    },
}
TRAITS: Mapping[str, Columns] = {
    "described": {
        "city": _CITY,
        "tier": _WORD,
        "level": _WHOLE,
        "ratio": _PIECES,
        "vip": _FLAG,
        "renews_at": _INSTANT,
        "due": _DATE,
        "birth_date": _DATE,
        "acquisition_cost": _MONEY,
        "sex": words("female", "male"),
        "timezone": words("Asia/Tokyo"),
    },
    "derived": {"age": (Kind.NUMBER, (0, 22, 23, 24)), "contact_kinds": (Kind.LIST, ("email", "phone"))},
    "ledgers": {"lists": (Kind.LIST, ("l1", "l2"))},
    "sales": {
        "orders_count": _WHOLE,
        "recency_days": (Kind.NUMBER, (0, 1, 7, 30)),
        "frequency_count": _WHOLE,
        "monetary_amount": _MONEY,
        "average_order": _MONEY,
        "rfm_r": _WHOLE,
        "rfm_code": words("511", "111", "311"),
        "lifecycle_stage": words("new", "prospect", "active"),
        "first_order_at": _INSTANT,
        "last_order_at": _INSTANT,
    },
}
NUMERIC = {Kind.NUMBER, Kind.MONEY}
