"""Reading conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from kogorta.definitions.nodes import (
    ALWAYS,
    AllOf,
    AnyOf,
    Chosen,
    Consent,
    ConsentState,
    Did,
    FactRef,
    FactSequence,
    InList,
    InSegment,
    Measure,
    Moved,
    Node,
    Not,
    Op,
    Regularly,
    Resumed,
    Share,
    Step,
    Stopped,
    Test,
    Tests,
    Trait,
)
from kogorta.definitions.parsing.pieces import (
    WINDOW_KEYS,
    Raw,
    only,
    read_fact,
    read_fixed,
    read_needed,
    read_text,
    read_where,
    read_whole,
    read_window,
    read_word,
)
from kogorta.definitions.parsing.reader import Problems, as_mapping, below, nearest, shown
from kogorta.definitions.parsing.tests import OPS, only_tests, read_duration, read_share, read_tests
from kogorta.durations import Duration
from kogorta.message import lazy
from kogorta.vocab import ConsentPurpose

MAX_DEPTH = 50
MAX_PERIODS = 60
MAX_STEPS = 6


def read_node(raw: object, path: str, problems: Problems, depth: int = 0) -> Node:
    """Read one condition and all below it; after a problem, something to go on with."""
    if depth > MAX_DEPTH:
        problems.add(path, "conditions lie too deep in each other", expected=str(MAX_DEPTH))
        return AllOf(())
    body = as_mapping(raw, path, problems)
    if body is None:
        return AllOf(())
    found = [key for key in body if key in _READERS]
    if len(found) != 1:
        _no_node(body, found, path, problems)
        return AllOf(())
    return _READERS[found[0]](body, path, problems, depth)


def _no_node(body: Raw, found: list[str], path: str, problems: Problems) -> None:
    if found:
        problems.add(
            path,
            "one condition says one thing",
            got=", ".join(found),
            hint=lazy("put them under {word}", word="all: [{…}, {…}]"),
        )
        return
    hints = [hint for key in body if (hint := nearest(key, _READERS))]
    problems.add(
        path,
        "this is no condition",
        got=shown(dict(body)),
        expected=", ".join(_READERS),
        hint=hints[0] if hints else None,
    )


def _group(kind: type[AllOf] | type[AnyOf], key: str) -> Callable[..., Node]:
    def read(body: Raw, path: str, problems: Problems, depth: int) -> Node:
        only(body, (key,), path, problems)
        items, place = body[key], below(path, key)
        if not isinstance(items, list) or not items:
            problems.add(place, "a list of conditions belongs here", got=shown(items), expected="[{…}, {…}]")
            return kind(())
        return kind(
            tuple(read_node(item, below(place, i), problems, depth + 1) for i, item in enumerate(items))
        )

    return read


def _not(body: Raw, path: str, problems: Problems, depth: int) -> Node:
    only(body, ("not",), path, problems)
    return Not(read_node(body["not"], below(path, "not"), problems, depth + 1))


def _trait(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001  readers are called alike
    known = {"trait", "held_for", "zone", *OPS}
    only(body, ("trait", "held_for", "zone", *sorted(OPS)), path, problems)
    name = read_text(body["trait"], below(path, "trait"), problems)
    tests = read_tests(body, path, problems)
    if known.issuperset(body) and OPS.isdisjoint(body):
        problems.add(
            path,
            "a test of the trait is missing",
            got=shown(dict(body)),
            expected="is, at_least, between, exists, …",
        )
    held = _held_for(body, path, problems)
    zone = body.get("zone", "workspace")
    if zone not in {"workspace", "customer"}:
        problems.add(
            below(path, "zone"), "there is no such zone here", got=shown(zone), expected="workspace, customer"
        )
    return Trait(name, tests, held, zone == "customer")


def _held_for(body: Raw, path: str, problems: Problems) -> Duration | None:
    return read_duration(body["held_for"], below(path, "held_for"), problems) if "held_for" in body else None


def _did(key: str) -> Callable[..., Node]:
    def read(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
        measures = [measure.value for measure in Measure]
        only(body, (key, "where", "change", *measures, *WINDOW_KEYS), path, problems)
        given = [name for name in measures if name in body]
        if len(given) > 1:
            problems.add(path, "one condition measures one thing", got=", ".join(given))
        measure, of = Measure(given[0]) if given else Measure.TIMES, None
        tests: Tests = (Test(Op.AT_LEAST, 1),)
        if given:
            of, tests = _measured(body[given[0]], measure, below(path, given[0]), problems)
            _needs_test(body, given[0], path, problems)
        change = _change(body, path, problems)
        return Did(
            read_fact(body[key], below(path, key), problems),
            read_where(body, "where", path, problems),
            read_window(body, path, problems),
            measure,
            of,
            () if change and not (given and tests) else tests,
            change,
            negated=key == "did_not",
        )

    return read


def _measured(raw: object, measure: Measure, path: str, problems: Problems) -> tuple[str | None, Tests]:
    if measure is Measure.TIMES:
        return None, only_tests(raw, path, problems)
    body = as_mapping(raw, path, problems)
    if body is None:
        return None, ()
    of = read_text(body.get("of"), below(path, "of"), problems)
    only(body, ("of", *sorted(OPS)), path, problems)
    return of, read_tests(body, path, problems)


def _needs_test(body: Raw, measure: str, path: str, problems: Problems) -> None:
    """Note a measure that is neither tested nor compared with what it was before."""
    raw = body[measure]
    if measure == Measure.TIMES.value or "change" in body or not isinstance(raw, Mapping):
        return
    if not any(key in OPS for key in raw):
        problems.add(
            below(path, measure),
            "a test of the measure is missing",
            got=shown(dict(raw)),
            expected="at_least, less_than, between, …",
        )


def _change(body: Raw, path: str, problems: Problems) -> Tests:
    if "change" not in body:
        return ()
    place = below(path, "change")
    raw = as_mapping(body["change"], place, problems)
    allowed = (Op.AT_LEAST.value, Op.AT_MOST.value, Op.MORE_THAN.value, Op.LESS_THAN.value)
    if raw is None:
        return ()
    only(raw, allowed, place, problems)
    if "within" not in body:
        problems.add(
            place,
            "a change is told of a window within so long",
            hint=lazy("write {example}", example="within: 30d"),
        )
    found = [
        Test(Op(key), share)
        for key, value in raw.items()
        if key in allowed
        and (share := read_share(value, below(place, key), problems, least=-1, most=None)) is not None
    ]
    return tuple(found)


def _chosen(key: str) -> Callable[..., Node]:
    def read(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
        only(body, (key, "of", "where", *WINDOW_KEYS), path, problems)
        return Chosen(
            key == "newest",
            read_fact(body[key], below(path, key), problems),
            read_where(body, "of", path, problems),
            read_where(body, "where", path, problems),
            read_window(body, path, problems),
        )

    return read


def _regularly(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("regularly", "where", "times", "in_each", "at_least", "of"), path, problems)
    length = read_needed(body, "in_each", path, problems)
    periods = read_whole(body, "of", path, problems, 1, MAX_PERIODS)
    least = read_whole({"at_least": periods} | dict(body), "at_least", path, problems, 1, periods)
    tests: Tests = (Test(Op.AT_LEAST, 1),)
    if "times" in body:
        tests = only_tests(body["times"], below(path, "times"), problems)
    fact = read_fact(body["regularly"], below(path, "regularly"), problems)
    return Regularly(fact, length, periods, least, read_where(body, "where", path, problems), tests)


def _stopped(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("stopped", "where", "active", "silent"), path, problems)
    place, active = below(path, "active"), ALWAYS
    raw = as_mapping(body.get("active"), place, problems)
    if raw is not None:
        only(raw, ("from", "to"), place, problems)
        active = read_window(raw, place, problems)
        if not {"from", "to"} <= set(raw):
            problems.add(
                place, "both from and to belong here", got=shown(dict(raw)), expected="{from: 180d, to: 60d}"
            )
    fact = read_fact(body["stopped"], below(path, "stopped"), problems)
    return Stopped(
        fact, active, read_needed(body, "silent", path, problems), read_where(body, "where", path, problems)
    )


def _resumed(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("resumed", "where", "after_silence", *WINDOW_KEYS), path, problems)
    silence = read_fixed(
        read_needed(body, "after_silence", path, problems), below(path, "after_silence"), problems
    )
    fact = read_fact(body["resumed"], below(path, "resumed"), problems)
    return Resumed(
        fact, silence, read_window(body, path, problems), read_where(body, "where", path, problems)
    )


def _sequence(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("sequence", "by"), path, problems)
    raw, place = body["sequence"], below(path, "sequence")
    if not isinstance(raw, list) or not 2 <= len(raw) <= MAX_STEPS:
        problems.add(place, lazy("a sequence has from 2 to {most} steps", most=MAX_STEPS), got=shown(raw))
        return FactSequence(())
    steps = tuple(_step(item, below(place, i), problems, i, len(raw)) for i, item in enumerate(raw))
    by = read_text(body["by"], below(path, "by"), problems) if "by" in body else None
    return FactSequence(steps, by)


def _step(raw: object, path: str, problems: Problems, number: int, of: int) -> Step:
    body = as_mapping(raw, path, problems)
    if body is None:
        return Step(FactRef(""))
    kinds = [key for key in ("did", "did_not") if key in body]
    if len(kinds) != 1:
        problems.add(
            path, "a step says did or did_not", got=shown(dict(body)), expected="{did: …}, {did_not: …}"
        )
        return Step(FactRef(""))
    kind = kinds[0]
    if kind == "did_not" and (number == 0 or number < of - 1):
        problems.add(path, "only the last step can be did_not", got=shown(dict(body)))
    fact, where = (
        read_fact(body[kind], below(path, kind), problems),
        read_where(body, "where", path, problems),
    )
    if number == 0:
        only(body, (kind, "where", *WINDOW_KEYS), path, problems)
        return Step(fact, where, read_window(body, path, problems))
    only(body, (kind, "where", "within"), path, problems)
    within = read_fixed(read_needed(body, "within", path, problems), below(path, "within"), problems)
    return Step(fact, where, ALWAYS, within, kind == "did_not")


def _in_segment(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("in_segment", "held_for"), path, problems)
    name = read_text(body["in_segment"], below(path, "in_segment"), problems)
    return InSegment(name, _held_for(body, path, problems))


def _in_list(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("in_list",), path, problems)
    return InList(read_text(body["in_list"], below(path, "in_list"), problems))


def _moved(key: str) -> Callable[..., Node]:
    def read(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
        only(body, (key, "causes", *WINDOW_KEYS), path, problems)
        causes = body.get("causes", "behaviour")
        if causes not in {"behaviour", "any"}:
            problems.add(
                below(path, "causes"), "there is no such choice", got=shown(causes), expected="behaviour, any"
            )
        segment = read_text(body[key], below(path, key), problems)
        return Moved(segment, read_window(body, path, problems), key == "left", causes == "any")

    return read


def _share(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("share", "salt"), path, problems)
    share = read_share(body["share"], below(path, "share"), problems)
    if "salt" not in body:
        problems.add(path, "a salt is missing", hint="any word: the same word gives the same people for ever")
    salt = read_text(body.get("salt", "-"), below(path, "salt"), problems)
    return Share(Fraction(0) if share is None else share, salt)


def _consent(body: Raw, path: str, problems: Problems, depth: int) -> Node:  # noqa: ARG001
    only(body, ("consent", "is"), path, problems)
    place = below(path, "consent")
    raw = as_mapping(body["consent"], place, problems) or {}
    only(raw, ("channel", "purpose"), place, problems)
    channel = read_text(raw.get("channel"), below(place, "channel"), problems)
    purpose = read_word(
        raw.get("purpose"), tuple(item.value for item in ConsentPurpose), below(place, "purpose"), problems
    )
    states = tuple(item.value for item in ConsentState)
    state = read_word(body.get("is", "granted"), states, below(path, "is"), problems)
    return Consent(channel, purpose or ConsentPurpose.ADVERTISING.value, ConsentState(state or "granted"))


_READERS: dict[str, Callable[..., Node]] = {
    "all": _group(AllOf, "all"),
    "any": _group(AnyOf, "any"),
    "not": _not,
    "trait": _trait,
    "did": _did("did"),
    "did_not": _did("did_not"),
    "first": _chosen("first"),
    "newest": _chosen("newest"),
    "regularly": _regularly,
    "stopped": _stopped,
    "resumed": _resumed,
    "sequence": _sequence,
    "in_segment": _in_segment,
    "in_list": _in_list,
    "entered": _moved("entered"),
    "left": _moved("left"),
    "share": _share,
    "consent": _consent,
}
"""By the word that names a condition: how it is read."""
