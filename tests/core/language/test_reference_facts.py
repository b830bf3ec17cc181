"""The reference itself: what each kind of fact is, when it happened, and the money of an order.

Every expected answer was worked out by hand. Now is 20 March 2024, a Wednesday, 12:00 UTC.
"""

from __future__ import annotations

import pytest

from kogorta.definitions.nodes import FactRef
from tests.core.language.asking import NOW, is_member, order, row, world
from tests.core.language.facts import Point, utc
from tests.core.language.happenings import Happenings


def test_order_counts_completed_ones_unless_where_names_the_status() -> None:
    base = world(order("2024-03-01", "a"), order("2024-03-02", "b", status="cancelled"))
    assert is_member("{did: order, times: {is: 1}}", base)
    assert is_member("{did: order, where: {status: {is: cancelled}}, times: {is: 1}}", base)
    assert is_member("{did: order, where: {status: {in: [cancelled, completed]}}, times: {is: 2}}", base)
    assert not is_member("{did: {event: order}}", base)


def line(number: int, amount: int, **cells: object) -> tuple[str, dict[str, object]]:
    return row("order_lines", **({"order_id": "o", "line_no": number, "amount": amount} | cells))


@pytest.mark.parametrize(
    ("rows", "revenue"),
    [
        ((), "10"),
        ((line(1, 700), line(2, 800)), "14.5"),
        ((line(1, 700), row("discounts", order_id="o", kind="coupon", amount=30)), "6.7"),
        ((row("discounts", order_id="o", kind="coupon", amount=30),), "10"),
        ((row("returns", return_id="r", order_id="o", returned_at=utc("2024-03-02"), amount=100),), "9"),
        ((row("returns", return_id="r", order_id="o", returned_at=NOW, amount=100),), "10"),
        ((row("returns", return_id="r", order_id="x", returned_at=utc("2024-03-02"), amount=100),), "10"),
        (
            (
                line(1, 700),
                row("returns", return_id="r", order_id="o", returned_at=utc("2024-03-02"), amount=1000),
            ),
            "-3.5",
        ),
    ],
)
def test_revenue_is_lines_less_discounts_or_the_amount_less_returns(
    rows: tuple[tuple[str, dict[str, object]], ...], revenue: str
) -> None:
    base = world(order("2024-03-01", "o", amount=1000, discount=50), *rows)
    assert is_member(f"{{did: order, sum: {{of: revenue, is: {revenue}}}}}", base)


def test_revenue_of_unknown_amount_is_missing() -> None:
    base = world(order("2024-03-01", amount=None))
    assert is_member("{did: order, where: {revenue: {missing: true}}}", base)
    assert is_member("{did: order, sum: {of: revenue, is: 0}}", base)
    assert not is_member("{did: order, mean: {of: revenue, at_most: 0}}", base)


def test_a_line_knows_its_order_and_its_product() -> None:
    base = world(
        order("2024-03-01", "o", channel="online"),
        order("2024-03-02", "gone", status="cancelled"),
        line(1, 700, product_id="p", quantity_micro=1_500_000),
        row("order_lines", order_id="gone", line_no=1, amount=1, product_id="p"),
        row("products", product_id="p", category="coffee/beans", brand="Kaf"),
    )
    where = "{category: {is: coffee}, brand: {is: Kaf}, channel: {is: online}, quantity: {is: 1.5}, amount: {is: 7}}"
    assert is_member(f"{{did: order_line, where: {where}, since: 2024-03-01, until: 2024-03-02}}", base)
    assert is_member("{did: order_line, times: {is: 1}}", base)


def test_a_discount_happens_with_its_order() -> None:
    base = world(
        order("2024-03-01", "o", channel="online"),
        row("discounts", order_id="o", kind="coupon", amount=30, reference="SPRING"),
        row("discounts", order_id="nobody", kind="coupon", amount=30),
    )
    assert is_member(
        "{did: discount, where: {channel: {is: online}, amount: {is: 0.3}}, times: {is: 1}}", base
    )


def test_bookings_happen_when_made_and_visits_when_they_start() -> None:
    made = {"created_at": utc("2024-03-01"), "starts_at": utc("2024-03-25")}
    ahead = world(row("bookings", booking_id="b", status="booked", **made))
    assert is_member("{did: booking, before: 7d, where: {starts_at: {in_next: 7d}}}", ahead)
    assert not is_member("{did: visit}", ahead)
    came = world(
        row("bookings", booking_id="b", status="visited", **(made | {"starts_at": utc("2024-03-19")}))
    )
    assert is_member("{did: visit, within: 7d}", came)
    undated = world(row("bookings", booking_id="b", status="no_show", starts_at=utc("2024-03-19")))
    assert is_member("{did: booking, within: 7d}", undated)
    assert not is_member("{did: visit}", undated)


def test_openings_by_machines_are_left_out() -> None:
    sent = row("messages", message_id="m", campaign="spring", send_at=utc("2024-03-01"))
    opened = {"message_id": "m", "kind": "opened", "at": utc("2024-03-02")}
    assert is_member("{did: message_sent, before: 7d}", world(sent))
    assert not is_member("{did: message_opened}", world(sent, row("message_events", **opened, machine=True)))
    where = "{did: message_opened, where: {campaign: {is: spring}}}"
    assert is_member(where, world(sent, row("message_events", **opened)))
    assert not is_member(where, world(row("message_events", **opened)))


def test_other_facts_are_the_rows_of_their_tables() -> None:
    at = utc("2024-03-10")
    base = world(
        row("tickets", ticket_id="t", opened_at=at, topic="delivery", satisfaction=5),
        row("points", entry_id="p", at=at, kind="earn", amount=150),
        row("survey_answers", answer_id="s", at=at, survey="nps", question="q", value="9"),
        row("subscriptions", subscription_id="x", created_at=at, every_days=30, status="live"),
        row("returns", return_id="r", returned_at=at, amount=500),
        row("list_changes", list="l", at=at, op="add"),
        row("consents", channel="email", purpose="service", at=at, op="granted"),
        row("attribute_changes", key="city", at=at, to_value="Kazan"),
    )
    for where in (
        "{did: ticket, where: {satisfaction: {at_least: 5}}}",
        "{did: points, sum: {of: amount, is: 1.5}}",
        "{did: survey_answer, where: {value: {is: '9'}}}",
        "{did: subscription, where: {every_days: {is: 30}}}",
        "{did: return, sum: {of: amount, is: 5}}",
        "{did: list_change, where: {list: {is: l}}}",
        "{did: consent_change, where: {op: {is: granted}}}",
        "{did: attribute_change, where: {to_value: {is: Kazan}}}",
    ):
        assert is_member(where, base), where
        assert not is_member(where, base, at="2024-03-10"), where


def test_facts_come_by_instant_and_then_by_id() -> None:
    base = world(order("2024-03-02", "b"), order("2024-03-02", "a"), order("2024-03-01", "z"))
    found = Happenings(base, Point(NOW)).of(FactRef("order"), "ann")
    assert [item.values["order_id"] for item in found] == ["z", "a", "b"]
