"""One owner of a store at a time, within this process too.

The engine's own lock is taken only when the store is opened and is none against a second opening in the same process.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from kogorta.errors import WorkspaceBusyError
from kogorta.i18n import lazy


class Lock:
    """Held from the time it is made until it is released, or its process ends in whatever way.

    Args:
        path: The store; the lock is a file beside it, which stays.

    Raises:
        WorkspaceBusyError: Somebody holds it; the error names the process.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.with_name(f"{path.name}.lock").open("a+")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read().strip()
            self._file.close()
            raise busy(holder, path) from error
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()

    def release(self) -> None:
        """Let the next one in."""
        self._file.close()


def busy(holder: str, path: Path) -> WorkspaceBusyError:
    """Return the error that tells who holds a store.

    Args:
        holder: The number of the process, if it is known.
        path: The store.
    """
    return WorkspaceBusyError(
        "this process holds the workspace already"
        if holder == str(os.getpid())
        else "another process holds this workspace",
        got=lazy("process {number}", number=holder) if holder else None,
        expected="one owner at a time: even reading needs the file alone",
        hint="wait until it ends, or stop it (a notebook with an open workspace counts too)",
        path=str(path),
    )
