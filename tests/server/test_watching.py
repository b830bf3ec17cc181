"""Machines that watch the service: health, numbers, the log. Nothing personal leaves by them."""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, override_settings

from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts import keys
from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.jobs import queue, schedules
from kogorta_server.jobs.worker import Worker
from kogorta_server.logs import JsonFormatter

Users = Callable[[Role], User]

FAR = {"REMOTE_ADDR": "203.0.113.9"}


class Kept(logging.Handler):
    """Keeps what the log says, written at once as an operator has it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(JsonFormatter().format(record)))


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """Return what the log said by now."""
    kept, root = Kept(), logging.getLogger()
    root.addHandler(kept)
    yield lambda: kept.lines
    root.removeHandler(kept)


def test_it_is_alive_and_ready(shop: Workspace, db: None) -> None:
    assert Client().get("/health/live").json() == {"status": "ok"}
    answer = Client().get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "checks": {"state": "ok", "store": "ok", "reading": "ok", "jobs": "ok"},
    }


def test_it_is_alive_but_not_ready_without_the_store(shop: Workspace, db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(base, "_open", {})
    assert Client().get("/health/live").status_code == 200
    answer = Client().get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"state": "ok", "store": "failed", "reading": "failed", "jobs": "ok"}


def test_it_is_not_ready_for_a_state_of_another_version(
    shop: Workspace, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one to come"])
    assert Client().get("/health/ready").json()["checks"]["state"] == "failed"


@pytest.fixture
def jobless(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Keep workers of a test away from the state: nothing is due, nothing is scheduled."""
    monkeypatch.setattr(schedules, "ensure", lambda: None)
    monkeypatch.setattr(schedules, "tick", lambda _: None)
    monkeypatch.setattr(queue, "reclaim", lambda *_, **__: 0)
    monkeypatch.setattr(queue, "claim", lambda _: None)
    return monkeypatch


@pytest.fixture
def worker(jobless: pytest.MonkeyPatch) -> Iterator[Worker]:
    jobless.setattr("kogorta_server.jobs.worker.BEAT_SECONDS", 0.01)
    made = Worker(owns_all=True)
    yield made
    made.stop()


def jobs_are(shop: Workspace) -> str:
    said: str = Client().get("/health/ready").json()["checks"]["jobs"]
    return said


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_it_is_not_ready_with_a_worker_that_is_dead(
    shop: Workspace, db: None, jobless: pytest.MonkeyPatch, worker: Worker
) -> None:
    def dies(_: object) -> None:
        raise SystemExit

    worker.start()
    assert jobs_are(shop) == "ok"
    jobless.setattr(queue, "claim", dies)
    queue.bell.set()
    assert comes(lambda: jobs_are(shop) == "failed")


def test_it_is_not_ready_with_a_worker_that_hangs(
    shop: Workspace, db: None, jobless: pytest.MonkeyPatch, worker: Worker
) -> None:
    free = threading.Event()
    jobless.setattr("kogorta_server.jobs.worker.PULSE_SECONDS", 0.05)
    jobless.setattr(schedules, "tick", lambda _: free.wait())
    worker.start()
    assert comes(lambda: jobs_are(shop) == "failed")
    free.set()
    assert comes(lambda: jobs_are(shop) == "ok")


def test_a_worker_outlives_a_fault_of_its_own(
    shop: Workspace, db: None, jobless: pytest.MonkeyPatch, worker: Worker
) -> None:
    asked: list[object] = []

    def falls(now: object) -> None:
        asked.append(now)
        raise RuntimeError("nobody thought of this")

    jobless.setattr(queue, "claim", falls)
    worker.start()
    assert comes(lambda: len(asked) > 4)
    assert jobs_are(shop) == "ok"


def comes(holds: Callable[[], bool]) -> bool:
    """Wait for something that threads bring about; tell whether it came within a minute."""
    end = time.monotonic() + 60
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_they_are_only_looked_at(shop: Workspace, db: None, path: str) -> None:
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_numbers_are_for_this_machine_and_for_keys(shop: Workspace, user: Users) -> None:
    _, secret = keys.make(user(Role.OWNER), "prometheus", [Right.SEE])
    key, other = keys.make(user(Role.OWNER), "imports", [Right.IMPORT])
    here, far = Client(), Client(**FAR)  # type: ignore[arg-type]  # as Django's own tests do
    assert here.get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="::1").get("/metrics").status_code == 200
    refused = far.get("/metrics")
    assert (refused.status_code, refused["WWW-Authenticate"], refused.content) == (401, "Bearer", b"")
    for text, status in (
        (f"Bearer {secret}", 200),
        (f"bearer {secret}", 200),
        (f"Bearer {other}", 401),
        (f"Basic {secret}", 401),
        ("Bearer", 401),
        ("", 401),
    ):
        assert far.get("/metrics", headers={"authorization": text}).status_code == status
    keys.revoke(key.id)


