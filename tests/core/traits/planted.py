"""A workspace that is planted by hand through the real road, and what it says of each customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

import kogorta
from kogorta.membership.reasons import Reasons
from kogorta.workspace import Workspace

NOW = datetime(2026, 6, 1, 12)  # noqa: DTZ001  UTC without a zone
Rows = Sequence[Mapping[str, Any]]
OPEN: list[Workspace] = []
"""Workspaces that were planted and not closed yet."""


def ago(days: float = 0, seconds: float = 0) -> str:
    """The instant so long before NOW, as files write it."""
    return (NOW - timedelta(days=days, seconds=seconds)).isoformat() + "Z"


def planted(
    folder: Path, tables: Mapping[str, Rows], *, settings: str = "", template: str = "shop"
) -> Workspace:
    """A workspace with these tables; columns that a row does not name are empty.

    Args:
        folder: Where it is made.
        tables: Rows by canonical table, imported in this order.
        settings: More lines of kogorta.toml.
        template: The kind of business.
    """
    workspace = kogorta.init(folder / "ws", template=template)
    if settings:
        path = folder / "ws" / "kogorta.toml"
        workspace.close()
        path.write_text(path.read_text() + "\n" + settings)
        workspace = kogorta.open(folder / "ws")
    OPEN.append(workspace)
    for name, rows in tables.items():
        plant(workspace, name, rows)
    return workspace


def reopened(folder: Path) -> Workspace:
    """The workspace of a folder, which was closed."""
    workspace = kogorta.open(folder / "ws")
    OPEN.append(workspace)
    return workspace


def plant(workspace: Workspace, name: str, rows: Rows) -> None:
    """Import rows into one table; every one of them must be loaded."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    table = pa.table({key: [_cell(row.get(key)) for row in rows] for key in columns})
    report = workspace.import_table(table, name)
    assert report.quarantined == 0, report


def _cell(value: Any) -> str | None:
    return None if value is None else str(value)


def holds(workspace: Workspace, segment: str, customer: str, as_of: str) -> bool:
    """Whether the reasons say that a customer is in a segment of one's own."""
    told = workspace.explain(segment, customer, as_of=as_of)
    assert isinstance(told, Reasons)
    return told.root.holds


def said(workspace: Workspace, *names: str, as_of: datetime = NOW, **how: Any) -> dict[str, Any]:
    """What the workspace says of each customer: one trait's value, or a tuple of several."""
    rows = workspace.traits(as_of=as_of.replace(tzinfo=UTC), names=names, **how).to_pylist()
    return {
        row["customer_id"]: row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)
        for row in rows
    }
