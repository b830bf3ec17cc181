"""How far each source has been read: one value for each question that is asked of it again and again."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from kogorta.warehouse.store import Warehouse

_KEY = "mark"
"""Keys of marks among those of the store itself, with the digest of the question behind it."""


def read_mark(warehouse: Warehouse, question: Sequence[str]) -> str | None:
    """Return the mark of a question as it was kept; None if it was not asked yet."""
    rows = warehouse.rows("SELECT value FROM meta WHERE key = ?", [_key(question)])
    return str(rows[0][0]) if rows else None


def keep_mark(warehouse: Warehouse, question: Sequence[str], mark: str) -> None:
    """Keep the mark of a question instead of the one before.

    Args:
        warehouse: Where it is kept.
        question: What tells it from every other; nothing secret, though only its digest is kept.
        mark: The value as text.
    """
    key = _key(question)

    def work(connection: Any) -> None:
        connection.execute("DELETE FROM meta WHERE key = ?", [key])
        connection.execute("INSERT INTO meta VALUES (?, ?)", [key, mark])

    warehouse.write_books(work)


def _key(question: Sequence[str]) -> str:
    text = "\x1f".join(question)
    return f"{_KEY} {hashlib.sha256(text.encode()).hexdigest()}"
