"""English: numbers with their nouns, days and windows, tests of one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from kogorta.definitions.nodes import Calendar, DayRange, Op, Test, Tests, Window
from kogorta.definitions.sentence.speaker import Speaker, as_number, as_values, is_number, scaled, until_now
from kogorta.definitions.sentence.words import FactWords, ValueWords
from kogorta.durations import Duration
from kogorta.i18n import NBSP

GREENWICH = "UTC"
CALENDAR = {word: word.value.replace("_", " ") for word in Calendar}
_BOUNDS = {
    Op.AT_LEAST: ("at least", "no earlier than"),
    Op.AT_MOST: ("at most", "no later than"),
    Op.MORE_THAN: ("more than", "after"),
    Op.LESS_THAN: ("less than", "before"),
}
_CROWDS = {
    "": "the base",
    "buyers": "buyers",
    "having": "those who have any",
    "written": "those who were written to",
}


class EnglishValues(Speaker):
    """What English says of values."""

    lang = "en"

    # --- words of the shop's own ------------------------------------------------------------------

    def quote(self, text: str) -> str:
        """Put a word of the user's between the quotation marks of the language."""
        return f"“{text}”"

    def own_event(self, name: str) -> FactWords:
        """Return the words of an event that is none of the standard ones."""
        quoted = self.quote(name)
        return FactWords(
            f"had the event {quoted}", f"have the event {quoted}", f"event {quoted}", f"events {quoted}"
        )

    def own_value(self, name: str, *, is_trait: bool) -> ValueWords:
        """Return the words of a trait or a column of the shop's own."""
        label = f"{'trait' if is_trait else 'field'} {self.quote(name)}"
        return ValueWords(label, of=label)

    def either(self, parts: Sequence[str]) -> str:
        """Join values of which one is meant."""
        return " or ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def more(self, count: int) -> str:
        """Say how many values are not named."""
        return f"{self.t.integer(count)}{NBSP}more"

    # --- numbers with nouns -----------------------------------------------------------------------

    def amount(self, value: int | Fraction, unit: str) -> str:
        """Write a number with its noun: 2 days, 1 day."""
        if unit in {"", "money"}:
            return self.money(value) if unit else self.t.exact(value)
        words = self.words.units[unit]
        return f"{self.t.exact(value)}{NBSP}{words.one if abs(value) == 1 else words.many}"

    def length(self, length: Duration) -> str:
        """Write a length: 30 days."""
        return self.amount(abs(length.amount), length.unit)

    def in_line(self, length: Duration, adjective: str) -> str:
        """Write a length with an adjective: the last 7 days, the last week."""
        said = self.words.units[length.unit].one if length.amount == 1 else self.length(length)
        return f"the {adjective} {said}"

    # --- windows ---------------------------------------------------------------------------------

    def window(self, window: Window) -> str:
        """Say when; nothing of all time."""
        window = until_now(window)
        start, end = window.start, window.end
        if window.calendar is not None:
            return CALENDAR[window.calendar]
        if isinstance(start, Duration) and isinstance(end, Duration):
            first = self.t.exact(start.amount) if start.unit == end.unit else self.length(start)
            return f"{first} to {self.length(end)} ago"
        if isinstance(start, Duration):
            return f"in {self.in_line(start, 'last')}"
        said = [f"since {self.moment(start, GREENWICH)}"] if start is not None else []
        if isinstance(end, Duration):
            said.append(f"more than {self.length(end)} ago")
        elif end is not None:
            said.append(f"before {self.moment(end, GREENWICH)}")
        return " and ".join(said)

    def day_range(self, days: DayRange) -> str:
        """Say days counted from today, both ends included."""
        start, end = (edge.micros // Duration(1, "d").micros for edge in (days.start, days.end))
        if start == end:
            if start == 0:
                return CALENDAR[Calendar.TODAY]
            exactly = self.length(Duration(start, "d"))
            return f"in exactly {exactly}" if start > 0 else f"exactly {exactly} ago"
        if start == 0:
            return "today or tomorrow" if end == 1 else f"in {self.in_line(Duration(end, 'd'), 'next')}"
        if end == 0:
            back = Duration(-start, "d")
            return "yesterday or today" if back.amount == 1 else f"in {self.in_line(back, 'last')}"
        if start > 0:
            return f"in {self.t.exact(start)}–{self.length(Duration(end, 'd'))}"
        if end < 0:
            return f"{self.t.exact(-start)} to {self.length(Duration(end, 'd'))} ago"
        return f"from {self.length(Duration(start, 'd'))} ago to {self.length(Duration(end, 'd'))} ahead"

    # --- tests of one value -----------------------------------------------------------------------

    def said(self, words: ValueWords, tests: Tests) -> str:
        """Say tests of one value with its name."""
        yearly = [test for test in tests if test.op is Op.ANNIVERSARY]
        others = [test for test in tests if test.op is not Op.ANNIVERSARY]
        parts = []
        if others:
            said = " and ".join(self.predicate(test, words) for test in others)
            parts.append(f"{words.label} {said}")
        for test in yearly:
            label = words.anniversary or f"anniversary of the {words.label}"
            parts.append(f"{label} {self._be(words)} {self._when(test)}")
        return " and ".join(parts)

    def predicate(self, test: Test, words: ValueWords) -> str:
        """Say one test with its verb, without the name of the value."""
        if test.op in {Op.CONTAINS, Op.STARTS_WITH, Op.MATCHES}:
            return self._part_of_text(test, words)
        if test.op in {Op.HAS_ANY, Op.HAS_ALL}:
            return self._has(test, words)
        return f"{self._be(words)} {self.compared(test, words)}"

    def compared(self, test: Test, words: ValueWords) -> str:
        """Say one test without its verb."""
        if test.op in _BOUNDS:
            return self._bound(test, words)
        if test.op in {Op.IS, Op.IS_NOT}:
            return f"{'not ' if test.op is Op.IS_NOT else ''}{self.one(test.value, words)}"
        say: dict[Op, Callable[[Test, ValueWords], str]] = {
            Op.BETWEEN: self._between,
            Op.IN: self._in,
            Op.EXISTS: self._known,
            Op.MISSING: self._known,
            Op.PERCENTILE: self._rank,
            Op.TOP: self._rank,
            Op.BOTTOM: self._rank,
            Op.BEFORE: self._edge,
            Op.AFTER: self._edge,
        }
        return say[test.op](test, words) if test.op in say else self._when(test)

    def one(self, value: object, words: ValueWords) -> str:
        """Say one value."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.quote(words.values.get(value, value))
        if isinstance(value, date):
            return self.moment(value, GREENWICH)
        (number,), unit = scaled([as_number(value)], words.unit)
        return self.amount(number, unit)

    def _be(self, words: ValueWords) -> str:
        return "are" if words.gender == "p" else "is"

    def _bound(self, test: Test, words: ValueWords) -> str:
        of_number, of_day = _BOUNDS[test.op]
        return f"{of_number if is_number(test.value) else of_day} {self.one(test.value, words)}"

    def _between(self, test: Test, words: ValueWords) -> str:
        low, high = as_values(test)
        if isinstance(low, date):
            return f"from {self.one(low, words)} to {self.one(high, words)}"
        (least, most), unit = scaled([as_number(low), as_number(high)], words.unit)
        first = self.amount(least, unit) if unit == "money" else self.t.exact(least)
        return f"from {first} to {self.amount(most, unit)}"

    def _in(self, test: Test, words: ValueWords) -> str:
        return self.choice(as_values(test), words)

    def _has(self, test: Test, words: ValueWords) -> str:
        verb = "include" if words.gender == "p" else "includes"
        values = as_values(test)
        if len(values) == 1 or test.op is Op.HAS_ANY:
            return f"{verb} {self.choice(values, words)}"
        shown = [self.one(value, words) for value in values]
        return f"{verb} {', '.join(shown[:-1])} and {shown[-1]}"

    def _part_of_text(self, test: Test, words: ValueWords) -> str:
        verbs = {
            Op.CONTAINS: ("contains", "contain"),
            Op.STARTS_WITH: ("starts with", "start with"),
            Op.MATCHES: ("matches", "match"),
        }
        return f"{verbs[test.op][words.gender == 'p']} {self.quote(str(test.value))}"

    def _known(self, test: Test, words: ValueWords) -> str:  # noqa: ARG002  all of these are called alike
        return "known" if test.op is Op.EXISTS else "not known"

    def _rank(self, test: Test, words: ValueWords) -> str:
        share, crowd = Fraction(as_number(test.value)), _CROWDS[words.crowd]
        if test.op is Op.PERCENTILE:
            edge = self.t.exact(share * 100)
            side = "at or above" if test.bound is Op.AT_LEAST else "below"
            return f"{side} percentile{NBSP}{edge} of {crowd}"
        return f"in the {'top' if test.op is Op.TOP else 'bottom'} {self.percent(share)} of {crowd}"

    def _edge(self, test: Test, words: ValueWords) -> str:
        return f"{test.op.value} {self.one(test.value, words)}"

    def _when(self, test: Test) -> str:
        if isinstance(test.value, Calendar):
            return CALENDAR[test.value]
        if isinstance(test.value, DayRange):
            return self.day_range(test.value)
        if not isinstance(test.value, Duration):
            raise TypeError(test)
        return f"in {self.in_line(test.value, 'last' if test.op is Op.IN_LAST else 'next')}"
