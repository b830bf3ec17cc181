"""Which ids are one person with a customer, and by which links, those taken back included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kogorta.identity.resolve import aliases
from kogorta.warehouse.batch import ANONYMOUS_SPACE
from kogorta.warehouse.store import Warehouse

_IDS = """
SELECT customer_id, id_space FROM customer_ids
WHERE list_contains($keys::BIGINT[], customer_key) ORDER BY customer_key, id_space, customer_id
"""

_LINKS = """
WITH last AS (
    SELECT a, b, rule, evidence, "at", revoked_at, ingest_seq FROM identity_edges
    WHERE ingest_seq <= $known_seq
        AND (list_contains($keys::BIGINT[], a) OR list_contains($keys::BIGINT[], b))
    QUALIFY row_number() OVER (PARTITION BY a, b, rule ORDER BY ingest_seq DESC) = 1
),
names AS (SELECT customer_key, min(customer_id) AS customer_id FROM customer_ids GROUP BY customer_key)
SELECT x.customer_id, y.customer_id, l.rule, coalesce(l.evidence, ''), l."at", l.revoked_at
FROM last l
LEFT JOIN names x ON x.customer_key = l.a
LEFT JOIN names y ON y.customer_key = l.b
ORDER BY l.revoked_at IS NOT NULL, l.ingest_seq, l.a, l.b, l.rule
"""


@dataclass(frozen=True, slots=True)
class Link:
    """One statement about two ids, as it stands now.

    Attributes:
        a: An id, as its source gave it.
        b: The other one; of a split the same.
        rule: `phone`, `email`, `card`, `identify`, `alias`, `manual` or `split`.
        evidence: What it rests on, masked; of a decision by hand, its reason.
        at: Since when; UTC without a zone.
        revoked_at: When it was taken back; missing while it stands.
    """

    a: str
    b: str
    rule: str
    evidence: str
    at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Links:
    """The person of one id.

    Attributes:
        customer_ids: Every id under which sources know him, devices left out.
        devices: How many browsers and devices are his.
        links: Those that stand first, each group in the order of their commits.
    """

    customer_ids: tuple[str, ...]
    devices: int
    links: tuple[Link, ...]


def links_of(warehouse: Warehouse, customer_id: str) -> Links:
    """Return the person of an id and every link of his ids, to others too where it was taken back.

    Raises:
        NotFoundError: No source ever named it.
    """
    seq, key = warehouse.known_seq(), warehouse.customer_key(customer_id)
    found = aliases(warehouse, seq)
    persons = dict(zip(found["customer_key"].to_pylist(), found["person_key"].to_pylist(), strict=True))
    person = persons.get(key, key)
    keys = [person, *(alias for alias, whom in persons.items() if whom == person)]
    ids = warehouse.rows(_IDS, {"keys": keys})
    rows = warehouse.rows(_LINKS, {"keys": keys, "known_seq": seq})
    return Links(
        customer_ids=tuple(name for name, space in ids if space != ANONYMOUS_SPACE),
        devices=sum(space == ANONYMOUS_SPACE for _, space in ids),
        links=tuple(Link(*row) for row in rows),
    )
