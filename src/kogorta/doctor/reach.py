"""Whom the business may write to: contacts, consents, and both together by channel."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity, grade
from kogorta.i18n import lazy, nlazy
from kogorta.traits.reach import CHANNEL_WORDS, CHANNELS
from kogorta.vocab import ConsentPurpose

_CONTACTS_GOOD, _CONTACTS_WARN = 0.9, 0.5
_REACH_GOOD, _REACH_WARN = 0.8, 0.3
_JUNK_WARN = 0.05

_LATEST = """
CREATE OR REPLACE TEMP TABLE k_audit_consent AS
WITH told AS (
    SELECT c.source_key, c.customer_key, c.purpose, coalesce(w.channel, lower(trim(c.channel))) AS channel,
        c."at", c.op
    FROM k_audit_consents c
    LEFT JOIN k_audit_words w ON w.word = lower(trim(c.channel))
),
spread AS (
    SELECT t.source_key, t.customer_key, t.purpose, h.channel, t."at", t.op
    FROM told t JOIN k_audit_channels h ON t.channel IN (h.channel, 'any')
),
last AS (
    SELECT * FROM spread
    QUALIFY row_number() OVER (
        PARTITION BY source_key, channel, purpose ORDER BY "at" DESC, op DESC) = 1
)
SELECT customer_key, channel, purpose, CASE WHEN bool_or(op = 'withdrawn') THEN 'withdrawn' ELSE 'granted' END AS op
FROM last GROUP BY ALL
"""
"""The newest word of each id counts; where the ids of one person disagree, the strictest."""

_BY_CHANNEL = """
SELECT h.channel, count(*) AS base,
    count(*) FILTER (c.op = 'granted') AS granted,
    count(*) FILTER (c.op = 'withdrawn') AS withdrawn
FROM k_audit_channels h
JOIN (SELECT DISTINCT customer_key, kind FROM k_audit_contacts) k ON k.kind = h.kind
JOIN k_audit_people p ON p.customer_key = k.customer_key
LEFT JOIN k_audit_consent c
    ON c.customer_key = k.customer_key AND c.channel = h.channel AND c.purpose = $purpose
GROUP BY h.channel
"""

_PERSONAL_DATA = """
SELECT count(*) AS granted FROM k_audit_people
WHERE customer_key IN (SELECT customer_key FROM k_audit_consent WHERE purpose = 'personal_data' AND op = 'granted')
    AND customer_key NOT IN (
        SELECT customer_key FROM k_audit_consent WHERE purpose = 'personal_data' AND op = 'withdrawn')
"""

_REACHABLE = """
SELECT count(*) AS known FROM k_audit_people
WHERE customer_key IN (
    SELECT customer_key FROM k_audit_contacts WHERE kind IN (SELECT kind FROM k_audit_channels))
