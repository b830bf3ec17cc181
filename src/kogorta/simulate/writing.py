"""The folder that a base is written to: a file for each table, row group by row group, and the truth beside it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from kogorta.errors import InputError
from kogorta.schema import table
from kogorta.simulate.arrow import ARROW_TYPES

TRUTH = "truth"
"""Below the folder: what was planted. No import looks into folders of a folder."""
PART_ROWS = 5_000_000
"""Rows after which a table goes on in another file: an import takes one file at a time."""
GROUP_ROWS = 250_000
"""The most rows of a row group: whoever reads it holds it whole."""

Columns = Mapping[str, pa.Array]


class _Parts:
    """One table on its way into its files."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._name = name
        self._writer: pq.ParquetWriter | None = None
        self._in_part = 0
        self._parts = 0
        self.rows = 0

    def add(self, rows: pa.Table) -> None:
        if self._writer is not None and self._in_part >= PART_ROWS:
            self.close()
        if self._writer is None:
            self._parts += 1
            self._in_part = 0
            ending = "" if self._parts == 1 else f"-{self._parts}"
            path = self._folder / f"{self._name}{ending}.parquet"
            self._writer = pq.ParquetWriter(path, rows.schema, compression="zstd")
        self._writer.write_table(rows, row_group_size=GROUP_ROWS)
        self._in_part += rows.num_rows
        self.rows += rows.num_rows

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


class BaseWriter:
    """Writes tables and truth; use it in a `with` block. If that is left by an error, nothing is left in the folder.

    Args:
        folder: A folder that is empty or not there yet.

    Raises:
        InputError: The folder holds something, or cannot be written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        _make(folder)
        self._tables: dict[str, _Parts] = {}
        self._truths: dict[str, _Parts] = {}

    def __enter__(self) -> BaseWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            for parts in (*self._tables.values(), *self._truths.values()):
                parts.close()
        except OSError as late:
            self._clear()
            raise _unwritten(self.folder, late) from late
        if error is not None:
            self._clear()
        if isinstance(error, OSError):
            raise _unwritten(self.folder, error) from error

    def _clear(self) -> None:
        """Half a base is none. The folder was empty, so all that is in it was written here."""
        for path in self.folder.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def add(self, name: str, columns: Columns, suffix: str = "") -> None:
        """Add rows of a canonical table.

        Args:
            name: The table.
            columns: Its columns; the same ones each time.
            suffix: Of a file of its own, such as `-changes`, that is to be imported after the table's first.
        """
        known = table(name).by_name
        schema = pa.schema([(column, ARROW_TYPES[known[column].type]) for column in columns])
        rows = pa.table([columns[column] for column in columns], schema=schema)
        if rows.num_rows:
            self._parts(self._tables, self.folder, name + suffix).add(rows)

    def add_truth(self, name: str, columns: Columns) -> None:
        """Add rows of a table of the truth."""
        rows = pa.table(dict(columns))
        if rows.num_rows:
            self._parts(self._truths, self.folder / TRUTH, name).add(rows)

    @property
    def rows(self) -> dict[str, int]:
        """Rows written so far, by name of the file without its part and ending."""
        return {name: parts.rows for name, parts in self._tables.items()}

    @staticmethod
    def _parts(known: dict[str, _Parts], folder: Path, name: str) -> _Parts:
        if name not in known:
            known[name] = _Parts(folder, name)
        return known[name]


def _unwritten(folder: Path, error: OSError) -> InputError:
    return InputError(
        "the base cannot be written",
        got=f"{folder}: {error.strerror or error}",
        hint="is there room on the disk, and may you write there?",
    )


def _make(folder: Path) -> None:
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(
                "the folder for the base is not empty",
                got=str(folder),
                expected="a folder that is empty or not there yet",
                hint="name another one with --out",
            )
        (folder / TRUTH).mkdir(parents=True)
    except OSError as error:
        raise InputError(
            "the folder for the base cannot be made",
            got=f"{folder}: {error.strerror}",
            hint="name another one with --out",
        ) from error
