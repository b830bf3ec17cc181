"""The living base: the one open workspace of this process, and the reading that pages show."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta import config as configuration
from kogorta.membership.attempts import Failure, last_failure
from kogorta.membership.runs import last_run
from kogorta.readings import Reading, newest, take
from kogorta.workspace import Workspace
from kogorta_server import clock

READINGS = Path("data") / "readings"

_OVERLAP = timedelta(days=1)
"""Longer than any erasure and any reading take."""

defining = threading.Lock()
"""Held by whoever changes definitions, and with them the folder of segments."""

importing = threading.Lock()
"""Held by whoever brings data in."""

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
            _open["workspace"] = Workspace(folder)
        found = workspace()
        if found.folder != folder:
            raise RuntimeError("this process serves another workspace already")
        return found


def workspace() -> Workspace:
    """Return the open workspace."""
    found = _open.get("workspace")
    if not isinstance(found, Workspace):
        raise RuntimeError("the workspace of the service is asked before it was opened")
    return found


def configure(changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Change settings in `kogorta.toml`; whoever asks the workspace from now on asks it with them.

    Args:
        changes: By section, the keys to set; None takes a key out.

    Raises:
        ProblemsError: They say something that cannot be; nothing is changed.
    """
    with _lock:
        found = workspace()
        found.config = configuration.update(found.folder, changes)


def reload() -> None:
    """Take settings as `kogorta.toml` has them now: somebody may have written there by hand.

    Raises:
        ConfigError: It cannot be read.
        ProblemsError: It says something that cannot be.
    """
    with _lock:
        found = workspace()
        found.config = configuration.load(found.folder)


def is_open(folder: Path) -> bool:
    """Tell whether this process serves a workspace already."""
    found = _open.get("workspace")
    return isinstance(found, Workspace) and found.folder == folder


def close_base() -> None:
    """Finish writes and release the workspace."""
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
        opened = Reading(path)
        if _was_erased_after(opened):
            opened.hide_all_but(_known())
        # the older one is closed by whoever reads it last: requests that began with it go on
        _open["reading"] = opened
        return opened


def hide_erased() -> None:
    """Have pages show nobody any more whom the store has erased, though the reading was taken before."""
    shown = reading()
    if shown is not None:
        shown.hide_all_but(_known())


def _was_erased_after(shown: Reading) -> bool:
    """Tell whether the store erased anybody who may stand in a reading; erasures and readings that overlap count, too."""
    sql = "SELECT 1 FROM erasures WHERE erased_at >= ? LIMIT 1"
    return bool(workspace().warehouse.rows(sql, [shown.stamp.taken_at - _OVERLAP]))


def _known() -> pa.Table:
    return workspace().warehouse.arrow("SELECT customer_key, customer_id FROM customer_ids")


def failure() -> Failure | None:
    """Return why the last refresh did not come to its end; None if it did."""
    return last_failure(workspace().warehouse, clock.now().replace(tzinfo=None))


def take_reading() -> Reading | None:
    """Take a new reading of the last refresh, for the pages from now on."""
    base = workspace()
    take(base.warehouse, base.config, base.folder / READINGS, clock.now().replace(tzinfo=None))
    return reading()


def is_reading_due() -> bool:
    """Tell whether a refresh stands that no reading was taken of yet."""
    run = last_run(workspace().warehouse)
    shown = reading()
    return run is not None and (shown is None or shown.stamp.run_id < run.run_id)


def has_imports() -> bool:
    """Tell whether anything was brought in yet."""
    return bool(workspace().warehouse.rows("SELECT 1 FROM batches LIMIT 1"))
