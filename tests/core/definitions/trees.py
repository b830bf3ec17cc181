"""Random definitions: every kind of node and of test, always what the parser could have read."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

from hypothesis import strategies as st

from kogorta.definitions.document import EVERYONE, ORDERED, Definition, Part
from kogorta.definitions.names import Words
from kogorta.definitions.nodes import (
    ALWAYS,
    AllOf,
    AnyOf,
    Calendar,
    Chosen,
    Consent,
    ConsentState,
    DayRange,
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
    Where,
    Window,
)
from kogorta.definitions.parsing.playbook import MAX_CONTACTS, MAX_DAYS
from kogorta.definitions.parsing.reader import Problems
from kogorta.definitions.parsing.tests import read_scalar
from kogorta.definitions.playbooks import LIMITS, TEXTS, Channel, Goal, Playbook, unknown_variables
from kogorta.durations import Duration
from kogorta.vocab import ConsentPurpose

CYRILLIC = st.text("абвгдежзийклмнопрстуфхцчшщъыьэюяАБВЁё 0123456789", min_size=1, max_size=12).filter(
    lambda text: bool(text.strip())
)
"""Words that leave nothing Latin in a Russian sentence."""
ANY_TEXT = st.one_of(
    CYRILLIC,
    st.sampled_from(
        ["yes", "null", "~", "12:30", "1_000", "007", "1.50", "1e5", "1.5e5", "-3", "0x1F", "30d", "10%"],
    ),
    st.sampled_from(
        ["a: b", "# no", "- x", "{x}", "[", "'", '"', "\\", "=", "*", "&a", "!t", "2026-01-01T10:00", " x "]
    ),
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8
    ).filter(lambda text: bool(text.strip())),
)
KNOWN_FACTS = ("order", "order_line", "return", "visit", "points", "message_opened", "product_viewed")
KNOWN_TRAITS = (
    "age",
    "birth_date",
    "city",
    "lifecycle_stage",
    "orders_count",
    "has_promise",
    "revenue_total",
)
KNOWN_COLUMNS = ("category", "channel", "amount", "status", "outlet_id", "quantity", "completed_at", "page")
NOON = st.just(datetime.fromisoformat("2026-06-12T12:00"))
CHANNELS = ("email", "phone", "any")
FIXED, CALENDAR = ("s", "min", "h", "d", "w"), ("mo", "y")
MOST = {"d": 73_050, "w": 10_435, "mo": 2_400, "y": 200}


class Trees:
    """Strategies over one alphabet.

    Args:
        texts: What names and values the shop's own are made of.
    """

    def __init__(self, texts: st.SearchStrategy[str]) -> None:
        self.texts = texts
        self.strings = texts.filter(lambda text: isinstance(read_scalar(text, "", Problems()), str))
        self.facts = st.one_of(
            st.sampled_from(KNOWN_FACTS).map(FactRef),
            st.builds(FactRef, texts, st.booleans()),
            st.just(FactRef("order", is_event=True)),
        )
        self.scalars: st.SearchStrategy[Any] = st.one_of(
            self.strings, st.booleans(), numbers(), dates(), instants()
        )

    @cached_property
    def several(self) -> st.SearchStrategy[tuple[Any, ...]]:
        return st.lists(self.scalars, min_size=1, max_size=4, unique=True).map(tuple)

    @cached_property
    def test(self) -> st.SearchStrategy[Test]:
        one = st.one_of
        return one(
            st.builds(Test, st.sampled_from([Op.IS, Op.IS_NOT]), self.scalars),
            st.builds(Test, st.sampled_from([Op.IN, Op.HAS_ANY, Op.HAS_ALL]), self.several),
            st.builds(
                Test,
                st.sampled_from([Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN]),
                one(numbers(), dates(), instants()),
            ),
            st.builds(
                Test,
                st.just(Op.BETWEEN),
                one(*(st.tuples(kind, kind).map(in_order) for kind in (numbers(), dates(), instants()))),
            ),
            st.builds(Test, st.sampled_from([Op.CONTAINS, Op.STARTS_WITH, Op.MATCHES]), self.strings),
            st.builds(Test, st.sampled_from([Op.EXISTS, Op.MISSING])),
            st.builds(Test, st.sampled_from([Op.BEFORE, Op.AFTER]), one(dates(), instants())),
            st.builds(Test, st.sampled_from([Op.IN_LAST, Op.IN_NEXT]), durations(least=0)),
            st.builds(Test, st.just(Op.DURING), st.sampled_from(Calendar)),
            st.builds(Test, st.just(Op.ANNIVERSARY), one(st.sampled_from(Calendar), day_ranges())),
            st.builds(
                Test,
                st.just(Op.PERCENTILE),
                st.integers(0, 1000).map(lambda n: Fraction(n, 1000)),
                st.sampled_from([Op.AT_LEAST, Op.LESS_THAN]),
            ),
            st.builds(Test, st.sampled_from([Op.TOP, Op.BOTTOM]), shares()),
        )

    @cached_property
    def tests(self) -> st.SearchStrategy[Tests]:
        return st.lists(self.test, min_size=1, max_size=3, unique_by=lambda test: test.op).map(tuple)

    @cached_property
    def where(self) -> st.SearchStrategy[Where]:
        column = st.one_of(st.sampled_from(KNOWN_COLUMNS), self.texts)
        columns = st.lists(st.tuples(column, self.tests), max_size=2, unique_by=lambda item: item[0])
        return st.one_of(st.just(Where()), columns.map(lambda items: Where(tuple(items))))

    @cached_property
    def did(self) -> st.SearchStrategy[Did]:
        @st.composite
        def draw_did(draw: st.DrawFn) -> Did:
            measure = draw(st.sampled_from(Measure))
            change = draw(st.one_of(st.just(()), changes()))
            tests = draw(st.one_of(st.just((Test(Op.AT_LEAST, 1),)), self.tests))
            window = draw(windows())
            if change:
                window = Window(draw(durations(least=1)))
                tests = draw(st.one_of(st.just(()), self.tests))
            of = None if measure is Measure.TIMES else draw(st.one_of(st.just("revenue"), self.texts))
            where, negated = draw(self.where), draw(st.booleans())
            return Did(draw(self.facts), where, window, measure, of, tests, change, negated)

        return draw_did()

    @cached_property
    def sequence(self) -> st.SearchStrategy[FactSequence]:
        @st.composite
        def draw_sequence(draw: st.DrawFn) -> FactSequence:
            steps = [Step(draw(self.facts), draw(self.where), draw(windows()))]
            count = draw(st.integers(1, 3))
            for number in range(count):
                within = draw(durations(least=1, units=FIXED))
                negated = number == count - 1 and draw(st.booleans())
                steps.append(Step(draw(self.facts), draw(self.where), ALWAYS, within, negated))
            by = draw(st.one_of(st.none(), st.just("cart_id"), self.texts))
            return FactSequence(tuple(steps), by)

        return draw_sequence()

    @cached_property
    def regularly(self) -> st.SearchStrategy[Regularly]:
        @st.composite
        def draw_regularly(draw: st.DrawFn) -> Regularly:
            periods = draw(st.integers(1, 60))
            least = draw(st.integers(1, periods))
            length, tests = draw(durations(least=1)), draw(self.tests)
            return Regularly(draw(self.facts), length, periods, least, draw(self.where), tests)

        return draw_regularly()

    @cached_property
    def trait(self) -> st.SearchStrategy[Trait]:
        name = st.one_of(st.sampled_from(KNOWN_TRAITS), self.texts)
        held = st.one_of(st.none(), durations(least=0))
        return st.builds(Trait, name, self.tests, held, st.booleans())

    @cached_property
    def leaf(self) -> st.SearchStrategy[Node]:
        active = st.tuples(durations(least=1), durations(least=1)).filter(is_longer).map(lambda w: Window(*w))
        segments = st.one_of(st.sampled_from(["lifecycle.at_risk", "value.unknown"]), self.texts)
        return st.one_of(
            self.trait,
            self.did,
            st.builds(Chosen, st.booleans(), self.facts, self.where, self.where, windows()),
            self.regularly,
            st.builds(Stopped, self.facts, active, durations(least=1), self.where),
            st.builds(Resumed, self.facts, durations(least=1, units=FIXED), windows(), self.where),
            self.sequence,
            st.builds(InSegment, segments, st.one_of(st.none(), durations(least=0))),
            st.builds(InList, self.texts),
            st.builds(Moved, segments, windows(), st.booleans(), st.booleans()),
            st.builds(Share, shares(), self.texts),
            st.builds(
                Consent,
                st.one_of(st.sampled_from(CHANNELS), self.texts),
                st.sampled_from([purpose.value for purpose in ConsentPurpose]),
                st.sampled_from(ConsentState),
            ),
        )

    @cached_property
    def node(self) -> st.SearchStrategy[Node]:
        def above(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
            several = st.lists(children, min_size=1, max_size=4).map(tuple)
            return st.one_of(several.map(AllOf), several.map(AnyOf), children.map(Not))

        return st.recursive(self.leaf, above, max_leaves=6)

    @cached_property
    def definition(self) -> st.SearchStrategy[Definition]:
        @st.composite
        def draw_definition(draw: st.DrawFn) -> Definition:
            ids = draw(
                st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True), min_size=3, max_size=5)
            )
            name, purpose = draw(self.name), draw(purposes(self.texts))
            if draw(st.booleans()):
                priority = draw(st.one_of(st.none(), st.integers(0, 99)))
                return Definition(
                    ids[0],
                    draw(self.node),
                    name=name,
                    purpose=purpose,
                    priority=priority,
                    playbook=draw(self.playbook),
                )
            inside = list(dict.fromkeys(ids[1:]))
            if len(inside) == 1:
                inside.append(f"{inside[0]}_2")
            parts = tuple(
                Part(id_, draw(self.node), draw(self.name), draw(self.playbook)) for id_ in inside[:-1]
            )
            base = draw(st.one_of(st.sampled_from([EVERYONE, ORDERED]), self.node))
            return Definition(
                ids[0],
                base=base,
                parts=parts,
                otherwise=inside[-1],
                otherwise_name=draw(self.name),
                otherwise_playbook=draw(self.playbook),
                name=name,
                purpose=purpose,
            )

        return draw_definition()

    @cached_property
    def playbook(self) -> st.SearchStrategy[Playbook | None]:
        texts = self.texts.filter(lambda text: not unknown_variables(text))
        limit = st.one_of(st.none(), st.integers(0, 100))
        cards = st.builds(
            Playbook,
            goal=st.sampled_from(Goal),
            channels=st.lists(st.sampled_from(Channel), min_size=1, max_size=3, unique=True).map(tuple),
            max_contacts=st.integers(1, MAX_CONTACTS),
            per_days=st.integers(1, MAX_DAYS),
            **dict.fromkeys(LIMITS, limit),
            **dict.fromkeys(TEXTS, st.builds(Words, texts, texts)),
        )
        return st.one_of(st.none(), cards)

    @cached_property
    def name(self) -> st.SearchStrategy[dict[str, str]]:
        return st.one_of(
            st.just({}),
            self.texts.map(lambda text: {"ru": text, "en": text}),
            st.dictionaries(st.sampled_from(["ru", "en"]), self.texts, min_size=1),
        )


@cache
def numbers() -> st.SearchStrategy[int | Fraction]:
    decimals = st.floats(-1e6, 1e6).map(lambda value: Fraction(repr(value)))
    return st.one_of(
        st.integers(-10, 100),
        st.integers(),
        decimals.map(lambda value: int(value) if value.denominator == 1 else value),
        st.just(Fraction(1, 100_000)),
    )


@cache
def dates() -> st.SearchStrategy[date]:
    return st.dates()


@cache
def instants() -> st.SearchStrategy[datetime]:
    datetimes = st.datetimes().map(lambda at: at.replace(fold=0))
    return st.one_of(datetimes, NOON.map(lambda at: at.replace(hour=0)), NOON)


@cache
def shares() -> st.SearchStrategy[Fraction]:
    return st.one_of(
        st.integers(0, 100).map(lambda n: Fraction(n, 100)),
        st.integers(0, 100_000_000).map(lambda n: Fraction(n, 100_000_000)),
    )


@cache
def changes() -> st.SearchStrategy[Tests]:
    ops = st.sampled_from([Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN])
    share = st.one_of(st.integers(-100, 300).map(lambda n: Fraction(n, 100)), st.just(Fraction(-1, 8)))
    test = st.builds(Test, ops, share)
    return st.lists(test, min_size=1, max_size=2, unique_by=lambda found: found.op).map(tuple)


@cache
def durations(*, least: int, units: tuple[str, ...] = (*FIXED, *CALENDAR)) -> st.SearchStrategy[Duration]:
    small = st.integers(least, 40)
    return st.sampled_from(units).flatmap(
        lambda unit: st.one_of(small, st.integers(least, MOST.get(unit, 999_999))).map(
            lambda amount: Duration(amount, unit)
        )
    )


@cache
def day_ranges() -> st.SearchStrategy[DayRange]:
    def fits(pair: tuple[Duration, Duration]) -> bool:
        return 0 <= pair[1].micros - pair[0].micros <= 364 * Duration(1, "d").micros

    edge = st.builds(Duration, st.integers(-9, 30), st.sampled_from(["d", "w"]))
    return st.tuples(edge, edge).filter(fits).map(lambda pair: DayRange(*pair))


def is_longer(pair: tuple[Duration, Duration]) -> bool:
    probe = datetime.fromisoformat("2024-03-31T00:00")
    return pair[0].before(probe) < pair[1].before(probe)


@cache
def windows() -> st.SearchStrategy[Window]:
    moments = st.one_of(dates(), instants())
    return st.one_of(
        st.just(ALWAYS),
        st.builds(Window, durations(least=1)),
        st.tuples(durations(least=1), durations(least=0)).filter(is_longer).map(lambda w: Window(*w)),
        st.builds(Window, st.none(), durations(least=0)),
        st.builds(Window, moments),
        st.builds(Window, st.none(), moments),
        st.builds(Window, moments, moments),
        st.builds(Window, calendar=st.sampled_from(Calendar)),
    )


@cache
def purposes(texts: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, object]]:
    value = st.recursive(
        st.one_of(texts, st.integers(), st.booleans(), st.none(), st.just("2026-06-12"), st.just("7")),
        lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(texts, inner, max_size=2)),
        max_leaves=3,
    )
    return st.one_of(st.just({}), st.dictionaries(texts, value, max_size=2))


def in_order(pair: tuple[Any, Any]) -> tuple[Any, Any]:
    return min(pair), max(pair)
