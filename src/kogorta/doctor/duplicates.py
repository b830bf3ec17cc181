"""Who is in the base twice, who was recognised, and who is known in more than one place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity, grade
from kogorta.i18n import Message, lazy, nlazy
from kogorta.identity.normalise import mailbox

CROSS_CHANNEL_GOOD, CROSS_CHANNEL_WARN = 0.5, 0.2
_EXAMPLES = 3

_LINKED = """
SELECT count(*) AS ids, count(DISTINCT i.person_key) AS people, (
    SELECT count(*) FROM customer_ids WHERE id_space <> 'anonymous' AND ingest_seq <= $known_seq) AS base
FROM k_identity i
JOIN customer_ids c ON c.customer_key = i.customer_key
WHERE c.id_space <> 'anonymous'
"""

_SHARED = """
CREATE OR REPLACE TEMP TABLE k_audit_shared AS
SELECT g.kind, g.value, g.shown, count(DISTINCT p.person) AS people,
    CASE
        WHEN g.names > $max_names THEN 'hub'
        WHEN NOT list_contains($link_by::VARCHAR[], g.kind) THEN 'off'
        WHEN g.trusted < g.customers THEN 'unverified'
        ELSE 'waiting'
    END AS reason
FROM k_id_group g
JOIN k_id_contact c ON c.kind = g.kind AND c.value = g.value
JOIN (
    SELECT c.customer_key, coalesce(i.person_key, c.customer_key) AS person
    FROM (SELECT DISTINCT customer_key FROM k_id_contact) c
    LEFT JOIN k_identity i ON i.customer_key = c.customer_key
) p ON p.customer_key = c.customer_key
WHERE c.customer_key NOT IN (SELECT customer_key FROM k_id_split)
GROUP BY ALL
HAVING count(DISTINCT p.person) > 1
"""

_BY_REASON = """
SELECT s.reason, count(DISTINCT coalesce(i.person_key, c.customer_key)) AS people,
    count(DISTINCT s.kind || s.value) AS identifiers
