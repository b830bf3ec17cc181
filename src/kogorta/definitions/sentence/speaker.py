"""What is common to both languages: which words a condition needs, and how conditions are joined."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar

from kogorta.definitions.catalogue import Catalogue, Kind
from kogorta.definitions.nodes import (
    AllOf,
    AnyOf,
    Chosen,
    Consent,
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
    Stopped,
    Test,
    Tests,
    Trait,
    Where,
    Window,
)
from kogorta.definitions.sentence.words import FactWords, Names, ValueWords, lexicon
from kogorta.durations import Duration
from kogorta.i18n import NBSP, Lang, translator
from kogorta.i18n.formats import minor_digits

ONCE: Tests = (Test(Op.AT_LEAST, 1),)
SHOWN_VALUES = 12
"""Of more values than these the first are named and the others counted."""
_TOO_LONG_FOR_MONEY = 10**15
_SMALLER = (("d", 86_400), ("h", 3_600), ("min", 60))
_INVERSE = {
    Op.AT_LEAST: Op.LESS_THAN,
    Op.LESS_THAN: Op.AT_LEAST,
    Op.AT_MOST: Op.MORE_THAN,
    Op.MORE_THAN: Op.AT_MOST,
    Op.IS: Op.IS_NOT,
    Op.IS_NOT: Op.IS,
}
_COUNTS = frozenset({*_INVERSE, Op.IN, Op.BETWEEN})
_DENIED = {Op.IS: Op.IS_NOT, Op.IS_NOT: Op.IS, Op.EXISTS: Op.MISSING, Op.MISSING: Op.EXISTS}
"""Tests whose denial is a test: what is missing passes exactly one of each pair."""


class Part(Enum):
    """What a phrase is of those who are meant."""

    DOES = "does"
    """They did or are something: who …, которые …"""
    HAS = "has"
    """Something of theirs is so: whose …, у которых …"""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One condition in words.

    Attributes:
        text: The words, in small letters, without a full stop.
        part: How it is tied to those who are meant.
        is_joined: Whether it is made of several, so that it needs brackets among others.
        is_winding: Whether it has clauses of its own, so that nothing may follow it without brackets.
    """

    text: str
    part: Part = Part.DOES
    is_joined: bool = False
    is_winding: bool = False


