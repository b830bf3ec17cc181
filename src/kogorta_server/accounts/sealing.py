"""Secrets at rest: sealed with a key that is derived from the secret key of the service."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from kogorta.errors import ConfigError

_BYTES = 32


def seal(purpose: str, text: str) -> str:
    """Return a text so that nobody can read it who has the database alone.

    Args:
        purpose: What it is for; what was sealed for one purpose opens for no other.
        text: The secret.
    """
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """Return what was sealed.

    Raises:
        ConfigError: It was sealed under another secret key.
    """
    try:
        return _box(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise ConfigError(
            "a secret was sealed under another secret key than the present one",
            hint="give the service the KOGORTA_SECRET_KEY or the data/secret.key that it had",
        ) from error


def _box(purpose: str) -> Fernet:
    key = HKDF(SHA256(), _BYTES, salt=None, info=f"kogorta.{purpose}".encode())
    return Fernet(urlsafe_b64encode(key.derive(settings.SECRET_KEY.encode())))
