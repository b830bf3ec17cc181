"""What a person decides about who is who. His word stands above every rule, and can be taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kogorta.config import Config
from kogorta.errors import InputError
from kogorta.identity.rules import Change, reconcile, record, utc
from kogorta.warehouse.commit import next_seq
from kogorta.warehouse.duckdb_engine import DuckDBSession
from kogorta.warehouse.store import Warehouse

MANUAL, SPLIT = "manual", "split"

_STANDS = """
SELECT coalesce(max_by(revoked_at IS NULL, ingest_seq), false) FROM identity_edges WHERE a = ? AND b = ? AND rule = ?
"""

_APPEND = "INSERT INTO identity_edges VALUES (?, ?, ?, ?, ?, ?, ?)"


def link(warehouse: Warehouse, a_id: str, b_id: str, now: datetime, *, reason: str = "") -> Change:
    """Say that two ids are one person, whatever the rules say.

    Nothing is written if it has been said before.

    Args:
        warehouse: The store.
        a_id: An id, as a source gave it.
        b_id: The other one.
        now: When this happens; UTC.
        reason: Why, for whoever looks at it later.

    Raises:
        NotFoundError: No source ever named one of them.
        InputError: Both are the same.
    """
    return _pair(warehouse, a_id, b_id, now, reason, is_linked=True)


def unlink(warehouse: Warehouse, a_id: str, b_id: str, now: datetime, *, reason: str = "") -> Change:
    """Take back what `link` said. Edges by rule stay; `split` removes those.

    Raises:
        NotFoundError: No source ever named one of them.
        InputError: Nobody linked the two by hand.
    """
    return _pair(warehouse, a_id, b_id, now, reason, is_linked=False)


def split(
    warehouse: Warehouse, config: Config, customer_id: str, now: datetime, *, reason: str = ""
) -> Change:
    """Take an id out of its person: its automatic edges are revoked, and blocked until `unsplit`.

    Links made by hand stay. Nothing is written if it has been split before.

    Raises:
        NotFoundError: No source ever named it.
    """
    key = warehouse.customer_key(customer_id)
    return warehouse.write_books(lambda c: _set(c, (key, key, SPLIT), reason, utc(now), config, stands=True))


def unsplit(
    warehouse: Warehouse, config: Config, customer_id: str, now: datetime, *, reason: str = ""
) -> Change:
    """Take back a split: the rules speak again.

    Raises:
        NotFoundError: No source ever named it.
        InputError: It is not split.
    """
    key = warehouse.customer_key(customer_id)
    done = warehouse.write_books(lambda c: _set(c, (key, key, SPLIT), reason, utc(now), config, stands=False))
    if done.ingest_seq is None:
        raise InputError("this customer is not split", got=customer_id, expected="one who was split before")
    return done


def _pair(
    warehouse: Warehouse, a_id: str, b_id: str, now: datetime, reason: str, *, is_linked: bool
) -> Change:
    a, b = sorted((warehouse.customer_key(a_id), warehouse.customer_key(b_id)))
    if a == b:
        raise InputError("both are one id", got=f"{a_id}, {b_id}", expected="two different ids")
    done = warehouse.write_books(lambda c: _set(c, (a, b, MANUAL), reason, utc(now), None, stands=is_linked))
    if done.ingest_seq is None and not is_linked:
        raise InputError(
            "nobody linked these two by hand",
            got=f"{a_id}, {b_id}",
            expected="a pair that was linked before",
            hint="to undo what a rule did, split one of them",
        )
    return done


def _set(
    connection: Any,
    edge: tuple[int, int, str],
    reason: str,
    now: datetime,
    config: Config | None,
    *,
    stands: bool,
) -> Change:
    """Write that an edge stands or not, unless it is so already; then let the rules follow."""
    if connection.execute(_STANDS, edge).fetchone()[0] == stands:
        return Change()
    seq = next_seq(connection)
    connection.execute(_APPEND, [*edge, reason, now, None if stands else now, seq])
    change = Change(seq, added=int(stands), revoked=int(not stands))
    if config is not None:
        return reconcile(connection, config, now, change)
    record(DuckDBSession(connection), change, now)
    return change
