"""How commands reach the service that owns a workspace: by a door on this machine that only its owner finds.

One process owns the store, so a command that needs it asks that process. The door is a port of the loopback; its
number and the key that opens it stand in a file of the workspace that nobody else may read.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

from django.db import connections

from kogorta.errors import BackupError, KogortaError
from kogorta.i18n import translator
from kogorta.message import Lang
from kogorta_server.operation import backup

FILE = Path("data") / "control.json"
_HOST = "127.0.0.1"
_KEY_BYTES = 32
_MOST_BYTES = 1 << 16

_log = logging.getLogger("kogorta.control")


class Control:
    """The door, open until it is closed."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE
        key = secrets.token_hex(_KEY_BYTES)
        self._listener = Listener((_HOST, 0), authkey=key.encode())
        _, port = self._listener.address
        content = json.dumps({"port": port, "key": key, "pid": os.getpid()})
        self._file.unlink(missing_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(content, encoding="ascii")
        self._thread = threading.Thread(target=self._serve, name="kogorta-control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close it."""
        self._file.unlink(missing_ok=True)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except (AuthenticationError, EOFError, ConnectionError):
                continue
            except OSError:
                # closed
                return
            with connection, suppress(OSError, EOFError):
                _answer(connection)


def ask_backup(folder: Path, target: Path, lang: Lang, told: Callable[[str], None]) -> bool:
    """Have the service that owns a workspace make a backup.

    Args:
        folder: The workspace.
        target: The file.
        lang: In which language it speaks.
        told: Hears what is being done.

    Returns:
        False if no service owns it.

    Raises:
        BackupError: The service refused, or stopped in the middle.
    """
    connection = _connected(folder)
    if connection is None:
        return False
    with connection:
        _send(connection, {"do": "backup", "file": str(target.absolute()), "lang": lang})
        try:
            while True:
                said = _receive(connection)
                if "told" in said:
                    told(said["told"])
                elif "refused" in said:
                    raise BackupError("the service made no backup", got=said["refused"])
                else:
                    return True
        except (EOFError, OSError) as error:
            raise BackupError(
                "the service stopped before the backup was made", hint="start it, and try again"
            ) from error


def _connected(folder: Path) -> Connection[Any, Any] | None:
    try:
        door = json.loads((folder / FILE).read_text(encoding="ascii"))
        os.kill(door["pid"], 0)
        return Client((_HOST, door["port"]), authkey=door["key"].encode())
    except (OSError, EOFError, ValueError, KeyError, TypeError, AuthenticationError):
        # left behind by a process that was killed, or not there at all
        return None


def _answer(connection: Connection[Any, Any]) -> None:
    asked = _receive(connection)
    t = translator("ru" if asked.get("lang") == "ru" else "en")
    try:
        if asked.get("do") == "backup":
            backup.write(Path(asked["file"]), lambda sentence: _send(connection, {"told": t.say(sentence)}))
        _send(connection, {"done": True})
    except KogortaError as error:
        _send(connection, {"refused": error.describe(t)})
    except Exception:  # noqa: BLE001  whoever asked hears that it failed; the door stays open for others
        _log.exception("a command failed")
        _send(
            connection,
            {"refused": t.gettext("The fault is ours and was written to the log. Try again in a minute.")},
        )
    finally:
        connections.close_all()


def _send(connection: Connection[Any, Any], value: dict[str, object]) -> None:
    connection.send_bytes(json.dumps(value, ensure_ascii=False).encode())


def _receive(connection: Connection[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(connection.recv_bytes(_MOST_BYTES))
    return found
