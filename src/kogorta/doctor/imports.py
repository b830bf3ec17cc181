"""How fresh the facts are, and what imports left behind."""

from __future__ import annotations

from collections.abc import Iterator

from kogorta.doctor.base import Base
from kogorta.doctor.model import Finding, Severity
from kogorta.i18n import lazy, nlazy

FRESH_DAYS, STALE_DAYS = 7, 30
_QUARANTINE_WARN = 0.01
_DAY_SECONDS = 86_400

_BATCHES = """
SELECT max(imported_at) AS last_at, count(*) AS batches,
    CAST(coalesce(sum(rows_read), 0) AS BIGINT) AS read,
    CAST(coalesce(sum(rows_updated), 0) AS BIGINT) AS updated,
    CAST(coalesce(sum(rows_quarantined), 0) AS BIGINT) AS quarantined
FROM batches WHERE ingest_seq <= $known_seq AND form <> 'identity'
"""


def check(base: Base) -> Iterator[Finding]:
    """Look at the batches that were committed."""
    row = base.row(_BATCHES, base.known)
    if not row["batches"]:
        message = lazy("Nothing has been imported yet.")
        hint = lazy(
            "Import a file with customer, date and amount: `kogorta import orders.csv --table orders`"
        )
        yield Finding("imports.age", Severity.BAD, message, hint)
        return
    seconds = (base.view.instant.as_of - row["last_at"]).total_seconds()
    yield _age(max(int(seconds // _DAY_SECONDS), 0))
    yield _quarantine(int(row["quarantined"]), int(row["read"]))
    if row["updated"]:
        message = nlazy(
            "{n} row changed after its first import; both versions are kept.",
            "{n} rows changed after their first import; all versions are kept.",
            int(row["updated"]),
        )
        yield Finding("imports.versions", Severity.INFO, message, None, int(row["updated"]), int(row["read"]))


def _age(days: int) -> Finding:
    if days == 0:
        return Finding("imports.age", Severity.GOOD, lazy("The last import is less than a day old."))
    message = nlazy("The last import is {n} day old.", "The last import is {n} days old.", days)
    if days <= FRESH_DAYS:
        return Finding("imports.age", Severity.GOOD, message, count=days)
    severity = Severity.WARN if days <= STALE_DAYS else Severity.BAD
    return Finding(
        "imports.age",
        severity,
        message,
        lazy("Import what happened since: segments age with the facts."),
        days,
    )


def _quarantine(rows: int, read: int) -> Finding:
    if not rows:
        return Finding("imports.quarantine", Severity.GOOD, lazy("No imported row was refused."), base=read)
    message = nlazy("{n} refused row waits in quarantine.", "{n} refused rows wait in quarantine.", rows)
    hint = lazy(
        "Each has its reason beside it. Mend the file and import it again: known rows are not doubled."
    )
    severity = Severity.WARN if rows <= _QUARANTINE_WARN * read else Severity.BAD
    return Finding("imports.quarantine", severity, message, hint, rows, read)
