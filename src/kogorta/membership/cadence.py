"""Which definitions are due: each has a cadence, its own or that of its family."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from kogorta.config import Config
from kogorta.definitions.document import Definition
from kogorta.definitions.recorded import is_recorded_id
from kogorta.definitions.schemes import Scheme
from kogorta.durations import Duration
from kogorta.membership.runs import Standing
from kogorta.membership.versions import Version

_TOLERANCE = timedelta(minutes=1)
_TOLERANCE_PART = 20
"""Whoever starts refreshes by the clock starts them now a second early, now a second late: a cadence is over so long
before its end, but never more than a twentieth of it."""


def cadence_of(scheme: Scheme, definition: Definition | None, config: Config) -> Duration | None:
    """Return how often a scheme is brought up to date; None for as often as anything is.

    Args:
        scheme: A ready one, or one of people's own.
        definition: Of people's own, what they wrote.
        config: Settings of the workspace.
    """
    if definition is not None and definition.cadence is not None:
        return definition.cadence
    found: Duration | None = getattr(config.cadence, scheme.family)
    return found


def is_over(age: timedelta, cadence: Duration | None) -> bool:
    """Whether what is so old should be brought up to date."""
    if cadence is None:
        return True
    return age >= cadence.delta - min(_TOLERANCE, cadence.delta / _TOLERANCE_PART)


def due_schemes(
    schemes: Collection[Scheme],
    own: Mapping[str, Definition],
    config: Config,
    versions: Mapping[str, Version],
    standing: Mapping[str, Standing],
    frames_at: Mapping[str, datetime | None],
    as_of: datetime,
) -> set[str]:
    """Return the ids of the schemes whose cadence is over, that are new, or that mean something else than they did.

    What is recorded for `held_for` is never due by itself: it goes with every run.

    Args:
        schemes: All of them.
        own: Definitions of people's own, by id.
        config: Settings of the workspace.
        versions: Of everything as it is now.
        standing: What the log knows.
        frames_at: By family, as of when the newest frame was taken.
        as_of: The instant that is asked about.
    """
    found = set()
    for scheme in schemes:
        if is_recorded_id(scheme.id):
            continue
        known = standing.get(scheme.id)
        cadence = cadence_of(scheme, own.get(scheme.id), config)
        if (
            known is None
            or known.version != versions[scheme.id].number
            or is_over(as_of - known.run.as_of, cadence)
        ):
            found.add(scheme.id)
        elif scheme.family in frames_at:
            frame_at = frames_at[scheme.family]
            if frame_at is None or is_over(as_of - frame_at, cadence):
                found.add(scheme.id)
    return found
