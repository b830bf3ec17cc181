"""A folder of files: for which table each of them is, told by its name, and in which order they are read."""

from __future__ import annotations

import re
from pathlib import Path

from kogorta.errors import InputError, KogortaError, ProblemsError
from kogorta.i18n import lazy, nlazy
from kogorta.ingest.settings import TRACKING
from kogorta.schema import TABLES

ENDINGS = (".parquet", ".csv", ".xlsx", ".jsonl", ".ndjson")
"""Files with other endings are no data and are left alone."""

_DIGITS = re.compile(r"(\d+)")


def tables_in(folder: Path, form: str | None = None) -> list[tuple[Path, str]]:
    """Return the files of a folder that are to be imported, each with its table.

    A file is named after its table, alone or with more behind a hyphen: `orders.parquet`, `orders-2.parquet`,
    `orders-changes.csv`. Tables come in the order of the schema, people first; files of one table in the order of
    their names, numbers as numbers, so that later parts follow earlier ones. What lies in folders of the
    folder, hidden files, and files that hold no tables are left alone.

    Args:
        folder: Where they are.
        form: A table that all of them are for, whatever they are called.

    Raises:
        InputError: None of them is named after a table.
        ProblemsError: Some are not, and some are.
    """
    files = [
        path
        for path in sorted(folder.iterdir(), key=_place)
        if path.is_file() and path.suffix.lower() in ENDINGS and not path.name.startswith(".")
    ]
    named = [(path, form or table_of(path)) for path in files]
    known = [(path, table) for path, table in named if table is not None]
    if not known:
        raise InputError(
            "no file of this folder is named after a table",
            got=", ".join(path.name for path in files[:6]) or None,
            expected=lazy("names such as {names}", names="customers.csv, orders.parquet, orders-2.parquet"),
            hint="rename them, or import them one by one with --table NAME",
            path=str(folder),
        )
    problems = [_unknown(path) for path, table in named if table is None]
    if problems:
        raise ProblemsError(
            nlazy(
                "{n} file of the folder {folder} is named after no table:",
                "{n} files of the folder {folder} are named after no table:",
                len(problems),
                folder=str(folder),
            ),
            problems,
        )
    order = [*TABLES, TRACKING]
    return sorted(known, key=lambda item: order.index(item[1]) if item[1] in order else len(order))


def table_of(path: Path) -> str | None:
    """Return the table that a file is named after; None if it is none.

    Examples:
        >>> table_of(Path("order_lines.csv")), table_of(Path("orders-2.parquet")), table_of(Path("sales.csv"))
        ('order_lines', 'orders', None)
    """
    name = path.stem.lower().partition("-")[0]
    return name if name in TABLES or name == TRACKING else None


def _place(path: Path) -> list[tuple[int, int, str]]:
    """Return a key that puts `orders-10` behind `orders-9`, and words behind numbers."""
    parts = _DIGITS.split(path.stem.lower())
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]


def _unknown(path: Path) -> KogortaError:
    return InputError(
        "the name of the file does not say for which table it is",
        got=path.name,
        hint="rename it, move it out of the folder, or import it with --table NAME",
    )
