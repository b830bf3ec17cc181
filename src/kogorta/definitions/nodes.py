"""The segment language: one tree of small immutable nodes.

A node is true or false of a customer as of an instant, never unknown. What each means is said here, once;
`parse` reads it from YAML or JSON, `dump` writes it, `sentence` says it in words, `compile` makes it SQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from kogorta.durations import Duration


class Op(StrEnum):
    """How a value is tested. Of a missing value only `is_not` and `missing` are true."""

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    MATCHES = "matches"
    EXISTS = "exists"
    MISSING = "missing"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    BEFORE = "before"
    AFTER = "after"
    IN_LAST = "in_last"
    IN_NEXT = "in_next"
    DURING = "during"
    ANNIVERSARY = "anniversary"
    PERCENTILE = "percentile"
    TOP = "top"
    BOTTOM = "bottom"


class Calendar(StrEnum):
    """Calendar words, in local days; weeks begin on Monday."""

    TODAY = "today"
    YESTERDAY = "yesterday"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"
    LAST_WEEK = "last_week"
    NEXT_WEEK = "next_week"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"
    NEXT_MONTH = "next_month"


@dataclass(frozen=True, slots=True)
class DayRange:
    """Local days counted from today, both ends included: {from: 0d, to: 7d} is today and the 7 days after it."""

    start: Duration
    end: Duration


Scalar = str | int | Fraction | bool | date | datetime
"""One value; numbers with a fraction are exact. Money is in units of the currency, not in minor units."""

Value = Scalar | tuple[Scalar, ...] | Duration | Calendar | DayRange | None


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a value.

    Attributes:
        op: How.
        value: With what: one scalar; two for `between`, both ends included; several for `in`, `has_any`,
            `has_all`; a duration for `in_last`, `in_next`; a calendar word for `during`; a word or a range of
            days for `anniversary`; a share from 0 to 1 for `top`, `bottom`; nothing for `exists`, `missing`.
        bound: For `percentile`, which comparison: `at_least` or `less_than`.
    """

    op: Op
    value: Value = None
    bound: Op | None = None


Tests = tuple[Test, ...]
"""All of them must hold."""


@dataclass(frozen=True, slots=True)
class Where:
    """Tests of the columns of one fact; all must hold, none at all is always true."""

    columns: tuple[tuple[str, Tests], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns)


@dataclass(frozen=True, slots=True)
class Window:
    """Between which instants a fact must lie: from the start inclusive to the end exclusive, and before as_of.

    Attributes:
        start: So long before as_of, or an instant; None is the beginning of time. A bare date is its local
            midnight.
        end: The same; None is as_of.
        calendar: A calendar word instead of both.
    """

    start: Duration | date | datetime | None = None
    end: Duration | date | datetime | None = None
    calendar: Calendar | None = None


ALWAYS = Window()


@dataclass(frozen=True, slots=True)
class FactRef:
    """Which facts: a reserved one (`order`, `visit`, …) or an event by its name."""

    name: str
    is_event: bool = False


class Measure(StrEnum):
    """What is worked out of the facts that match: of none `times`, `sum`, `distinct` are 0, others missing."""

    TIMES = "times"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    DISTINCT = "distinct"


