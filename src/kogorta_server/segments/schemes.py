"""Schemes as they are shown: their segments in order, and who moved between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kogorta.errors import InputError, NotFoundError
from kogorta.readings import Listed, Move, Reading, Run
from kogorta_server import base

_FIRST = ("rfm_simple", "lifecycle", "rfm_classic", "rfm_quick", "lifecycle_quick")
"""Ready schemes in the order in which they are shown; those of people's own follow."""

_WEEK = timedelta(days=7)
_FIRST_DAY = date(1900, 1, 1)

MOST_COMPARED = 16
"""More segments than this nobody reads as a matrix."""

OUTSIDE = "outside"
"""How addresses call the place outside a scheme: no segment may be called so."""

Counts = Mapping[tuple[str | None, str | None], int]
"""By the segment before and after, how many people; None is outside the scheme."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which scheme movements are looked at, and between which days.

    Attributes:
        scheme: Its id.
        days: The first and the last local day.
        runs: The refreshes that recorded both; None where one of them has none.
    """

    scheme: str
    days: tuple[date, date]
    runs: tuple[Run, Run] | None


@dataclass(frozen=True, slots=True)
class Moves:
    """Who went where.

    Attributes:
        counts: How many.
        instants: Of both ends; UTC, with or without a zone.
    """

    counts: Counts
    instants: tuple[datetime, datetime]


def schemes_of(reading: Reading) -> dict[str, list[Listed]]:
    """Return the segments of each scheme by its id, in the order in which they are shown; free segments are none."""
    found: dict[str, list[Listed]] = {}
    for item in reading.segments.values():
        if not item.is_free:
            found.setdefault(item.scheme, []).append(item)
    first = [id_ for id_ in _FIRST if id_ in found]
    return {id_: found[id_] for id_ in [*first, *(id_ for id_ in found if id_ not in first)]}


def scheme_of(reading: Reading, scheme_id: str) -> list[Listed]:
    """Return the segments of one scheme.

    Raises:
        NotFoundError: There is none of that id.
    """
    every = schemes_of(reading)
    if scheme_id not in every:
        raise NotFoundError("there is no such scheme", got=scheme_id, expected=", ".join(every))
    return every[scheme_id]


def compared(reading: Reading, ids: Sequence[str]) -> list[Listed]:
    """Return the segments whose overlap is looked at: those that are asked for, else free ones, else two schemes.

    Raises:
        NotFoundError: One of them is not there.
    """
    if ids:
        return [reading.segment(id_) for id_ in ids[:MOST_COMPARED]]
    free = [item for item in reading.segments.values() if item.is_free]
    others = [item for item in reading.segments.values() if item.scheme in _FIRST[:2] and item.people]
    return (free if len(free) > 1 else [*free, *others])[:MOST_COMPARED]


# --- movements --------------------------------------------------------------------------------------


def week_before(runs: list[Run]) -> Run | None:
    """Return the refresh that the newest one is compared with: the last that is a week older, else the oldest.

    Args:
        runs: The newest first.
    """
    if len(runs) < 2:
        return None
    return next((run for run in runs if runs[0].as_of - run.as_of >= _WEEK), runs[-1])


def choose(reading: Reading, scheme: str, start: date | None, end: date | None) -> Choice:
    """Return between which days movements are looked at; by default the last week, up to the last refresh.

    Raises:
        InputError: The days do not lie one before the other, or after the last refresh.
    """
    last = _day_of(reading.stamp.as_of)
    runs = reading.movements.runs(scheme)
    end = end or last
    if min(end, start or end) < _FIRST_DAY:
        raise InputError("this is no day", got=min(end, start or end).isoformat(), expected="2026-01-31")
    start = start or _usual_start(runs, end)
    if start >= end:
        raise InputError(
            "the first day must lie before the last one",
            got=f"{start.isoformat()} – {end.isoformat()}",
            hint="a week, a month or a quarter apart tells most",
        )
    if end > last:
        raise InputError(
            "the last refresh does not reach so far", got=end.isoformat(), expected=f"≤ {last.isoformat()}"
        )
    by_day = {_day_of(run.as_of): run for run in reversed(runs)}
    both = (by_day[start], by_day[end]) if start in by_day and end in by_day else None
    return Choice(scheme, (start, end), both)


def recorded(reading: Reading, scheme: str, runs: tuple[Run, Run]) -> Moves:
    """Return who went where between two refreshes, as they recorded it."""
    counts = reading.movements.between(scheme, runs[0].run_id, runs[1].run_id)
    return Moves(counts, (runs[0].as_of, runs[1].as_of))


def worked_out(reading: Reading, choice: Choice) -> Moves:
    """Work out who went where between two days that no refresh recorded; this asks the base itself."""
    zone = base.workspace().config.zone
    start, end = (datetime.combine(day, time(), zone) for day in choice.days)
    if _day_of(reading.stamp.as_of) == choice.days[1]:
        # of the last day, all that the refresh knew of it
        end = _local(reading.stamp.as_of)
    counts = base.workspace().transitions(choice.scheme, start, end, reading.stamp.known_seq)
    return Moves(counts, (start, end))


def move_of(
    reading: Reading, scheme: str, ends: tuple[str, str], runs: tuple[str, str]
) -> tuple[Move, tuple[Run, Run]]:
    """Return a movement as addresses name it, and its refreshes.

    Args:
        reading: Where it is told.
        scheme: Its id.
        ends: The segments before and after; `OUTSIDE` for none.
        runs: Numbers of the refreshes.

    Raises:
        InputError: The reading does not reach back to one of the refreshes, or both ends are outside.
    """
    known = {str(run.run_id): run for run in reading.movements.runs(scheme)}
    start, end = known.get(runs[0]), known.get(runs[1])
    if start is None or end is None:
        raise InputError(
            "these refreshes are not told any more",
            got=f"{runs[0]} – {runs[1]}",
            expected=", ".join(reversed(known)) or None,
            hint="choose the days anew: the page of movements shows which there are",
        )
    source, target = (None if name == OUTSIDE else name for name in ends)
    return Move(scheme, source, target, start.run_id, end.run_id), (start, end)


def _usual_start(runs: list[Run], end: date) -> date:
    """Return the day that a last day is compared with: that of a refresh if one is usual, else a week before."""
    usual = week_before(runs)
    day = _day_of(usual.as_of) if usual else end
    return day if day < end else end - _WEEK


def _day_of(instant: datetime) -> date:
    return _local(instant).date()


def _local(instant: datetime) -> datetime:
    return instant.replace(tzinfo=UTC).astimezone(base.workspace().config.zone)