FROM k_audit_shared s
JOIN k_id_contact c ON c.kind = s.kind AND c.value = s.value
LEFT JOIN k_identity i ON i.customer_key = c.customer_key
GROUP BY s.reason
"""

_SHOWN = "SELECT shown FROM k_audit_shared WHERE reason = $reason ORDER BY people DESC, shown LIMIT $most"

_PLACES = """
WITH spaces AS (
    SELECT coalesce(i.person_key, c.customer_key) AS customer_key, count(DISTINCT c.id_space) AS n
    FROM customer_ids c
    LEFT JOIN k_identity i ON i.customer_key = c.customer_key
    WHERE c.ingest_seq <= $known_seq
    GROUP BY 1
),
kinds AS (SELECT customer_key, count(DISTINCT kind) AS n FROM k_audit_contacts GROUP BY 1)
SELECT count(*) FILTER (s.n >= 2 OR k.n >= 2) AS known
FROM k_audit_people p
LEFT JOIN spaces s ON s.customer_key = p.customer_key
LEFT JOIN kinds k ON k.customer_key = p.customer_key
"""

_DEVICES = """
SELECT count(*) AS base, count(*) FILTER (named.person_key IS NOT NULL) AS known
FROM customer_ids c
LEFT JOIN k_identity i ON i.customer_key = c.customer_key
LEFT JOIN (
    SELECT DISTINCT coalesce(i.person_key, c.customer_key) AS person_key
    FROM customer_ids c LEFT JOIN k_identity i ON i.customer_key = c.customer_key
    WHERE c.id_space <> 'anonymous' AND c.ingest_seq <= $known_seq
) named ON named.person_key = coalesce(i.person_key, c.customer_key)
WHERE c.id_space = 'anonymous' AND c.ingest_seq <= $known_seq
"""

_TAGGED = """
SELECT DISTINCT value FROM k_audit_contacts
WHERE kind = 'email' AND regexp_matches(value, '@(gmail|googlemail|outlook|hotmail|live|icloud|proton|protonmail|yandex|ya)\\.')
"""

_ONE_MAILBOX = """
SELECT coalesce(sum(people), 0) AS people FROM (
    SELECT count(DISTINCT c.customer_key) AS people
    FROM k_audit_contacts c JOIN k_audit_mailbox m ON m.value = c.value
    WHERE c.kind = 'email'
    GROUP BY m.mailbox
    HAVING count(DISTINCT c.customer_key) > 1 AND count(DISTINCT m.value) > 1
)
"""


def check(base: Base) -> Iterator[Finding]:
    """Look for customers who are there twice, and for what ties them together."""
    identity = base.config.identity
    base.rows(_SHARED, {"max_names": identity.max_names, "link_by": list(identity.link_by)})
    linked = base.row(_LINKED, base.known)
    found = {row["reason"]: row for row in base.rows(_BY_REASON)}
    if linked["ids"]:
        yield _linked(linked)
    for reason in ("waiting", "unverified", "off", "hub"):
        if reason in found:
            yield _unlinked(base, reason, found[reason])
    mailboxes = _mailboxes(base)
    if mailboxes:
        yield _one_mailbox(mailboxes, base.size)
    if not linked["ids"] and not found and not mailboxes and base.has("contacts"):
        yield Finding(
            "duplicates.none", Severity.GOOD, lazy("No two customers share a contact."), base=base.size
        )
    if base.size:
        yield _cross_channel(base)
    yield from _devices(base)


def _linked(linked: Mapping[str, int]) -> Finding:
    message = nlazy(
        "{n} duplicate was recognised and joined to its customer.",
        "{n} duplicates were recognised and joined to their customers.",
        linked["ids"],
    )
    return Finding("duplicates.linked", Severity.GOOD, message, count=linked["ids"], base=linked["base"])


def _unlinked(base: Base, reason: str, row: Mapping[str, int]) -> Finding:
    severity, message, hint = _WORDS[reason](row["people"], row["identifiers"])
    examples = base.rows(_SHOWN, {"reason": reason, "most": _EXAMPLES})
    return Finding(
        f"duplicates.{reason}",
        severity,
        message,
        hint,
        row["people"],
        base.size,
        tuple(example["shown"] for example in examples),
    )


Words = tuple[Severity, Message, Message]


def _waiting(people: int, _identifiers: int) -> Words:
    message = nlazy(
        "{n} customer shares a contact with another and will be joined by the next refresh.",
        "{n} customers share contacts with others and will be joined by the next refresh.",
        people,
    )
    return Severity.INFO, message, lazy("Run: `kogorta refresh`")


def _unverified(people: int, _identifiers: int) -> Words:
    message = nlazy(
        "{n} customer shares an e-mail with another, but nobody has verified it, so they were not joined.",
        "{n} customers share e-mails with others, but nobody has verified them, so they were not joined.",
        people,
    )
    hint = lazy(
        "Import `verified_at` with the contacts. If addresses are confirmed elsewhere, set `trust_unverified_email = true` "
        "in the section identity of `kogorta.toml`."
    )
    return Severity.WARN, message, hint


def _off(people: int, _identifiers: int) -> Words:
    message = nlazy(
        "{n} customer shares a contact of a kind that this workspace does not link by.",
        "{n} customers share contacts of kinds that this workspace does not link by.",
        people,
    )
    return (
        Severity.INFO,
        message,
        lazy("Add the kind to `link_by` in the section identity of `kogorta.toml`."),
    )


def _hub(people: int, identifiers: int) -> Words:
    message = nlazy(
        "{n} contact belongs to too many different names and joins nobody ({people} customers).",
        "{n} contacts belong to too many different names and join nobody ({people} customers).",
        identifiers,
        people=people,
    )
    hint = lazy(
        "Look at them: it is usually the telephone of the shop or of a seller, written to fill the field."
    )
    return Severity.WARN, message, hint


_WORDS = {"waiting": _waiting, "unverified": _unverified, "off": _off, "hub": _hub}


def _mailboxes(base: Base) -> int:
    """Count customers whose different addresses lead to one mailbox."""
    addresses = [row["value"] for row in base.rows(_TAGGED)]
    boxes = pa.table(
        {
            "value": pa.array(addresses, pa.string()),
            "mailbox": pa.array([mailbox(address) for address in addresses], pa.string()),
        }
    )
    base.view.session.load("k_audit_mailbox", boxes)
    return int(base.row(_ONE_MAILBOX)["people"])


def _one_mailbox(people: int, size: int) -> Finding:
    message = nlazy(
        "{n} customer may be a duplicate: the address leads to the mailbox of another.",
        "{n} customers may be duplicates: their addresses, written differently, lead to one mailbox.",
        people,
    )
    hint = lazy(
        "Dots and +tags do not matter to the mail service. Look at these customers, and link those who are one."
    )
    return Finding("duplicates.mailbox", Severity.INFO, message, hint, people, size)


def _cross_channel(base: Base) -> Finding:
    known = int(base.row(_PLACES, base.known)["known"])
    message = nlazy(
        "{known} of {n} customer can be recognised in more than one channel.",
        "{known} of {n} customers can be recognised in more than one channel.",
        base.size,
        known=known,
    )
    severity = grade(known, base.size, good=CROSS_CHANNEL_GOOD, warn=CROSS_CHANNEL_WARN)
    hint = lazy(
        "Ask for a telephone or a card at the till and for the same on the site, and send `identify` from the site "
        "after each login."
    )
    return Finding(
        "identity.cross_channel",
        severity,
        message,
        None if severity is Severity.GOOD else hint,
        known,
        base.size,
    )


def _devices(base: Base) -> Iterator[Finding]:
    row = base.row(_DEVICES, base.known)
    if row["base"]:
        message = nlazy(
            "{known} of {n} browser or device is known to be a customer's.",
            "{known} of {n} browsers and devices are known to be customers'.",
            row["base"],
            known=row["known"],
        )
        yield Finding("identity.devices", Severity.INFO, message, None, row["known"], row["base"])
