"""The audit log: who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpRequest

from kogorta_server.accounts.addresses import address_of
from kogorta_server.accounts.keys import Key
from kogorta_server.accounts.models import AuditEntry, User

_CHUNK = 2_000
_MOST_LETTERS = 254


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody did.

    Attributes:
        id: Its number; later ones are higher.
        at: When.
        who: His address as it was then, or the name of a key; of a command `COMMAND` and who typed it; empty for a stranger.
        action: Such as `segment.applied`.
        target: What it was done to.
        details: Plain values.
        address: From where; None where nobody knows.
    """

    id: int
    at: datetime
    who: str
    action: str
    target: str
    details: dict[str, object]
    address: str | None


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which entries are looked for.

    Attributes:
        who: Whose; empty for all.
        action: Of which kind; empty for all.
        since: Not before this instant.
        until: Before this instant.
        before: Only entries with a lower number: for programs that read on and on.
    """

    who: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def record(request: HttpRequest, action: str, target: str = "", **details: object) -> None:
    """Write down that the person, or the program, of a request did something.

    Args:
        request: His request.
        action: Such as `segment.applied`.
        target: What it was done to: an id, never a contact.
        details: Plain values; never what tells who a customer is.
    """
    user = request.user if isinstance(request.user, User) else None
    key = getattr(request, "auth", None)
    AuditEntry.objects.create(
        user=user,
        who=user.email if user else key.name if isinstance(key, Key) else "",
        action=action,
        target=target,
        details=details,
        address=address_of(request),
    )


COMMAND = "$ "
"""What stands before the name by which the system knows who typed a command."""


def record_command(by: str, action: str, target: str = "", **details: object) -> None:
    """Write down that somebody of this machine did something by a command.

    Args:
        by: As whom the system knows him.
        action: Such as `segment.applied`.
        target: What it was done to: an id, never a contact.
        details: Plain values; never what tells who a customer is.
    """
    who, target = f"{COMMAND}{by}"[:_MOST_LETTERS], target[:_MOST_LETTERS]
    AuditEntry.objects.create(who=who, action=action, target=target, details=details, address=None)


def count(query: AuditQuery) -> int:
    """Return how many entries a query finds."""
    return _rows(query).count()


def entries(query: AuditQuery, offset: int, limit: int) -> list[Entry]:
    """Return a page of entries, the latest first."""
    return [_entry(row) for row in _rows(query)[offset : offset + limit]]


def every(query: AuditQuery) -> Iterator[Entry]:
    """Return all entries of a query, the latest first, without holding them in memory."""
    return map(_entry, _rows(query).iterator(_CHUNK))


def people() -> list[str]:
    """Return who did anything, by address."""
    return sorted(set(AuditEntry.objects.exclude(who="").order_by().values_list("who", flat=True).distinct()))


def actions() -> list[str]:
    """Return what was ever done."""
    return sorted(set(AuditEntry.objects.order_by().values_list("action", flat=True).distinct()))


def _rows(query: AuditQuery) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.all()
    wanted = {
        "who": query.who,
        "action": query.action,
        "at__gte": query.since,
        "at__lt": query.until,
        "pk__lt": query.before,
    }
    return rows.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})


def _entry(row: AuditEntry) -> Entry:
    return Entry(row.pk, row.at, row.who, row.action, row.target, row.details, row.address)
