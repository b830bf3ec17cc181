"""SQLite, through the standard library."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from kogorta.errors import SourceError
from kogorta.ingest.sources.sql.address import Address
from kogorta.ingest.sources.sql.database import Database

FAILURES = (sqlite3.Error,)


class Sqlite(Database):
    """A file of SQLite, opened for reading only."""

    placeholder = "?"
    failures = FAILURES
    tables_sql = "SELECT 'main', name, 1 FROM main.sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def connect(address: Address) -> Database:
    """Open a file.

    Raises:
        SourceError: There is none.
    """
    path = Path(address.database)
    if not path.is_file():
        raise SourceError(
            "there is no such file",
            got=address.database,
            expected="sqlite:///FILE, or sqlite:////FOLDER/FILE with the whole path",
            hint="check the name and the folder",
        )
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)
    connection.text_factory = _text
    try:
        # What is found out first and what is read then are of one state; a file of another kind shows itself at once.
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except sqlite3.Error as error:
        connection.close()
        raise SourceError(
            "the file cannot be read as a database of SQLite",
            got=str(error),
            hint="is it one, may you read it, and is it not locked by another program?",
            path=str(path),
        ) from None
    return Sqlite(address, connection)


def _text(cell: bytes) -> Any:
    """Bytes that are no text stay visible: SQLite does not check what it is given."""
    return cell.decode("utf-8", "backslashreplace")
