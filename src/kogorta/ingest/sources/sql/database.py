"""What every driver is to us: a connection that reads, and errors in our words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

from kogorta.errors import SourceError
from kogorta.i18n import lazy
from kogorta.ingest.sources.sql.address import Address

ROWS_AT_ONCE = 5_000
SECONDS_TO_CONNECT = 10


@dataclass(frozen=True)
class Rows:
    """An answer on its way.

    Attributes:
        headers: Names of its columns.
        blocks: Its rows, some at a time, once.
    """

    headers: tuple[str, ...]
    blocks: Iterator[Sequence[Sequence[Any]]]


class Database:
    """One connection; subclasses know one driver each. Nothing is ever written.

    Args:
        address: Of the database.
        connection: The driver's own.
    """

    quote: ClassVar[str] = '"'
    placeholder: ClassVar[str] = "%s"
    tables_sql: ClassVar[str]
    """Lists schema, name, and whether the name alone means it."""
    failures: ClassVar[tuple[type[Exception], ...]]
    """What the driver raises."""

    def __init__(self, address: Address, connection: Any) -> None:
        self.address = address
        self.connection = connection

    def tables(self) -> list[tuple[str, str, bool]]:
        """Return every table and view that can be read."""
        return [
            (str(schema), str(name), bool(is_near))
            for block in self.ask(self.tables_sql).blocks
            for schema, name, is_near in block
        ]

    def ask(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run a query.

        Raises:
            SourceError: The database refuses it, or it gives no rows by its nature.
        """
        cursor = self.cursor()
        try:
            with self.told():
                self.execute(cursor, sql, values)
        except SourceError:
            cursor.close()
            raise
        if cursor.description is None:
            raise SourceError(
                "this is no question: it gives no rows", got=_shortened(sql), expected="SELECT … FROM …"
            )
        return Rows(tuple(str(column[0]) for column in cursor.description), self._blocks(cursor))

    def _blocks(self, cursor: Any) -> Iterator[Sequence[Sequence[Any]]]:
        try:
            with self.told():
                while block := cursor.fetchmany(ROWS_AT_ONCE):
                    yield block
        finally:
            cursor.close()

    def cursor(self) -> Any:
        """Return a cursor that does not fetch all rows at once."""
        return self.connection.cursor()

    def execute(self, cursor: Any, sql: str, values: Sequence[object]) -> None:
        """Run a query on a cursor; without values no sign of it is a placeholder."""
        if values:
            cursor.execute(sql, tuple(values))
        else:
            cursor.execute(sql)

    def close(self) -> None:
        """End the connection; what is left unread is left."""
        self.connection.close()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say a driver's complaint in our words, and no password."""
        try:
            yield
        except self.failures as error:
            raise SourceError(
                "the database refuses the question",
                got=self.address.hides(_said(error)),
                hint="try the query in a client of that database first",
                path=str(self.address),
            ) from None


_DRIVERS = {"sqlite": "sqlite3", "postgresql": "psycopg", "mysql": "pymysql"}


@contextmanager
def opened(address: Address) -> Iterator[Database]:
    """Connect to a database.

    Raises:
        SourceError: Its driver is not installed, or nobody answers there.
    """
    connect, failures = _driver(address.kind)
    try:
        database = connect(address)
    except failures as error:
        raise SourceError(
            "the database cannot be reached",
            got=address.hides(_said(error)),
            hint="are the address, the user and the password right, and does the server let you in from here?",
            path=str(address),
        ) from None
    try:
        yield database
    finally:
        database.close()


def _driver(kind: str) -> tuple[Callable[[Address], Database], tuple[type[Exception], ...]]:
    try:
        module = import_module(f"kogorta.ingest.sources.sql.{kind}")
    except ModuleNotFoundError as error:
        if error.name != _DRIVERS[kind]:
            raise
        raise SourceError(
            "the driver of this database is not installed",
            got=kind,
            expected=lazy("the package {name}", name=_DRIVERS[kind]),
            hint=lazy('install it: pip install "kogorta[{extra}]"', extra=kind),
        ) from None
    return module.connect, module.FAILURES


def _said(error: Exception) -> str:
    """Return the first line of what a driver says."""
    # The last argument is the sentence; some drivers put a number before it.
    text = str(error.args[-1] if error.args else error).strip()
    return text.split("\n")[0] or type(error).__name__


def _shortened(sql: str) -> str:
    line = " ".join(sql.split())
    return line if len(line) <= 80 else f"{line[:79]}…"
