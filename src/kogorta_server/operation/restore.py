"""A backup becomes a workspace again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp

from kogorta.errors import BackupError, WorkspaceError
from kogorta.i18n import Message, lazy
from kogorta.warehouse.duplicate import row_counts
from kogorta.workspace.folder import STORE
from kogorta_server.environment import STATE_FILE
from kogorta_server.operation import state
from kogorta_server.operation.archive import Manifest, unpack


def restore(source: Path, folder: Path, told: Callable[[Message], None] = lambda _: None) -> Manifest:
    """Lay a backup down as a workspace. It is there whole or not at all, and its tables have as many rows as they had.

    The state comes into the database that the environment names: a file of the folder, or an empty one of PostgreSQL.

    Args:
        source: The backup.
        folder: The workspace, not there yet or empty.
        told: Hears what is being done.

    Raises:
        WorkspaceError: There is something in the folder.
        BackupError: It is no backup, damaged, or its state is of the other kind.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkspaceError(
            "a backup is restored into a new folder, and this one is not empty",
            got=str(folder),
            hint="name a folder that does not exist yet; rename it when all is well",
        )
    if not source.is_file():
        raise BackupError("there is no such file", got=str(source))
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(mkdtemp(dir=folder.parent, prefix=".kogorta-restore-"))
    try:
        told(lazy("Reading {file} …", file=source.name))
        manifest = unpack(source, part)
        _check(manifest, part)
        if not state.is_file():
            compare("state", manifest.state_rows, state.load(part, manifest.migrations))
            shutil.rmtree(part / state.ROWS)
        if folder.exists():
            folder.rmdir()
        part.chmod(0o755)
        part.rename(folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def compare(what: str, expected: dict[str, int], found: dict[str, int]) -> None:
    """Prove that tables have as many rows as the backup says.

    Raises:
        BackupError: One has not.
    """
    wrong = [
        f"{what}.{name}: {found.get(name)} / {rows}"
        for name, rows in expected.items()
        if found.get(name) != rows
    ]
    if wrong:
        raise BackupError("tables of the backup do not have as many rows as it says", got=", ".join(wrong))


def _check(manifest: Manifest, folder: Path) -> None:
    kind = "sqlite" if state.is_file() else "postgresql"
    if manifest.state != kind:
        raise BackupError(
            "the state in this backup is of another kind of database",
            got=manifest.state,
            expected=kind,
            hint="set KOGORTA_STATE_URL as it was for the service that made the backup",
        )
    if kind == "postgresql" and not state.is_empty():
        raise BackupError(
            "the state database is in use, and a backup is restored into an empty one",
            hint="make a new database and name it in KOGORTA_STATE_URL",
        )
    compare("store", manifest.store_rows, row_counts(folder / STORE))
    if kind == "sqlite":
        compare("state", manifest.state_rows, state.counts_of_file(folder / STATE_FILE))
