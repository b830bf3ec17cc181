"""What the base lacks, as the report lists it: first what was measured, then what the audit found."""

from __future__ import annotations

from datetime import datetime

from kogorta.config import Config
from kogorta.metrics import Metrics
from kogorta.report.model import Gap
from kogorta.warehouse.store import Warehouse


def gaps_of(warehouse: Warehouse, config: Config, as_of: datetime, measured: Metrics) -> tuple[Gap, ...]:
    """Return the gaps, most costly first."""
    return ()
