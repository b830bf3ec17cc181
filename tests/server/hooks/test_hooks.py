"""Webhooks tell who came and who left: signed, until it arrives, nobody twice."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine

from kogorta.errors import InputError, NotFoundError
from kogorta.workspace import Workspace
from kogorta_server import base, clock
from kogorta_server.hooks import sending, services
from kogorta_server.hooks.models import Delivery, Webhook

pytestmark = pytest.mark.django_db
LATER = "2026-12-20"


class Listener:
    """A program that listens, and answers as the test wishes."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.got: list[tuple[dict[str, str], str]] = []
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                owner.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = owner.answers.pop(0) if owner.answers else 204
                self.send_response(status)
                if status in {301, 302, 307}:
                    self.send_header("Location", f"{owner.url}/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.server.shutdown()
    found.server.server_close()


def move(workspace: Workspace, as_of: str = LATER) -> None:
    """Let time pass: people fall silent and change their stages."""
    workspace.refresh(as_of)
    base.take_reading()


def logged(workspace: Workspace, after_run: int) -> list[tuple[str, str, str]]:
    """Return what the log says moved: the type of message, segment, customer."""
    rows = workspace.warehouse.rows(
        """SELECT l.op, l.scheme, l.segment, min(i.customer_id) FROM membership_changes l
        JOIN customer_ids i USING (customer_key)
        WHERE l.run_id > ? AND l.cause IN ('facts', 'time') AND i.id_space <> 'anonymous'
        GROUP BY l.op, l.scheme, l.segment, l.customer_key""",
        [after_run],
    )
    kinds = {"enter": "segment.entered", "leave": "segment.left"}
    return sorted(
        (kinds[op], scheme if scheme == segment else f"{scheme}.{segment}", who)
        for op, scheme, segment, who in rows
    )


def told(bodies: list[str]) -> list[tuple[str, str, str]]:
    found = []
    for body in map(json.loads, bodies):
        found += [
            (body["type"], body["data"]["segment"], who["customer_id"]) for who in body["data"]["customers"]
        ]
    return sorted(found)


def test_everyone_who_moved_is_told_once_and_nobody_else(own_shop: Workspace, listener: Listener) -> None:
    before = base.reading()
    assert before is not None
    services.make(listener.url, [], before, "test")
    assert services.tell(before) == 0
    move(own_shop)
    now = base.reading()
    assert now is not None
    assert services.tell(now) > 0
    assert services.tell(now) == 0
    assert sending.send_due()["failed"] == 0
    assert told([body for _, body in listener.got]) == logged(own_shop, before.stamp.run_id) != []
    assert sending.send_due() == {"delivered": 0, "failed": 0}


def test_a_message_is_signed_as_standard_webhooks_are(own_shop: Workspace, listener: Listener) -> None:
    _, secret = services.make(listener.url, [], base.reading(), "test")
    assert secret not in Webhook.objects.get().sealed_secret
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]  # taken just now
    sending.send_due()
    headers, body = listener.got[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body}".encode()
    digest = hmac.new(b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{b64encode(digest).decode()}"
    assert abs(int(headers["webhook-timestamp"]) - clock.now().timestamp()) < 60


def test_only_the_segments_that_were_asked_for_are_told(own_shop: Workspace, listener: Listener) -> None:
    services.make(listener.url, ["lifecycle.lost"], base.reading(), "test")
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]
    sending.send_due()
    assert {segment for _, segment, _ in told([body for _, body in listener.got])} == {"lifecycle.lost"}


def test_what_an_edit_of_a_definition_moves_is_not_told(own_shop: Workspace, listener: Listener) -> None:
    services.make(listener.url, ["best_and_quiet"], base.reading(), "test")
    own_shop.define(
        "segment: best_and_quiet\nname: {ru: Лучшие, en: Best}\nwhere: {trait: orders_count, at_least: 1}\n"
    )
    move(own_shop, "2026-11-01T00:01")
    assert services.tell(base.reading()) == 0  # type: ignore[arg-type]
    assert listener.got == []


def test_what_does_not_arrive_is_sent_again_with_its_id_later_and_later(
    own_shop: Workspace, listener: Listener
) -> None:
    services.make(listener.url, ["lifecycle.lost"], base.reading(), "test")
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]
    Delivery.objects.exclude(pk=Delivery.objects.order_by("id").first().pk).delete()  # type: ignore[union-attr]
    listener.answers = [500, 503]
    start = clock.now()
    with time_machine.travel(start, tick=False) as traveller:
        assert sending.send_due() == {"delivered": 0, "failed": 1}
        assert sending.send_due() == {"delivered": 0, "failed": 0}
        traveller.move_to(start + sending.PAUSES[0] + timedelta(seconds=1))
        assert sending.send_due() == {"delivered": 0, "failed": 1}
        traveller.move_to(start + sending.PAUSES[0] + sending.PAUSES[1] + timedelta(seconds=2))
        assert sending.send_due() == {"delivered": 1, "failed": 0}
    assert len({headers["webhook-id"] for headers, _ in listener.got}) == 1
    assert len({body for _, body in listener.got}) == 1
    assert Delivery.objects.get().attempts == 3


def test_nobody_tries_for_ever(own_shop: Workspace, listener: Listener) -> None:
    services.make("http://127.0.0.1:9/nobody", ["lifecycle.lost"], base.reading(), "test")
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for pause in (*sending.PAUSES, timedelta()):
            sending.send_due()
            traveller.shift(pause + timedelta(seconds=1))
        assert sending.send_due() == {"delivered": 0, "failed": 0}
    first = Delivery.objects.order_by("id").first()
    assert first is not None
    assert (first.due_at, first.delivered_at, first.status) == (None, None, None)
    assert sending.PAUSES[-1] < sum(sending.PAUSES, timedelta()) <= timedelta(days=3)


def test_an_address_that_is_gone_is_told_nothing_more(own_shop: Workspace, listener: Listener) -> None:
    services.make(listener.url, [], base.reading(), "test")
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]
    listener.answers = [410]
    sending.send_due()
    assert not Webhook.objects.get().is_active
    assert sending.send_due() == {"delivered": 0, "failed": 0}
    assert len(listener.got) == 1


def test_nobody_is_sent_elsewhere(own_shop: Workspace, listener: Listener) -> None:
    services.make(listener.url, ["lifecycle.lost"], base.reading(), "test")
    move(own_shop)
    services.tell(base.reading())  # type: ignore[arg-type]
    listener.answers = [307] * 3
    assert sending.send_due()["delivered"] == 0
    assert len(listener.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example",
        "file:///etc/passwd",
        "https://u:p@shop.example",
        "javascript:x",
    ],
)
def test_what_is_no_address_of_a_webhook(db: None, url: str) -> None:
    with pytest.raises(InputError):
        services.make(url, [], None, "test")


def test_segments_that_do_not_exist_and_webhooks_that_are_none(shop: Workspace, db: None) -> None:
    with pytest.raises(NotFoundError):
        services.make("https://shop.example", ["nobody"], base.reading(), "test")
    with pytest.raises(NotFoundError):
        services.remove(1)
    hook, _ = services.make("https://shop.example", ["lifecycle.lost"], base.reading(), "test")
    assert [item.url for item in services.every()] == ["https://shop.example"]
    services.remove(hook.id)
    assert services.every() == []
