"""Segment-spec messages become events, people and evidence of identity."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from kogorta.errors import InputError
from kogorta.schema import ColumnType
from tests.core.ingest.base import Desk, counts, refusals

AT = "2025-05-01T10:00:00.000Z"


def message(type_: str, number: int = 1, **rest: Any) -> dict[str, Any]:
    return {"type": type_, "messageId": f"m{number}", "userId": "u1", "timestamp": AT, **rest}


def send(desk: Desk, *messages: dict[str, Any]) -> Any:
    return desk.take(
        "\n".join(json.dumps(m, ensure_ascii=False) for m in messages), "tracking", name="m.jsonl"
    )


def test_a_track_message_is_an_event(desk: Desk) -> None:
    context = {
        "page": {"url": "https://shop.example/coffee"},
        "campaign": {"source": "yandex", "medium": "cpc", "name": "spring"},
        "device": {"type": "mobile"},
        "sessionId": "s1",
    }
    properties = {
        "product_id": "p1",
        "category": "Food > Coffee",
        "cart_id": "k1",
        "price": 990,
        "quantity": 2,
        "gift": True,
        "until": "2025-06-01T00:00:00Z",
        "size": {"box": {"deep": {"deeper": 1}}},
        "tags": ["a", "b"],
    }
    report = send(
        desk,
        message("track", event="Product Viewed", anonymousId="a1", context=context, properties=properties),
    )
    assert counts(report) == (1, 0, 0, 0)
    (row,) = desk.warehouse.arrow("SELECT * FROM events").to_pylist()
    expected = {
        "event_id": "m1",
        "name": "product_viewed",
        "at": datetime.fromisoformat("2025-05-01T10:00:00"),
        "session_id": "s1",
        "device": "mobile",
        "url": "https://shop.example/coffee",
        "utm_source": "yandex",
        "utm_medium": "cpc",
        "utm_campaign": "spring",
        "product_id": "p1",
        "category": "Food/Coffee",
        "category_top": "Food",
        "cart_id": "k1",
        "p_price": 990.0,
        "p_quantity": 2,
        "p_gift": True,
        "p_until": datetime.fromisoformat("2025-06-01T00:00:00"),
        "p_size_box": '{"deep":{"deeper":1}}',
        "p_tags": '["a","b"]',
    }
    assert {name: row[name] for name in expected} == expected
    specs = {spec.name: (spec.scope, spec.type) for spec in desk.warehouse.properties("events")}
    assert specs["price"] == ("product_viewed", ColumnType.NUMBER)
    assert specs["quantity"] == ("product_viewed", ColumnType.INTEGER)
    assert specs["size.box"] == ("product_viewed", ColumnType.TEXT)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ("Product Viewed", "product_viewed"),
        ("Product Added", "cart_added"),
        ("product added", "cart_added"),
        ("Order Completed", "order_completed"),
        ("Quiz Finished", "Quiz Finished"),
    ],
)
def test_names_of_events(desk: Desk, event: str, name: str) -> None:
    send(desk, message("track", event=event))
    assert desk.rows("SELECT name FROM events") == [(name,)]


def test_pages_and_screens(desk: Desk) -> None:
    send(
        desk,
        message("page", 1, name="Home", properties={"title": "Shop"}),
        message("screen", 2, name="Main"),
        message("page", 3),
    )
    assert desk.rows("SELECT event_id, name, p_name, p_title FROM events ORDER BY 1") == [
        ("m1", "page_viewed", "Home", "Shop"),
        ("m2", "screen_viewed", "Main", None),
        ("m3", "page_viewed", None, None),
    ]


def test_a_clock_that_runs_wrong_is_set_right(desk: Desk) -> None:
    send(
        desk,
        {
            **message("track", event="Quiz"),
            "originalTimestamp": "2025-05-01T08:00:00Z",
            "sentAt": "2025-05-01T08:00:30Z",
            "receivedAt": "2025-05-01T11:00:30.250Z",
        },
    )
    assert desk.rows('SELECT "at", received_at FROM events') == [
        (datetime.fromisoformat("2025-05-01T11:00:00.250"), datetime.fromisoformat("2025-05-01T11:00:30.250"))
    ]


def test_traits_go_where_they_belong(desk: Desk) -> None:
    traits = {
        "email": "Anna@Mail.ru",
        "phone": "8 916 200-30-40",
        "name": "Anna",
        "gender": "female",
        "birthday": "1990-05-17",
        "createdAt": "2024-01-01T00:00:00Z",
        "address": {"city": "Perm", "country": "RU"},
        "plan": "gold",
        "visits": 7,
    }
    report = send(desk, message("identify", anonymousId="a1", traits=traits))
    assert counts(report) == (1, 0, 0, 0)
    (row,) = desk.warehouse.arrow("SELECT * FROM customers").to_pylist()
    wanted = ("name", "sex", "birth_date", "city", "country", "created_at", "p_plan", "p_visits")
    assert [str(row[name]) for name in wanted] == [
        "Anna",
        "female",
        "1990-05-17",
        "Perm",
        "RU",
        "2024-01-01 00:00:00",
        "gold",
        "7",
    ]
    assert desk.rows("SELECT kind, value FROM contacts ORDER BY 1") == [
        ("email", "anna@mail.ru"),
        ("phone", "+79162003040"),
    ]


def test_evidence_that_two_ids_are_one_person(desk: Desk) -> None:
    send(
        desk,
        message("identify", 1, anonymousId="a1"),
        message("track", 2, event="Quiz", anonymousId="a1", userId=None),
        {"type": "alias", "previousId": "a2", "userId": "u1", "timestamp": AT},
        message("track", 4, event="Quiz", userId="old"),
        {"type": "alias", "previousId": "old", "userId": "u1", "timestamp": AT},
    )
    pairs = desk.rows(
        """SELECT e.rule, x.id_space, x.customer_id, y.id_space, y.customer_id, e."at" FROM identity_edges e
        JOIN customer_ids x ON x.customer_key = e.a JOIN customer_ids y ON y.customer_key = e.b"""
    )
    at = datetime.fromisoformat("2025-05-01T10:00:00")
    found = {(rule, frozenset([(s1, i1), (s2, i2)]), when) for rule, s1, i1, s2, i2, when in pairs}
    assert found == {
        ("identify", frozenset([("anonymous", "a1"), ("main", "u1")]), at),
        ("alias", frozenset([("anonymous", "a2"), ("main", "u1")]), at),
        ("alias", frozenset([("main", "old"), ("main", "u1")]), at),
    }


def test_groups_are_accounts(desk: Desk) -> None:
    send(
        desk,
        message("group", groupId="g1", traits={"name": "Romashka", "industry": "flowers", "employees": 12}),
    )
    assert desk.rows("SELECT account_id FROM customers") == [("g1",)]
    assert desk.rows("SELECT account_id, name, industry, p_employees FROM accounts") == [
        ("g1", "Romashka", "flowers", 12)
    ]


def test_bad_messages_are_refused_one_by_one(desk: Desk) -> None:
    lines = [
        json.dumps(message("track", 1, event="Quiz")),
        "not json",
        "[1]",
        json.dumps(message("guess", 4)),
        json.dumps({"type": "track", "event": "Quiz", "timestamp": AT}),
        json.dumps(message("track", 6)),
        json.dumps({"type": "track", "event": "Quiz", "userId": "u1"}),
        json.dumps({**message("track", 8, event="Quiz"), "timestamp": "soon"}),
        json.dumps({"type": "alias", "userId": "u1"}),
        json.dumps(message("group", 10)),
        "",
        json.dumps({**message("track", 12, event="Quiz"), "timestamp": "2031-01-01T00:00:00Z"}),
    ]
    report = desk.take("\n".join(lines), "tracking", name="m.jsonl")
    assert counts(report) == (1, 0, 0, 10)
    assert refusals(report) == [
        (2, "", "bad_json"),
        (3, "", "bad_json"),
        (4, "type", "unknown_type"),
        (5, "userId", "no_identity"),
        (6, "event", "no_event_name"),
        (7, "timestamp", "no_instant"),
        (8, "timestamp", "not_a_date"),
        (9, "previousId", "no_previous_id"),
        (10, "groupId", "no_group"),
        (12, "timestamp", "too_far_ahead"),
    ]


def test_a_conflicting_property_is_refused(desk: Desk) -> None:
    send(desk, message("track", 1, event="Product Added", properties={"price": 9.99}))
    report = send(
        desk,
        message("track", 2, event="Product Added", properties={"price": "cheap"}),
        message("track", 3, event="Product Added", properties={"price": 7}),
        message("track", 4, event="Product Viewed", properties={"price": "cheap"}),
    )
    assert counts(report) == (2, 0, 0, 1)
    assert refusals(report) == [(1, "properties.price", "not_a_number")]
    assert desk.rows("SELECT name, column_name, type FROM properties ORDER BY 2") == [
        ("price", "p_price", "number"),
        ("price", "p_price_text", "text"),
    ]


def test_one_message_twice_is_one_event(desk: Desk) -> None:
    report = send(desk, message("track", event="Quiz"), message("track", event="Quiz"))
    assert counts(report) == (1, 0, 1, 0)
    again = desk.take([message("track", event="Quiz"), message("track", 2, event="Quiz")], "tracking")
    assert counts(again) == (1, 0, 1, 0)


def test_messages_without_an_id_get_one_of_their_content(desk: Desk) -> None:
    bare = {"type": "track", "event": "Quiz", "userId": "u1", "timestamp": AT}
    assert counts(desk.take([bare, bare], "tracking")) == (2, 0, 0, 0)
    assert counts(desk.take([bare, bare, bare], "tracking")) == (1, 0, 2, 0)


def test_tracking_takes_messages_only(desk: Desk) -> None:
    with pytest.raises(InputError, match="tracking takes messages"):
        desk.take(7, "tracking")
    with pytest.raises(InputError, match="a message is a dict"):
        desk.take([["track"]], "tracking")
    with pytest.raises(InputError, match="there are no messages"):
        desk.take([], "tracking")
    assert desk.look("{}", "tracking").form == "tracking"
