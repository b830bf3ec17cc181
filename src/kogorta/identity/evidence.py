"""What the facts say about who may be one person, laid out in scratch tables.

`gather` fills them on any session: the writer's, when edges are brought up to date, or a reader's,
when the base is audited. Nothing here depends on the order in which facts were imported.

| scratch table | one row is |
|---|---|
| `k_id_written` | a contact as it is stored, last version |
| `k_id_spelling` | a stored value with its normal spelling, or the reason why it is none |
| `k_id_contact` | a contact that others may share, in its normal spelling; whether it may link |
| `k_id_group` | an identifier that several customers share; how many names they go by |
| `k_id_name` | the name of a customer who shares an identifier with many |
| `k_id_recorded` | the last row of an edge; whether the edge stands |
| `k_id_split` | a customer whose automatic edges are blocked |
| `k_id_browser` | a browser in which several customers logged in; how many names they go by |
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from kogorta.config import Config
from kogorta.identity.normalise import default_region, normalise_many
from kogorta.warehouse.engine import Session

SCRATCH = (
    "k_id_written",
    "k_id_value",
    "k_id_spelling",
    "k_id_candidate",
    "k_id_contact",
    "k_id_group",
    "k_id_login",
    "k_id_name",
    "k_id_recorded",
    "k_id_split",
    "k_id_browser",
)

LINKING_KINDS = ("email", "phone", "card")
"""Kinds of contacts that can name a person. What only reaches (a chat, a subscription) does not."""

_RECORDED = """
CREATE OR REPLACE TEMP TABLE k_id_recorded AS
SELECT a, b, rule, evidence, "at", revoked_at IS NULL AS is_active
FROM identity_edges
WHERE ingest_seq <= $known_seq
QUALIFY row_number() OVER (PARTITION BY a, b, rule ORDER BY ingest_seq DESC) = 1
"""

_SPLIT = """
CREATE OR REPLACE TEMP TABLE k_id_split AS
SELECT a AS customer_key FROM k_id_recorded WHERE rule = 'split' AND is_active
"""

_WRITTEN = """
CREATE OR REPLACE TEMP TABLE k_id_written AS
SELECT customer_key, kind, value AS written, verified_at IS NOT NULL AS is_verified, valid_at
FROM (
    SELECT customer_key, kind, value, verified_at, valid_at, is_removed
    FROM contacts
    WHERE ingest_seq <= $known_seq AND list_contains($kinds::VARCHAR[], kind)
    QUALIFY row_number() OVER (PARTITION BY customer_key, kind, value ORDER BY version_no DESC) = 1
)
WHERE NOT is_removed AND value IS NOT NULL
"""

_VALUE = r"""
CREATE OR REPLACE TEMP TABLE k_id_value AS
SELECT kind, written, count(*) > 1 AS is_shared,
    CASE kind
        WHEN 'email' THEN regexp_full_match(written, '[a-z0-9_.+-]+@[a-z0-9.-]+')
        WHEN 'phone' THEN regexp_full_match(written, '\+[1-9][0-9]{7,14}')
        WHEN 'card' THEN regexp_full_match(written, '[0-9A-Z]{4,32}')
        ELSE false
    END AS is_plain
FROM k_id_written
GROUP BY kind, written
"""
"""A plain value is its own normal spelling. Unless several have it, it links nobody even if it is junk."""

_TO_SPELL = """
SELECT kind, written FROM k_id_value WHERE $thorough OR is_shared OR NOT is_plain ORDER BY kind, written
"""

_CANDIDATE = """
CREATE OR REPLACE TEMP TABLE k_id_candidate AS
SELECT kind, written, value FROM k_id_spelling WHERE reason IS NULL
UNION
SELECT v.kind, v.written, v.written
FROM k_id_value v
JOIN k_id_spelling s ON s.kind = v.kind AND s.value = v.written AND s.written <> s.value
"""
"""Whatever more than one customer may have: the other values are nobody's link."""

_CONTACT = """
CREATE OR REPLACE TEMP TABLE k_id_contact AS
SELECT w.customer_key, w.kind, c.value,
    bool_or(w.kind <> 'email' OR w.is_verified OR $trust_unverified) AS is_trusted,
    min(w.valid_at) AS valid_at
FROM k_id_written w
JOIN k_id_candidate c ON c.kind = w.kind AND c.written = w.written
GROUP BY ALL
"""

_GROUP = """
CREATE OR REPLACE TEMP TABLE k_id_group AS
SELECT kind, value, count(*) AS customers, count(*) AS names, count(*) FILTER (is_trusted) AS trusted,
    CASE kind
        WHEN 'email' THEN left(value, 1) || '…@' || split_part(value, '@', -1)
        WHEN 'phone' THEN left(value, 2) || '…' || right(value, 4)
        ELSE '…' || right(value, 4)
    END AS shown
FROM k_id_contact
GROUP BY kind, value
HAVING count(*) > 1
"""
"""`names` is no more than the number of customers; it is counted only where that could matter."""

