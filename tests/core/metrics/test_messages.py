"""Measures of messages, worked out by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from kogorta.metrics import Missing, Why
from kogorta.metrics.campaigns import MessageKpis
from kogorta.metrics.measured import MessagesBy, measure_messages, measure_months
from tests.core.metrics.asking import question
from tests.core.metrics.shop import Row, Shop, order, utc

NOW = utc(2024, 6, 20)


def june(day: int, hour: int = 12, minute: int = 0, second: int = 0) -> datetime:
    return utc(2024, 6, day, hour, minute, second)


def message(id_: str, key: int, at: datetime, campaign: str | None, channel: str | None = "email") -> Row:
    row = {"message_id": id_, "customer_key": key, "campaign": campaign, "channel": channel}
    return row | {"send_at": at, "send_date": at.date(), "valid_at": at}


def event(id_: str, kind: str, at: datetime, *, machine: bool | None = None) -> Row:
    row = {"message_id": id_, "kind": kind, "at": at, "at_date": at.date(), "machine": machine}
    return row | {"valid_at": at}


MESSAGES = [
    message("m1", 1, june(1), "A"),
    message("m2", 2, june(1), "A"),
    message("m3", 3, june(1), "A", "E-mail "),
    message("m4", 2, june(3), "B"),
    message("m5", 1, june(4), "C", "СМС"),
    message("old", 1, utc(2024, 4, 30), "A"),
    message("ahead", 1, june(25), "A"),
]
EVENTS = [
    event("m1", "delivered", june(1)),
    event("m1", "opened", june(1, 13), machine=True),
    event("m2", "delivered", june(1)),
    event("m2", "opened", june(2, 10), machine=False),
    event("m2", "opened", june(2, 10, 1)),
    event("m2", "clicked", june(2, 10, 5)),
    event("m2", "clicked", june(19, 12, 0, 0)),
    event("m3", "bounced", june(1)),
    event("m4", "delivered", june(3)),
    event("m4", "opened", june(3, 12)),
    event("m4", "unsubscribed", june(21)),  # not yet
]
ORDERS = [
    order("o0", 1, june(2), 7_000),  # only a machine opened what he got
    order("o1", 2, june(2, 11), 500),
    order("o2", 2, june(3, 12), 300),  # at the very instant of the opening
    order("o3", 2, june(10, 11, 59, 59), 200),
    order("o4", 2, june(10, 12), 90),  # seven days after the opening of m4, eight after the clicks on m2
    order("o5", 3, june(2), 80),
]
COSTS = [
    {"channel": "email", "cost_per_contact_micro": 200_000},
    {"channel": "sms", "cost_per_contact_micro": 4_200_000},
]


def fill(shop: Shop, **more: list[Row]) -> None:
    tables: dict[str, Any] = {"messages": MESSAGES, "message_events": EVENTS, "orders": ORDERS}
    shop.fill(**{**tables, "channel_costs": COSTS, **more})


def groups(shop: Shop, by: MessagesBy, segment: str | None = None) -> dict[str | None, MessageKpis]:
    found = measure_messages(question(shop, NOW, segment), by, 1)
    assert found.since == date(2024, 6, 1)
    assert not isinstance(found.groups, Missing)
    return dict(found.groups)


def test_campaigns(shop: Shop) -> None:
    """Covers: G37, P01, P03."""
    fill(shop)
    found = groups(shop, MessagesBy.CAMPAIGN)
    assert list(found) == ["A", "B", "C"]
    a, b, c = found.values()
    assert (a.channels, a.sent, a.recipients) == (("email",), 3, 3)
    assert (a.delivered, a.bounced, a.opened, a.machine_opened, a.clicked) == (2, 1, 1, 1, 1)
    assert (a.open_rate, a.click_rate, a.conversion_rate) == (0.5, 0.5, 0.5)
    assert (a.orders, a.repeat_orders, a.revenue) == (1, 0, 500)  # his first order ever
    assert (a.revenue_per_message, a.revenue_per_recipient) == (500 / 3, 500 / 3)
    assert (a.cost, a.cost_per_message, a.cost_per_order) == (60, 20, 60)
    assert (b.sent, b.orders, b.repeat_orders, b.revenue, b.conversion_rate) == (1, 2, 2, 500, 1)
    assert (b.revenue_per_message, b.cost_per_order) == (500, 10)
    assert b.unsubscribed == Missing(Why.NOT_TOLD)
    assert (c.channels, c.sent, c.cost) == (("sms",), 1, 420)
    assert c.delivered == c.opened == c.open_rate == Missing(Why.NOT_TOLD)
    assert c.orders == c.revenue == c.conversion_rate == c.cost_per_order == Missing(Why.NO_ANSWERS)
    assert c.to_silent == c.cost_of_silent == Missing(Why.NO_ANSWERS)
    assert (a.to_silent, a.cost_of_silent) == (0, 0)


def test_channels_are_one_whatever_they_are_called(shop: Shop) -> None:
    """Covers: P03, G37."""
    fill(shop)
    found = groups(shop, MessagesBy.CHANNEL)
    assert {name: (item.sent, item.recipients, item.cost) for name, item in found.items()} == {
        "email": (4, 3, 80),
        "sms": (1, 1, 420),
    }
    assert found["email"].orders == 3
    assert found["email"].conversion_rate == 2 / 3


def test_messages_to_a_segment(shop: Shop) -> None:
    """Covers: G37, P01."""
    fill(shop)
    found = groups(shop, MessagesBy.CAMPAIGN, "{trait: orders_count, at_least: 4}")
    assert {name: (item.sent, item.revenue) for name, item in found.items()} == {"A": (1, 500), "B": (1, 500)}


def test_months_tell_what_their_messages_cost(shop: Shop) -> None:
    """Covers: P03, G42."""
    fill(shop)
    april, may, month = measure_months(question(shop, NOW), 3).months
    assert not isinstance(month.messages, Missing)
    assert not isinstance(april.messages, Missing)
    assert (april.messages.sent, april.messages.cost) == (1, 20)
    assert may.messages == may.cost_per_repeat_order == Missing(Why.NO_MESSAGES)
    assert (month.messages.sent, month.messages.cost, month.repeat_orders) == (5, 500, 3)
    assert month.cost_per_repeat_order == 500 / 3
    assert month.messages.delivered == Missing(Why.NOT_TOLD)  # by SMS it is not
    assert month.messages.open_rate == 2 / 5


def test_a_click_after_the_order_claims_nothing_and_the_last_touch_before_it_does(shop: Shop) -> None:
    twice = [
        message("first", 1, june(1), "A"),
        message("second", 1, june(2), "B"),
        message("third", 1, june(2), "C"),
    ]
    touches = [
        event("first", "clicked", june(3, 9)),
        event("second", "opened", june(3, 10)),
        event("third", "clicked", june(3, 12, 0, 1)),
    ]
    fill(shop, messages=twice, message_events=touches, orders=[order("o", 1, june(3), 100)])
    found = groups(shop, MessagesBy.CAMPAIGN)
    assert {name: item.orders for name, item in found.items()} == {"A": 0, "B": 1, "C": 0}
    assert found["A"].cost_per_order == Missing(Why.NOTHING_FOLLOWED)


def test_touches_and_orders_on_both_sides_of_a_week(shop: Shop) -> None:
    """Weeks are only how near rows are found: no border of theirs may swallow an order."""
    sent = [message(f"m{day}", day, june(1), "A") for day in range(1, 11)]
    touches = [event(f"m{day}", "clicked", june(day)) for day in range(1, 11)]
    bought = [order(f"o{day}", day, june(day + 6), 10) for day in range(1, 11)]
    fill(shop, messages=sent, message_events=touches, orders=bought)
    assert groups(shop, MessagesBy.CAMPAIGN)["A"].orders == 10


def test_what_is_not_told_is_missing(shop: Shop) -> None:
    shop.fill(orders=ORDERS)
    found = measure_messages(question(shop, NOW), MessagesBy.CAMPAIGN, 1)
    assert found.groups == Missing(Why.NO_MESSAGES)
    shop.fill(orders=ORDERS, messages=[*MESSAGES, message("x", 2, june(5), None, None)])
    alone = groups(shop, MessagesBy.CHANNEL)
    assert alone["email"].delivered == alone["email"].opened == Missing(Why.NOT_TOLD)
    assert alone["email"].orders == Missing(Why.NO_ANSWERS)
    assert alone["email"].cost == alone["email"].cost_per_message == Missing(Why.CHANNEL_COSTS)
    assert alone[""].sent == 1
    assert groups(shop, MessagesBy.CAMPAIGN)[None].sent == 1


def test_what_messages_to_the_silent_cost(shop: Shop) -> None:
    """Covers: P03, G42."""
    days = [utc(2024, 4, 1), utc(2024, 5, 1), june(1), june(10)]
    sent = [
        message(f"{key}.{number}", key, utc(2024, 3, 1) if (key, number) == (3, 0) else day, "A")
        for key in range(1, 7)
        for number, day in enumerate(days)
    ]
    touches = [
        event("2.0", "clicked", utc(2024, 4, 2)),  # 69 days before the last message
        *(event(f"4.{number}", "opened", day, machine=True) for number, day in enumerate(days)),
        event("5.3", "clicked", june(11)),  # he answers the last one
        event("6.0", "opened", utc(2024, 3, 12, 11, 59, 59)),  # 90 days and a second before it
    ]
    fill(shop, messages=sent, message_events=touches)
    # to 3 came two messages only within the 90 days before the last one
    month = groups(shop, MessagesBy.CAMPAIGN)["A"]
    assert month.sent == 12
    assert (month.to_silent, month.cost_of_silent) == (4, 4 * 20)
    assert groups(shop, MessagesBy.CHANNEL, "{trait: orders_count, at_least: 4}")["email"].to_silent == 0
