"""A backup of everything: facts first, then the state, so that what the state says of facts is there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from kogorta import __version__
from kogorta.config import FILE_NAME
from kogorta.errors import BackupError
from kogorta.i18n import Message, lazy
from kogorta.readings import newest
from kogorta.workspace.folder import SEGMENTS, STORE
from kogorta_server import base, clock
from kogorta_server.environment import SECRET_FILE
from kogorta_server.jobs.files import UPLOADS
from kogorta_server.operation import state
from kogorta_server.operation.archive import FORMAT, Manifest, members, pack

Told = Callable[[Message], None]


def write(target: Path, told: Told = lambda _: None) -> Manifest:
    """Write a backup of the workspace of this process. Nobody waits for it: requests and writes go on.

    Args:
        target: The file, which must not be there.
        told: Hears what is being done.

    Raises:
        BackupError: The file is there, its folder is not, or the disk is full.
    """
    if target.exists():
        raise BackupError(
            "there is such a file already", got=str(target), hint="give the backup another name"
        )
    if not target.parent.is_dir():
        raise BackupError("there is no such folder", got=str(target.parent))
    with TemporaryDirectory(dir=target.parent, prefix=".kogorta-backup-") as name:
        folder = Path(name)
        manifest = _gather(folder, told)
        told(lazy("Writing {file} …", file=target.name))
        pack(folder, manifest, target)
    return manifest


def _gather(folder: Path, told: Told) -> Manifest:
    workspace = base.workspace()
    told(lazy("Copying the facts …"))
    (folder / STORE).parent.mkdir(parents=True)
    store_rows = workspace.warehouse.duplicate(folder / STORE)
    told(lazy("Copying users, keys and jobs …"))
    migrations = state.applied()
    state_rows = state.dump(folder)
    _copy_files(workspace.folder, folder)
    return Manifest(
        format=FORMAT,
        version=__version__,
        made_at=clock.now().isoformat(timespec="seconds"),
        state="sqlite" if state.is_file() else "postgresql",
        migrations=migrations,
        store_rows=store_rows,
        state_rows=state_rows,
        files=members(folder),
    )


def _copy_files(workspace: Path, folder: Path) -> None:
    """Copy what is no database: settings, definitions, the secret key, what pages show, files that were sent."""
    for name in (Path(FILE_NAME), SECRET_FILE):
        if (workspace / name).exists():
            shutil.copy2(workspace / name, folder / name)
    if (workspace / SEGMENTS).is_dir():
        shutil.copytree(workspace / SEGMENTS, folder / SEGMENTS)
    reading = newest(workspace / base.READINGS)
    if reading is not None:
        (folder / base.READINGS).mkdir(parents=True)
        shutil.copy2(reading, folder / base.READINGS / reading.name)
    if (workspace / UPLOADS).is_dir():
        # imports that still wait need their files, and refused rows are there to be mended
        shutil.copytree(workspace / UPLOADS, folder / UPLOADS, copy_function=_copy_if_there)


def _copy_if_there(source: str, target: str) -> None:
    """Copy a file; one that its import has taken away meanwhile is no loss."""
    with suppress(FileNotFoundError):
        shutil.copy2(source, target)
