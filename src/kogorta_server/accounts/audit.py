"""The audit log: who did what."""

from __future__ import annotations

from axes.helpers import get_client_ip_address
from django.http import HttpRequest

from kogorta_server.accounts.models import AuditEntry, User


def record(request: HttpRequest, action: str, target: str = "", **details: object) -> None:
    """Write down that the person of a request did something.

    Args:
        request: His request.
        action: Such as `segment.applied`.
        target: What it was done to: an id, never a contact.
        details: Plain values; never what tells who a customer is.
    """
    user = request.user if isinstance(request.user, User) else None
    AuditEntry.objects.create(
        user=user,
        who=user.email if user else "",
        action=action,
        target=target,
        details=details,
        address=address_of(request),
    )


def address_of(request: HttpRequest) -> str | None:
    """Return the address that a request came from."""
    found: str | None = get_client_ip_address(request)
    return found
