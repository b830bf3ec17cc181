"""Checkpoints that no kill can spoil.

DuckDB writes a checkpoint into free blocks and turns to it at the end by one small header; but a block of metadata
that has room left is written over in place. A process that is killed within that write, a machine that loses
its power or a disk that runs full leaves a block whose checksum is wrong, and the store cannot be opened any more.
So the blocks of metadata are laid aside before each checkpoint. Who opens the store next and finds that the
header did not turn puts them back; the write-ahead log, which is cut only after that, holds the rest.

The engine must make no checkpoint by itself: see `OWN_CHECKPOINTS` and `no_checkpoint_at_the_end`.
"""

from __future__ import annotations

import logging
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

import duckdb

OWN_CHECKPOINTS = {"checkpoint_threshold": "1TB"}
"""Settings with which a store is opened: a commit never starts a checkpoint."""

WAL_LIMIT = 16 * 2**20
"""A checkpoint is due once the write-ahead log has so many bytes; so many the engine itself would take."""

_HEADER_BYTES = 4096
_HEADERS_AT, _HEADERS_END = _HEADER_BYTES, 3 * _HEADER_BYTES
"""Two headers in turn follow the one that never changes; blocks follow them."""

_NUMBER = struct.Struct("<q")

_log = logging.getLogger(__name__)


class Connection(Protocol):
    """The part of a DuckDB connection that is needed here."""

    def execute(self, query: str, parameters: object = ...) -> duckdb.DuckDBPyConnection:
        """Run one statement."""


class Checkpoints:
    """Makes the checkpoints of one open store.

    Args:
        path: Its file.
        connection: The writer's own; nobody else writes.
    """

    def __init__(self, path: Path, connection: Connection) -> None:
        self._path = path
        self._connection = connection
        self._has_failed = False
        self._is_wished = False
        connection.execute("PRAGMA disable_checkpoint_on_shutdown")
        # Held to the end: a process that closes any handle of a file gives up all its locks on it, DuckDB's own too.
        self._file = path.open("rb")

    def close(self) -> None:
        """Let go of the file; only after the engine has closed it."""
        self._file.close()

    def wish(self) -> None:
        """Have the next one made however short the log is."""
        self._is_wished = True

    def make_if_due(self) -> None:
        """Make one if the log has grown long, or somebody wished for it."""
        if self._is_wished or self._logged() >= WAL_LIMIT:
            self._is_wished = False
            self.make()

    def make(self) -> None:
        """Make one if anything is logged.

        It is put off while somebody else's transaction is in its way. On a disk that is full or fails it is left to
        the next opening of the store, which puts things in order: all that was committed stands in the log.
        """
        if self._has_failed or not self._logged():
            return
        try:
            self.lay_aside()
            with suppress(duckdb.TransactionException):
                self._connection.execute("CHECKPOINT")
            aside_of(self._path).unlink()
        except (duckdb.Error, OSError) as error:
            self._has_failed = True
            _log.warning("no checkpoint could be made, the log stays: %s", error)

    def _logged(self) -> int:
        log = self._path.with_name(f"{self._path.name}.wal")
        return log.stat().st_size if log.exists() else 0

    def lay_aside(self) -> None:
        """Keep what a checkpoint may write over, so that `mend` can put it back; durable when this returns."""
        size = self._one_number(
            "SELECT block_size FROM pragma_database_size() WHERE database_name = current_database()"
        )
        rows = self._connection.execute("SELECT DISTINCT block_id FROM pragma_metadata_info()").fetchall()
        target = aside_of(self._path)
        part = target.with_name(f"{target.name}.part")
        with part.open("wb") as aside:
            aside.write(_NUMBER.pack(size))
            aside.write(self._read(_HEADERS_AT, _HEADERS_END - _HEADERS_AT))
            for (block,) in rows:
                aside.write(_NUMBER.pack(block))
                aside.write(self._read(_HEADERS_END + block * size, size))
            _make_durable(aside)
        part.replace(target)
        _make_folder_durable(target.parent)

    def _read(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def _one_number(self, query: str) -> int:
        ((number,),) = self._connection.execute(query).fetchall()
        return int(number)


def aside_of(path: Path) -> Path:
    """Return the file in which blocks are laid aside while a checkpoint runs."""
    return path.with_name(f"{path.name}.aside")


def mend(path: Path) -> bool:
    """Put back what a checkpoint that never ended has written over; before the store is opened.

    Returns:
        Whether there was anything to put back.
    """
    aside = aside_of(path)
    aside.with_name(f"{aside.name}.part").unlink(missing_ok=True)
    if not (aside.exists() and path.exists()):
        aside.unlink(missing_ok=True)
        return False
    with aside.open("rb") as kept, path.open("r+b") as store:
        (size,) = _NUMBER.unpack(kept.read(_NUMBER.size))
        headers = kept.read(_HEADERS_END - _HEADERS_AT)
        store.seek(_HEADERS_AT)
        has_turned = store.read(len(headers)) != headers
        for block, content in () if has_turned else _blocks(kept, size):
            store.seek(_HEADERS_END + block * size)
            store.write(content)
        _make_durable(store)
    aside.unlink()
    return not has_turned


def _blocks(kept: BinaryIO, size: int) -> Iterator[tuple[int, bytes]]:
    while number := kept.read(_NUMBER.size):
        yield _NUMBER.unpack(number)[0], kept.read(size)


def _make_durable(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _make_folder_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
