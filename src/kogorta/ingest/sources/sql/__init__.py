"""Other people's databases as sources: what is asked for is copied once, and read like a file from then on."""

from __future__ import annotations

from kogorta.ingest.sources.sql.mark import Mark
from kogorta.ingest.sources.sql.snapshot import Snapshot, read_snapshot
from kogorta.ingest.sources.sql.source import SqlSource, is_url
from kogorta.ingest.sources.sql.take import take

__all__ = ["Mark", "Snapshot", "SqlSource", "is_url", "read_snapshot", "take"]
