# ruff: noqa: S608 - identifiers and literals go through the quoting helpers
"""What every shape of file shares: selecting columns, making keys, staging relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kogorta.ingest.notes import Notes
from kogorta.ingest.settings import IngestSettings
from kogorta.ingest.typed import Typed
from kogorta.schema import table
from kogorta.warehouse.batch import StagedTable
from kogorta.warehouse.sql import quote
from kogorta.warehouse.staging import Staging

_SEPARATOR, _NOTHING = "chr(31)", "chr(30)"


@dataclass
class Shaping:
    """The typed rows of one file, on their way into canonical tables.

    Attributes:
        staging: Where relations are made.
        typed: The good rows.
        settings: Of the workspace.
        notes: Findings.
        properties: By table, the property columns that the file brings.
        staged: What is ready.
    """

    staging: Staging
    typed: Typed
    settings: IngestSettings
    notes: Notes
    properties: Mapping[str, Sequence[str]] = field(default_factory=dict)
    staged: list[StagedTable] = field(default_factory=list)

    def name(self, relation: str) -> str:
        """Return the qualified name of a relation."""
        return f"{self.staging.name}.{relation}"

    def create(self, relation: str, select: str, *, as_view: bool = False) -> str:
        """Make a relation of a query; return its qualified name."""
        kind = "VIEW" if as_view else "TABLE"
        self.staging.execute(f"CREATE OR REPLACE {kind} {self.name(relation)} AS {select}")
        return self.name(relation)

    def one(self, select: str) -> tuple[object, ...]:
        """Return the one row of a query."""
        (row,) = self.staging.fetch(select)
        return row

    def cell(self, name: str, otherwise: str = "NULL") -> str:
        """Return SQL of a typed column (`orders.amount`), or of what stands in for it."""
        return f"t.{quote(name)}" if self.typed.has(name) else otherwise

    def stage(
        self,
        name: str,
        relation: str,
        set_of: str | None = None,
        *,
        unique: bool = False,
        beside: tuple[str, ...] = (),
    ) -> None:
        """Hand a relation over as rows of a canonical table; see `StagedTable`."""
        self.staged.append(StagedTable(table(name), relation, set_of, unique, beside))


def content_key(columns: Sequence[str]) -> str:
    """Return SQL of a key made of content: the first 16 hexadecimal digits of its MD5.

    An empty cell differs from every text, and no two rows run into each other.
    """
    cells = ", ".join(f"coalesce(CAST({column} AS VARCHAR), {_NOTHING})" for column in columns)
    return f"substr(md5(concat_ws({_SEPARATOR}, {cells})), 1, 16)"


def row_key(hash_: str, order: str = "line") -> str:
    """Return SQL of a row's key: its content and which of its equals it is, in the order of the file."""
    return f"'row:' || {hash_} || ':' || row_number() OVER (PARTITION BY {hash_} ORDER BY {order})"


def is_unique(shaping: Shaping, relation: str, column: str) -> bool:
    """Whether no key stands twice; equal keys have equal hashes, so different hashes prove it."""
    rows, hashes = shaping.one(f"SELECT count(*), count(DISTINCT hash({quote(column)})) FROM {relation}")
    return rows == hashes
