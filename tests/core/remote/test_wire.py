"""Who may speak on a connection, and how much."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from kogorta.errors import ServiceError
from kogorta.remote import wire
from kogorta.remote.parcel import Parcel
from kogorta.remote.wire import Wire

SECRET = b"of both"


@pytest.fixture
def ends() -> Iterator[tuple[Wire, Wire]]:
    here, there = socket.socketpair()
    with Wire(here) as one, Wire(there) as other:
        yield one, other


def beside(work: Callable[[], object]) -> Callable[[], object]:
    """Begin something in another thread; return what waits for it and gives what it returned."""
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()

    def ended() -> object:
        thread.join(20)
        return found[0]

    return ended


@pytest.mark.parametrize(
    "parcel",
    [Parcel(b""), Parcel(b"{}"), Parcel("ёж".encode(), (b"", b"x" * 3_000_000))],
    ids=["empty", "text", "tables"],
)
def test_parcels_arrive(ends: tuple[Wire, Wire], parcel: Parcel) -> None:
    sent = beside(lambda: ends[0].send(parcel))
    assert ends[1].receive() == parcel
    sent()


def test_who_knows_the_secret_is_let_in_and_knows_whom_he_met(ends: tuple[Wire, Wire]) -> None:
    admitted = beside(lambda: ends[0].admit(SECRET))
    assert ends[1].greet(SECRET)
    assert admitted() is True


@pytest.mark.parametrize("guess", [b"guessed", b"", SECRET + b"x"])
def test_who_does_not_is_not_and_hears_nothing(ends: tuple[Wire, Wire], guess: bytes) -> None:
    admitted = beside(lambda: _closing(ends[0], ends[0].admit(SECRET)))
    with pytest.raises(ConnectionError):
        ends[1].greet(guess)
    assert admitted() is False


def test_a_service_that_does_not_know_it_is_not_believed(ends: tuple[Wire, Wire]) -> None:
    def pretend() -> None:
        ends[0].send(Parcel(b'{"nonce": "00"}'))
        told = json.loads(ends[0].receive().text)
        # what it was told itself is all that it can say
        ends[0].send(Parcel(json.dumps({"proof": told["proof"]}).encode()))

    pretended = beside(pretend)
    assert not ends[1].greet(SECRET)
    pretended()


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"",
        b"\0" * 10,
        b"\xff" * 200,
        b"\0" * 7 + b"\x02\0\0[]",
        b"\0" * 7 + b'\x0e\0\0{"proof": null}',
        b"\0" * 7 + b"\x03\0\0{\xff}",
    ],
)
def test_whatever_else_is_said_opens_nothing(ends: tuple[Wire, Wire], said: bytes) -> None:
    here, there = socket.socketpair()
    with Wire(here) as asked, there:
        there.sendall(said)
        there.shutdown(socket.SHUT_WR)
        assert not asked.admit(SECRET)


def test_who_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_PATIENCE_SECONDS", 0.05)
    here, there = socket.socketpair()
    with Wire(here) as asked, there:
        assert not asked.admit(SECRET)


def test_too_much_is_refused_before_it_is_read(ends: tuple[Wire, Wire]) -> None:
    ends[0].send(Parcel(b"x" * 100))
    with pytest.raises(ServiceError, match="too much"):
        ends[1].receive(99)
    ends[1]._read(100)
    ends[0].send(Parcel(b"x", (b"y" * 99,)))
    with pytest.raises(ServiceError, match="too much"):
        ends[1].receive(99)
    ends[1]._read(100)
    ends[0].send(Parcel(b"", (b"",) * 1_001))
    with pytest.raises(ServiceError, match="too much"):
        ends[1].receive()


def test_an_end_in_the_middle_is_told(ends: tuple[Wire, Wire]) -> None:
    assert not ends[1].is_over()
    ends[0]._connection.sendall(b"\0" * 7 + b"\x09\0\0half")
    ends[0].close()
    assert not ends[1].is_over()
    with pytest.raises(ConnectionError):
        ends[1].receive()
    assert ends[1].is_over()


def test_only_this_machine_is_listened_to() -> None:
    with wire.listen() as listener:
        host, port = listener.getsockname()
        assert host == "127.0.0.1"
        wire.call(port).close()
    with pytest.raises(OSError, match="refused"):
        wire.call(port)


def _closing(end: Wire, result: object) -> object:
    end.close()
    return result
