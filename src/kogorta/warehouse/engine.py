"""What an engine can do, whatever database it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

import pyarrow as pa

T = TypeVar("T")


class Session(Protocol):
    """A reader with scratch tables of its own. They vanish when the session ends."""

    dialect: str

    def materialise(self, name: str, expression: Any, params: Mapping[str, Any] | None = None) -> int:
        """Evaluate an Ibis expression into a scratch table; return its number of rows."""

    def load(self, name: str, rows: pa.Table) -> None:
        """Make a scratch table of Arrow rows."""

    def ask_only(self, name: str, customers: pa.Table) -> None:
        """Make a scratch table of the keys of those who alone are asked for, and know them by `sql.HINT`."""

    def fetch(self, expression: Any, params: Mapping[str, Any] | None = None) -> pa.Table:
        """Evaluate an Ibis expression; return Arrow."""

    def query(self, sql: str, bindings: Sequence[object] | Mapping[str, object] | None = None) -> pa.Table:
        """Run SQL of the engine's dialect; return Arrow."""
