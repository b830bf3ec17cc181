"""The spans of the past whose facts reached an edge between two runs.

A window begins at an instant so long before the run. As the run moves on, its edge sweeps over a span: whose facts lie in
it may have moved without any news. So time's own work is asked of the facts; nothing is stored with each person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from math import floor

from kogorta.compile.frame import Frames, window_start
from kogorta.compile.segments import Cut
from kogorta.compile.segments.bounds import INSTANT, Clock
from kogorta.compile.segments.holds import several
from kogorta.compile.segments.program import Program
from kogorta.compile.segments.sights import BUT_EVENTS, EVERYTHING, Sight, Sights, of_tables, sights_of
from kogorta.compile.steps import SETTLING
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import FactSequence, Trait
from kogorta.traits.catalogue import CONTRACTS
from kogorta.traits.shape import Meaning
from kogorta.vocab import AxisMethod

SLACK = timedelta(seconds=1)
"""Silence is counted in whole seconds, and a window's end is open: a span may be a little too wide, never too narrow."""

SNAPSHOT = "trait_snapshot"
"""Of which the instant of the last order is compared."""

SILENCE, RECENCY = "silence_seconds", "recency_days"
Edges = tuple[datetime, datetime]
"""Where an edge of a window was as of the last run, and where it is now."""

_CENTURY = timedelta(days=36_525)
_LEAST, _MOST = datetime(1, 1, 1), datetime(9999, 12, 31)  # noqa: DTZ001  instants are UTC without a zone inside


@dataclass(frozen=True, order=True)
class Span:
    """From one instant to another, both included; UTC without a zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Turns:
    """What the passing of time moves between two runs.

    Attributes:
        spans: Spans over which an edge swept, by the rows that are compared with it: in order, none touching another.
        is_new_day: Whether a local day of the workspace began that some condition looks at.
    """

    spans: Mapping[Sight, tuple[Span, ...]]
    is_new_day: bool


def turns_between(
    before: Clock,
    now: Clock,
    program: Program,
    meaning: Meaning,
    frames: Frames,
    cuts: Mapping[Cut, int | float],
) -> Turns:
    """Return what time moves between two runs.

    Args:
        before: The instant of the last run, and the zone of the workspace.
        now: That of this one.
        program: Of all definitions.
        meaning: How recency is scored.
        frames: What everyone is compared with.
        cuts: Values of the base that definitions compare with.
    """
    program.steps()  # by then all parameters are asked for
    bounds = program.compiler.bounds
    was, now_is = bounds.values(before), bounds.values(now)
    window = frames.rfm.values["window_days"]
    definitions = program.language.definitions.values()
    swept = [
        ((before.as_of - back, now.as_of - back), sights)
        for back, sights in (
            (timedelta(0), EVERYTHING),
            (SETTLING, of_tables("messages", "message_events")),
            *_lengths(program, cuts),
            *((point, of_tables(SNAPSHOT)) for point in _points(definitions, meaning, frames, cuts)),
        )
    ]
    swept.append(((window_start(before.as_of, window), window_start(now.as_of, window)), BUT_EVENTS))
    instants = [name for name, kind in bounds.types.items() if kind == INSTANT]
    swept += [((was[name], now_is[name]), bounds.sights(name)) for name in instants]
    looks_at_days = bool(len(instants) < len(bounds.types) or program.compiler.zoned.types)
    return Turns(_by_sight(swept), looks_at_days and before.today != now.today)


def _by_sight(swept: Iterable[tuple[Edges, Sights]]) -> dict[Sight, tuple[Span, ...]]:
    """Return the spans of each sight that has any."""
    pairs: dict[Sight, list[Edges]] = {}
    for edges, sights in swept:
        for sight in sights:
            pairs.setdefault(sight, []).append(edges)
    spans = {sight: merged(pairs[sight]) for sight in sorted(pairs)}
    return {sight: found for sight, found in spans.items() if found}


def merged(pairs: Iterable[Edges]) -> tuple[Span, ...]:
    """Return spans that cover all pairs that are not empty, each with its slack."""
    found: list[Span] = []
    for start, end in sorted(pair for pair in pairs if pair[0] != pair[1]):
        low, high = _less_slack(start), _more_slack(end)
        if found and low <= found[-1].end:
            found[-1] = Span(found[-1].start, max(high, found[-1].end))
        else:
            found.append(Span(low, high))
    return tuple(found)


def _less_slack(instant: datetime) -> datetime:
    return instant - SLACK if instant - _LEAST > SLACK else _LEAST


def _more_slack(instant: datetime) -> datetime:
    return instant + SLACK if instant < _MOST else instant


def _lengths(program: Program, cuts: Mapping[Cut, int | float]) -> Iterator[tuple[timedelta, Sights]]:
    """Yield the lengths that are counted from a fact itself: deadlines of sequences, windows of traits, tested silences."""
    catalogue, definitions = program.language.catalogue, program.language.definitions.values()
    for node in (node for item in definitions for root in item.conditions() for node in root.walk()):
        sights = sights_of(node, catalogue)
        if isinstance(node, FactSequence):
            yield from (
                (timedelta(microseconds=step.within.micros), sights) for step in node.steps if step.within
            )
        if isinstance(node, Trait) and node.name in CONTRACTS:
            yield from ((timedelta(days=days), sights) for days in CONTRACTS[node.name].windows)
        if isinstance(node, Trait) and node.name == SILENCE:
            yield from ((_seconds(value), sights) for test in node.tests for value in several(test))
    yield from ((_seconds(value), BUT_EVENTS) for cut, value in cuts.items() if cut.trait == SILENCE)


def _points(
    definitions: Iterable[Definition], meaning: Meaning, frames: Frames, cuts: Mapping[Cut, int | float]
) -> Iterator[timedelta]:
    """Yield the silences, counted from the last order, at which something turns for everybody.

    The end of being new, and the full days at which a recency score turns or a test of `recency_days`: those of each bound, and one more.
    """
    yield timedelta(days=frames.lifecycle.values["new_days"] or 0)
    prefix = {AxisMethod.RHYTHM: "r_bound_", AxisMethod.RELATIVE: "r_cut_"}.get(meaning.recency)
    bounds: list[object] = (
        [value for name, value in frames.rfm.values.items() if name.startswith(prefix)]
        if prefix
        else list(meaning.recency_bounds)
    )
    bounds += [value for cut, value in cuts.items() if cut.trait == RECENCY]
    for node in (node for item in definitions for root in item.conditions() for node in root.walk()):
        if isinstance(node, Trait) and node.name == RECENCY:
            bounds += [value for test in node.tests for value in several(test)]
    for bound in bounds:
        if isinstance(bound, int | float | Fraction):
            days = min(max(floor(bound), 0), _CENTURY.days)
            yield from (timedelta(days=days), timedelta(days=days + 1))


def _seconds(value: object) -> timedelta:
    """Return a tested silence as a length, held within what a calendar can count back."""
    seconds = float(value) if isinstance(value, int | float | Fraction) else 0.0
    return timedelta(seconds=min(max(seconds, 0.0), _CENTURY.total_seconds()))