class Node:
    """A condition on customers."""

    __slots__ = ()

    def children(self) -> Iterator[Node]:
        """Yield the nodes right below this one."""
        return iter(())

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below it."""
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class AllOf(Node):
    """Every one of them is true."""

    of: tuple[Node, ...]

    def children(self) -> Iterator[Node]:
        """Yield the conditions."""
        return iter(self.of)


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """At least one of them is true."""

    of: tuple[Node, ...]

    def children(self) -> Iterator[Node]:
        """Yield the conditions."""
        return iter(self.of)


@dataclass(frozen=True, slots=True)
class Not(Node):
    """It is false."""

    of: Node

    def children(self) -> Iterator[Node]:
        """Yield the condition."""
        yield self.of


@dataclass(frozen=True, slots=True)
class Trait(Node):
    """A trait or an attribute of the customer passes all tests.

    Attributes:
        name: The trait.
        tests: What its value must pass.
        held_for: True only if the tests held at every instant of so long a time up to as_of. Of what is not an attribute,
            they must hold now, and the log of refreshes must have had them hold without a break for so long.
        customer_zone: Calendar words by the customer's own zone; where it is not known, the workspace's.
    """

    name: str
    tests: Tests
    held_for: Duration | None = None
    customer_zone: bool = False


@dataclass(frozen=True, slots=True)
class Did(Node):
    """What was worked out of the matching facts of the window passes the tests.

    Attributes:
        fact: Which facts.
        where: Which of them.
        window: When.
        measure: What is worked out.
        of: Of which column; None for `times`.
        tests: What it must pass; at least one time by default.
        change: Tests of the relative change against the window of the same length right before: 1/10 is 10 %
            more. Missing where the earlier value is not above 0, and then the node is false.
        negated: `did_not`: true where the rest is false.
    """

    fact: FactRef
    where: Where = Where()
    window: Window = ALWAYS
    measure: Measure = Measure.TIMES
    of: str | None = None
    tests: Tests = (Test(Op.AT_LEAST, 1),)
    change: Tests = ()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Chosen(Node):
    """The first or the newest of the facts that match `of` lies in the window and passes `where`.

    Of facts at one instant the one with the smaller id comes first.
    """

    newest: bool
    fact: FactRef
    of: Where = Where()
    where: Where = Where()
    window: Window = ALWAYS


@dataclass(frozen=True, slots=True)
class Regularly(Node):
    """In at least so many of the last periods, counted back from as_of, the number of facts passes the tests.

    Attributes:
        fact, where: Which facts.
        in_each: Length of a period; the first is [as_of − in_each, as_of).
        periods: How many periods are looked at.
        at_least: In how many of them.
        tests: Tests of the count in one period.
    """

    fact: FactRef
    in_each: Duration
    periods: int
    at_least: int
    where: Where = Where()
    tests: Tests = (Test(Op.AT_LEAST, 1),)


@dataclass(frozen=True, slots=True)
class Stopped(Node):
    """At least one fact in the window `active`, and none in [as_of − silent, as_of)."""

    fact: FactRef
    active: Window
    silent: Duration
    where: Where = Where()


@dataclass(frozen=True, slots=True)
class Resumed(Node):
    """A fact in the window came after a silence of at least so long since the one before it.

    The one before it must exist; `where` chooses both. The silence has a fixed unit.
    """

    fact: FactRef
    after_silence: Duration
    window: Window = ALWAYS
    where: Where = Where()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence.

    Attributes:
        fact, where: Which facts.
        window: Of the first step: when.
        within: Of a later step: how soon after the step before, in a fixed unit; [A, A + within). Of the same
            kind of fact it must be strictly later than A.
        negated: `did_not`, possible for the last step only.
    """

    fact: FactRef
    where: Where = Where()
    window: Window = ALWAYS
    within: Duration | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class FactSequence(Node):
    """Facts one after the other, each soon enough after the one before.

    With `by` all facts of a chain have the same value in that column (a cart); facts without one are left out.
    True if any chain is complete. If the last step is `did_not`, then of each key the last fact that completes
    the steps before it decides: if there are no steps between, the last A overall, which must lie in the
    window. Nothing matching may lie in [A, A + within), and A + within must have passed (≤ as_of).
    """

    steps: tuple[Step, ...]
    by: str | None = None


@dataclass(frozen=True, slots=True)
class InSegment(Node):
    """He is in another segment as of the same instant.

    Attributes:
        segment: `scheme.segment`, or a bare id.
        held_for: True only if the log of refreshes, too, has had him there without a break for so long.
    """

    segment: str
    held_for: Duration | None = None


@dataclass(frozen=True, slots=True)
class InList(Node):
    """He is on a hand-made or uploaded list.

    `clear` empties a list, `replace_all` makes it exactly those who have such a row at that instant. At one
    instant `clear` comes first, then `replace_all`, `add`, `remove`.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Moved(Node):
    """The log recorded that he entered (or left) a segment in the window.

    Attributes:
        segment: `scheme.segment`, or a bare id.
        window: When; earlier runs only.
        left: Left instead of entered.
        any_cause: Whatever the cause; by default only facts and time count.
    """

    segment: str
    window: Window = ALWAYS
    left: bool = False
    any_cause: bool = False


@dataclass(frozen=True, slots=True)
class Share(Node):
    """He is among a share of everyone, chosen by md5 of `salt:customer_id`: the same on every engine, for ever."""

    share: Fraction
    salt: str


class ConsentState(StrEnum):
    """What a consent must be."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    NOT_WITHDRAWN = "not_withdrawn"


@dataclass(frozen=True, slots=True)
class Consent(Node):
    """His last word on a channel and a purpose.

    Rows of the channel `any` speak for every channel. At one instant a withdrawal wins, and so it does between
    the ids of one person.
    """

    channel: str
    purpose: str
    state: ConsentState = ConsentState.GRANTED


def facts_of(node: Node) -> Iterator[FactRef]:
    """Yield the facts that a node itself looks at."""
    if isinstance(node, FactSequence):
        for step in node.steps:
            yield step.fact
    elif any(item.name == "fact" for item in fields(node)):  # type: ignore[arg-type]
        yield node.fact  # type: ignore[attr-defined]
