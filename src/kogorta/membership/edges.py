"""The instants at which time alone may change what is true of a person."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from kogorta.compile.segments import moments_of
from kogorta.compile.segments.bounds import Clock, day_before, month_begins
from kogorta.compile.steps import Steps
from kogorta.definitions.catalogue import Source
from kogorta.definitions.nodes import (
    Calendar,
    Chosen,
    DayRange,
    Did,
    FactSequence,
    Moved,
    Node,
    Op,
    Regularly,
    Resumed,
    Stopped,
    Test,
    Trait,
    Window,
    facts_of,
)
from kogorta.durations import CALENDAR_MONTHS, Duration
from kogorta.membership.held import Held
from kogorta.membership.view import View

HORIZON = timedelta(days=400)
MOMENT = timedelta(microseconds=1)
MOST_FACTS = 2_000
"""Of a person with more facts the newest are looked at."""


def turning_instants(
    view: View,
    steps: Steps,
    nodes: Sequence[Node],
    values: Mapping[Node, object],
    since: Mapping[Held, datetime],
) -> list[datetime]:
    """Return, in order, the instants of the next 400 days at which conditions may change without new facts.

    A fact leaves a window its length and a microsecond after it happened, and enters one that ends before as_of;
    a deadline passes exactly; local days begin at midnight; traits that are worked out are looked at daily, by the
    second of the newest fact, from which days of silence are counted.

    Args:
        view: The base as of the instant from which on.
        steps: An evaluation that reads the facts of one person.
        nodes: The conditions.
        values: What the tests of traits found.
        since: Since when the log has had him pass a condition with `held_for`; those that it does not tell are left out.
    """
    as_of, end = view.instant.as_of, view.instant.as_of + HORIZON
    clock = Clock(as_of, view.config.zone)
    found = {clock.midnight(day) for node in nodes for day in _days(view, clock, node, values.get(node))}
    lengths = {length for node in nodes for length in _lengths(node)}
    facts = {fact for node in nodes for fact in facts_of(node)}
    moments = moments_of(steps, view.language({}), facts, MOST_FACTS) if facts else []
    for moment in moments:
        for length in lengths:
            edge = _after(moment, length)
            found |= {edge, edge + MOMENT}
    for node in nodes:
        found |= {instant for fixed in _fixed(node, values.get(node)) for instant in (fixed, fixed + MOMENT)}
    found |= {instant for node, at in since.items() for instant in _held_from(at, node)}
    if any(_is_computed(view, node) for node in nodes):
        found |= set(_days_after(as_of, end, moments))
    return sorted(instant for instant in found if as_of < instant <= end)


def _lengths(node: Node) -> Iterator[Duration]:
    """Yield the lengths that a condition counts back from as_of, or forward from a fact."""
    if isinstance(node, Regularly):
        for number in range(1, node.periods + 1):
            yield Duration(node.in_each.amount * number, node.in_each.unit)
    if isinstance(node, Stopped):
        yield node.silent
        yield from _edges(node.active)
    if isinstance(node, Did | Chosen | Resumed | Moved):
        yield from _edges(node.window)
    if isinstance(node, Did) and node.change and isinstance(node.window.start, Duration):
        yield Duration(node.window.start.amount * 2, node.window.start.unit)
    if isinstance(node, FactSequence):
        for step in node.steps:
            yield from _edges(step.window)
            if step.within:
                yield step.within


def _held_from(since: datetime, node: Held) -> Iterator[datetime]:
    """Yield the instants from which something that holds since another may have held for long enough."""
    if node.held_for is not None:
        reached = _after(since, node.held_for)
        yield reached
        if node.held_for.is_calendar:
            # in a month that lacks the day, the next one begins first
            first = month_begins(reached.date(), 1)
            yield datetime(first.year, first.month, 1)  # noqa: DTZ001  UTC without a zone


def _edges(window: Window) -> Iterator[Duration]:
    for edge in (window.start, window.end):
        if isinstance(edge, Duration):
            yield edge


def _after(moment: datetime, length: Duration) -> datetime:
    """Return the first instant from which a moment lies so long back; of months the latest day that it may be."""
    if length.is_calendar:
        months = length.amount * CALENDAR_MONTHS[length.unit]
        return Duration(-months, "mo").before(moment)
    return moment + timedelta(microseconds=length.micros)


def _fixed(node: Node, value: object) -> Iterator[datetime]:
    """Yield the instants that a condition names itself, and those that the instant which it tests reaches."""
    if isinstance(node, Did | Chosen | Resumed | Moved):
        yield from (edge for edge in (node.window.start, node.window.end) if isinstance(edge, datetime))
    if not isinstance(node, Trait):
        return
    for test in node.tests:
        if isinstance(test.value, datetime):
            yield test.value
        if isinstance(value, datetime) and isinstance(test.value, Duration):
            yield value
            forward = test.op is Op.IN_LAST
            yield _after(value, test.value if forward else Duration(-test.value.amount, test.value.unit))


def _days(view: View, clock: Clock, node: Node, value: object) -> Iterator[date]:
    """Yield the local days whose beginning may change a condition."""
    if isinstance(node, Did | Chosen | Resumed | Moved):
        if node.window.calendar is not None:
            yield from _boundaries(node.window.calendar, clock.today)
        yield from (edge for edge in (node.window.start, node.window.end) if _is_day(edge))  # type: ignore[misc]
    if not isinstance(node, Trait) or not isinstance(value, date | int):
        return
    if view.catalogue.traits[node.name].source is Source.AGE:
        # the age is told, not the day of birth: any local day may be the birthday
        yield from (clock.today + timedelta(days=number) for number in range(1, HORIZON.days + 1))
    if isinstance(value, date):
        day = Clock(value, clock.zone).today if isinstance(value, datetime) else value
        for test in node.tests:
            yield from _days_of(test, day, clock.today)


def _is_day(edge: object) -> bool:
    return isinstance(edge, date) and not isinstance(edge, datetime)


def _days_of(test: Test, day: date, today: date) -> Iterator[date]:
    """Yield the local days on which the test of a day may turn."""
    if test.op is Op.ANNIVERSARY:
        for year in range(today.year - 1, today.year + 3):
            occasion = _in_year(day, year)
            if isinstance(test.value, DayRange):
                length = Duration(1, "d").micros
                yield occasion - timedelta(days=test.value.end.micros // length)
                yield occasion - timedelta(days=test.value.start.micros // length - 1)
            elif isinstance(test.value, Calendar):
                yield from _boundaries(test.value, occasion)
    elif test.op is Op.DURING and isinstance(test.value, Calendar):
        yield from _boundaries(test.value, day)
    elif isinstance(test.value, Duration):
        for edge in (day, day_before(day, test.value), day_before(day, _negative(test.value))):
            yield from (edge, edge + timedelta(days=1))


def _negative(length: Duration) -> Duration:
    return Duration(-length.amount, length.unit)


def _in_year(day: date, year: int) -> date:
    """Return an anniversary; 29 February is kept on the 28th in other years."""
    last = monthrange(year, day.month)[1]
    return date(year, day.month, min(day.day, last))


def _boundaries(word: Calendar, day: date) -> Iterator[date]:
    """Yield the days around one on which the spans of a calendar word begin."""
    unit = word.value.rpartition("_")[2]
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        yield from (monday + timedelta(weeks=number) for number in range(-2, 4))
    elif unit == "month":
        yield from (month_begins(day, number) for number in range(-2, 4))
    else:
        yield from (day + timedelta(days=number) for number in range(-2, 4))


def _is_computed(view: View, node: Node) -> bool:
    return isinstance(node, Trait) and view.catalogue.traits[node.name].source is Source.COMPUTED


def _days_after(as_of: datetime, end: datetime, moments: Iterable[datetime]) -> Iterator[datetime]:
    """Yield one instant a day: a second after the time of day of the newest fact, where days of silence are full."""
    newest = max(moments, default=as_of)
    instant = newest.replace(microsecond=0) + timedelta(seconds=1)
    while instant <= end:
        yield instant
        instant += timedelta(days=1)
