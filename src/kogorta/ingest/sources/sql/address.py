"""Addresses of databases: read, filled in from the environment, and shown without who comes and his password."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote

from kogorta.errors import SourceError
from kogorta.i18n import lazy

SCHEMES = {
    "sqlite": "sqlite",
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
}
"""By what an address begins with: which database it is of."""
EXAMPLES = "sqlite:///shop.db, postgresql://USER:PASSWORD@HOST/DATABASE, mysql://USER:PASSWORD@HOST/DATABASE"

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:(?P<user>[^:@/?]*)(?::(?P<password>[^@/?]*))?@)?"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^:@/?\[\]]*)(?::(?P<port>\d+|\$\{\w+\}))?"
    r"(?:/(?P<database>[^?@]*))?(?:\?(?P<options>.*))?"
)
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Address:
    """Where a database is.

    Attributes:
        kind: `sqlite`, `postgresql` or `mysql`.
        host: Empty where there is none.
        port: None for the usual one.
        user: Who comes.
        password: His word; shown to nobody.
        database: Its name; for SQLite the path of the file.
        options: What the driver is told besides.
    """

    kind: str
    host: str = ""
    port: int | None = None
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    database: str = ""
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """The address as it may be shown and kept: without user, password and options."""
        port = f":{self.port}" if self.port else ""
        return f"{self.kind}://{self.host}{port}/{self.database}"

    def hides(self, text: str) -> str:
        """Return a driver's words without the password, should it stand in them."""
        return text.replace(self.password, "…") if self.password else text


def parse_address(url: str, environment: Mapping[str, str], folder: Path) -> Address:
    """Read an address.

    Args:
        url: Such as `postgresql://reader:${SHOP_PASSWORD}@db.example.com/shop`.
        environment: The values of `${NAME}`; they are taken as they are, nothing in them is an escape.
        folder: Where a file of SQLite is looked for unless its whole path is given.

    Raises:
        SourceError: It cannot be understood, is of no database that is read, or names a variable that is not set. What it says
            never shows the address itself: it may hold a password.
    """
    found = _URL.fullmatch(url.strip())
    if not found:
        raise SourceError(
            "the address of the database cannot be understood",
            expected=EXAMPLES,
            hint="in names and passwords write % as %25, @ as %40, : as %3A, / as %2F and ? as %3F, or put them into a "
            "variable of the environment: ${SHOP_PASSWORD}",
        )
    parts = {name: _filled(part, environment) for name, part in found.groupdict().items() if part is not None}
    kind = SCHEMES.get(parts["scheme"].lower())
    if kind is None:
        raise SourceError(
            "databases of this kind are not read",
            got=parts["scheme"],
            expected=EXAMPLES,
            hint="export the tables as CSV or Parquet; a file of another machine is downloaded first",
        )
    return Address(
        kind,
        parts.get("host", "").strip("[]"),
        _port(parts.get("port")),
        parts.get("user"),
        parts.get("password"),
        _database(kind, parts.get("database"), folder),
        dict(parse_qsl(found["options"] or "", keep_blank_values=True)),
    )


def _filled(part: str, environment: Mapping[str, str]) -> str:
    """Return a part without escapes, its variables filled in."""
    pieces = _VARIABLE.split(part)
    # Texts and names of variables take turns.
    return "".join(
        _value(piece, environment) if place % 2 else unquote(piece) for place, piece in enumerate(pieces)
    )


def _value(name: str, environment: Mapping[str, str]) -> str:
    value = environment.get(name)
    if value is None:
        raise SourceError(
            "the address names a variable of the environment that is not set",
            got=name,
            hint=lazy("set it: export {name}=…", name=name),
        )
    return value


def _port(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal():
        raise SourceError("the port of the database is no number", expected="postgresql://HOST:5432/DATABASE")
    return int(text)


def _database(kind: str, name: str | None, folder: Path) -> str:
    if not name:
        raise SourceError("the address names no database", expected=EXAMPLES)
    return str((folder / name).resolve()) if kind == "sqlite" else name