def test_who_comes_by_a_proxy_on_this_machine_is_not_this_machine(shop: Workspace, db: None) -> None:
    for header in ("x-forwarded-for", "forwarded"):
        assert Client().get("/metrics", headers={header: "127.0.0.1"}).status_code == 401


def numbers(name: str, **labels: str) -> float:
    text = Client().get("/metrics").content.decode()
    for line in text.splitlines():
        if line.startswith(name) and all(f'{key}="{value}"' in line for key, value in labels.items()):
            return float(line.rpartition(" ")[2])
    return 0.0


def test_requests_are_counted_by_page_and_status(shop: Workspace, owner: Client) -> None:
    wanted = {"page": "segment", "method": "GET"}
    good = numbers("kogorta_request_seconds_count", status="200", **wanted)
    bad = numbers("kogorta_request_seconds_count", status="404", **wanted)
    for id_ in ("rfm_simple.champions", "rfm_simple.lost", "no.such"):
        owner.get(f"/segments/{id_}/")
    assert numbers("kogorta_request_seconds_count", status="200", **wanted) - good == 2
    assert numbers("kogorta_request_seconds_count", status="404", **wanted) - bad == 1


def test_no_caller_makes_up_rows(shop: Workspace, owner: Client) -> None:
    for number in range(3):
        owner.generic(f"MADE{number}", f"/nowhere/{number}")
    text = Client().get("/metrics").content.decode()
    assert "MADE" not in text
    assert "nowhere" not in text
    assert 'method="other",page="unknown"' in text


def test_the_base_is_measured(shop: Workspace, db: None) -> None:
    people = shop.traits(names=["orders_count"]).num_rows
    assert numbers("kogorta_customers") == people
    assert numbers("kogorta_store_bytes") == (shop.folder / "data" / "warehouse.duckdb").stat().st_size
    assert numbers("kogorta_reading_age_seconds") >= 0
    assert numbers("kogorta_jobs", state="waiting") == 0
    assert numbers("process_resident_memory_bytes") > 0


def test_a_request_is_one_line_that_names_the_page_and_nobody(
    shop: Workspace, owner: Client, user: Users, lines: Callable[[], list[dict[str, Any]]]
) -> None:
    owner.get("/customers/?q=anna@mail.ru", headers={"x-request-id": "proxy-12345"})
    owner.get("/customers/anna@mail.ru/")
    found = [line for line in lines() if line["event"] == "request"]
    assert [(line["page"], line["status"], line["method"]) for line in found] == [
        ("customers", 200, "GET"),
        ("customer", 404, "GET"),
    ]
    assert {line["user"] for line in found} == {user(Role.OWNER).pk}
    assert found[0]["request"] == "proxy-12345"
    assert all(line["ms"] >= 0 for line in found)
    text = json.dumps(lines(), ensure_ascii=False)
    for secret in ("anna", "mail.ru", "owner@shop.example", "127.0.0.1"):
        assert secret not in text


@pytest.mark.parametrize("given", ["x", "a b", "<script>", "ж" * 10, "a" * 65, '{"a": 1}', ""])
def test_an_id_that_could_harm_the_log_is_replaced(shop: Workspace, db: None, given: str) -> None:
    answer = Client().get("/login/", headers={"x-request-id": given.encode("utf-8").decode("latin-1")})
    assert re.fullmatch("[0-9a-f]{16}", answer["X-Request-ID"])


def test_of_an_error_the_log_says_where_and_not_what(
    shop: Workspace,
    owner: Client,
    lines: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken() -> None:
        raise ValueError("Key (email)=(anna@mail.ru) is there twice")

    monkeypatch.setattr(base, "reading", broken)
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    client.cookies = owner.cookies
    answer = client.get("/segments/?q=anna")
    assert answer.status_code == 500
    page = answer.content.decode()
    for secret in ("anna", "ValueError", "Traceback", "kogorta_server", "/segments/?q"):
        assert secret not in page
    (line,) = [line for line in lines() if line["event"] == "request failed"]
    assert line["error"] == "ValueError"
    assert any("test_watching.py" in frame for frame in line["at_lines"])
    assert line["request"] == answer["X-Request-ID"]
    assert "anna" not in json.dumps(lines())


@override_settings(ALLOWED_HOSTS=["shop.example"])
def test_a_host_that_is_not_ours_is_refused_and_learns_nothing(shop: Workspace, db: None) -> None:
    answer = Client(headers={"host": "evil.example"}).get("/login/")
    assert answer.status_code == 400
    assert b"kogorta" not in answer.content.lower()
    assert Client(headers={"host": "shop.example"}).get("/login/").status_code == 200
