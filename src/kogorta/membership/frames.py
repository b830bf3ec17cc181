"""Stored frames: found by instant, made when they are due."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from kogorta.compile.frame import CUT, Frame
from kogorta.warehouse.store import Warehouse, dumps


def newest_frame(
    warehouse: Warehouse, family: str, settings: Mapping[str, object], as_of: datetime, known_seq: int
) -> Frame | None:
    """Return the newest frame made no later than the instant, from nothing learned later.

    Args:
        warehouse: The store.
        family: `rfm` or `lifecycle`.
        settings: What the frame was made by; a frame of other settings answers another question.
        as_of: UTC.
        known_seq: As far as what was known.
    """
    rows = warehouse.rows(
        "SELECT frame_id, frame_at, known_seq FROM frames"
        " WHERE family = ? AND settings = ? AND frame_at <= ? AND known_seq <= ?"
        " ORDER BY frame_at DESC, known_seq DESC, frame_id DESC LIMIT 1",
        [family, dumps(settings), as_of, known_seq],
    )
    return _load(warehouse, family, *rows[0]) if rows else None


def frame_among(
    warehouse: Warehouse, family: str, settings: Mapping[str, object], ids: Collection[int]
) -> Frame | None:
    """Return the frame of a family that is among some stored ones; None if none of them was made by these settings."""
    rows = warehouse.rows(
        "SELECT frame_id, frame_at, known_seq FROM frames"
        " WHERE family = ? AND settings = ? AND list_contains(?, frame_id) ORDER BY frame_id DESC LIMIT 1",
        [family, dumps(settings), sorted(ids)],
    )
    return _load(warehouse, family, *rows[0]) if rows else None


def _load(warehouse: Warehouse, family: str, frame_id: int, frame_at: datetime, known_seq: int) -> Frame:
    values: dict[str, int | None] = {}
    categories: dict[str, int] = {}
    cut: int | float | None = None
    for name, key, value in warehouse.rows(
        "SELECT name, key, value FROM frame_values WHERE frame_id = ? ORDER BY name, key", [frame_id]
    ):
        if name == "category_gap":
            categories[key] = value
        elif name == CUT:
            cut = float(key) if value is None else value
        else:
            values[name] = value
    return Frame(family, frame_at, known_seq, values, categories, frame_id, cut)


def save_frame(connection: Any, frame: Frame, settings: Mapping[str, object]) -> Frame:
    """Store a frame inside the writer's transaction; return it with its number."""
    row = connection.execute("SELECT coalesce(max(frame_id), 0) + 1 FROM frames").fetchone()
    frame_id = int(row[0])
    connection.execute(
        "INSERT INTO frames VALUES (?, ?, ?, ?, ?)",
        [frame_id, frame.family, frame.frame_at, frame.known_seq, dumps(settings)],
    )
    for name, value in frame.values.items():
        connection.execute("INSERT INTO frame_values VALUES (?, ?, NULL, ?)", [frame_id, name, value])
    for category, gap in frame.categories.items():
        connection.execute(
            "INSERT INTO frame_values VALUES (?, 'category_gap', ?, ?)", [frame_id, category, gap]
        )
    if frame.cut is not None:
        # fractions are kept as text, which brings back the same number
        is_whole = isinstance(frame.cut, int)
        connection.execute(
            "INSERT INTO frame_values VALUES (?, ?, ?, ?)",
            [frame_id, CUT, None if is_whole else repr(frame.cut), frame.cut if is_whole else None],
        )
    return replace(frame, frame_id=frame_id)
