"""The living base: the one open workspace of this process, and the reading that pages show."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import kogorta
from kogorta.errors import KogortaError
from kogorta.readings import Reading, newest, take
from kogorta.workspace import Workspace
from kogorta_server import clock

READINGS = Path("data") / "readings"

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_open: dict[str, object] = {}


def open_base(folder: Path) -> Workspace:
    """Open the workspace of this process; it stays open.

    Raises:
        ConfigError: The folder is no workspace.
        WorkspaceBusyError: Another process holds it.
    """
    with _lock:
        if "workspace" not in _open:
            _open["workspace"] = kogorta.open(folder)
        return workspace()


def workspace() -> Workspace:
    """Return the open workspace."""
    found = _open.get("workspace")
    if not isinstance(found, Workspace):
        raise RuntimeError("the workspace of the service is asked before it was opened")
    return found


def close_base() -> None:
    """Finish writes and release the workspace."""
    worker = _open.pop("worker", None)
    _open.pop("is_refresh_asked", None)
    if isinstance(worker, ThreadPoolExecutor):
        # it needs the lock to come to its end
        worker.shutdown(cancel_futures=True)
    with _lock:
        for name in ("reading", "workspace"):
            found = _open.pop(name, None)
            if isinstance(found, Workspace | Reading):
                found.close()


def reading() -> Reading | None:
    """Return the newest reading; None before the first refresh."""
    path = newest(workspace().folder / READINGS)
    found = _open.get("reading")
    if isinstance(found, Reading) and found.path == path:
        return found
    if path is None:
        return None
    with _lock:
        # the older one is closed by whoever reads it last: requests that began with it go on
        _open["reading"] = opened = Reading(path)
        return opened


def take_reading() -> Reading | None:
    """Take a new reading of the last refresh, for the pages from now on."""
    base = workspace()
    take(base.warehouse, base.config, base.folder / READINGS, clock.now().replace(tzinfo=None))
    return reading()


def request_refresh() -> None:
    """Have what is due brought up to date soon, and a reading taken of it; pages are answered meanwhile.

    However often it is asked before it begins, it is done once.
    """
    with _lock:
        worker = _open.setdefault("worker", ThreadPoolExecutor(1, "refresh"))
        if isinstance(worker, ThreadPoolExecutor) and not _open.get("is_refresh_asked"):
            _open["is_refresh_asked"] = True
            worker.submit(_refresh)


def _refresh() -> None:
    with _lock:
        _open["is_refresh_asked"] = False
    try:
        workspace().refresh_due()
        take_reading()
    except KogortaError:
        # the base keeps its last good state, and tells why the refresh failed
        _log.exception("a refresh that a page asked for failed")
