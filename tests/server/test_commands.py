"""What commands ask of the service: who is answered, what is refused, what else is done with it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Literal

import pytest
from django.test import Client

from kogorta import __version__
from kogorta.errors import DriftError, InputError, KogortaError, NotFoundError, ServiceError
from kogorta.ingest import ImportOptions
from kogorta.remote import Served, door, wire
from kogorta.remote.parcel import pack, unpack
from kogorta.remote.questions import QUESTIONS
from kogorta.remote.wire import Wire
from kogorta.workspace import Workspace
from kogorta_server import base
from kogorta_server.accounts.models import AuditEntry
from kogorta_server.jobs.models import Job
from kogorta_server.operation import commands, control
from kogorta_server.operation.arguments import bound, fits

AS_OF = "2026-11-02"
PAID = {
    "type": "track",
    "event": "paid",
    "messageId": "m1",
    "userId": "c1",
    "timestamp": "2026-11-01T00:00:00Z",
}
OFTEN = "segment: often\nname: {ru: Часто, en: Often}\nwhere: {trait: orders_count, at_least: 2}\n"


def silent(_value: object) -> None:
    """Hear nothing."""


def ask(name: str, tell: Callable[[object], None] = silent, **arguments: object) -> Any:
    question = {"version": __version__, "by": "anna", "name": name, "arguments": arguments}
    return commands.answer(question, tell)


# --- what stands behind the door ----------------------------------------------------------------


@pytest.fixture
def opened(shop: Workspace) -> Iterator[control.Control]:
    found = control.Control(shop.folder)
    yield found
    found.close()


def say(folder: Any, value: object) -> Any:
    """Say something behind the door as a command does, and return the answer."""
    service = door.enter(folder)
    assert service is not None
    with service:
        service.send(pack(value))
        return unpack(service.receive())


def question(**more: object) -> dict[str, object]:
    return {"do": "ask", "version": __version__, "by": "anna", "name": "sizes", "arguments": {}} | more


def test_who_asks_rightly_is_answered(shop: Workspace, opened: control.Control) -> None:
    assert say(shop.folder, question(arguments={"as_of": AS_OF})) == {"done": shop.sizes(AS_OF)}


@pytest.mark.parametrize(
    ("said", "error", "words"),
    [
        (None, ServiceError, "does not know what is asked"),
        ([], ServiceError, "does not know what is asked"),
        ({}, ServiceError, "does not know what is asked"),
        ({"do": "everything"}, ServiceError, "does not know what is asked"),
        ({"do": ["ask"]}, ServiceError, "does not know what is asked"),
        (question(name="warehouse"), ServiceError, "does not know what is asked"),
        (question(name="close"), ServiceError, "does not know what is asked"),
        (question(name="__init__"), ServiceError, "does not know what is asked"),
        (question(name=None), ServiceError, "does not know what is asked"),
        (question(arguments=[]), ServiceError, "does not know what is asked"),
        (question(version="0.0.1"), ServiceError, "another version"),
        (question(version=None), ServiceError, "another version"),
        (question(arguments={"as_of": 1.5}), InputError, "this is nothing for as_of"),
        (question(arguments={"as_off": AS_OF}), InputError, "there is no such argument"),
        (question(arguments={"self": AS_OF}), InputError, "there is no such argument"),
        (question(name="members"), InputError, "an argument is missing"),
        (question(name="members", arguments={"segment": ["a"]}), InputError, "this is nothing for segment"),
        (question(name="links", arguments={"customer": "nobody"}), NotFoundError, "no such customer"),
    ],
)
def test_what_is_asked_wrongly_is_refused(
    shop: Workspace, opened: control.Control, said: object, error: type[KogortaError], words: str
) -> None:
    refused = say(shop.folder, said)["refused"]
    assert type(refused) is error
    assert words in str(refused)
    assert say(shop.folder, question(name="refreshed_at")), "the door is open for others"


def test_too_much_is_refused(
    shop: Workspace, opened: control.Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(control, "MOST_BYTES", 200)
    assert "too much" in str(say(shop.folder, question(arguments={"as_of": "2" * 200}))["refused"])


def test_what_nobody_expected_is_told_without_its_words(
    shop: Workspace,
    opened: control.Control,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("Анна Ким, +79161234567")

    monkeypatch.setattr(commands, "answer", fail)
    refused = say(shop.folder, question())["refused"]
    assert "The fault is ours" in str(refused)
    (record,) = (record for record in caplog.records if record.levelname == "ERROR")
    told = record.__dict__["fields"]
    assert told["error"] == "ValueError"
    assert "test_commands.py" in told["at_lines"][-1]
    assert "7916" not in str(record.__dict__) + str(refused)


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"\0" * 64, b""])
def test_a_browser_or_a_stranger_hears_nothing(shop: Workspace, opened: control.Control, said: bytes) -> None:
    told = door.read(shop.folder)
    assert told is not None
    with socket.create_connection((wire.HOST, told.port), timeout=20) as stranger:
        stranger.sendall(said)
        stranger.shutdown(socket.SHUT_WR)
        heard = b""
        with suppress(ConnectionResetError):
            while chunk := stranger.recv(1000):
                heard += chunk
    assert b"nonce" in heard
    assert b"HTTP" not in heard
    assert len(heard) < 100, "a number to be answered, and nothing more"


def test_so_many_are_let_in_at_once(shop: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "MOST_AT_ONCE", 1)
    found = control.Control(shop.folder)
    try:
        told = door.read(shop.folder)
        assert told is not None
        with socket.create_connection((wire.HOST, told.port), timeout=20) as first:
            assert first.recv(1), "he is asked who he is"
            assert door.enter(shop.folder) is None
        for _ in range(200):
            if (second := door.enter(shop.folder)) is not None:
                second.close()
                break
            threading.Event().wait(0.05)
        else:
            raise AssertionError("the place that he had is free again")
    finally:
        found.close()


def test_several_are_answered_at_once(shop: Workspace, opened: control.Control) -> None:
    found: list[object] = []
    served = Served(shop.folder)
    threads = [threading.Thread(target=lambda: found.append(served.refreshed_at)) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [shop.refreshed_at] * 5


def test_a_caller_who_goes_stops_what_he_asked_for(shop: Workspace) -> None:
    here, there = socket.socketpair()
    with Wire(here) as caller:
        tell = control._Teller(caller)
        tell("reading")
        with Wire(there) as other:
            assert unpack(other.receive()) == {"told": "reading"}
        with pytest.raises(KeyboardInterrupt):
            tell("writing")
        # a thread that only watches cannot stop anything
        watching = threading.Thread(target=tell, args=("writing",))
        watching.start()
        watching.join(20)


# --- arguments ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "annotation", "is_right"),
    [
        ("a", str, True),
        (1, str, False),
        (True, int, False),
        (1, bool, False),
        (True, bool, True),
        (True, object, True),
        (None, str | None, True),
        (None, str, False),
        (1, str | None, False),
        (["a"], list[str], True),
        (["a", 1], list[str], False),
        ("ab", list[str], False),
        ({"a": 1}, dict[str, int], True),
        ({"a": "1"}, dict[str, int], False),
        ({1: 1}, dict[str, int], False),
        ("ru", Literal["ru", "en"], True),
        ("de", Literal["ru", "en"], False),
        (print, Callable[[str], None], True),
        ("print", Callable[[str], None], False),
        (object(), Any, True),
        (ImportOptions(), ImportOptions | None, True),
        ({}, ImportOptions | None, False),
    ],
)
def test_what_fits(value: object, annotation: Any, is_right: bool) -> None:
    assert fits(value, annotation) is is_right


def test_arguments_without_an_end_come_first(shop: Workspace) -> None:
    def method(*ids: str, months: int = 12) -> tuple[tuple[str, ...], int]:
        return ids, months

    assert bound(method, {"ids": ["a", "b"], "months": 3})() == (("a", "b"), 3)
    assert bound(method, {})() == ((), 12)
    with pytest.raises(InputError):
        bound(method, {"ids": ["a", 1]})


def test_the_arguments_of_every_question_can_be_looked_at(shop: Workspace) -> None:
    for name in QUESTIONS:
        if not isinstance(getattr(Workspace, name), property):
            with pytest.raises(InputError, match="no such argument"):
                bound(getattr(shop, name), {"nothing": 1})


# --- what is done with it -----------------------------------------------------------------------


def written() -> list[tuple[str, str, str, dict[str, object]]]:
    return [(row.who, row.action, row.target, row.details) for row in AuditEntry.objects.order_by("id")]


def test_whatever_writes_has_its_place(shop: Workspace) -> None:
    assert set(commands.DEEDS) == {name for name, asked in QUESTIONS.items() if asked.writes}


def test_definitions_are_written_down(own_shop: Workspace, db: None, owner: Client) -> None:
    ask("define", source=OFTEN)
    ask("define", source=OFTEN)
    ask("undefine", definition_id="often")
    with pytest.raises(NotFoundError):
        ask("undefine", definition_id="often")
    ask("pull")
    assert written() == [
        ("$ anna", "segment.saved", "often", {}),
        ("$ anna", "segment.removed", "often", {}),
    ], "what changed nothing, and what was refused, is not written down"
    page = owner.get("/audit/?who=$ anna").content.decode()
    assert "command line of anna" in page
    assert "took a definition away" in page


def test_the_folder_is_applied_in_turn_with_pages(own_shop: Workspace, db: None) -> None:
    own_shop.pull()
    (own_shop.segments_folder / "often.yaml").write_text(OFTEN, encoding="utf-8")
    shown = ask("plan")
    done: list[object] = []
    with base.defining:
        waiting = threading.Thread(target=lambda: done.append(own_shop.plan()))
        waiting.start()
        waiting.join(60)
        assert done == [shown], "what only looks does not wait"
    applied = ask("apply", author="Анна", shown=shown)
    assert [version.definition for version in applied.versions] == ["often"]
    assert written()[-1] == ("$ anna", "segment.saved", "often", {})
    own_shop.define(OFTEN.replace("2", "3"))
    with pytest.raises(DriftError):
        ask("apply")


def test_a_refresh_has_a_reading_taken(own_shop: Workspace, db: None) -> None:
    told: list[object] = []
    report = ask("refresh", told.append, as_of=AS_OF)
    assert report.run_id == 3
    assert told[0] == "identity"
    assert [job.kind for job in Job.objects.all()] == ["reading"]
    assert ask("refresh_due", as_of=AS_OF) is None
    assert written() == [("$ anna", "base.refreshed", "", {"run": 3})]


def test_whom_a_command_erases_stands_on_no_page(own_shop: Workspace, db: None, owner: Client) -> None:
    customer = own_shop.members("lifecycle.active", AS_OF)["customer_id"][0].as_py()
    assert owner.get(f"/customers/{customer}/").status_code == 200
    erasure = ask("erase", customer=customer)
    assert owner.get(f"/customers/{customer}/").status_code == 404
    ((who, action, target, details),) = written()
    assert (who, action, target) == ("$ anna", "customer.erased", "")
    assert details == {"ids": len(erasure.customer_ids), "orders": erasure.orders}


def test_an_import_is_written_down_without_a_word_of_it(own_shop: Workspace, db: None) -> None:
    ask("import_tracking", messages=[PAID])
    ask("record_call", customer="c1", outcome="booked", note="Анна, завтра")
    ask("link", a="c1", b="c2", because="Анна")
    ask("unlink", a="c1", b="c2")
    ask("split", customer="c1")
    ask("unsplit", customer="c1")
    assert written() == [
        ("$ anna", "upload.brought_in", "tracking", {"rows": 1}),
        ("$ anna", "customer.called", "c1", {"outcome": "booked"}),
        ("$ anna", "customer.linked", "c1, c2", {}),
        ("$ anna", "customer.unlinked", "c1, c2", {}),
        ("$ anna", "customer.split", "c1", {}),
        ("$ anna", "customer.unsplit", "c1", {}),
    ]


def test_an_import_that_was_only_tried_is_not(own_shop: Workspace, db: None, tmp_path: Any) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("order_id,customer_id,ordered_at,amount\nn1,c1,2026-10-30,100\n")
    ask("import_file", path=file, table="orders", options=ImportOptions(dry_run=True))
    assert not written()
    ask("import_file", path=file, table="orders")
    assert written() == [("$ anna", "upload.brought_in", "orders", {"rows": 1})]


def test_who_lays_out_after_his_imports_himself_is_left_to(
    own_shop: Workspace, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[bool] = []
    monkeypatch.setattr(Workspace, "compact", lambda _self, *, due_only=False: laid.append(due_only))
    given = {"version": __version__, "name": "import_tracking", "arguments": {"messages": [PAID]}}
    commands.answer(given | {"is_put_off": True}, silent)
    assert not laid
    commands.answer(given, silent)
    assert laid == [True]


def test_the_log_tells_who_asked_what_and_nothing_of_the_answer(
    shop: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="kogorta.commands"):
        ask("sizes", as_of=AS_OF)
        with pytest.raises(NotFoundError):
            ask("links", customer="+79161234567")
        with pytest.raises(ServiceError):
            ask("+79161234567")
    told = [record.__dict__["fields"] for record in caplog.records]
    assert [(row["command"], row["outcome"]) for row in told] == [
        ("sizes", "done"),
        ("links", "not_found"),
        ("unknown", "service"),
    ]
    assert {row["by"] for row in told} == {"anna"}
    assert "7916" not in str(told)
