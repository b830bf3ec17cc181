"""Definitions of people's own, compiled to one wide query over traits and facts."""

from __future__ import annotations

from kogorta.compile.segments.compiler import Cut, cuts_in
from kogorta.compile.segments.evaluate import (
    Language,
    Placed,
    base_column,
    column_of,
    evaluate_segments,
    in_order,
    place,
)

__all__ = [
    "Cut",
    "Language",
    "Placed",
    "base_column",
    "column_of",
    "cuts_in",
    "evaluate_segments",
    "in_order",
    "place",
]
