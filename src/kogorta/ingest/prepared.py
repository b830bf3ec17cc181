"""What one import hands to its commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kogorta.ingest.mapping.resolve import ColumnMapping
from kogorta.warehouse.batch import PropertySpec, StagedLink, StagedTable


@dataclass(frozen=True)
class Prepared:
    """Everything that a commit needs.

    Attributes:
        rows_read: Every row of the source.
        refused: Rows put aside.
        tables: Staged rows.
        links: Staged evidence of identity.
        properties: Registered for the first time.
        mapping: The columns, if the source has any.
        details: How it was read.
    """

    rows_read: int
    refused: int
    tables: tuple[StagedTable, ...] = ()
    links: tuple[StagedLink, ...] = ()
    properties: tuple[PropertySpec, ...] = ()
    mapping: ColumnMapping | None = None
    details: Mapping[str, str] = field(default_factory=dict)
