"""The instants at which time alone may change what is true of a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from kogorta.compile.segments import moments_of
from kogorta.compile.segments.bounds import Clock
from kogorta.compile.steps import Steps
from kogorta.definitions.catalogue import Kind, Source
from kogorta.definitions.durations import CALENDAR_MONTHS, Duration
from kogorta.definitions.nodes import (
    Chosen,
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
from kogorta.membership.view import View

HORIZON = timedelta(days=400)
MOMENT = timedelta(microseconds=1)
MOST_FACTS = 2_000
"""Of a person with more facts the newest are looked at."""

CALENDAR_OPS = frozenset({Op.DURING, Op.ANNIVERSARY, Op.IN_LAST, Op.IN_NEXT})


def turning_instants(view: View, steps: Steps, nodes: Sequence[Node]) -> list[datetime]:
    """Return, in order, the instants of the next 400 days at which conditions may change without new facts.

    A fact leaves a window its length and a microsecond after it happened, and enters one that ends before as_of;
    a deadline passes exactly; days begin at local midnight; traits that are worked out are looked at daily, by
    the second of the last order, at which their days are counted.
    """
    as_of, end = view.instant.as_of, view.instant.as_of + HORIZON
    found = set(_midnights(view, as_of, end)) if any(_needs_days(view, node) for node in nodes) else set()
    lengths = {length for node in nodes for length in _lengths(node)}
    facts = {fact for node in nodes for fact in facts_of(node)}
    moments = moments_of(steps, view.language({}), facts, MOST_FACTS) if facts else []
    for moment in moments:
        for length in lengths:
            edge = _after(moment, length)
            found |= {edge, edge + MOMENT}
    found |= {instant + MOMENT for node in nodes for instant in _fixed(node)}
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


def _fixed(node: Node) -> Iterator[datetime]:
    """Yield the instants that a condition names itself."""
    windows = [node.window] if isinstance(node, Did | Chosen | Resumed | Moved) else []
    for window in windows:
        for edge in (window.start, window.end):
            if isinstance(edge, datetime):
                yield edge
    if isinstance(node, Trait):
        for test in node.tests:
            if isinstance(test.value, datetime):
                yield test.value


def _needs_days(view: View, node: Node) -> bool:
    """Whether a condition changes with the local day."""
    if isinstance(node, Did | Chosen | Resumed | Moved):
        return node.window.calendar is not None
    if not isinstance(node, Trait):
        return False
    info = view.catalogue.traits[node.name]
    return info.source is Source.AGE or any(_is_calendar(test, info.kind) for test in node.tests)


def _is_calendar(test: Test, kind: Kind) -> bool:
    return test.op in {Op.DURING, Op.ANNIVERSARY} or (kind is Kind.DATE and test.op in CALENDAR_OPS)


def _is_computed(view: View, node: Node) -> bool:
    return isinstance(node, Trait) and view.catalogue.traits[node.name].source is Source.COMPUTED


def _midnights(view: View, as_of: datetime, end: datetime) -> Iterator[datetime]:
    clock = Clock(as_of, view.config.zone)
    for number in range(1, (end - as_of).days + 1):
        yield clock.midnight(clock.today + timedelta(days=number))


def _days_after(as_of: datetime, end: datetime, moments: Iterable[datetime]) -> Iterator[datetime]:
    """Yield one instant a day: a second after the time of day of the newest fact, where days of silence are full."""
    newest = max(moments, default=as_of)
    instant = newest.replace(microsecond=0) + timedelta(seconds=1)
    while instant <= end:
        yield instant
        instant += timedelta(days=1)
