"""Reading files: every source becomes text cells in a scratch table, each row with its line."""

from __future__ import annotations

from kogorta.ingest.sources.open import Source, read_source

__all__ = ["Source", "read_source"]
