"""The clock of the service: the one place that reads it, so that tests can set it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return this instant, with its zone."""
    return datetime.now(UTC)  # noqa: TID251  this is the place
