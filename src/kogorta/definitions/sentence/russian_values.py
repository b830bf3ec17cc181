"""Russian: numbers with their nouns, days and windows, tests of one value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from fractions import Fraction

from kogorta.definitions.nodes import Calendar, DayRange, Op, Test, Tests, Window
from kogorta.definitions.sentence.speaker import Speaker, as_number, as_values, is_number, scaled, until_now
from kogorta.definitions.sentence.words import FactWords, UnitWords, ValueWords
from kogorta.durations import Duration
from kogorta.i18n import NBSP

GREENWICH = "по Гринвичу"
LAST = ("последний", "последнюю", "последние")
NEXT = ("ближайший", "ближайшую", "ближайшие")
CALENDAR = {
    Calendar.TODAY: "сегодня",
    Calendar.YESTERDAY: "вчера",
    Calendar.TOMORROW: "завтра",
    Calendar.THIS_WEEK: "на этой неделе",
    Calendar.LAST_WEEK: "на прошлой неделе",
    Calendar.NEXT_WEEK: "на следующей неделе",
    Calendar.THIS_MONTH: "в этом месяце",
    Calendar.LAST_MONTH: "в прошлом месяце",
    Calendar.NEXT_MONTH: "в следующем месяце",
}
_BOUNDS = {
    Op.AT_LEAST: ("не менее", "не раньше"),
    Op.AT_MOST: ("не более", "не позже"),
    Op.MORE_THAN: ("более", "позже"),
    Op.LESS_THAN: ("менее", "раньше"),
}
_ENDINGS = {"m": "", "f": "а", "n": "о", "p": "ы"}
_CROWDS = {
    "": "по базе",
    "buyers": "среди покупателей",
    "having": "среди тех, у кого они есть",
    "written": "среди тех, кому писали",
}
_DASHED = frozenset({Op.IS, Op.IS_NOT, Op.IN})


class RussianValues(Speaker):
    """What Russian says of values."""

    lang = "ru"

    # --- words of the shop's own ------------------------------------------------------------------

    def quote(self, text: str) -> str:
        """Put a word of the user's between the quotation marks of the language."""
        return f"«{text}»"

    def own_event(self, name: str) -> FactWords:
        """Return the words of an event that is none of the standard ones."""
        quoted = self.quote(name)
        return FactWords(
            f"совершали событие {quoted}",
            f"не совершали событие {quoted}",
            f"событие {quoted}",
            f"событий {quoted}",
            "n",
        )

    def own_value(self, name: str, *, is_trait: bool) -> ValueWords:
        """Return the words of a trait or a column of the shop's own."""
        quoted = self.quote(name)
        if is_trait:
            return ValueWords(f"признак {quoted}", "m", f"признака {quoted}")
        return ValueWords(f"поле {quoted}", "n", f"поля {quoted}")

    def either(self, parts: Sequence[str]) -> str:
        """Join values of which one is meant."""
        return " или ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    def more(self, count: int) -> str:
        """Say how many values are not named."""
        form = "другое" if count % 10 == 1 and count % 100 != 11 else "других"
        return f"ещё{NBSP}{self.t.integer(count)} {form}"

    # --- numbers with nouns -----------------------------------------------------------------------

    def amount(self, value: int | Fraction, unit: str) -> str:
        """Write a number with its noun in the nominative: 2 дня."""
        if unit in {"", "money"}:
            return self.money(value) if unit else self.t.exact(value)
        return f"{self.t.exact(value)}{NBSP}{_counted(value, self.words.units[unit])}"

    def amount_of(self, value: int | Fraction, unit: str) -> str:
        """Write a number with its noun in the genitive: (не менее) 2 дней."""
        if unit in {"", "money"}:
            return self.amount(value, unit)
        words = self.words.units[unit]
        return f"{self.t.exact(value)}{NBSP}{words.few if _is_like_one(value) else words.many}"

    def accusative(self, length: Duration) -> str:
        """Write a length as after «за»: 21 неделю."""
        words, count = self.words.units[length.unit], abs(length.amount)
        form = words.accusative if _ends_in_one(count) else _counted(count, words)
        return f"{self.t.exact(count)}{NBSP}{form}"

    def genitive(self, length: Duration) -> str:
        """Write a length as after «в течение»: 4 часов."""
        return self.amount_of(abs(length.amount), length.unit)

    def in_line(self, length: Duration, adjective: tuple[str, str, str]) -> str:
        """Write a length with an adjective in the accusative: последние 7 дней, последнюю неделю."""
        words, (masculine, feminine, plural) = self.words.units[length.unit], adjective
        if length.amount == 1:
            return f"{masculine if words.gender == 'm' else feminine} {words.accusative}"
        return f"{plural} {self.accusative(length)}"

    # --- windows ---------------------------------------------------------------------------------

    def window(self, window: Window) -> str:
        """Say when; nothing of all time."""
        window = until_now(window)
        start, end = window.start, window.end
        if window.calendar is not None:
            return CALENDAR[window.calendar]
        if isinstance(start, Duration) and isinstance(end, Duration):
            if start.unit == end.unit:
                return f"от {self.t.exact(start.amount)} до {self.genitive(end)} назад"
            return f"от {self.genitive(start)} до {self.genitive(end)} назад"
        if isinstance(start, Duration):
            return f"за {self.in_line(start, LAST)}"
        said = [f"с {self.moment(start, GREENWICH)}"] if start is not None else []
        if isinstance(end, Duration):
            said.append(f"раньше чем {self.accusative(end)} назад")
        elif end is not None:
            said.append(f"до {self.moment(end, GREENWICH)}")
        return " ".join(said)

    def day_range(self, days: DayRange) -> str:
        """Say days counted from today, both ends included."""
        start, end = (edge.micros // Duration(1, "d").micros for edge in (days.start, days.end))
        if start == end:
            if start == 0:
                return CALENDAR[Calendar.TODAY]
            exactly = self.accusative(Duration(start, "d"))
            return f"ровно через {exactly}" if start > 0 else f"ровно {exactly} назад"
        if start == 0:
            return "сегодня или завтра" if end == 1 else f"в {self.in_line(Duration(end, 'd'), NEXT)}"
        if end == 0:
            back = Duration(-start, "d")
            return "вчера или сегодня" if back.amount == 1 else f"в {self.in_line(back, LAST)}"
        if start > 0:
            return f"через {self.t.exact(start)}–{self.accusative(Duration(end, 'd'))}"
        if end < 0:
            return f"от {self.t.exact(-start)} до {self.genitive(Duration(end, 'd'))} назад"
        return f"от {self.genitive(Duration(start, 'd'))} назад до {self.genitive(Duration(end, 'd'))} вперёд"

    # --- tests of one value -----------------------------------------------------------------------

    def said(self, words: ValueWords, tests: Tests) -> str:
        """Say tests of one value with its name."""
        yearly = [test for test in tests if test.op is Op.ANNIVERSARY]
        others = [test for test in tests if test.op is not Op.ANNIVERSARY]
        parts = []
        if others:
            dash = " — " if others[0].op in _DASHED else " "
            parts.append(words.label + dash + " и ".join(self.predicate(test, words) for test in others))
        for test in yearly:
            label = words.anniversary or f"годовщина ({words.label})"
            parts.append(f"{label} {self._when(test)}")
        return " и ".join(parts)

    def predicate(self, test: Test, words: ValueWords) -> str:
        """Say one test without the name of the value."""
        if test.op in _BOUNDS:
            return self._bound(test, words)
        if test.op in {Op.IS, Op.IS_NOT}:
            return f"{'не ' if test.op is Op.IS_NOT else ''}{self.one(test.value, words)}"
        say: dict[Op, Callable[[Test, ValueWords], str]] = {
            Op.BETWEEN: self._between,
            Op.IN: self._in,
            Op.HAS_ANY: self._has,
            Op.HAS_ALL: self._has,
            Op.CONTAINS: self._part_of_text,
            Op.STARTS_WITH: self._part_of_text,
            Op.MATCHES: self._part_of_text,
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
            return "да" if value else "нет"
        if isinstance(value, str):
            return self.quote(words.values.get(value, value))
        if isinstance(value, date):
            return self.moment(value, GREENWICH)
        (number,), unit = scaled([as_number(value)], words.unit)
        return self.amount(number, unit)

    def _bound(self, test: Test, words: ValueWords) -> str:
        of_number, of_day = _BOUNDS[test.op]
        if is_number(test.value):
            (number,), unit = scaled([as_number(test.value)], words.unit)
            return f"{of_number} {self.amount_of(number, unit)}"
        return f"{of_day} {self.one(test.value, words)}"

    def _between(self, test: Test, words: ValueWords) -> str:
        low, high = as_values(test)
        if isinstance(low, date):
            return f"с {self.one(low, words)} по {self.one(high, words)}"
        (least, most), unit = scaled([as_number(low), as_number(high)], words.unit)
        return f"от {self.t.exact(least)} до {self.amount_of(most, unit)}"

    def _in(self, test: Test, words: ValueWords) -> str:
        return self.choice(as_values(test), words)

    def _has(self, test: Test, words: ValueWords) -> str:
        among = f"— среди {'них' if words.gender == 'p' else 'значений'} есть"
        values = as_values(test)
        if len(values) == 1 or test.op is Op.HAS_ANY:
            return f"{among} {self.choice(values, words)}"
        shown = [self.one(value, words) for value in values]
        return f"{among} {', '.join(f'и {one}' for one in shown)}"

    def _part_of_text(self, test: Test, words: ValueWords) -> str:
        verbs = {
            Op.CONTAINS: ("содержит", "содержат"),
            Op.STARTS_WITH: ("начинается с", "начинаются с"),
            Op.MATCHES: ("подходит под образец", "подходят под образец"),
        }
        return f"{verbs[test.op][words.gender == 'p']} {self.quote(str(test.value))}"

    def _known(self, test: Test, words: ValueWords) -> str:
        is_known = test.op is Op.EXISTS
        return f"{'' if is_known else 'не '}указан{_ENDINGS.get(words.gender, '')}"

    def _rank(self, test: Test, words: ValueWords) -> str:
        share, crowd = Fraction(as_number(test.value)), _CROWDS[words.crowd]
        if test.op is Op.PERCENTILE:
            edge = self.t.exact(share * 100)
            return f"{'не ниже' if test.bound is Op.AT_LEAST else 'ниже'} процентиля{NBSP}{edge} {crowd}"
        ending = "ем" if share * 100 == 1 else "их"
        return f"в {'верхн' if test.op is Op.TOP else 'нижн'}{ending} {self.percent(share)} {crowd}"

    def _edge(self, test: Test, words: ValueWords) -> str:
        return f"{'до' if test.op is Op.BEFORE else 'после'} {self.one(test.value, words)}"

    def _when(self, test: Test) -> str:
        if isinstance(test.value, Calendar):
            return CALENDAR[test.value]
        if isinstance(test.value, DayRange):
            return self.day_range(test.value)
        if not isinstance(test.value, Duration):
            raise TypeError(test)
        return f"в {self.in_line(test.value, LAST if test.op is Op.IN_LAST else NEXT)}"


def _ends_in_one(count: int) -> bool:
    return count % 10 == 1 and count % 100 != 11


def _is_like_one(value: int | Fraction) -> bool:
    """Whether a noun stands in the singular after a number in the genitive: 21 дня, 2,5 дня."""
    return value.denominator != 1 or _ends_in_one(abs(int(value)))


def _counted(value: int | Fraction, words: UnitWords) -> str:
    if value.denominator != 1:
        return words.few
    count = abs(int(value))
    if _ends_in_one(count):
        return words.one
    return words.few if count % 10 in {2, 3, 4} and count % 100 not in {12, 13, 14} else words.many
