"""Where a service that holds a workspace is asked: a file of the workspace that only its owner can read.

Who can read it can read the store itself, so it gives his rights, and no others.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from kogorta.errors import KogortaError
from kogorta.remote import wire
from kogorta.remote.wire import Wire

FILE = Path("data") / "control.json"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Door:
    """Where a service is asked.

    Attributes:
        port: On the loopback of this machine.
        key: The secret of this start of the service.
        pid: Its process, which holds the store.
    """

    port: int
    key: str
    pid: int

    @property
    def secret(self) -> bytes:
        """What both sides prove to know."""
        return self.key.encode()


def make(folder: Path, port: int) -> Door:
    """Say in a workspace where the service is asked that this process is; what another one left is replaced."""
    door = Door(port, secrets.token_hex(_KEY_BYTES), os.getpid())
    new = (folder / FILE).with_suffix(".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(json.dumps(asdict(door)), encoding="ascii")
    new.replace(folder / FILE)
    return door


def read(folder: Path) -> Door | None:
    """Return where the service of a workspace is asked; None where the file is missing or none of ours."""
    try:
        found = Door(**json.loads((folder / FILE).read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):
        return None
    return found if tuple(map(type, (found.port, found.key, found.pid))) == (int, str, int) else None


def enter(folder: Path) -> Wire | None:
    """Return a connection to the service of a workspace; None where none answers that knows its secret."""
    door = read(folder)
    if door is None or not _runs(door.pid):
        return None
    with suppress(OSError, OverflowError, KogortaError):
        found = wire.call(door.port)
        try:
            if found.greet(door.secret):
                return found
        except BaseException:
            found.close()
            raise
        found.close()
    return None


def is_open(folder: Path) -> bool:
    """Tell whether a service of a workspace answers."""
    service = enter(folder)
    if service is None:
        return False
    service.close()
    return True


def close(folder: Path, door: Door) -> None:
    """Take the file away, unless a later service has written its own."""
    if read(folder) == door:
        (folder / FILE).unlink(missing_ok=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True
