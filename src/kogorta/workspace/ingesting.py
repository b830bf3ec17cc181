"""What an import is told of its workspace."""

from __future__ import annotations

from datetime import datetime

from kogorta.config import Config
from kogorta.ingest import IngestSettings


def ingest_settings(config: Config, now: datetime) -> IngestSettings:
    """Return what an import must know of the workspace's settings.

    Args:
        config: Of the workspace.
        now: The instant of the import; UTC.
    """
    return IngestSettings(
        timezone=config.zone,
        currency=config.workspace.currency,
        minor_digits=config.minor_digits,
        now=now,
        rates=config.rates,
        statuses=config.statuses,
        fee_codes=config.catalogue.fee_codes,
        mappings=config.mappings,
    )
