"""A session on another engine, over the tables of a store that the embedded engine keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr.operations import UnboundTable

from kogorta.warehouse.sql import PARAMS, column_type, quote, typed
from tests.core.language.store import ARROW_TYPES, Store


class EngineSession(ABC):
    """What `Steps` asks of a session: tables of the store are brought over when a query first reads them.

    The run parameters are a table here, not bindings: its row is laid anew when it changes.

    Args:
        store: Where the facts are.
    """

    dialect: str

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: set[str] = set()
        self._given: object = None

    @abstractmethod
    def run(self, sql: str) -> None:
        """Run a statement that gives no rows."""

    @abstractmethod
    def insert(self, name: str, rows: pa.Table) -> None:
        """Add rows to a table."""

    @abstractmethod
    def query(self, sql: str, bindings: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run SQL of the engine's dialect; return Arrow. There are no bindings: `params` is a table."""

    def create(self, name: str, body: str) -> None:
        """Make a table, of `body` as in CREATE TABLE."""
        self.drop(name)
        self.run(f"CREATE TEMPORARY TABLE {quote(name)} {body}")

    def drop(self, name: str) -> None:
        """Remove a table if it is there."""
        self.run(f"DROP TABLE IF EXISTS {quote(name)}")

    def materialise(self, name: str, expression: Any, params: Mapping[str, Any] | None = None) -> int:
        """Evaluate an Ibis expression into a scratch table; return its number of rows."""
        self._bring(expression, params or {})
        self.create(name, f"AS {text(expression.op(), self.dialect)}")
        self._made.add(name)
        (row,) = self.query(f"SELECT COUNT(*) AS n FROM {quote(name)}").to_pylist()
        return int(row["n"])

    def ask_only(self, name: str, customers: pa.Table) -> None:
        """Make a scratch table of those who alone are asked for; a hint is no use here."""
        self.load(name, customers)

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a scratch table of Arrow rows."""
        self._lay(name, {field.name: ibis.dtype(STORED[field.type]) for field in rows.schema}, rows)

    def fetch(self, expression: Any, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Evaluate an Ibis expression; return Arrow, with the types that Ibis says."""
        self._bring(expression, params or {})
        wanted = pa.schema([(name, ARROW[str(type_)]) for name, type_ in expression.schema().items()])
        return pa.Table.from_pylist(self.query(text(expression.op(), self.dialect)).to_pylist(), wanted)

    def _lay(self, name: str, types: Mapping[str, Any], rows: pa.Table) -> None:
        columns = [
            f"{quote(column)} {column_type(type_, self.dialect).sql(self.dialect)}"
            for column, type_ in types.items()
        ]
        self.create(name, f"({', '.join(columns)})")
        if rows.num_rows:
            self.insert(name, rows)
        self._made.add(name)

    def _bring(self, expression: Any, params: Mapping[str, Any]) -> None:
        """Lay the parameters, and the stored tables that are not there yet."""
        read = expression.op().find(UnboundTable)
        types = {
            name: type_ for table in read if table.name == PARAMS for name, type_ in table.schema.items()
        }
        if types and (types, params) != self._given:
            row = {name: [params[name]] for name in types}
            arrow = pa.schema([(name, ARROW[str(type_)]) for name, type_ in types.items()])
            self._lay(PARAMS, types, pa.table(row, arrow))
            self._given = (types, dict(params))
        for table in read:
            if table.name not in self._made and table.name != PARAMS:
                with self._store.warehouse.session() as session:
                    self.load(table.name, session.query(f"SELECT * FROM {quote(table.name)}"))


ARROW: Mapping[str, pa.DataType] = {**ARROW_TYPES, "int8": pa.int8()}
STORED: Mapping[pa.DataType, str] = {arrow: name for name, arrow in ARROW.items()}


@lru_cache(maxsize=2048)
def text(operation: Any, dialect: str) -> str:
    """The SQL of an operation; the same one for every instant."""
    return str(typed(operation.to_expr(), dialect).sql(dialect))
