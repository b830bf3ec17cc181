"""Conditions in Russian: in the plural and the past, so that they fit everyone."""

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
from kogorta.definitions.sentence.russian_values import LAST, RussianValues
from kogorta.definitions.sentence.speaker import (
    ONCE,
    Part,
    Phrase,
    are_counts,
    are_never,
    as_number,
    opposite,
)
from kogorta.definitions.sentence.words import ValueWords, segment_words
from kogorta.durations import Duration

_GREW = {"m": ("вырос", "снизился"), "f": ("выросла", "снизилась"), "n": ("выросло", "снизилось")}
_ORDINAL = {"m": ("первый", "последний"), "f": ("первая", "последняя"), "n": ("первое", "последнее")}
_BEFORE = "по сравнению с таким же предыдущим периодом"
_MEASURES = {
    Measure.MEAN: "среднее значение",
    Measure.MIN: "наименьшее значение",
    Measure.MAX: "наибольшее значение",
}


class Russian(RussianValues):
    """Says conditions in Russian."""

    def group(self, node: AllOf | AnyOf) -> Phrase:
        """Say several conditions within others."""
        said = [self.phrase(child) for child in node.of]
        if isinstance(node, AllOf) and len(said) > 2:
            return Phrase(f"отвечают всем условиям ({'; '.join(self.stated(phrase) for phrase in said)})")
        texts = [self.stated(phrase, in_brackets=True) for phrase in said]
        if isinstance(node, AllOf):
            text = " и при этом ".join(texts)
        else:
            text = ", ".join(f"либо {text}" for text in texts)
        return Phrase(text, is_joined=True)

    def unmet_group(self, inner: str, *, is_any: bool) -> Phrase:
        """Say that none, or not all, of several conditions hold."""
        return Phrase(
            f"{'не отвечают ни одному из условий' if is_any else 'отвечают не всем условиям'} ({inner})"
        )

    def unmet(self, phrase: Phrase) -> Phrase:
        """Say that a condition does not hold where there is no shorter way."""
        return Phrase(f"не отвечают условию ({phrase.text})")

    # --- traits -----------------------------------------------------------------------------------

    def trait(self, node: Trait) -> Phrase:
        """Say the tests of a trait."""
        words = self.trait_words(node.name)
        apart = []
        if node.held_for is not None:
            apart.append(self._held(node.held_for))
        if node.customer_zone:
            apart.append("по времени клиента")
        tail = f" ({', '.join(apart)})" if apart else ""
        short = self.short(words, node.tests)
        if short:
            return Phrase(short + tail)
        return Phrase(self.said(words, node.tests) + tail, Part.HAS)

    def _held(self, length: Duration) -> str:
        return f"не менее {self.genitive(length)} подряд"

    # --- what they did ----------------------------------------------------------------------------

    def did(self, node: Did) -> Phrase:
        """Say what they did or did not."""
        if node.change or node.measure is not Measure.TIMES:
            return self._measured(node)
        tests: Tests | None = node.tests
        if tests == ONCE:
            never = node.negated
            return Phrase(self.happening(node.fact, node.where, self.window(node.window), never=never))
        if node.negated:
            tests = opposite(node.tests) if are_counts(node.tests) else None
            if tests is None:
                return self.unmet(self.did(replace(node, negated=False)))
        if tests is None or not are_counts(tests):
            return self._measured(node)
        when = self.window(node.window)
        if are_never(tests):
            return Phrase(self.happening(node.fact, node.where, when, never=True))
        count = self.times(tests)
        return Phrase(self.happening(node.fact, node.where, when, count))

    def happening(
        self, fact: FactRef, where: Where, when: str = "", count: str = "", *, never: bool = False
    ) -> str:
        """Say that something happened: when, how often, what, which of it."""
        words = self.fact(fact)
        near, apart = self.qualified(fact, where)
        if not when and not count:
            count = "никогда" if never else "хотя бы раз"
        parts = [when, count, words.did_not if never else words.did, near, f"(где {apart})" if apart else ""]
        return " ".join(part for part in parts if part)

    def times(self, tests: Tests) -> str:
        """Say how often: не менее 3 раз."""
        words = ValueWords("", unit="time")
        said = []
        for test in tests:
            text = self.predicate(test, words)
            if test.op is Op.IS:
                text = f"ровно {text}"
            elif test.op is Op.IS_NOT:
                text = f"не ровно {self.one(test.value, words)}"
            said.append(text)
        return " и ".join(said)

    def _measured(self, node: Did) -> Phrase:
        fact = self.fact(node.fact)
        label, words = self._measure(node, fact.many)
        near, apart = self.qualified(node.fact, node.where)
        parts = [label, near, f"(где {apart})" if apart else "", self.window(node.window)]
        subject = " ".join(part for part in parts if part)
        said = [self.said(words, node.tests).strip()] if node.tests else []
        said += [self._change(test, words.gender) for test in node.change]
        if node.change:
            said[-1] += f" {_BEFORE}"
        text = " и ".join(said) or "может быть любым"
        phrase = Phrase(f"{subject} {text}", Part.HAS)
        return self.unmet(phrase) if node.negated else phrase

    def _measure(self, node: Did, many: str) -> tuple[str, ValueWords]:
        """Return how a measure is called, and words without a label for what it must pass."""
        column = self.column(node.fact, node.of or "")
        words = ValueWords("", "n", unit=column.unit, values=column.values, anniversary="годовщина")
        if node.measure is Measure.TIMES:
            return f"число {many}", replace(words, unit="", values={})
        if node.measure is Measure.DISTINCT:
            different = column.many or f"значений {column.of}"
            return f"число разных {different} среди {many}", replace(words, unit="", values={})
        if node.measure is Measure.SUM:
            if column.total:
                return f"{column.total} {many}", replace(words, gender=column.total_gender)
            return f"сумма {column.of} {many}", replace(words, gender="f")
        return f"{_MEASURES[node.measure]} {column.of} {many}", words

    def _change(self, test: Test, gender: str) -> str:
        share = Fraction(as_number(test.value))
        grew, fell = _GREW[gender]
        size = self.percent(abs(share))
        is_up = test.op in {Op.AT_LEAST, Op.MORE_THAN}
        is_strict = test.op in {Op.MORE_THAN, Op.LESS_THAN}
        if share == 0:
            return (grew if is_up else fell) if is_strict else f"не {fell if is_up else grew}"
        if is_up == (share > 0):
            return f"{grew if is_up else fell} {'более' if is_strict else 'не менее'} чем на {size}"
        other = f"или {grew if is_up else fell}"
        return f"{fell if is_up else grew} {'менее' if is_strict else 'не более'} чем на {size} {other}"

    def chosen(self, node: Chosen) -> Phrase:
        """Say what the first or newest fact is like."""
        words = self.fact(node.fact)
        ordinal = _ORDINAL[words.gender][node.newest]
        subject = f"{ordinal} {words.one}"
        if node.of:
            near, apart = self.qualified(node.fact, node.of)
            parts = [f"{ordinal} из {words.many}", near, f"(где {apart})" if apart else ""]
            subject = " ".join(part for part in parts if part)
        near, apart = self.qualified(node.fact, node.where)
        said = ", ".join(part for part in (self.window(node.window), near) if part)
        if not said and not apart:
            return Phrase(self.happening(node.fact, node.of))
        tail = f" (где {apart})" if apart and said else ""
        return Phrase(f"{subject} — {said}{tail}" if said else f"{subject} — с условием: {apart}", Part.HAS)

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
        words = ValueWords("", "n", anniversary="годовщина")
        near, apart = self.qualified(node.fact, node.where)
        parts = [
            f"{when} число",
            self.fact(node.fact).many,
            near,
            f"(где {apart})" if apart else "",
            self.said(words, node.tests).strip(),
        ]
        return Phrase(" ".join(part for part in parts if part), Part.HAS)

    def _periods(self, node: Regularly) -> str:
        is_single = node.in_each.amount == 1
        unit = node.in_each.unit if is_single else "period"
        count = self.amount_of(node.periods, unit)
        of = "" if is_single else f" по {self.accusative(node.in_each)}"
        if node.at_least == node.periods:
            each = "каждый" if self.words.units[unit].gender == "m" else "каждую"
            return f"в {each} из последних {count}{of}"
        return f"не менее чем в {self.t.exact(node.at_least)} из последних {count}{of}"

    def stopped(self, node: Stopped) -> Phrase:
        """Say what they did and then did no more."""
        before = self.happening(node.fact, node.where, self.window(node.active))
        return Phrase(f"{before}, а за {self.in_line(node.silent, LAST)} — ни разу", is_winding=True)

    def resumed(self, node: Resumed) -> Phrase:
        """Say what they did after a silence."""
        words = self.fact(node.fact)
        near, apart = self.qualified(node.fact, node.where)
        parts = [
            self.window(node.window),
            words.did,
            near,
            f"(где {apart})" if apart else "",
            f"после перерыва не менее {self.genitive(node.after_silence)}",
        ]
        return Phrase(" ".join(part for part in parts if part))

    def sequence(self, node: FactSequence) -> Phrase:
        """Say what they did one after the other."""
        text = ""
        for number, step in enumerate(node.steps):
            text += self._step(step) if number else self._bare(step, self.window(step.window))
        if node.by is None:
            return Phrase(text, is_winding=True)
        words = self.column(node.steps[0].fact, node.by)
        return Phrase(f"{text} ({words.same or f'с тем же значением {words.of}'})", is_winding=True)

    def _step(self, step: Step) -> str:
        length = self.genitive(step.within) if step.within is not None else ""
        if step.negated:
            return f", а в течение {length} после этого {self._bare(step)}"
        return f", затем в течение {length} {self._bare(step)}"

    def _bare(self, step: Step, when: str = "") -> str:
        words = self.fact(step.fact)
        near, apart = self.qualified(step.fact, step.where)
        did = words.did_not if step.negated else words.did
        parts = [when, did, near, f"(где {apart})" if apart else ""]
        return " ".join(part for part in parts if part)

    # --- segments, lists, the log, shares, consents -------------------------------------------------

    def standing(self, node: Node, *, is_so: bool) -> Phrase:
        """Say a segment, a list, the log, a share, a consent; or the opposite."""
        deny = "" if is_so else "не "
        if isinstance(node, InSegment):
            tail = f" ({self._held(node.held_for)})" if node.held_for is not None else ""
            return Phrase(f"{deny}входят в сегмент {self._segment(node.segment)}{tail}")
        if isinstance(node, InList):
            return Phrase(f"{deny}входят в список {self.quote(node.name)}")
        if isinstance(node, Moved):
            return Phrase(self._moved(node, is_so=is_so))
        if isinstance(node, Share):
            random = "случайный" if node.share * 100 == 1 else "случайные"
            share = f"{self.percent(node.share)} клиентов (ключ {self.quote(node.salt)})"
            return Phrase(f"{deny}входят в {random} {share}")
        if isinstance(node, Consent):
            return Phrase(self._consent(node, is_so=is_so))
        raise TypeError(node)

    def _segment(self, segment: str) -> str:
        name, scheme = segment_words(segment, "ru", self.names)
        return self.quote(name) + (f" схемы {self.quote(scheme)}" if scheme else "")

    def _moved(self, node: Moved, *, is_so: bool) -> str:
        when = self.window(node.window)
        entered, left = ("вошли в", "вышли из") if when else ("входили в", "выходили из")
        if not is_so:
            entered, left = "не входили в", "не выходили из"
        when = when or ("когда-либо" if is_so else "никогда")
        verb = f"{left} сегмента" if node.left else f"{entered} сегмент"
        cause = "по любой причине" if is_so else "ни по какой причине"
        tail = f" ({cause})" if node.any_cause else ""
        return f"{when} {verb} {self._segment(node.segment)}{tail}"

    def _consent(self, node: Consent, *, is_so: bool) -> str:
        purpose = self.words.purposes.get(node.purpose, self.quote(node.purpose))
        channel = self.words.channels.get(node.channel, f"в канале {self.quote(node.channel)}")
        verbs = {
            (ConsentState.GRANTED, True): "дали согласие",
            (ConsentState.GRANTED, False): "не имеют согласия",
            (ConsentState.WITHDRAWN, True): "отозвали согласие",
            (ConsentState.WITHDRAWN, False): "не отзывали согласия",
            (ConsentState.NOT_WITHDRAWN, True): "не отзывали согласия",
            (ConsentState.NOT_WITHDRAWN, False): "отозвали согласие",
        }
        return f"{verbs[node.state, is_so]} на {purpose} {channel}"
