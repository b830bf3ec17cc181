"""The book of refreshes that were begun: one that failed, or was cut off, is never forgotten over the last good one."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, get_args

from kogorta.errors import KogortaError
from kogorta.i18n import Lang, lazy, translator
from kogorta.message import Sentence
from kogorta.warehouse.store import Warehouse

STOPPED, INTERNAL, CUT_OFF = "stopped", "internal", "cut_off"
"""Codes of refreshes that ended without an error of ours: by Ctrl-C, by an error that nobody expected, by a kill."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Failure:
    """A refresh that did not come to its end.

    Attributes:
        started_at: When it was begun; UTC without a zone.
        as_of: As of when it should have been; UTC without a zone.
        code: Stable; that of the error, or `stopped`, `internal`, `cut_off`.
        reason: What went wrong, by language.
        times: How many refreshes have not come to their end since the last one that did.
    """

    started_at: datetime
    as_of: datetime
    code: str
    reason: dict[str, str]
    times: int


@contextmanager
def attempt(warehouse: Warehouse, as_of: datetime, now: datetime) -> Iterator[int]:
    """Write down that a refresh is begun, and if it fails, why. Whoever calls it holds `warehouse.refreshing`.

    Yields:
        Its number, for `succeeded`.
    """
    number = warehouse.write_books(partial(_begin, as_of=as_of, now=now))
    try:
        yield number
    except BaseException as error:
        _keep_failure(warehouse, number, error)
        raise


def _begin(connection: Any, as_of: datetime, now: datetime) -> int:
    row = connection.execute("SELECT coalesce(max(attempt_id), 0) + 1 FROM refresh_attempts").fetchone()
    number = int(row[0])
    connection.execute(
        "INSERT INTO refresh_attempts VALUES (?, ?, ?, NULL, NULL, NULL)", [number, now, as_of]
    )
    return number


def succeeded(connection: Any, number: int, run_id: int) -> None:
    """Write down, inside the transaction of the run, that a refresh came to its end."""
    connection.execute("UPDATE refresh_attempts SET run_id = ? WHERE attempt_id = ?", [run_id, number])
    # what an earlier one met is history now
    connection.execute("DELETE FROM refresh_attempts WHERE attempt_id < ?", [number])


def _keep_failure(warehouse: Warehouse, number: int, error: BaseException) -> None:
    code, reason = _told(error)
    update = "UPDATE refresh_attempts SET code = ?, reason = ? WHERE attempt_id = ?"
    values = [code, json.dumps(reason, ensure_ascii=False), number]
    work: Callable[[Any], Any] = lambda connection: connection.execute(update, values)  # noqa: E731
    try:
        warehouse.write_books(work)
    except Exception as second:  # noqa: BLE001  the first error is the one to tell
        _log.warning("it could not be written down that a refresh failed: %s", second)


def _told(error: BaseException) -> tuple[str, dict[str, str]]:
    if isinstance(error, KogortaError):
        return error.code, {lang: error.describe(translator(lang)) for lang in get_args(Lang)}
    if isinstance(error, KeyboardInterrupt):
        return STOPPED, _in_both(lazy("it was stopped by hand"))
    text = f"{type(error).__name__}: {error}"
    return INTERNAL, _in_both(lazy("an error that nobody expected: {text}", text=text))


def _in_both(sentence: Sentence) -> dict[str, str]:
    return {lang: translator(lang).say(sentence) for lang in get_args(Lang)}


def last_failure(warehouse: Warehouse, as_of: datetime) -> Failure | None:
    """Return why the last refresh did not come to its end; None if it did, or if it is still at work.

    Args:
        warehouse: The store.
        as_of: Refreshes as of later than this are left out.
    """
    rows = warehouse.rows(
        """SELECT started_at, as_of, run_id, code, reason FROM refresh_attempts
        WHERE as_of <= ? ORDER BY attempt_id DESC""",
        [as_of],
    )
    if rows and rows[0][2] is None and rows[0][3] is None and warehouse.refreshing.locked():
        rows = rows[1:]
    if not rows or rows[0][2] is not None:
        return None
    started_at, as_of, _, code, reason = rows[0]
    times = sum(run_id is None for _, _, run_id, _, _ in rows)
    if code is None:
        return Failure(
            started_at,
            as_of,
            CUT_OFF,
            _in_both(lazy("it was cut off: its process ended before it did")),
            times,
        )
    return Failure(started_at, as_of, code, json.loads(reason), times)
