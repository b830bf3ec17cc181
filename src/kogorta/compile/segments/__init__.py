"""Definitions of people's own, compiled to one wide query over traits and facts."""

from __future__ import annotations

from kogorta.compile.segments.cuts import Cut, cuts_in
from kogorta.compile.segments.evaluate import Finding, Placed, evaluate_segments, look_at, moments_of, place
from kogorta.compile.segments.program import Language, base_column, column_of, in_order

__all__ = [
    "Cut",
    "Finding",
    "Language",
    "Placed",
    "base_column",
    "column_of",
    "cuts_in",
    "evaluate_segments",
    "in_order",
    "look_at",
    "moments_of",
    "place",
]
