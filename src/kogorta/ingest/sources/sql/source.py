# ruff: noqa: S608 - names go through the quoting helper, and a query is the user's own
"""What is asked of a database, and in which words."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from kogorta.errors import InputError, SourceError
from kogorta.ingest.sources.sql.address import Address, parse_address
from kogorta.ingest.sources.sql.database import Database

HERE = Path()
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def is_url(text: str) -> bool:
    """Whether a word of a command is an address and no file.

    Examples:
        >>> is_url("sqlite:///shop.db"), is_url("orders.csv"), is_url("C:/orders.csv")
        (True, False, False)
    """
    return bool(_SCHEME.match(text))


@dataclass(frozen=True)
class SqlSource:
    """Rows of another database.

    Attributes:
        url: Its address; `${NAME}` in it is taken from the environment.
        table: The table or view that is read whole, with its schema where that is needed.
        query: Or a query, one SELECT.
        since_column: A column of the rows that grows with every change, such as `updated_at`: from the second time on only
            rows at or above the highest value seen are asked for.
        folder: Where files are looked for whose address is not whole.
    """

    url: str
    table: str | None = None
    query: str | None = None
    since_column: str | None = None
    folder: Path = HERE

    def __post_init__(self) -> None:
        """Check that it asks for one thing."""
        if bool(self.table) == bool(self.query and self.query.strip()):
            raise InputError(
                "a database is asked either for a table or by a query",
                expected='--from-table NAME or --query "SELECT …"',
            )

    @classmethod
    def meant_for(
        cls,
        table: str,
        url: str,
        from_table: str | None = None,
        query: str | None = None,
        since_column: str | None = None,
        folder: Path = HERE,
    ) -> SqlSource:
        """Return what is asked for a canonical table: what is neither a table nor a query is a table that is called like it."""
        return cls(url, from_table or (None if query else table), query, since_column, folder)

    @property
    def name(self) -> str:
        """What it is called for people."""
        return self.table or "query"

    @property
    def address(self) -> Address:
        """Where the database is.

        Raises:
            SourceError: The address cannot be understood.
        """
        return parse_address(self.url, os.environ, self.folder)

    @property
    def question(self) -> tuple[str, ...]:
        """What tells it from every other question, without user and password."""
        return str(self.address), self.table or "", self.query or "", (self.since_column or "").casefold()


def whole(source: SqlSource, database: Database) -> str:
    """Return the query for every row.

    Raises:
        SourceError: There is no such table.
    """
    # As it was written: a query within a query may not have two columns of one name everywhere.
    return _bare(source.query) if source.query else f"SELECT * FROM {_relation(source, database)}"


def columns_only(source: SqlSource, database: Database) -> str:
    """Return a query that tells the names of the columns and gives no rows."""
    return f"SELECT * FROM {_relation(source, database)} WHERE 1 = 0"


def changed(source: SqlSource, database: Database, column: str) -> str:
    """Return the query for rows at or above a value, which stands in a placeholder, and for those without one."""
    relation, cell = _relation(source, database), f"q.{quoted(column, database)}"
    if database.placeholder == "%s":
        # Beside a placeholder every other % is doubled.
        relation, cell = relation.replace("%", "%%"), cell.replace("%", "%%")
    return f"SELECT * FROM {relation} WHERE {cell} >= {database.placeholder} OR {cell} IS NULL"


def _relation(source: SqlSource, database: Database) -> str:
    if source.query:
        # A line end closes a comment that may end the query.
        return f"({_bare(source.query)}\n) q"
    assert source.table is not None
    schema, name = _find(source.table, database.tables())
    return f"{quoted(schema, database)}.{quoted(name, database)} q"


def _bare(query: str) -> str:
    return query.strip().rstrip("; \t\r\n")


def quoted(name: str, database: Database) -> str:
    """Return a name as a database reads it, whatever stands in it."""
    return f"{database.quote}{name.replace(database.quote, database.quote * 2)}{database.quote}"


def _find(wanted: str, tables: list[tuple[str, str, bool]]) -> tuple[str, str]:
    """Return the table that a person means, whose capitals need not be right."""
    for fold in (str, str.casefold):
        whole = [(s, n) for s, n, _ in tables if fold(f"{s}.{n}") == fold(wanted)]
        alone = [(s, n) for s, n, is_near in tables if is_near and fold(n) == fold(wanted)]
        far = [(s, n) for s, n, _ in tables if fold(n) == fold(wanted)]
        for found in (whole, alone, far):
            if len(found) == 1:
                return found[0]
    shown = sorted(n if is_near else f"{s}.{n}" for s, n, is_near in tables)
    raise SourceError(
        "the database has no such table, or none that you may read",
        got=wanted,
        expected=", ".join(shown[:30]) + (", …" if len(shown) > 30 else ""),
        hint='name it with --from-table, or ask with --query "SELECT …"',
    )
