"""Deterministic links: which edges the facts call for, and how the record is brought up to them.

The edges wanted are a pure function of the facts known. The record is append-only: an edge that is
wanted no longer gets a row that revokes it, and one that is wanted again gets a new row.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kogorta.config import Config
from kogorta.identity.evidence import clear, gather
from kogorta.identity.normalise import default_region
from kogorta.warehouse.batch import MAIN_SPACE
from kogorta.warehouse.commit import next_seq
from kogorta.warehouse.duckdb_engine import DuckDBSession
from kogorta.warehouse.engine import Session
from kogorta.warehouse.store import Warehouse

FORM = "identity"
"""The form under which a change of edges stands among the batches."""

BROWSER_NAMES = 1
"""A browser in which more than one name logged in belongs to nobody: it is a family's or a counter's."""

EVERYTHING = 2**62
"""A commit after all others."""

_DESIRED = """
CREATE OR REPLACE TEMP TABLE k_id_desired AS
WITH linking AS (
    SELECT c.customer_key, c.kind, g.shown, c.valid_at,
        min(c.customer_key) OVER same AS first_key,
        min_by(c.valid_at, c.customer_key) OVER same AS first_at
    FROM k_id_contact c
    JOIN k_id_group g ON g.kind = c.kind AND g.value = c.value
    WHERE g.names <= $max_names AND c.is_trusted AND list_contains($link_by::VARCHAR[], c.kind)
        AND c.customer_key NOT IN (SELECT customer_key FROM k_id_split)
    WINDOW same AS (PARTITION BY c.kind, c.value)
),
by_contact AS (
    SELECT first_key AS a, customer_key AS b, kind AS rule, min(shown) AS evidence,
        min(greatest(first_at, valid_at)) AS "at"
    FROM linking WHERE customer_key <> first_key GROUP BY ALL
),
by_tracking AS (
    SELECT a, b, rule, evidence, "at"
    FROM k_id_recorded
    WHERE rule IN ('identify', 'alias') AND a <> b
        AND a NOT IN (SELECT customer_key FROM k_id_split) AND b NOT IN (SELECT customer_key FROM k_id_split)
        AND NOT (rule = 'identify' AND (
            a IN (SELECT browser FROM k_id_browser WHERE names > $browser_names)
            OR b IN (SELECT browser FROM k_id_browser WHERE names > $browser_names)))
)
SELECT a, b, rule, evidence, CASE WHEN "at" > TIMESTAMP '1970-01-01' THEN "at" ELSE $now END AS "at" FROM by_contact
UNION ALL SELECT a, b, rule, evidence, "at" FROM by_tracking
"""
"""Customers who share an identifier are tied to the one among them with the smallest key."""

_CHANGE = """
CREATE OR REPLACE TEMP TABLE k_id_change AS
SELECT d.a, d.b, d.rule, d.evidence, d."at", CAST(NULL AS TIMESTAMP) AS revoked_at
FROM k_id_desired d
LEFT JOIN k_id_recorded r ON r.a = d.a AND r.b = d.b AND r.rule = d.rule AND r.is_active
WHERE r.a IS NULL
UNION ALL
SELECT r.a, r.b, r.rule, r.evidence, r."at", $now
FROM k_id_recorded r
LEFT JOIN k_id_desired d ON d.a = r.a AND d.b = r.b AND d.rule = r.rule
WHERE d.a IS NULL AND r.is_active AND r.rule NOT IN ('manual', 'split')
"""

_COUNT = "SELECT count(*) FILTER (revoked_at IS NULL) AS added, count(revoked_at) AS revoked FROM k_id_change"

_APPEND = """
INSERT INTO identity_edges
SELECT a, b, rule, evidence, "at", revoked_at, CAST($seq AS BIGINT) FROM k_id_change ORDER BY a, b, rule
"""

_BATCH = """
INSERT INTO batches
    (ingest_seq, source, file_name, file_digest, form, id_space, imported_at,
     rows_read, rows_loaded, rows_updated, rows_same, rows_quarantined)
