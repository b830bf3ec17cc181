"""Envelopes of the Segment HTTP API: each message in them is a row of its own."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from kogorta.i18n import Translator
from tests.core.ingest.base import Desk, counts, refusals
from tests.core.ingest.test_tracking import AT, message, send


def envelope(*messages: Any, **shared: Any) -> dict[str, Any]:
    return {"batch": list(messages), "writeKey": "k", **shared}


def test_what_the_envelope_says_holds_where_the_message_is_silent(desk: Desk) -> None:
    shared = {
        "device": {"type": "mobile"},
        "campaign": {"source": "yandex", "medium": "cpc"},
        "page": {"url": "https://shop.example/"},
    }
    own = {"campaign": {"source": "mail"}, "device": {"type": "desktop", "id": "d1"}, "page": None}
    report = send(
        desk,
        envelope(
            message("track", 1, event="Quiz"),
            message("track", 2, event="Quiz", context=own),
            context=shared,
            integrations={"All": True},
        ),
        message("track", 3, event="Quiz"),
    )
    assert (report.rows_read, counts(report)) == (3, (3, 0, 0, 0))
    told = "SELECT event_id, device, utm_source, utm_medium, url FROM events ORDER BY 1"
    assert desk.rows(told) == [
        ("m1", "mobile", "yandex", "cpc", "https://shop.example/"),
        ("m2", "desktop", "mail", "cpc", None),
        ("m3", None, None, None, None),
    ]


def test_the_clock_of_the_envelope_sets_its_messages_right(desk: Desk) -> None:
    clocks = {"sentAt": "2025-05-01T10:00:30Z", "receivedAt": "2025-05-01T13:00:30.250Z"}
    own = {"originalTimestamp": "2025-05-01T09:59:30Z", "sentAt": "2025-05-01T09:59:31Z"}
    send(
        desk,
        envelope(message("track", 1, event="Quiz"), message("track", 2, event="Quiz", **own), **clocks),
        envelope(message("track", 3, event="Quiz"), sentAt=clocks["sentAt"]),
        envelope(
            {"type": "track", "event": "Quiz", "userId": "u1", "messageId": "m4"}, sentAt=clocks["sentAt"]
        ),
    )
    # received − (sent − made): half a minute before 13:00:30.25, one second before it; without an
    # arrival the time is as it was told, and a message without any was made when it was sent.
    expected = ["13:00:00.250", "13:00:29.250", "10:00:00", "10:00:30"]
    assert [row[0] for row in desk.rows('SELECT "at" FROM events ORDER BY event_id')] == [
        datetime.fromisoformat(f"2025-05-01T{time}") for time in expected
    ]


def test_every_message_has_an_outcome_with_its_line_and_place(desk: Desk) -> None:
    send(desk, message("track", 0, event="Quiz", properties={"price": 9.5}))
    lines = [
        json.dumps(message("track", 1, event="Quiz")),
        json.dumps(
            envelope(
                message("track", 2, event="Quiz", properties={"price": 7}),
                message("track", 3),
                "text",
                message("guess", 5),
                message("track", 6, event="Quiz", properties={"price": "cheap"}),
                message("identify", 7, traits={"name": "Anna"}),
            )
        ),
        "not json",
        json.dumps(envelope()),
        json.dumps(message("track", 8)),
    ]
    report = desk.take("\n".join(lines), "tracking", name="batches.jsonl")
    assert (report.rows_read, counts(report)) == (10, (3, 0, 0, 7))
    assert refusals(report) == [
        (2, "batch[1].event", "no_event_name"),
        (2, "batch[2]", "not_a_message"),
        (2, "batch[3].type", "unknown_type"),
        (2, "batch[4].properties.price", "not_a_number"),
        (3, "", "bad_json"),
        (4, "", "empty_batch"),
        (5, "event", "no_event_name"),
    ]
    assert json.loads(report.refused.column("raw")[0].as_py())["messageId"] == "m3"
    said = Translator("en").say(report.quarantine[1].message)
    assert said == "this part of the batch is no JSON object; write one for each message"
    assert desk.rows("SELECT name FROM customers") == [("Anna",)]
    assert desk.one("SELECT rows_read FROM batches ORDER BY ingest_seq DESC LIMIT 1") == 10


def test_messages_are_known_again_in_another_envelope_or_without_one(desk: Desk) -> None:
    first, second = message("track", 1, event="Quiz"), message("track", 2, event="Quiz")
    assert counts(desk.take([envelope(first, second, sentAt=AT)], "tracking")) == (2, 0, 0, 0)
    again = desk.take([envelope(second, message("track", 3, event="Quiz"), sentAt=AT), first], "tracking")
    assert (again.rows_read, counts(again)) == (3, (1, 0, 2, 0))
    assert desk.one("SELECT count(*) FROM events") == 3


def test_a_message_that_has_something_called_batch_is_a_message(desk: Desk) -> None:
    report = send(desk, message("track", event="Quiz", batch=[1, 2], properties={"batch": ["x"]}))
    assert counts(report) == (1, 0, 0, 0)
    assert desk.one("SELECT p_batch FROM events") == '["x"]'
