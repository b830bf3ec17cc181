"""How commands reach the service that owns a workspace: by a door on this machine that only its owner finds.

One process owns the store, so a command that needs it asks that process. How it is found and what is said there stands in
`kogorta.remote`; here is who answers.
"""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from traceback import extract_tb
from typing import Any

from django.db import connections

from kogorta.errors import BackupError, KogortaError, ServiceError
from kogorta.i18n import Message
from kogorta.remote import door, wire
from kogorta.remote.parcel import Parcel, pack, unpack
from kogorta.remote.wire import Wire
from kogorta_server.operation import backup, commands

MOST_AT_ONCE = 32
"""Commands that are answered at the same time; one more is not let in."""

MOST_BYTES = 1 << 30
"""Of a question: a table of rows to be imported may be large."""

_log = logging.getLogger("kogorta.control")

Tell = Callable[[object], None]


class Control:
    """The door, open until it is closed.

    Args:
        folder: The workspace that this process holds.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._listener = wire.listen()
        self._door = door.make(folder, self._listener.getsockname()[1])
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)
        threading.Thread(target=self._serve, name="kogorta-control", daemon=True).start()

    def close(self) -> None:
        """Close it. Who is being answered is."""
        door.close(self._folder, self._door)
        with suppress(OSError):
            # else whoever waits for a caller waits on
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except ConnectionError:
                continue
            except OSError:
                # closed
                return
            if not self._free.acquire(blocking=False):
                connection.close()
                continue
            threading.Thread(
                target=self._answer, args=(Wire(connection),), name="kogorta-command", daemon=True
            ).start()

    def _answer(self, caller: Wire) -> None:
        try:
            # who only looked whether anybody is here, or does not wait for his answer, is gone
            with caller, suppress(ConnectionError):
                if caller.admit(self._door.secret):
                    caller.send(_answer_to(caller))
        finally:
            connections.close_all()
            self._free.release()


class _Teller:
    """Tells the caller how far it is; stops what is being done once nobody listens."""

    def __init__(self, caller: Wire) -> None:
        self._caller = caller
        self._thread = threading.get_ident()
        self._lock = threading.Lock()

    def __call__(self, value: object) -> None:
        if self._caller.is_over():
            if threading.get_ident() == self._thread:
                # as Ctrl-C does where the store is in the process of whoever typed it
                raise KeyboardInterrupt
            return
        with self._lock, suppress(ConnectionError):
            self._caller.send(pack({"told": value}))


def _answer_to(caller: Wire) -> Parcel:
    try:
        return pack({"done": _done(unpack(caller.receive(MOST_BYTES)), _Teller(caller))})
    except KogortaError as error:
        return pack({"refused": error})
    except KeyboardInterrupt:
        raise ConnectionResetError("the caller is gone") from None
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001  whoever asked hears that it failed; the door stays open for others
        # words of an error that nobody expected may hold data of customers: the log gets where it happened
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
        _log.error("a command failed", extra={"fields": {"error": type(error).__name__, "at_lines": where}})
        return pack(
            {"refused": ServiceError("The fault is ours and was written to the log. Try again in a minute.")}
        )


def _done(asked: object, tell: Tell) -> object:
    """Do what is asked for.

    Raises:
        KogortaError: It cannot be done, or is nothing that is done here.
    """
    doing: Mapping[object, Callable[[Mapping[str, Any], Tell], object]] = {
        "backup": _back_up,
        "ask": commands.answer,
    }
    do = asked.get("do") if isinstance(asked, dict) else None
    if not isinstance(asked, dict) or not isinstance(do, str) or do not in doing:
        raise ServiceError(
            "the service does not know what is asked of it", got=do, expected=", ".join(map(str, doing))
        )
    return doing[do](asked, tell)


def _back_up(asked: Mapping[str, Any], tell: Tell) -> None:
    backup.write(Path(asked["file"]), tell)


def ask_backup(folder: Path, target: Path, told: Callable[[Message], None]) -> bool:
    """Have the service that owns a workspace make a backup.

    Args:
        folder: The workspace.
        target: The file.
        told: Hears what is being done.

    Returns:
        False if no service owns it.

    Raises:
        BackupError: It could not be made, or the service stopped in the middle.
    """
    service = door.enter(folder)
    if service is None:
        return False
    with service:
        try:
            service.send(pack({"do": "backup", "file": str(target.absolute())}))
            while True:
                said = unpack(service.receive())
                if "told" in said:
                    told(said["told"])
                elif "refused" in said:
                    raise said["refused"]
                else:
                    return True
        except ConnectionError as error:
            raise BackupError(
                "the service stopped before the backup was made", hint="start it, and try again"
            ) from error
