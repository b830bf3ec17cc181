"""Which stored tables a timeline is read from, and which of their columns it tells."""

from __future__ import annotations

from dataclasses import dataclass

from kogorta.customers.model import MomentKind


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that belong to entries of a ledger.

    Attributes:
        name: How they are called in an entry.
        table: Where they are stored.
        order: The column that they stand in the order of.
        columns: What is told of each.
    """

    name: str
    table: str
    order: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table whose rows of one customer are entries of his timeline.

    Attributes:
        kind: What an entry is.
        table: Where they are stored.
        id: The column that names a row.
        at: The column where an entry stands.
        columns: What else is told of each.
        since: The column from which on an entry is known, where that is another one than `at`.
        parts: Rows that name one of them by `id`.
    """

    kind: MomentKind
    table: str
    id: str
    at: str
    columns: tuple[str, ...]
    since: str = ""
    parts: tuple[Part, ...] = ()


_LINES = Part(
    "lines",
    "order_lines",
    "line_no",
    ("line_no", "product_id", "quantity_micro", "unit_price_micro", "amount", "staff_id"),
)
_DISCOUNTS = Part("discounts", "discounts", "kind", ("line_no", "kind", "amount", "reference"))
_ANSWERS = Part("answers", "message_events", "at", ("kind", "at", "machine", "url"))

LEDGERS: tuple[Ledger, ...] = (
    Ledger(
        MomentKind.ORDER,
        "orders",
        "order_id",
        "ordered_at",
        ("status", "completed_at", "channel", "outlet_id", "amount", "discount"),
        parts=(_LINES, _DISCOUNTS),
    ),
    Ledger(
        MomentKind.BOOKING,
        "bookings",
        "booking_id",
        "starts_at",
        ("created_at", "status", "booked_via", "staff_id", "service", "outlet_id", "order_id", "amount"),
        since="created_at",
    ),
    Ledger(
        MomentKind.SUBSCRIPTION,
        "subscriptions",
        "subscription_id",
        "created_at",
        ("product_id", "every_days", "next_at", "status", "prepaid_until"),
    ),
    Ledger(
        MomentKind.MESSAGE,
        "messages",
        "message_id",
        "send_at",
        ("campaign", "step", "variant", "channel"),
        parts=(_ANSWERS,),
    ),
    Ledger(MomentKind.TICKET, "tickets", "ticket_id", "opened_at", ("topic", "closed_at", "satisfaction")),
    Ledger(MomentKind.POINTS, "points", "entry_id", "at", ("amount", "kind", "reason", "order_id")),
    Ledger(MomentKind.COUPON, "coupons", "code", "redeemed_at", ("promotion_id", "order_id")),
    Ledger(MomentKind.ANSWER, "survey_answers", "answer_id", "at", ("survey", "question", "value")),
    Ledger(
        MomentKind.CONSENT,
        "consents",
        "channel",
        "at",
        ("purpose", "op", "consent_source", "evidence", "text_version"),
    ),
    Ledger(MomentKind.ATTRIBUTE, "attribute_changes", "key", "at", ("from_value", "to_value")),
    Ledger(MomentKind.LIST, "list_changes", "list", "at", ("op",)),
    Ledger(
        MomentKind.SUMMARY,
        "customer_summaries",
        "at",
        "at",
        ("first_order_at", "last_order_at", "orders", "revenue", "last_category"),
    ),
)
"""Everything but returns, which may name the order alone; and what was done on a site, which is told by sessions."""