_NAME = r"""
CREATE OR REPLACE TEMP TABLE k_id_name AS
WITH wanted AS (
    SELECT c.customer_key
    FROM k_id_contact c
    JOIN k_id_group g ON g.kind = c.kind AND g.value = c.value AND g.customers > $max_names
    UNION SELECT customer_key FROM k_id_login
),
known AS (
    SELECT customer_key, replace(lower(name), 'ё', 'е') AS name, is_removed
    FROM customers
    WHERE ingest_seq <= $known_seq AND customer_key IN (SELECT customer_key FROM wanted)
    QUALIFY row_number() OVER (PARTITION BY customer_key ORDER BY version_no DESC) = 1
),
folded AS (
    SELECT customer_key, array_to_string(list_sort(list_filter(
        regexp_split_to_array(name, '[^\p{L}\p{N}]+'), lambda word: word <> '')), ' ') AS name
    FROM known
    WHERE NOT is_removed AND regexp_matches(name, '[\p{L}\p{N}]')
)
SELECT customer_key, min(customer_key) OVER (PARTITION BY name) AS name_key FROM folded
"""
"""A name is its words in small letters, in the order of the alphabet: surname and name change places freely.
It is known by the smallest key of those who go by it; who has none goes by his own key."""

_COUNT_NAMES = """
UPDATE k_id_group SET names = counted.names
FROM (
    SELECT g.kind, g.value, count(DISTINCT coalesce(n.name_key, c.customer_key)) AS names
    FROM k_id_group g
    JOIN k_id_contact c ON c.kind = g.kind AND c.value = g.value
    LEFT JOIN k_id_name n ON n.customer_key = c.customer_key
    WHERE g.customers > $max_names
    GROUP BY g.kind, g.value
) counted
WHERE counted.kind = k_id_group.kind AND counted.value = k_id_group.value
"""

_LOGIN = """
CREATE OR REPLACE TEMP TABLE k_id_login AS
WITH ends AS (
    SELECT a AS browser, b AS customer_key FROM k_id_recorded WHERE rule = 'identify'
    UNION ALL
    SELECT b, a FROM k_id_recorded WHERE rule = 'identify'
)
SELECT browser, customer_key FROM ends
WHERE browser IN (SELECT customer_key FROM customer_ids WHERE id_space = 'anonymous')
QUALIFY count(*) OVER (PARTITION BY browser) > 1
"""

_BROWSER = """
CREATE OR REPLACE TEMP TABLE k_id_browser AS
SELECT l.browser, count(DISTINCT coalesce(n.name_key, l.customer_key)) AS names
FROM k_id_login l
LEFT JOIN k_id_name n ON n.customer_key = l.customer_key
GROUP BY l.browser
"""


def gather(session: Session, config: Config, known_seq: int, *, thorough: bool = False) -> None:
    """Lay out everything known about who shares what.

    Args:
        session: Where the scratch tables are made.
        config: Which e-mails are trusted, and how telephones are written here.
        known_seq: Up to which commit facts are known.
        thorough: Judge also the contacts that only one customer has; edges do not need it.
    """
    known = {"known_seq": known_seq}
    session.query(_RECORDED, known)
    session.query(_SPLIT)
    session.query(_WRITTEN, known | {"kinds": list(LINKING_KINDS)})
    session.query(_VALUE)
    _spell(session, default_region(config), thorough)
    session.query(_CANDIDATE)
    session.query(_CONTACT, {"trust_unverified": config.identity.trust_unverified_email})
    session.query(_GROUP)
    session.query(_LOGIN)
    limit = {"max_names": config.identity.max_names}
    session.query(_NAME, known | limit)
    session.query(_COUNT_NAMES, limit)
    session.query(_BROWSER)


def clear(session: Session) -> None:
    """Drop the scratch tables: they hold contacts."""
    for name in SCRATCH:
        session.query(f"DROP TABLE IF EXISTS {name}")


def _spell(session: Session, region: str | None, thorough: bool) -> None:
    """Bring stored values into their normal spelling; most stores hold nothing else."""
    found = session.query(_TO_SPELL, {"thorough": thorough})
    parts = [_spelt(kind, found, region) for kind in LINKING_KINDS]
    session.load("k_id_spelling", pa.concat_tables(parts))


def _spelt(kind: str, found: pa.Table, region: str | None) -> pa.Table:
    written = found.filter(pc.equal(found["kind"], kind))["written"].to_pylist()
    spelt = normalise_many(kind, written, region)
    return pa.table(
        {
            "kind": _texts([kind] * len(written)),
            "written": _texts(written),
            "value": _texts([item.value for item in spelt]),
            "reason": _texts([item.reason for item in spelt]),
        }
    )


def _texts(values: Sequence[str | None]) -> pa.Array:
    return pa.array(values, pa.string())
