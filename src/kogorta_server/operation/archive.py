"""The file of a backup: a tar whose first member says what else is in it, with the sum of each."""

from __future__ import annotations

import io
import os
import tarfile
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

from pydantic import BaseModel, ConfigDict, ValidationError

from kogorta.errors import BackupError

FORMAT = 1
_MANIFEST = "manifest.json"
_BLOCK = 1 << 20
_MANIFEST_LIMIT = 64 << 20


class Member(BaseModel):
    """One file.

    Attributes:
        bytes: Its length.
        sha256: Of its content.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bytes: int
    sha256: str


class Manifest(BaseModel):
    """What a backup holds.

    Attributes:
        format: Of the backup.
        version: Of Kogorta that made it.
        made_at: When; with its zone.
        state: `sqlite` or `postgresql`.
        migrations: By app, the last that the state had.
        store_rows: Rows of each table of the store.
        state_rows: Rows of each table of the state.
        files: By path in the workspace.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    version: str
    made_at: str
    state: str
    migrations: dict[str, str]
    store_rows: dict[str, int]
    state_rows: dict[str, int]
    files: dict[str, Member]


def members(folder: Path) -> dict[str, Member]:
    """Return all files below a folder, with their sums."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): Member(bytes=path.stat().st_size, sha256=_sum(path))
        for path in paths
    }


def pack(folder: Path, manifest: Manifest, target: Path) -> None:
    """Write the files of a folder into an archive, which is there whole or not at all; its owner alone may read it."""
    part = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123  made with its rights
            with tarfile.open(fileobj=file, mode="w") as archive:
                text = manifest.model_dump_json(indent=1).encode()
                head = tarfile.TarInfo(_MANIFEST)
                head.size = len(text)
                archive.addfile(head, io.BytesIO(text))
                for name in manifest.files:
                    archive.add(folder / name, name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise BackupError(
            "the backup could not be written",
            got=str(error),
            hint="is the disk full, or the folder read-only?",
            path=str(target),
        ) from error
    finally:
        part.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Manifest:
    """Lay the files of an archive below a folder, each compared with its sum.

    Raises:
        BackupError: It is no backup, of a later form, damaged, or cut off.
    """
    try:
        with tarfile.open(source, mode="r:") as archive:
            manifest = _manifest(archive)
            left = dict(manifest.files)
            for item in archive:
                if item.name in left and item.isreg():
                    _lay(
                        archive.extractfile(item), folder / _inside(item.name), left.pop(item.name), item.name
                    )
    except (tarfile.TarError, OSError, EOFError) as error:
        raise BackupError("this is no backup, or it is damaged", got=str(error), path=str(source)) from error
    if left:
        raise BackupError("the backup is not whole", got=", ".join(sorted(left)), path=str(source))
    return manifest


def _manifest(archive: tarfile.TarFile) -> Manifest:
    head = archive.next()
    opened = archive.extractfile(head) if head and head.name == _MANIFEST and head.isreg() else None
    if opened is None:
        raise BackupError("this is no backup, or it is damaged", expected=_MANIFEST)
    try:
        manifest = Manifest.model_validate_json(opened.read(_MANIFEST_LIMIT))
    except ValidationError as error:
        raise BackupError("this is no backup, or it is damaged", got=error.title) from error
    if manifest.format != FORMAT:
        raise BackupError(
            "this backup was made by a later version",
            got=manifest.version,
            hint="restore it with that version of Kogorta, or a later one",
        )
    return manifest


def _inside(name: str) -> PurePosixPath:
    """Return a path that stays below the folder."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BackupError("the backup names a file outside of its folder", got=name)
    return path


def _lay(opened: IO[bytes] | None, target: Path, member: Member, name: str) -> None:
    found, size = sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123  made with its rights
        while opened is not None and (block := opened.read(_BLOCK)):
            size += len(block)
            found.update(block)
            file.write(block)
    if (size, found.hexdigest()) != (member.bytes, member.sha256):
        raise BackupError("a file of the backup is damaged", got=name)


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        found = sha256()
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()
