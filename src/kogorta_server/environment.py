"""What an operator sets from outside: read once, checked, told back with what is wrong."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from kogorta.config import FILE_NAME
from kogorta.errors import ConfigError
from kogorta.i18n import lazy

SECRET_FILE = Path("data") / "secret.key"
STATE_FILE = Path("data") / "state.sqlite3"
_KEY_BYTES = 50
_UPLOAD_MB = 512


@dataclass(frozen=True, slots=True)
class Environment:
    """Settings of one service.

    Attributes:
        workspace: The folder of the base.
        secret_key: Signs sessions and protects secrets at rest.
        database: The state database in Django's words.
        hosts: By which names the service may be called.
        is_secure: Whether people reach it by HTTPS, so that cookies and redirects ask for it.
        proxies: How many proxies stand before it whose word on addresses is believed.
        upload_bytes: The greatest file that people may bring in.
        log_level: `DEBUG`, `INFO`, `WARNING` or `ERROR`.
    """

    workspace: Path
    secret_key: str
    database: Mapping[str, object]
    hosts: tuple[str, ...]
    is_secure: bool
    proxies: int
    upload_bytes: int
    log_level: str


def read(variables: Mapping[str, str]) -> Environment:
    """Read the environment of a process.

    Raises:
        ConfigError: A variable is missing or says what it may not; it is named.
    """
    workspace = Path(variables.get("KOGORTA_WORKSPACE", "."))
    hosts = tuple(
        host.strip() for host in variables.get("KOGORTA_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
    )
    return Environment(
        workspace=workspace,
        secret_key=variables.get("KOGORTA_SECRET_KEY") or kept_key(workspace),
        database=_database(variables.get("KOGORTA_STATE_URL", ""), workspace),
        hosts=tuple(host for host in hosts if host),
        is_secure=_flag(variables, "KOGORTA_HTTPS"),
        proxies=_number(variables, "KOGORTA_PROXIES"),
        upload_bytes=_number(variables, "KOGORTA_UPLOAD_MB", usual=_UPLOAD_MB) << 20,
        log_level=_level(variables.get("KOGORTA_LOG_LEVEL", "INFO")),
    )


def kept_key(workspace: Path) -> str:
    """Return the secret key of a workspace; the first call makes it, readable by its owner alone.

    A folder that is no workspace, as tools that only look at the settings have it, gets a key for this process.
    """
    path = workspace / SECRET_FILE
    if not (workspace / FILE_NAME).exists():
        return secrets.token_urlsafe(_KEY_BYTES)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(_KEY_BYTES), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def _database(url: str, workspace: Path) -> Mapping[str, object]:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str((workspace / STATE_FILE).absolute()),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.strip("/"):
        raise ConfigError(
            "the state database cannot be told from its address",
            got=f"KOGORTA_STATE_URL={parts.scheme}://…",
            expected="postgresql://user:password@host:5432/name",
            hint="leave KOGORTA_STATE_URL out to keep the state in a file of the workspace",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _flag(variables: Mapping[str, str], name: str) -> bool:
    text = variables.get(name, "0").lower()
    if text not in {"0", "1"}:
        raise ConfigError("this setting is a switch", got=f"{name}={text}", expected="0, 1")
    return text == "1"


def _number(variables: Mapping[str, str], name: str, usual: int = 0) -> int:
    text = variables.get(name, str(usual))
    if not text.isdigit():
        raise ConfigError("this setting is a whole number", got=f"{name}={text}", expected="0, 1, 2, …")
    return int(text)


def _level(text: str) -> str:
    if text not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ConfigError(
            "there is no such level of the log",
            got=f"KOGORTA_LOG_LEVEL={text}",
            expected=lazy("one of {levels}", levels="DEBUG, INFO, WARNING, ERROR"),
        )
    return text
