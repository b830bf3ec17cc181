"""Segment-spec messages: identify, track, page, screen, group and alias, one a line."""

from __future__ import annotations

from kogorta.ingest.tracking.importing import import_tracking

__all__ = ["import_tracking"]
