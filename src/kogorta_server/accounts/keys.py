"""Keys of programs: made, shown once, found again by their secret, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.db.models import Q

from kogorta.errors import InputError, NotFoundError
from kogorta_server import clock
from kogorta_server.accounts.models import ApiKey, User
from kogorta_server.accounts.rights import Right

SCOPES = tuple(Right)
"""What a key may be allowed: whatever a person may. One that may make users and keys gives none of them more than it has."""

_MARK = "kgr"
_PREFIX_BYTES = 6
_SECRET_BYTES = 32
_USE_NOTED = timedelta(minutes=1)
"""How often the last use of a key is written down."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key, without its secret.

    Attributes:
        id: Its number.
        name: What it is for.
        prefix: How its secret begins.
        scopes: What it allows.
        created_by: Address of who made it; empty once he is gone.
        created_at: When.
        last_used_at: When a program last showed it, to the minute.
        expires_at: From when on it opens nothing.
        revoked_at: When somebody took it back.
    """

    id: int
    name: str
    prefix: str
    scopes: frozenset[Right]
    created_by: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None

    def may(self, right: Right) -> bool:
        """Tell whether it allows something."""
        return right in self.scopes

    def opens_at(self, now: datetime) -> bool:
        """Tell whether it opens anything at an instant."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


def make(
    user: User | None, name: str, scopes: Iterable[Right], expires_at: datetime | None = None
) -> tuple[Key, str]:
    """Make a key.

    Args:
        user: Who makes it; None where another key does.
        name: What it is for.
        scopes: What it allows, at least one thing.
        expires_at: From when on it opens nothing; None never.

    Returns:
        The key, and its secret, which cannot be had again.

    Raises:
        InputError: It allows nothing.
    """
    wanted = sorted(set(scopes))
    if not wanted:
        raise InputError("a key needs something that it allows", expected=", ".join(SCOPES))
    prefix = secrets.token_hex(_PREFIX_BYTES)
    secret = f"{_MARK}_{prefix}_{secrets.token_urlsafe(_SECRET_BYTES)}"
    row = ApiKey.objects.create(
        name=name.strip(),
        prefix=prefix,
        digest=_digest(secret),
        scopes=[str(scope) for scope in wanted],
        created_by=user,
        expires_at=expires_at,
    )
    return _key(row), secret


def find(secret: str) -> Key | None:
    """Return the key of a secret, if it opens anything now; its use is written down."""
    mark, _, rest = secret.partition("_")
    prefix, _, _ = rest.partition("_")
    row = ApiKey.objects.select_related("created_by").filter(prefix=prefix).first()
    # compared in any case, and in constant time: how long it takes tells nothing
    is_right = compare_digest(_digest(secret), row.digest if row else _digest(""))
    now = clock.now()
    if row is None or not is_right or mark != _MARK or not _key(row).opens_at(now):
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED)
    ApiKey.objects.filter(stale, pk=row.pk).update(last_used_at=now)
    return _key(row)


def every() -> list[Key]:
    """Return all keys, the newest first."""
    return [_key(row) for row in ApiKey.objects.select_related("created_by")]


def one(key_id: int) -> Key:
    """Return one key.

    Raises:
        NotFoundError: There is no such key.
    """
    row = ApiKey.objects.select_related("created_by").filter(pk=key_id).first()
    if row is None:
        raise NotFoundError("there is no such key", got=key_id)
    return _key(row)


def revoke(key_id: int) -> Key:
    """Take a key back for good.

    Raises:
        NotFoundError: There is no such key.
    """
    ApiKey.objects.filter(pk=key_id, revoked_at=None).update(revoked_at=clock.now())
    return one(key_id)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _key(row: ApiKey) -> Key:
    return Key(
        id=row.pk,
        name=row.name,
        prefix=f"{_MARK}_{row.prefix}",
        scopes=frozenset(Right(scope) for scope in row.scopes),
        created_by=row.created_by.email if row.created_by else "",
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
