"""Random conditions about the shop, as documents: most of them right, and all of them close to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from kogorta.definitions.catalogue import ColumnInfo, Kind, TraitInfo
from kogorta.definitions.nodes import Calendar, ConsentState, Measure
from kogorta.vocab import ConsentPurpose
from tests.core.definitions.shop import READY, SHOP

Raw = dict[str, Any]
Strategy = st.SearchStrategy[Any]

WORDS = st.sampled_from(["north", "coffee", "coffee/beans", "a*b?", "O'Neil", "Ёлка", "%_\\", "2026-06-12"])
NUMBERS = st.one_of(st.integers(-3, 40), st.sampled_from([0.5, 12.25, 1000.01, 10**15 - 1, 0.000001, 2.5]))
AMOUNTS = st.one_of(st.integers(-3, 5000), st.sampled_from([0.5, 12.25, 1000.01]))
DAYS = st.one_of(st.dates(date(1900, 1, 1), date(2299, 12, 31)), st.just(date(2024, 2, 29)))
INSTANTS = st.datetimes(
    datetime(1900, 1, 2),  # noqa: DTZ001  the zone is put to it
    datetime(2299, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)
LENGTHS = st.builds(
    lambda amount, unit: f"{amount}{unit}", st.integers(1, 40), st.sampled_from(["s", "min", "h", "d", "w"])
)
LONG = st.one_of(LENGTHS, st.sampled_from(["1mo", "13mo", "2y", "200y"]))
WORDS_OF_TIME = st.sampled_from([word.value for word in Calendar])
BARE = st.sampled_from([{"exists": True}, {"missing": True}, {"exists": False}])


def one(key: str, values: Strategy) -> Strategy:
    return values.map(lambda value: {key: value})


def mostly(*choices: Strategy) -> Strategy:
    """One of these; what stands more often is drawn more often."""
    return st.sampled_from(choices).flatmap(lambda choice: choice)


def several(values: Strategy) -> Strategy:
    return st.lists(values, min_size=1, max_size=3)


def between(values: Strategy) -> Strategy:
    return st.lists(values, min_size=2, max_size=2).map(sorted)


def exact(values: Strategy) -> Strategy:
    return st.one_of(one("is", values), one("is_not", values), one("in", several(values)))


def compared(values: Strategy) -> Strategy:
    ops = [one(key, values) for key in ("at_least", "at_most", "more_than", "less_than")]
    return st.one_of(*ops, one("between", between(values)))


def of_dates(values: Strategy, lengths: Strategy) -> Strategy:
    return st.one_of(
        exact(values),
        one("before", values),
        one("after", values),
        one("between", between(DAYS)),
        one("in_last", lengths),
        one("in_next", lengths),
        one("during", WORDS_OF_TIME),
    )


SHARES = st.integers(1, 100).map(lambda share: f"{share}%")
RANKS = st.one_of(
    one("top", SHARES),
    one("bottom", SHARES),
    st.integers(1, 99).map(lambda n: {"percentile": {"at_least": n}}),
    st.integers(1, 99).map(lambda n: {"percentile": {"less_than": n}}),
)
ANNIVERSARY = st.one_of(
    WORDS_OF_TIME, st.just({"from": "0d", "to": "7d"}), st.just({"from": "-1w", "to": "3d"})
)
BY_KIND: Mapping[Kind, Strategy] = {
    Kind.NUMBER: st.one_of(exact(NUMBERS), compared(NUMBERS)),
    Kind.MONEY: st.one_of(exact(AMOUNTS), compared(AMOUNTS)),
    Kind.FLAG: st.one_of(one("is", st.booleans()), one("is_not", st.booleans())),
    Kind.DATE: st.one_of(
        of_dates(DAYS, st.sampled_from(["3d", "2w", "1mo", "1y"])), one("anniversary", ANNIVERSARY)
    ),
    Kind.INSTANT: of_dates(st.one_of(DAYS, INSTANTS), LONG),
    Kind.LIST: st.one_of(
        one("has_any", several(st.sampled_from(["email", "phone", "vip"]))),
        one("has_all", several(st.sampled_from(["email", "phone", "vip"]))),
    ),
}
ANY = st.one_of(*BY_KIND.values(), RANKS)


def tests_of(info: ColumnInfo | TraitInfo) -> Strategy:
    """Tests of a value: one as a rule, at times two, and now and then one that does not suit."""
    words = st.sampled_from(info.values) if info.values else WORDS
    parts = [one(key, WORDS) for key in ("contains", "starts_with", "matches")]
    own = BY_KIND.get(info.kind, st.one_of(exact(words), *parts))
    two = st.builds(lambda left, right: {**left, **right}, own, st.one_of(own, BARE))
    return mostly(own, own, own, own, own, own, two, two, BARE, ANY)


@st.composite
def facts(draw: st.DrawFn) -> tuple[Any, Mapping[str, ColumnInfo]]:
    """A fact as it is written, and its columns."""
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(SHOP.facts)))
        return name, SHOP.facts[name].columns
    name = draw(st.sampled_from(sorted(SHOP.events)))
    columns = {**SHOP.event_columns, **SHOP.events[name]}
    return ({"event": name} if name in SHOP.facts or draw(st.booleans()) else name), columns


@st.composite
def wheres(draw: st.DrawFn, columns: Mapping[str, ColumnInfo], key: str = "where") -> Raw:
    """`where`, or nothing."""
    names = draw(st.lists(st.sampled_from(sorted(columns)), max_size=2, unique=True))
    return {key: {name: draw(tests_of(columns[name])) for name in names}} if names else {}


WINDOWS = st.one_of(
    st.just({}),
    one("within", LONG),
    st.just({"from": "14d", "to": "7d"}),
    one("before", LONG),
    one("since", st.one_of(DAYS, INSTANTS)),
    one("during", WORDS_OF_TIME),
    between(INSTANTS).map(lambda two: {"since": two[0], "until": two[1]}),
)
COUNTS = st.one_of(compared(st.integers(0, 9)), exact(st.integers(0, 9)))


@st.composite
def did(draw: st.DrawFn) -> Raw:
    """What people did."""
    fact, columns = draw(facts())
    body: Raw = {draw(st.sampled_from(["did", "did_not"])): fact, **draw(wheres(columns))}
    measure = draw(st.sampled_from(Measure))
    if measure is Measure.TIMES:
        body |= {} if draw(st.booleans()) else {"times": draw(COUNTS)}
    else:
        numbers = [name for name, info in columns.items() if info.kind in {Kind.NUMBER, Kind.MONEY}]
        of = draw(mostly(st.sampled_from(sorted(columns)), *[st.sampled_from(numbers)] * 4 * bool(numbers)))
        tests = COUNTS if measure is Measure.DISTINCT else tests_of(columns[of])
        body[measure.value] = {"of": of, **draw(tests)}
    if draw(st.integers(0, 3)):
        body |= draw(WINDOWS)
        return body
    return body | {"change": {draw(st.sampled_from(["at_least", "less_than"])): "20%"}, "within": draw(LONG)}


@st.composite
def about_facts(draw: st.DrawFn) -> Raw:
    """The first, the newest, what goes on, what ended, what came again."""
    fact, columns = draw(facts())
    where, word = (
        draw(wheres(columns)),
        draw(st.sampled_from(["first", "newest", "regularly", "stopped", "resumed"])),
    )
    if word in {"first", "newest"}:
        return {word: fact, **where, **draw(wheres(columns, "of")), **draw(WINDOWS)}
    if word == "regularly":
        periods = draw(st.integers(1, 5))
        more = {"in_each": draw(LONG), "of": periods, "times": draw(COUNTS)}
    elif word == "stopped":
        more = {"active": {"from": "180d", "to": "60d"}, "silent": draw(LONG)}
    else:
        more = {"after_silence": draw(LENGTHS), **draw(WINDOWS)}
    return {word: fact, **where, **more}


@st.composite
def sequences(draw: st.DrawFn) -> Raw:
    """One thing after the other."""
    found = [draw(facts()) for _ in range(draw(st.integers(2, 4)))]
    steps: list[Raw] = [{"did": fact, **draw(wheres(columns))} for fact, columns in found]
    steps[0] |= draw(WINDOWS)
    for step in steps[1:]:
        step["within"] = draw(LENGTHS)
    if draw(st.booleans()):
        steps[-1] = {"did_not": steps[-1].pop("did"), **steps[-1]}
    shared = sorted(set.intersection(*(set(columns) for _, columns in found)))
    is_tied = draw(st.booleans()) and bool(shared)
    return {"sequence": steps, **({"by": draw(st.sampled_from(shared))} if is_tied else {})}


@st.composite
def traits(draw: st.DrawFn) -> Raw:
    """The test of a trait."""
    name = draw(st.sampled_from(sorted(SHOP.traits)))
    info = SHOP.traits[name]
    tests = tests_of(info)
    if info.kind in {Kind.NUMBER, Kind.MONEY}:
        tests = st.one_of(tests, RANKS, st.builds(lambda left, right: {**left, **right}, tests, RANKS))
    body = {"trait": name, **draw(tests)}
    if draw(st.integers(0, 2)) == 0:
        body["held_for"] = draw(LONG)
    has_days = info.kind in {Kind.DATE, Kind.INSTANT}
    return body | ({"zone": "customer"} if draw(st.integers(0, 1 if has_days else 20)) == 0 else {})


SEGMENTS = st.sampled_from(sorted(READY))
PEOPLE = st.one_of(
    one("in_segment", SEGMENTS),
    st.builds(lambda segment, length: {"in_segment": segment, "held_for": length}, SEGMENTS, LONG),
    one("in_list", st.sampled_from(sorted(SHOP.lists))),
    st.builds(
        lambda word, segment, window: {word: segment, **window},
        st.sampled_from(["entered", "left"]),
        SEGMENTS,
        WINDOWS,
    ),
    st.builds(lambda share, salt: {"share": share, "salt": salt}, SHARES, WORDS),
    st.builds(
        lambda channel, purpose, state: {"consent": {"channel": channel, "purpose": purpose}, "is": state},
        st.sampled_from(["email", "any"]),
        st.sampled_from([purpose.value for purpose in ConsentPurpose]),
        st.sampled_from([state.value for state in ConsentState]),
    ),
)
LEAVES = st.one_of(traits(), traits(), did(), did(), about_facts(), sequences(), PEOPLE)


def conditions(most: int = 4) -> Strategy:
    """A tree of conditions."""

    def above(inner: Strategy) -> Strategy:
        return st.one_of(one("all", several(inner)), one("any", several(inner)), one("not", inner))

    return st.recursive(LEAVES, above, max_leaves=most)
