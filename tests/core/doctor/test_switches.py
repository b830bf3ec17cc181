"""Every declared switch can be thrown, by each of its ways. Covers: R48, R75"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kogorta.doctor import audit
from tests.core.identity.base import NOW, Store, config

WHO = {"customer_id": "a"}
ROWS: dict[str, dict[str, Any]] = {
    "orders": {**WHO, "order_id": "1", "ordered_at": NOW, "status": "completed"},
    "order_lines": {"order_id": "1", "line_no": 1, "ordered_at": NOW},
    "customers": {**WHO},
    "customer_summaries": {**WHO, "at": NOW, "orders": 1, "last_order_at": NOW},
    "products": {"product_id": "p"},
    "bookings": {**WHO, "booking_id": "1", "starts_at": NOW, "created_at": NOW},
    "subscriptions": {**WHO, "subscription_id": "1", "created_at": NOW},
    "messages": {**WHO, "message_id": "1", "send_at": NOW},
    "message_events": {"message_id": "1", "kind": "opened", "at": NOW},
    "ad_spend": {"source": "ya", "cost": 1},
    "discounts": {"order_id": "1", "kind": "coupon", "amount": 1, "ordered_at": NOW},
    "returns": {**WHO, "return_id": "1", "returned_at": NOW, "amount": 1},
    "contacts": {**WHO, "kind": "phone", "value": "+79161234567", "at": NOW},
    "consents": {**WHO, "channel": "sms", "purpose": "advertising", "op": "granted", "at": NOW},
    "events": {**WHO, "event_id": "1", "name": "seen", "at": NOW},
    "points": {**WHO, "entry_id": "1", "at": NOW, "amount": 1, "kind": "earn"},
    "tickets": {**WHO, "ticket_id": "1", "opened_at": NOW},
    "accounts": {"account_id": "1"},
}
WAYS: list[tuple[str, dict[str, dict[str, Any]]]] = [
    ("rfm", {"orders": {}}),
    ("rfm", {"customer_summaries": {}}),
    ("rfm_money", {"orders": {"amount": 1}}),
    ("rfm_money", {"order_lines": {"amount": 1}}),
    ("rfm_money", {"customer_summaries": {"revenue": 1}}),
    ("lifecycle", {"bookings": {}}),
    ("average_signal", {"order_lines": {"amount": 1}}),
    ("opening_signal", {"messages": {}, "message_events": {}}),
    ("promises", {"bookings": {}}),
    ("promises", {"subscriptions": {}}),
    ("main_category", {"order_lines": {}, "products": {"category": "tea"}}),
    ("main_category", {"customer_summaries": {"last_category": "tea"}}),
    ("margin", {"order_lines": {"unit_cost_micro": 1}}),
    ("acquisition", {"customers": {"acquisition_cost": 1}}),
    ("acquisition", {"customers": {"acquisition_source": "ya"}, "ad_spend": {}}),
    ("discounts", {"discounts": {}}),
    ("returns", {"returns": {}}),
    ("birthday", {"customers": {"birth_date": NOW.date()}}),
    ("reach", {"contacts": {}, "consents": {}}),
    ("behaviour", {"events": {}}),
    ("loyalty", {"points": {}}),
    ("support", {"tickets": {}}),
    ("accounts", {"accounts": {}, "customers": {"account_id": "1"}}),
]


def states(store: Store) -> dict[str, tuple[str, ...]]:
    """What each switch lacks; nothing if it is on."""
    found = audit(store.warehouse, config(), store.now + timedelta(days=1)).switches
    assert all(switch.is_on == (not switch.missing) for switch in found)
    return {switch.id: switch.missing for switch in found}


@pytest.mark.parametrize(
    ("switch", "tables"), WAYS, ids=lambda value: value if isinstance(value, str) else "+".join(value)
)
def test_a_switch_is_on_with_what_it_needs_and_off_with_less(
    store: Store, switch: str, tables: dict[str, dict[str, Any]]
) -> None:
    for table, more in tables.items():
        assert states(store)[switch], "on too early"
        store.load(table, [{**ROWS[table], **more}])
    assert not states(store)[switch]


def test_every_switch_is_tried() -> None:
    from kogorta.doctor.switches import _DECLARED

    assert {name for name, _, _ in _DECLARED} == {name for name, _ in WAYS}


def test_an_empty_column_switches_nothing_on(store: Store) -> None:
    store.load("orders", [ROWS["orders"] | {"amount": None}])
    assert states(store)["rfm_money"] == ("orders.amount",)