class Speaker(ABC):
    """Says conditions in one language.

    Args:
        catalogue: What the workspace knows; it tells amounts among the shop's own columns.
        names: How the workspace calls its own things.
    """

    lang: ClassVar[Lang]

    def __init__(self, catalogue: Catalogue | None, names: Names) -> None:
        self.catalogue, self.names = catalogue, names
        self.words, self.t = lexicon(self.lang), translator(self.lang)

    def phrase(self, node: Node) -> Phrase:
        """Say one condition and all below it."""
        node = simplified(node)
        if isinstance(node, AllOf | AnyOf):
            return self.group(node)
        if isinstance(node, Not):
            return self.denied(simplified(node.of))
        return self.leaf(node)

    def leaf(self, node: Node) -> Phrase:
        """Say a condition that has none below it."""
        say: dict[type[Node], Callable[[Any], Phrase]] = {
            Trait: self.trait,
            Did: self.did,
            Chosen: self.chosen,
            Regularly: self.regularly,
            Stopped: self.stopped,
            Resumed: self.resumed,
            FactSequence: self.sequence,
        }
        return say[type(node)](node) if type(node) in say else self.standing(node, is_so=True)

    def denied(self, node: Node) -> Phrase:
        """Say that a condition does not hold."""
        if isinstance(node, AllOf | AnyOf):
            inner = "; ".join(self.stated(self.phrase(child)) for child in node.of)
            return self.unmet_group(inner, is_any=isinstance(node, AnyOf))
        if isinstance(node, InSegment) and node.held_for is not None:
            return self.unmet(self.leaf(node))
        if isinstance(node, InSegment | InList | Moved | Share | Consent):
            return self.standing(node, is_so=False)
        if isinstance(node, Did) and not node.change and node.measure is Measure.TIMES:
            return self.did(replace(node, negated=not node.negated))
        if isinstance(node, Trait) and node.held_for is None and len(node.tests) == 1:
            (test,) = node.tests
            if test.op in _DENIED:
                return self.trait(replace(node, tests=(replace(test, op=_DENIED[test.op]),)))
        return self.unmet(self.leaf(node))

    def stated(self, phrase: Phrase, *, in_brackets: bool = False) -> str:
        """Say a condition as one among others."""
        is_bracketed = in_brackets and (phrase.is_joined or phrase.is_winding)
        return f"({self.full(phrase)})" if is_bracketed else self.full(phrase)

    def full(self, phrase: Phrase) -> str:
        """Say a condition with its subject, where the language needs one."""
        return phrase.text

    # --- what each language says ------------------------------------------------------------------

    @abstractmethod
    def group(self, node: AllOf | AnyOf) -> Phrase:
        """Say several conditions within others."""

    @abstractmethod
    def unmet_group(self, inner: str, *, is_any: bool) -> Phrase:
        """Say that none, or not all, of several conditions hold."""

    @abstractmethod
    def unmet(self, phrase: Phrase) -> Phrase:
        """Say that a condition does not hold where there is no shorter way."""

    @abstractmethod
    def trait(self, node: Trait) -> Phrase:
        """Say the tests of a trait."""

    @abstractmethod
    def did(self, node: Did) -> Phrase:
        """Say what they did or did not."""

    @abstractmethod
    def chosen(self, node: Chosen) -> Phrase:
        """Say what the first or newest fact is like."""

    @abstractmethod
    def regularly(self, node: Regularly) -> Phrase:
        """Say what they did in so many periods."""

    @abstractmethod
    def stopped(self, node: Stopped) -> Phrase:
        """Say what they did and then did no more."""

    @abstractmethod
    def resumed(self, node: Resumed) -> Phrase:
        """Say what they did after a silence."""

    @abstractmethod
    def sequence(self, node: FactSequence) -> Phrase:
        """Say what they did one after the other."""

    @abstractmethod
    def standing(self, node: Node, *, is_so: bool) -> Phrase:
        """Say a segment, a list, the log, a share, a consent; or the opposite."""

    @abstractmethod
    def quote(self, text: str) -> str:
        """Put a word of the user's between the quotation marks of the language."""

    @abstractmethod
    def either(self, parts: Sequence[str]) -> str:
        """Join values of which one is meant."""

    @abstractmethod
    def own_event(self, name: str) -> FactWords:
        """Return the words of an event that is none of the standard ones."""

    @abstractmethod
    def own_value(self, name: str, *, is_trait: bool) -> ValueWords:
        """Return the words of a trait or a column of the shop's own."""

    @abstractmethod
    def said(self, words: ValueWords, tests: Tests) -> str:
        """Say tests of one value with its name."""

    @abstractmethod
    def one(self, value: object, words: ValueWords) -> str:
        """Say one value."""

    # --- words -----------------------------------------------------------------------------------

    def fact(self, ref: FactRef) -> FactWords:
        """Return the words of a kind of facts."""
        if not ref.is_event and ref.name in self.words.facts:
            return self.words.facts[ref.name]
        return self.words.event(ref.name) or self.own_event(ref.name)

    def column(self, ref: FactRef, name: str) -> ValueWords:
        """Return the words of a column of a kind of facts."""
        return self.words.column(ref.name, name) or self._own(name, self._kind(ref, name))

    def trait_words(self, name: str) -> ValueWords:
        """Return the words of a trait."""
        known = self.catalogue.traits.get(name) if self.catalogue else None
        return self.words.traits.get(name) or self._own(name, known.kind if known else None, is_trait=True)

    def _own(self, name: str, kind: Kind | None, *, is_trait: bool = False) -> ValueWords:
        words = self.own_value(name, is_trait=is_trait)
        return replace(words, unit="money") if kind is Kind.MONEY else words

    def _kind(self, ref: FactRef, name: str) -> Kind | None:
        if self.catalogue is None:
            return None
        found = self.catalogue.events.get(ref.name, {}).get(name)
        return found.kind if found else None

    def qualified(self, ref: FactRef, where: Where) -> tuple[str, str]:
        """Return what is said of the facts right behind them, and what is said in brackets."""
        near, apart = [], []
        for name, tests in where.columns:
            words = self.column(ref, name)
            values = _texts(tests) if words.attr else ()
            if values:
                near.append(words.attr.replace("{}", self.choice(values, words)))
            else:
                apart.append(self.said(words, tests))
        return " ".join(near), ", ".join(apart)

    def choice(self, values: Sequence[object], words: ValueWords) -> str:
        """Say values of which any is meant; of very many the first ones and how many more there are."""
        shown = [self.one(value, words) for value in values[:SHOWN_VALUES]]
        if len(values) > SHOWN_VALUES:
            shown.append(self.more(len(values) - SHOWN_VALUES))
        return self.either(shown)

    def short(self, words: ValueWords, tests: Tests) -> str:
        """Say a flag, or a value in a list, by what they are; empty where there are no words for it."""
        if len(tests) != 1:
            return ""
        (test,) = tests
        if words.so and isinstance(test.value, bool) and test.op in {Op.IS, Op.IS_NOT}:
            return words.so if test.value is (test.op is Op.IS) else words.not_so
        if not words.among or test.op not in {Op.HAS_ANY, Op.HAS_ALL}:
            return ""
        if test.op is Op.HAS_ANY:
            return words.among.replace("{}", self.choice(as_values(test), words))
        listed = self.t.listing([self.one(value, words) for value in as_values(test)])
        return words.among.replace("{}", listed)

    @abstractmethod
    def more(self, count: int) -> str:
        """Say how many values are not named."""

    # --- numbers ---------------------------------------------------------------------------------

    def money(self, value: int | Fraction) -> str:
        """Write an amount given in units of the currency."""
        currency, amount = self.names.currency, Fraction(value)
        if currency is None or abs(amount) >= _TOO_LONG_FOR_MONEY:
            return self.t.exact(value)
        digits = minor_digits(currency)
        minor = amount * 10**digits
        return self.t.money(float(minor), currency, exact=minor % 10**digits != 0)

    def percent(self, share: Fraction) -> str:
        """Write a share exactly."""
        return f"{self.t.exact(share * 100)}{NBSP if self.lang == 'ru' else ''}%"

    def moment(self, value: date | datetime, greenwich: str) -> str:
        """Write a day or an instant."""
        if not isinstance(value, datetime):
            return self.t.date(value)
        clock = value.strftime("%H:%M:%S" if value.second else "%H:%M")
        return f"{self.t.date(value.date())}, {clock}{NBSP}{greenwich}"


