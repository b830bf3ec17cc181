"""From where a request comes."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str | None:
    """Return the address of whoever sent a request.

    Each proxy adds the address that it was called from at the end of `X-Forwarded-For`; what stands before those
    that our own proxies wrote was written by the caller, and anybody can write anything. So it is read only as far
    from its end as the environment says that there are proxies (`KOGORTA_PROXIES`).
    """
    direct = _valid(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.ENVIRONMENT.proxies
    if not proxies:
        return direct
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return _valid(told[-proxies]) if len(told) >= proxies else direct


def is_local(request: HttpRequest) -> bool:
    """Tell whether a request was sent from this very machine, and not handed on by a proxy on it."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    address = _valid(request.META.get("REMOTE_ADDR", ""))
    return address is not None and ip_address(address).is_loopback


def _valid(text: str) -> str | None:
    try:
        return str(ip_address(text))
    except ValueError:
        return None