"""

_INVALID = """
SELECT s.reason, count(*) AS contacts
FROM k_id_written w JOIN k_id_spelling s ON s.kind = w.kind AND s.written = w.written
WHERE s.reason IS NOT NULL
GROUP BY s.reason
"""

_JUDGED = "SELECT count(*) AS contacts FROM k_id_written"


def check(base: Base) -> Iterator[Finding]:
    """Look at contacts, then at consents, then at who has both."""
    if not base.size:
        return
    _lay_out(base)
    yield _missing(base)
    if base.has("contacts"):
        yield _invalid(base)
    yield _personal_data(base)
    for row in sorted(base.rows(_BY_CHANNEL, {"purpose": ConsentPurpose.ADVERTISING.value}), key=_order):
        yield _channel_consents(row["channel"], row["base"], row["granted"], row["withdrawn"])
        yield _channel_reach(row["channel"], row["base"], row["granted"], base.size)


def _order(row: dict[str, str]) -> int:
    return list(CHANNELS).index(row["channel"])


def _lay_out(base: Base) -> None:
    session = base.view.session
    kinds = [kind for kind, _ in CHANNELS.values()]
    session.load("k_audit_channels", pa.table({"channel": list(CHANNELS), "kind": kinds}))
    session.load(
        "k_audit_words", pa.table({"word": list(CHANNEL_WORDS), "channel": list(CHANNEL_WORDS.values())})
    )
    base.rows(_LATEST)


def _missing(base: Base) -> Finding:
    known = int(base.row(_REACHABLE)["known"])
    message = nlazy(
        "{known} of {n} customer has a contact: an e-mail, a telephone or a messenger.",
        "{known} of {n} customers have a contact: an e-mail, a telephone or a messenger.",
        base.size,
        known=known,
    )
    severity = grade(known, base.size, good=_CONTACTS_GOOD, warn=_CONTACTS_WARN)
    hint = None if severity is Severity.GOOD else lazy("Import the contacts table.")
    return Finding("contacts.missing", severity, message, hint, base.size - known, base.size)


def _invalid(base: Base) -> Finding:
    found = {row["reason"]: int(row["contacts"]) for row in base.rows(_INVALID)}
    all_ = int(base.row(_JUDGED)["contacts"])
    bad = sum(found.values())
    if not bad:
        message = lazy("All e-mails, telephones and cards are well formed.")
        return Finding("contacts.invalid", Severity.GOOD, message, base=all_)
    message = nlazy(
        "{n} contact cannot be used: {junk} made up to fill the field, {impossible} impossible.",
        "{n} contacts cannot be used: {junk} made up to fill the field, {impossible} impossible.",
        bad,
        junk=found.get("junk", 0),
        impossible=bad - found.get("junk", 0),
    )
    severity = Severity.WARN if bad / all_ > _JUNK_WARN else Severity.INFO
    hint = lazy("Let the till and the site check what is typed, and let them leave the field empty.")
    return Finding("contacts.invalid", severity, message, hint, bad, all_)


def _personal_data(base: Base) -> Finding:
    granted = int(base.row(_PERSONAL_DATA)["granted"])
    message = nlazy(
        "{granted} of {n} customer is known to have agreed to the processing of personal data.",
        "{granted} of {n} customers are known to have agreed to the processing of personal data.",
        base.size,
        granted=granted,
    )
    severity = grade(granted, base.size, good=0.999, warn=_CONTACTS_GOOD)
    hint = lazy("Import the consents table with the purpose `personal_data`; where there is no proof, ask.")
    return Finding(
        "consents.personal_data",
        severity,
        message,
        None if severity is Severity.GOOD else hint,
        base.size - granted,
        base.size,
    )


def _channel_consents(channel: str, owners: int, granted: int, withdrawn: int) -> Finding:
    unknown = owners - granted - withdrawn
    message = nlazy(
        "Advertising by {channel}: of {n} customer with a contact {granted} agreed, {withdrawn} refused, of {unknown} nothing is known.",
        "Advertising by {channel}: of {n} customers with a contact {granted} agreed, {withdrawn} refused, of {unknown} nothing is known.",
        owners,
        channel=CHANNELS[channel][1],
        granted=granted,
        withdrawn=withdrawn,
        unknown=unknown,
    )
    severity = grade(owners - unknown, owners, good=_CONTACTS_GOOD, warn=_CONTACTS_WARN)
    hint = lazy("Import the consents table. Without a consent nothing is sent, so ask at the next purchase.")
    return Finding(
        f"consents.{channel}", severity, message, None if severity is Severity.GOOD else hint, unknown, owners
    )


def _channel_reach(channel: str, owners: int, granted: int, size: int) -> Finding:
    message = nlazy(
        "By {channel} {granted} of {n} customer can be reached: there is a contact and a consent.",
        "By {channel} {granted} of {n} customers can be reached: there is a contact and a consent.",
        size,
        channel=CHANNELS[channel][1],
        granted=granted,
    )
    severity = grade(granted, owners, good=_REACH_GOOD, warn=_REACH_WARN)
    return Finding(f"reach.{channel}", severity, message, None, granted, size)