def simplified(node: Node) -> Node:
    """Take out what changes nothing: a group of one, a group in a group of its kind, a double denial.

    Examples:
        >>> simplified(Not(Not(AllOf((InList("a"),)))))
        InList(name='a')
    """
    if isinstance(node, Not):
        inner = simplified(node.of)
        return inner.of if isinstance(inner, Not) else Not(inner)
    if isinstance(node, AllOf | AnyOf):
        kind, flat = type(node), list[Node]()
        for child in map(simplified, node.of):
            flat += child.of if isinstance(child, AllOf | AnyOf) and type(child) is kind else [child]
        return flat[0] if len(flat) == 1 else kind(tuple(flat))
    return node


def until_now(window: Window) -> Window:
    """Return a window without an end that is as_of itself."""
    end = window.end
    return replace(window, end=None) if isinstance(end, Duration) and end.amount == 0 else window


def scaled(values: Iterable[int | Fraction], unit: str) -> tuple[list[int | Fraction], str]:
    """Return seconds in the longest unit that leaves them whole."""
    found = list(values)
    for other, seconds in _SMALLER if unit == "s" else ():
        if all(value % seconds == 0 for value in found):
            return [value // seconds for value in found], other
    return found, unit


def are_counts(tests: Tests) -> bool:
    """Whether tests compare with numbers, so that they can say how many times."""
    return bool(tests) and all(
        test.op in _COUNTS and all(is_number(value) for value in as_values(test)) for test in tests
    )


def opposite(tests: Tests) -> Tests | None:
    """Return the test that holds of a count where these do not; None if there is no single one."""
    if len(tests) == 1 and tests[0].op in _INVERSE:
        return (replace(tests[0], op=_INVERSE[tests[0].op]),)
    return None


def are_never(tests: Tests) -> bool:
    """Whether tests of a count say no more than: not once."""
    return len(tests) == 1 and (tests[0].op, tests[0].value) in {
        (Op.IS, 0),
        (Op.AT_MOST, 0),
        (Op.LESS_THAN, 1),
    }


def is_number(value: object) -> bool:
    """Whether a value is a number and no flag."""
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def as_values(test: Test) -> tuple[object, ...]:
    """Return the values that a test compares with."""
    return test.value if isinstance(test.value, tuple) else (test.value,)


def as_number(value: object) -> int | Fraction:
    """Return a value that is known to be a number."""
    if not isinstance(value, int | Fraction):
        raise TypeError(value)
    return value


def _texts(tests: Tests) -> tuple[str, ...]:
    if len(tests) != 1 or tests[0].op not in {Op.IS, Op.IN}:
        return ()
    values = as_values(tests[0])
    texts = tuple(value for value in values if isinstance(value, str))
    return texts if len(texts) == len(values) else ()
