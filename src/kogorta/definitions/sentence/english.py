"""Conditions in English: about several people, in the past."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from kogorta.definitions.nodes import (
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
from kogorta.definitions.sentence.english_values import EnglishValues
from kogorta.definitions.sentence.speaker import (
    ONCE,
    Part,
    Phrase,
    are_counts,
    are_never,
    as_number,
    opposite,
)
from kogorta.definitions.sentence.words import FactWords, ValueWords, segment_words
from kogorta.durations import Duration
from kogorta.i18n import NBSP

_MEASURES = {Measure.MEAN: "average", Measure.MIN: "smallest", Measure.MAX: "largest"}
_BEFORE = "than in the same period before"


class English(EnglishValues):
    """Says conditions in English."""

    def group(self, node: AllOf | AnyOf) -> Phrase:
        """Say several conditions within others."""
        said = [self.phrase(child) for child in node.of]
        if isinstance(node, AllOf) and len(said) > 2:
            return Phrase(f"meet all of the conditions ({'; '.join(self.stated(phrase) for phrase in said)})")
        texts = [self.stated(phrase, in_brackets=True) for phrase in said]
        text = " and ".join(texts) if isinstance(node, AllOf) else f"either {', or '.join(texts)}"
        return Phrase(text, is_joined=True)

    def full(self, phrase: Phrase) -> str:
        """Say a condition with its subject: they …, their …"""
        if phrase.is_joined:
            return phrase.text
        return f"{'they' if phrase.part is Part.DOES else 'their'} {phrase.text}"

    def unmet_group(self, inner: str, *, is_any: bool) -> Phrase:
        """Say that none, or not all, of several conditions hold."""
        return Phrase(f"{'meet none' if is_any else 'fail at least one'} of the conditions ({inner})")

    def unmet(self, phrase: Phrase) -> Phrase:
        """Say that a condition does not hold where there is no shorter way."""
        return Phrase(f"do not meet the condition ({self.stated(phrase)})")

    # --- traits -----------------------------------------------------------------------------------

    def trait(self, node: Trait) -> Phrase:
        """Say the tests of a trait."""
        words = self.trait_words(node.name)
        apart = []
        if node.held_for is not None:
            apart.append(self._held(node.held_for))
        if node.customer_zone:
            apart.append("by the customer’s own clock")
        tail = f" ({', '.join(apart)})" if apart else ""
        short = self.short(words, node.tests)
        if short:
            return Phrase(short + tail)
        return Phrase(self.said(words, node.tests) + tail, Part.HAS)

    def _held(self, length: Duration) -> str:
        return f"for at least {self.length(length)} without a break"

    # --- what they did ----------------------------------------------------------------------------

    def did(self, node: Did) -> Phrase:
        """Say what they did or did not."""
        if node.change or node.measure is not Measure.TIMES:
            return self._measured(node)
        tests: Tests | None = node.tests
        when = self.window(node.window)
        if tests == ONCE:
            return Phrase(self.happening(node.fact, node.where, when, never=node.negated))
        if node.negated:
            tests = opposite(node.tests) if are_counts(node.tests) else None
            if tests is None:
                return self.unmet(self.did(replace(node, negated=False)))
        if tests is None or not are_counts(tests):
            return self._measured(node)
        if are_never(tests):
            return Phrase(self.happening(node.fact, node.where, when, never=True))
        return Phrase(self.happening(node.fact, node.where, when, self.times(tests)))

    def happening(
        self, fact: FactRef, where: Where, when: str = "", count: str = "", *, never: bool = False
    ) -> str:
        """Say that something happened: what, which of it, how often, when."""
        words = self.fact(fact)
        near, apart = self.qualified(fact, where)
        if not when and not count and not never:
            count = "at least once"
        did = _denied(words, ever=not when) if never else words.did
        parts = [did, near, f"(where {apart})" if apart else "", count, when]
        return " ".join(part for part in parts if part)

    def times(self, tests: Tests) -> str:
        """Say how often: at least 3 times."""
        words = ValueWords("", unit="time")
        said = []
        for test in tests:
            if test.op is Op.IS_NOT:
                text = f"not exactly {self.one(test.value, words)}"
            else:
                text = f"{'exactly ' if test.op is Op.IS else ''}{self.compared(test, words)}"
            said.append(_idiomatic(text))
        return " and ".join(said)

    def _measured(self, node: Did) -> Phrase:
        fact = self.fact(node.fact)
        label, words = self._measure(node, fact.many)
        near, apart = self.qualified(node.fact, node.where)
        parts = [label, near, f"(where {apart})" if apart else "", self.window(node.window)]
        subject = " ".join(part for part in parts if part)
        said = [self.said(words, node.tests).strip()] if node.tests else []
        said += [f"is {self._change(test)}" for test in node.change]
        if node.change:
            said[-1] += f" {_BEFORE}"
        phrase = Phrase(f"{subject} {' and '.join(said) or 'is anything'}", Part.HAS)
        return self.unmet(phrase) if node.negated else phrase

    def _measure(self, node: Did, many: str) -> tuple[str, ValueWords]:
        """Return how a measure is called, and words without a label for what it must pass."""
        column = self.column(node.fact, node.of or "")
        words = ValueWords("", unit=column.unit, values=column.values, anniversary="its anniversary")
        plain = replace(words, unit="", values={})
        if node.measure is Measure.TIMES:
            return f"number of {many}", plain
        if node.measure is Measure.DISTINCT:
            different = column.many or f"values of {column.label}"
            return f"number of different {different} among {many}", plain
        if node.measure is Measure.SUM:
            return f"{column.total or f'total {column.label} of'} {many}", words
        return f"{_MEASURES[node.measure]} {column.label} of {many}", words

    def _change(self, test: Test) -> str:
        share = Fraction(as_number(test.value))
        size = self.percent(abs(share))
        is_up = test.op in {Op.AT_LEAST, Op.MORE_THAN}
        is_strict = test.op in {Op.MORE_THAN, Op.LESS_THAN}
        if share == 0:
            return ("higher" if is_up else "lower") if is_strict else f"no {'lower' if is_up else 'higher'}"
        if is_up == (share > 0):
            bound = "more than" if is_strict else "at least"
            return f"{bound} {size} {'higher' if is_up else 'lower'}"
        bound = "less than" if is_strict else "at most"
        return f"{bound} {size} {'lower, or higher,' if is_up else 'higher, or lower,'}"

    def chosen(self, node: Chosen) -> Phrase:
        """Say what the first or newest fact is like."""
        words, ordinal = self.fact(node.fact), "latest" if node.newest else "first"
        near, apart = self.qualified(node.fact, node.of)
        parts = [f"{ordinal} {words.one}", near, f"(of those where {apart})" if apart else ""]
        subject = " ".join(part for part in parts if part)
        near, apart = self.qualified(node.fact, node.where)
        said = ", ".join(part for part in (self.window(node.window), near) if part)
        if not said and not apart:
            return Phrase(self.happening(node.fact, node.of))
        tail = f" (where {apart})" if apart and said else ""
        return Phrase(f"{subject} was {said}{tail}" if said else f"{subject} was one where {apart}", Part.HAS)

    def regularly(self, node: Regularly) -> Phrase:
        """Say what they did in so many periods."""
        if node.periods == 1:
            return self.did(Did(node.fact, node.where, Window(node.in_each), tests=node.tests))
        when = self._periods(node)
        if are_counts(node.tests):
            if are_never(node.tests):
                return Phrase(self.happening(node.fact, node.where, when, never=True))
            count = "" if node.tests == ONCE else self.times(node.tests)
            return Phrase(self.happening(node.fact, node.where, when, count))
        near, apart = self.qualified(node.fact, node.where)
        parts = [
            f"number of {self.fact(node.fact).many}",
            near,
            f"(where {apart})" if apart else "",
            self.said(ValueWords("", anniversary="its anniversary"), node.tests).strip(),
            when,
        ]
        return Phrase(" ".join(part for part in parts if part), Part.HAS)

    def _periods(self, node: Regularly) -> str:
        is_single = node.in_each.amount == 1
        count = self.amount(node.periods, node.in_each.unit if is_single else "period")
        of = "" if is_single else f" of {self.length(node.in_each)}"
        if node.at_least == node.periods:
            return f"in each of the last {count}{of}"
        return f"in at least {self.t.exact(node.at_least)} of the last {count}{of}"

    def stopped(self, node: Stopped) -> Phrase:
        """Say what they did and then did no more."""
        before = self.happening(node.fact, node.where, self.window(node.active))
        return Phrase(f"{before}, but not in {self.in_line(node.silent, 'last')}", is_winding=True)

    def resumed(self, node: Resumed) -> Phrase:
        """Say what they did after a silence."""
        pause = f"after a break of at least {self.length(node.after_silence)}"
        return Phrase(f"{self._bare(Step(node.fact, node.where), self.window(node.window))} {pause}")

    def sequence(self, node: FactSequence) -> Phrase:
        """Say what they did one after the other."""
        text = ""
        for number, step in enumerate(node.steps):
            text += self._step(step) if number else self._bare(step, self.window(step.window))
        if node.by is None:
            return Phrase(text, is_winding=True)
        words = self.column(node.steps[0].fact, node.by)
        return Phrase(f"{text} ({words.same or f'with the same {words.label}'})", is_winding=True)

    def _step(self, step: Step) -> str:
        length = self.length(step.within) if step.within is not None else ""
        if step.negated:
            return f", but {self._bare(step)} within {length} after that"
        return f", then {self._bare(step)} within {length}"

    def _bare(self, step: Step, when: str = "") -> str:
        words = self.fact(step.fact)
        near, apart = self.qualified(step.fact, step.where)
        did = _denied(words, ever=False) if step.negated else words.did
        parts = [did, near, f"(where {apart})" if apart else "", when]
        return " ".join(part for part in parts if part)

    # --- segments, lists, the log, shares, consents -------------------------------------------------

    def standing(self, node: Node, *, is_so: bool) -> Phrase:
        """Say a segment, a list, the log, a share, a consent; or the opposite."""
        be = "are" if is_so else "are not"
        if isinstance(node, InSegment):
            tail = f" ({self._held(node.held_for)})" if node.held_for is not None else ""
            return Phrase(f"{be} in the segment {self._segment(node.segment)}{tail}")
        if isinstance(node, InList):
            return Phrase(f"{be} on the list {self.quote(node.name)}")
        if isinstance(node, Moved):
            return Phrase(self._moved(node, is_so=is_so))
        if isinstance(node, Share):
            share = f"{self.percent(node.share)} of customers (key {self.quote(node.salt)})"
            return Phrase(f"{be} among a random {share}")
        if isinstance(node, Consent):
            return Phrase(self._consent(node, is_so=is_so))
        raise TypeError(node)

    def _segment(self, segment: str) -> str:
        name, scheme = segment_words(segment, "en", self.names)
        return self.quote(name) + (f" of the scheme {self.quote(scheme)}" if scheme else "")

    def _moved(self, node: Moved, *, is_so: bool) -> str:
        when = self.window(node.window)
        past, base = ("left", "leave") if node.left else ("entered", "enter")
        verb = past if is_so else f"did not {base}" if when else f"never {past}"
        when = when or ("at some time" if is_so else "")
        tail = " (for any reason)" if node.any_cause else ""
        return f"{verb} the segment {self._segment(node.segment)}{' ' if when else ''}{when}{tail}"

    def _consent(self, node: Consent, *, is_so: bool) -> str:
        purpose = self.words.purposes.get(node.purpose, self.quote(node.purpose))
        channel = self.words.channels.get(node.channel, f"through {self.quote(node.channel)}")
        verbs = {
            (ConsentState.GRANTED, True): "have given their consent",
            (ConsentState.GRANTED, False): "have no consent",
            (ConsentState.WITHDRAWN, True): "have withdrawn their consent",
            (ConsentState.WITHDRAWN, False): "have not withdrawn their consent",
            (ConsentState.NOT_WITHDRAWN, True): "have not withdrawn their consent",
            (ConsentState.NOT_WITHDRAWN, False): "have withdrawn their consent",
        }
        return f"{verbs[node.state, is_so]} to {purpose} {channel}"


def _denied(words: FactWords, *, ever: bool) -> str:
    if words.did.startswith("were "):
        return f"were {'never' if ever else 'not'} {words.did.removeprefix('were ')}"
    return f"never {words.did}" if ever else f"did not {words.did_not}"


def _idiomatic(times: str) -> str:
    """Say once for 1 time, and fewer of what is counted."""
    return times.replace("less than", "fewer than").removesuffix(f" 1{NBSP}time") + (
        " once" if times.endswith(f" 1{NBSP}time") else ""
    )
