"""What is kept of people who asked to be erased: enough to know them again, not enough to name them.

Each of a person's ids and contacts is kept as its HMAC-SHA256 under a random key of this store. The
same id or contact gives the same digest, so that a second import can be refused; without the store's key nobody
can try names against the digests, and with it only names that he already knows.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from kogorta.warehouse.sql import literal

Draw = Callable[[int], bytes]
"""Gives so many random bytes that nobody can guess."""

CUSTOMER_ID = "customer_id"
"""The kind of a digest that is of an id; those of contacts are the kinds of contacts."""

_KEY_BYTES = 32
_META = "erasure_key"
KEY_SQL = f"SELECT value FROM meta WHERE key = '{_META}'"
"""Gives the store's key in hexadecimal digits; no row where nobody was ever erased."""
_BLOCK, _INNER, _OUTER = 64, 0x36, 0x5C
_SEPARATOR = "\x1f"


def erasure_key(connection: Any) -> bytes | None:
    """Return the store's key; None where nobody was ever erased."""
    row = connection.execute(KEY_SQL).fetchone()
    return bytes.fromhex(row[0]) if row else None


def make_erasure_key(connection: Any, draw: Draw) -> bytes:
    """Return the store's key, making it at the first erasure. Runs in the writer's transaction."""
    known = erasure_key(connection)
    if known is not None:
        return known
    key = draw(_KEY_BYTES)
    connection.execute("INSERT INTO meta VALUES (?, ?)", [_META, key.hex()])
    return key


def subject(kind: str, value: str, id_space: str = "") -> str:
    """Return the text that a digest is made of.

    Args:
        kind: `CUSTOMER_ID` or a kind of contact.
        value: The id as its source gave it, or the contact in its stored spelling.
        id_space: Of an id, the space in which it stands.
    """
    return _SEPARATOR.join((kind, id_space, value))


def subject_sql(kind: str, value: str, id_space: str = "") -> str:
    """Return SQL of `subject`; `kind` and `value` are SQL themselves, `id_space` is text."""
    return f"concat({kind}, chr(31), {literal(id_space)}, chr(31), {value})"


def digest(key: bytes, text: str) -> str:
    """Return the HMAC-SHA256 of a text, 64 hexadecimal digits.

    References:
        RFC 2104, HMAC: Keyed-Hashing for Message Authentication.
    """
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def digest_sql(key: bytes, text: str) -> str:
    """Return SQL of `digest` of the SQL expression `text`."""
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(_BLOCK, b"\0")).hex() for pad in (_INNER, _OUTER))
    return f"sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({text}))))"
