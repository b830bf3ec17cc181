"""How far back conditions look into facts, and from what they are read.

Facts that several tables are worked out of are kept in a scratch table once. Events are too many for that: of them only
recent ones are, for the conditions that look a short way back; whatever looks further reads the stored table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

from kogorta.compile.segments.rows import EVENTS
from kogorta.definitions.nodes import Calendar, Window
from kogorta.durations import UNIT_MICROS, Duration

RECENT_DAYS = 35
"""A window that begins no longer ago than this looks a short way back."""

_LONGER = frozenset({Calendar.LAST_MONTH})
"""Calendar words that may begin longer ago."""


@dataclass(frozen=True)
class Part:
    """Facts of one group, all of them or only recent ones.

    Attributes:
        group: The group.
        is_recent: Whether only conditions that look a short way back read it.
    """

    group: str
    is_recent: bool = False

    @property
    def name(self) -> str:
        """What scratch tables of it are called after."""
        return f"{self.group}_recent" if self.is_recent else self.group


@dataclass(frozen=True)
class Reach:
    """What a condition can count: facts of one name from an instant on.

    Attributes:
        name: Of the fact.
        start: The parameter of the instant; None is the beginning of time.
    """

    name: str
    start: str | None


@dataclass
class Readings:
    """Who reads which facts, gathered while conditions are compiled."""

    _reaches: dict[Part, dict[Hashable, set[Reach]]] = field(default_factory=dict)

    def note(self, part: Part, reader: Hashable, reach: Reach) -> None:
        """Remember that a reader looks so far back."""
        self._reaches.setdefault(part, {}).setdefault(reader, set()).add(reach)

    def of(self, part: Part, reader: Hashable | None = None) -> frozenset[Reach]:
        """Return how far a reader looks back; None: all that read the part."""
        readers = self._reaches[part]
        return frozenset(readers[reader] if reader else set().union(*readers.values()))

    def shared(self) -> list[Part]:
        """Return the parts that several read, but for all events."""
        return [
            part
            for part, readers in self._reaches.items()
            if len(readers) > 1 and (part.is_recent or part.group != EVENTS)
        ]


def part_of(group: str, window: Window) -> Part:
    """Return the part of a group that a window is read from."""
    return Part(group, group == EVENTS and _is_short(window))


def names_of(reaches: Iterable[Reach]) -> tuple[str, ...]:
    """Return the names of the facts that are counted, in order."""
    return tuple(sorted({reach.name for reach in reaches}))


def starts_of(reaches: Iterable[Reach]) -> tuple[str, ...]:
    """Return the parameters of the instants before which nothing counts; none if anything ever counts."""
    starts = {reach.start for reach in reaches}
    return () if None in starts else tuple(sorted(start for start in starts if start is not None))


def _is_short(window: Window) -> bool:
    if window.calendar is not None:
        return window.calendar not in _LONGER
    start = window.start
    if not isinstance(start, Duration):
        return False
    if start.is_calendar:
        return start.unit == "mo" and start.amount <= 1
    return start.micros <= RECENT_DAYS * UNIT_MICROS["d"]