VALUES ($seq, 'kogorta', '', $print || '-' || $seq, $form, $space, $now, $added + $revoked, $added, $revoked, 0, 0)
"""

_UP_TO_DATE = """
WITH last AS (
    SELECT ingest_seq, file_digest FROM batches
    WHERE form = $form AND NOT starts_with(file_digest, $by_hand) ORDER BY ingest_seq DESC LIMIT 1
)
SELECT starts_with(file_digest, $print || '-')
    AND NOT EXISTS (SELECT 1 FROM contacts c WHERE c.ingest_seq > last.ingest_seq)
    AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.ingest_seq > last.ingest_seq)
    AND NOT EXISTS (SELECT 1 FROM identity_edges e WHERE e.ingest_seq > last.ingest_seq AND e.rule <> 'manual')
FROM last
"""

_BY_HAND = "identity-by-hand"
_VERSION = 1
"""Raise it when the rules change: then every store is looked through again."""


@dataclass(frozen=True)
class Change:
    """What an update of the edges did.

    Attributes:
        ingest_seq: Its commit; missing if nothing changed, for then nothing is written.
        added: How many edges were added, or stand again.
        revoked: How many were taken back.
    """

    ingest_seq: int | None = None
    added: int = 0
    revoked: int = 0


def update(warehouse: Warehouse, config: Config, now: datetime, *, force: bool = False) -> Change:
    """Bring the recorded edges up to what the facts say, in one transaction.

    Args:
        warehouse: The store.
        config: By what to link, what to trust, how many names may share an identifier.
        now: When this happens; UTC.
        force: Look through everything, even if nothing was added since the last change; needed after
            rows were deleted.
    """

    def work(connection: Any) -> Change:
        if not force and _is_up_to_date(connection, config):
            return Change()
        return reconcile(connection, config, utc(now))

    return warehouse.write_books(work)


def reconcile(connection: Any, config: Config, now: datetime, written: Change | None = None) -> Change:
    """Do the work of `update` inside the writer's transaction.

    Args:
        connection: The writer's.
        config: See `update`.
        now: UTC without a zone.
        written: Rows that this transaction has appended itself; they share its commit.
    """
    session = DuckDBSession(connection)
    try:
        gather(session, config, EVERYTHING)
        added, revoked = _differences(session, config, now)
        done = written or Change()
        if not added + revoked + done.added + done.revoked:
            return Change()
        seq = done.ingest_seq or next_seq(connection)
        session.query(_APPEND, {"seq": seq})
        change = Change(seq, done.added + added, done.revoked + revoked)
        record(session, change, now, _print(config))
        return change
    finally:
        _forget(session)


def _print(config: Config) -> str:
    """Return what the edges wanted depend on beside the facts, as a short text."""
    parts = (_VERSION, BROWSER_NAMES, default_region(config), config.identity.model_dump_json())
    return f"identity-{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}"


def _is_up_to_date(connection: Any, config: Config) -> bool:
    """Tell whether the last update saw all contacts, names and logins, under the same settings."""
    bindings = {"form": FORM, "by_hand": _BY_HAND, "print": _print(config)}
    row = connection.execute(_UP_TO_DATE, bindings).fetchone()
    return row is not None and bool(row[0])


def _differences(session: Session, config: Config, now: datetime) -> tuple[int, int]:
    bindings = {
        "max_names": config.identity.max_names,
        "link_by": list(config.identity.link_by),
        "browser_names": BROWSER_NAMES,
        "now": now,
    }
    session.query(_DESIRED, bindings)
    session.query(_CHANGE, {"now": now})
    (row,) = session.query(_COUNT).to_pylist()
    return int(row["added"]), int(row["revoked"])


def record(session: Session, change: Change, now: datetime, digest: str = _BY_HAND) -> None:
    """Write the batch row of a change: with it the change counts."""
    session.query(
        _BATCH,
        {
            "seq": change.ingest_seq,
            "print": digest,
            "form": FORM,
            "space": MAIN_SPACE,
            "now": now,
            "added": change.added,
            "revoked": change.revoked,
        },
    )


def _forget(session: Session) -> None:
    clear(session)
    session.query("DROP TABLE IF EXISTS k_id_desired")
    session.query("DROP TABLE IF EXISTS k_id_change")


def utc(instant: datetime) -> datetime:
    """Return an instant as it is stored: UTC without a zone."""
    return instant.astimezone(UTC).replace(tzinfo=None) if instant.tzinfo else instant
