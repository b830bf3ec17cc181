"""Parcels over a connection on this machine, after both sides have proved that they know the same secret."""

from __future__ import annotations

import hmac
import json
import secrets
import socket
import struct
from typing import Any

from kogorta.errors import ServiceError
from kogorta.remote.parcel import Parcel

HOST = "127.0.0.1"
MOST_BYTES = 4 << 30
"""Of one parcel."""

_GREETING_BYTES = 1 << 10
_PATIENCE_SECONDS = 5.0
"""Who has not proved by then that he may ask is not waited for."""

_MOST_TABLES = 1_000
_HEAD = struct.Struct(">QH")
_LENGTH = struct.Struct(">Q")
_CHUNK = 1 << 20
_NONCE_BYTES = 32


class Wire:
    """One connection. Whoever reads or writes gets a `ConnectionError` once the other side is gone.

    Args:
        connection: Which is closed with this.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it."""
        self._connection.close()

    def send(self, parcel: Parcel) -> None:
        """Send a parcel."""
        lengths = b"".join(_LENGTH.pack(len(table)) for table in parcel.tables)
        self._connection.sendall(_HEAD.pack(len(parcel.text), len(parcel.tables)) + lengths + parcel.text)
        for table in parcel.tables:
            self._connection.sendall(table)

    def receive(self, most_bytes: int = MOST_BYTES) -> Parcel:
        """Wait for a parcel.

        Raises:
            ServiceError: It is larger than that, or none; nothing of it is kept.
        """
        length, count = _HEAD.unpack(self._read(_HEAD.size))
        if count > _MOST_TABLES:
            raise ServiceError("this is too much for one question", got=count, expected=str(_MOST_TABLES))
        lengths = [_LENGTH.unpack(self._read(_LENGTH.size))[0] for _ in range(count)]
        if length + sum(lengths) > most_bytes:
            raise ServiceError(
                "this is too much for one question", got=length + sum(lengths), expected=str(most_bytes)
            )
        return Parcel(self._read(length), tuple(self._read(size) for size in lengths))

    def is_over(self) -> bool:
        """Tell whether the other side has gone; who asks has nothing more to say after his question."""
        try:
            return not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def admit(self, secret: bytes) -> bool:
        """Say who we are to whoever has called, and tell whether he has proved that he may ask."""
        self._connection.settimeout(_PATIENCE_SECONDS)
        try:
            ours = secrets.token_hex(_NONCE_BYTES)
            self._say({"nonce": ours})
            told = self._hear()
            theirs = str(told.get("nonce", ""))
            if not hmac.compare_digest(
                str(told.get("proof", "")).encode(), _proof(secret, b"ask", ours, theirs)
            ):
                return False
            self._say({"proof": _proof(secret, b"answer", ours, theirs).decode()})
        except (OSError, ServiceError):
            return False
        self._connection.settimeout(None)
        return True

    def greet(self, secret: bytes) -> bool:
        """Prove to whom we have called that we may ask, and tell whether he is whom we meant."""
        self._connection.settimeout(_PATIENCE_SECONDS)
        theirs, ours = str(self._hear().get("nonce", "")), secrets.token_hex(_NONCE_BYTES)
        self._say({"nonce": ours, "proof": _proof(secret, b"ask", theirs, ours).decode()})
        proof = str(self._hear().get("proof", "")).encode()
        self._connection.settimeout(None)
        return hmac.compare_digest(proof, _proof(secret, b"answer", theirs, ours))

    def _say(self, told: dict[str, str]) -> None:
        self.send(Parcel(json.dumps(told).encode()))

    def _hear(self) -> dict[str, Any]:
        try:
            found = json.loads(self.receive(_GREETING_BYTES).text)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ServiceError("what the other process said cannot be read")
        return found

    def _read(self, size: int) -> bytes:
        # memory is taken as bytes come, whatever somebody has said that he will send
        found = bytearray()
        while len(found) < size:
            chunk = self._connection.recv(min(_CHUNK, size - len(found)))
            if not chunk:
                raise ConnectionResetError("the other side is gone")
            found += chunk
        return bytes(found)


def listen() -> socket.socket:
    """Listen on a free port that only this machine reaches."""
    return socket.create_server((HOST, 0))


def call(port: int) -> Wire:
    """Connect to a port of this machine.

    Raises:
        OSError: Nobody listens there.
    """
    return Wire(socket.create_connection((HOST, port), timeout=_PATIENCE_SECONDS))


def _proof(secret: bytes, side: bytes, asked: str, asking: str) -> bytes:
    """Return what only who knows the secret can say of the two numbers of a connection."""
    return hmac.digest(secret, side + asked.encode() + b":" + asking.encode(), "sha256").hex().encode()
