"""Databases that data are read from, all three alike to a test: an address, and a hand that fills them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.core.ingest import mariadb
from tests.core.language.engines import postgres

KINDS = ("sqlite", "postgresql", "mysql")
TYPES = {
    "sqlite": {"instant": "TEXT", "exact": "NUMERIC", "yes": "INTEGER"},
    "postgresql": {"instant": "TIMESTAMPTZ", "exact": "NUMERIC(14, 3)", "yes": "BOOLEAN"},
    "mysql": {"instant": "TIMESTAMP NULL", "exact": "DECIMAL(14, 3)", "yes": "TINYINT(1)"},
}


@dataclass(frozen=True)
class Shop:
    """A database of a shop.

    Attributes:
        kind: Of which making.
        url: Where it is, with a password in `${SHOP_PASSWORD}` where there is one.
        run: Runs a statement as its owner.
    """

    kind: str
    url: str
    run: Callable[[str], None]

    def create(self, name: str, columns: str) -> None:
        """Make a table; `{instant}`, `{exact}` and `{yes}` stand for types."""
        self.run(f"CREATE TABLE {name} ({columns.format_map(TYPES[self.kind])})")


@contextmanager
def sqlite_shop(folder: Path) -> Iterator[Shop]:
    path = folder / "shop.db"
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        yield Shop("sqlite", f"sqlite:///{path}", connection.execute)  # type: ignore[arg-type]
    finally:
        connection.close()


def postgres_shop(connection: Any) -> Shop:
    connection.autocommit = True
    connection.execute("DROP SCHEMA IF EXISTS public CASCADE")
    connection.execute("CREATE SCHEMA public")
    gate = quote(connection.info.host, safe="")
    url = f"postgresql://postgres:${{SHOP_PASSWORD}}@/postgres?host={gate}"
    return Shop("postgresql", url, lambda sql: connection.execute(sql.encode()))


@contextmanager
def mysql_shop(connection: Any, port: int) -> Iterator[Shop]:
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE shop")
        cursor.execute("CREATE DATABASE shop CHARACTER SET utf8mb4")
        connection.select_db("shop")
        cursor.execute("SET time_zone = '+00:00'")
        yield Shop("mysql", f"mysql://reader:${{SHOP_PASSWORD}}@127.0.0.1:{port}/shop", cursor.execute)


class Servers:
    """Servers that are started on demand, each once; leaving the block stops them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._postgres: Any = None
        self._mariadb: Any = None

    @contextmanager
    def shop(self, kind: str, folder: Path) -> Iterator[Shop]:
        """Give an empty database."""
        if kind == "sqlite":
            with sqlite_shop(folder) as shop:
                yield shop
        elif kind == "postgresql":
            self._postgres = self._postgres or self._stack.enter_context(postgres.server())
            yield postgres_shop(self._postgres)
        else:
            self._mariadb = self._mariadb or self._stack.enter_context(mariadb.server())
            with mysql_shop(*self._mariadb) as shop:
                yield shop
