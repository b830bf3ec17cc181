"""Signatures of Standard Webhooks: whoever listens can prove that a message is ours and not old.

References: standard-webhooks, specification 1.0, symmetric signatures `v1`.
"""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from datetime import datetime
from hashlib import sha256
from hmac import new

PREFIX = "whsec_"
_BYTES = 32


def make_secret() -> str:
    """Return a secret to share with whoever listens."""
    return PREFIX + b64encode(secrets.token_bytes(_BYTES)).decode()


def headers(secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """Return the headers of a message.

    Args:
        secret: As `make_secret` makes it.
        message_id: The same for every attempt.
        at: When it is sent.
        body: As it is sent, byte by byte.
    """
    stamp = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix(PREFIX))
    signed = new(key, f"{message_id}.{stamp}.{body}".encode(), sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{b64encode(signed).decode()}",
    }
