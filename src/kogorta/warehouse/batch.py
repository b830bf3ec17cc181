"""What one import hands to the warehouse, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kogorta.schema import ColumnType, Table
from kogorta.vocab import Outcome

MAIN_SPACE = "main"
"""Ids that sources share."""
ANONYMOUS_SPACE = "anonymous"
"""Ids of browsers and devices before it is known whose they are."""

OUTCOME_CODES: dict[int, Outcome] = {0: Outcome.LOADED, 1: Outcome.UPDATED, 2: Outcome.SAME}


@dataclass(frozen=True)
class PropertySpec:
    """A registered property: a column that the canonical table does not have.

    Attributes:
        table: The table it stands on.
        scope: For events, the name of the event; else empty.
        name: Its name at the source.
        type: What it holds.
        column: The stored column, `p_…`.
    """

    table: str
    scope: str
    name: str
    type: ColumnType
    column: str


@dataclass(frozen=True)
class StagedTable:
    """Rows of one canonical table, typed and ready, in a relation of a scratch database.

    Attributes:
        table: The canonical table.
        relation: Qualified name. Columns: stored content columns (missing ones are NULL),
            `customer_id` where the table has a customer, `anonymous_id` for events, `line`
            (the line in the source), property columns.
        set_of: The column whose whole set of rows this is: the lines of an order without numbers.
        unique: The importer has proved that no key stands twice in the relation.
        beside: For companions, what a file of another kind says in passing: the forms that speak of this
            table by profession, and are not contradicted. Empty for those forms themselves.
    """

    table: Table
    relation: str
    set_of: str | None = None
    unique: bool = False
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class StagedLink:
    """Evidence that two ids are one person.

    Attributes:
        relation: Columns a_id, a_space, b_id, b_space, rule, at, line.
    """

    relation: str


@dataclass(frozen=True)
class BatchInfo:
    """What is known of an import beside its rows.

    Attributes:
        source: The name of the source, free text.
        file_name: For people.
        file_digest: Of content and settings; the same digest is the same import.
        form: Which form was read: the name of a table, or `tracking`.
        id_space: In which space the customer ids stand; sources that share ids share it.
        imported_at: UTC, naive.
        rows_read: All rows of the file.
        rows_quarantined: Those refused.
        quarantine: Relation with columns line, column_name, value, reason, raw.
    """

    source: str
    file_name: str
    file_digest: str
    form: str
    imported_at: datetime
    rows_read: int = 0
    rows_quarantined: int = 0
    id_space: str = MAIN_SPACE
    quarantine: str | None = None


@dataclass(frozen=True)
class TableCounts:
    """How many rows of one canonical table were new, changed or known."""

    loaded: int = 0
    updated: int = 0
    same: int = 0


@dataclass(frozen=True)
class BatchResult:
    """What a commit did.

    Attributes:
        ingest_seq: Its place in the order of commits.
        counts: By table.
        rows: Of the file, by outcome; quarantined rows not among them.
    """

    ingest_seq: int
    counts: Mapping[str, TableCounts] = field(default_factory=dict)
    rows: TableCounts = TableCounts()


@dataclass(frozen=True)
class BatchRecord:
    """A committed batch."""

    ingest_seq: int
    source: str
    file_name: str
    form: str
    imported_at: datetime
    rows_read: int
    rows_loaded: int
    rows_updated: int
    rows_same: int
    rows_quarantined: int
