"""Words of jobs."""

from __future__ import annotations

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does; each kind has a handler of its own."""

    REFRESH = "refresh"
    """Bring segments up to date, then take a reading."""
    READING = "reading"
    """Take a reading of the last refresh."""
    IMPORT = "import"
    """Bring an uploaded file in."""
    EXPORT = "export"
    """Write a list of people into a file."""
    HOOKS = "hooks"
    """Tell webhooks who came into segments and who left."""
    CLEANING = "cleaning"
    """Remove what was kept long enough."""


class JobState(StrEnum):
    """How far a job is."""

    WAITING = "waiting"
    """It is to be done once it is due."""
    RUNNING = "running"
    """A thread does it, and holds its lease."""
    DONE = "done"
    """It came to its end."""
    FAILED = "failed"
    """It did not, and nobody tries again by himself: a dead letter."""
    CANCELLED = "cancelled"
    """Somebody called it off."""


OPEN = (JobState.WAITING, JobState.RUNNING)
"""States of jobs that are not over."""
