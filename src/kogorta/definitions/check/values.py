"""The check of one test: whether it suits the kind of value that it tests, and what it compares with."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from kogorta.definitions.catalogue import Kind
from kogorta.definitions.nodes import Calendar, DayRange, Op, Scalar, Test
from kogorta.definitions.parsing.reader import Problems, below, nearest, shown
from kogorta.durations import Duration
from kogorta.message import Message, Sentence, lazy, nlazy

RANKS = frozenset({Op.TOP, Op.BOTTOM, Op.PERCENTILE})
"""Tests that compare with everyone else."""
MISSING = frozenset({Op.EXISTS, Op.MISSING})
_SAME = frozenset({Op.IS, Op.IS_NOT})
_NUMBER = _SAME | MISSING | {Op.IN, Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN, Op.BETWEEN}
_PARTS = frozenset({Op.CONTAINS, Op.STARTS_WITH, Op.MATCHES})
_TEXT = _SAME | MISSING | {Op.IN} | _PARTS
_INSTANT = _SAME | MISSING | {Op.IN, Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.IN_LAST, Op.IN_NEXT, Op.DURING}

ALLOWED: Mapping[Kind, frozenset[Op]] = {
    Kind.TEXT: _TEXT,
    Kind.PATH: _TEXT,
    Kind.NUMBER: _NUMBER | RANKS,
    Kind.MONEY: _NUMBER | RANKS,
    Kind.FLAG: _SAME | MISSING,
    Kind.DATE: _INSTANT | {Op.ANNIVERSARY},
    Kind.INSTANT: _INSTANT,
    Kind.LIST: MISSING | {Op.HAS_ANY, Op.HAS_ALL},
}
"""Which tests suit a kind of value."""

_CALLED: Mapping[Kind, Message] = {
    Kind.TEXT: lazy("a text"),
    Kind.PATH: lazy("a path"),
    Kind.NUMBER: lazy("a number"),
    Kind.MONEY: lazy("money"),
    Kind.FLAG: lazy("a yes or no"),
    Kind.DATE: lazy("a date"),
    Kind.INSTANT: lazy("an instant"),
    Kind.LIST: lazy("a list"),
}
_MOST_DIGITS, _MOST_DECIMALS, _MOST_OF_MEAN = 15, 6, 10**12
_FIRST_YEAR, _LAST_YEAR = 1900, 2299
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What is tested.

    Attributes:
        kind: What it holds.
        values: The words that it can hold, where they are fixed.
        allows_ranks: Whether it can be compared with everyone else's.
        is_count: A whole number, not below 0.
        is_never_missing: Of nothing it is 0.
        is_mean: Worked out as a sum over a count.
        scale: What it is multiplied by where it is stored.
    """

    kind: Kind
    values: tuple[str, ...] = ()
    allows_ranks: bool = False
    is_count: bool = False
    is_never_missing: bool = False
    is_mean: bool = False
    scale: int = 1


class Values:
    """Checks tests.

    Args:
        problems: Where everything wrong is noted.
        minor_digits: Decimals of the currency.
    """

    def __init__(self, problems: Problems, minor_digits: int) -> None:
        self.problems, self.minor_digits = problems, minor_digits

    def test(self, test: Test, subject: Subject, path: str) -> bool:
        """Return whether a test is right by itself; note what is not."""
        before = len(self.problems.found)
        if self._suits(test, subject, path):
            value = test.value
            if test.op in _PARTS:
                subject = replace(subject, values=())
            if test.op in RANKS:
                self._rank(test, path)
            elif isinstance(value, Duration):
                self._length(value, subject.kind, path)
            elif isinstance(value, tuple):
                for number, item in enumerate(value):
                    self.scalar(item, subject, below(path, number))
            elif value is not None and not isinstance(value, Calendar | DayRange):
                self.scalar(value, subject, path)
        return len(self.problems.found) == before

    def _suits(self, test: Test, subject: Subject, path: str) -> bool:
        if subject.is_never_missing and test.op in MISSING:
            self.problems.add(
                path,
                "this is never missing: of nothing it is 0",
                hint=lazy("write {example}", example="at_least: 1"),
            )
            return False
        allowed = ALLOWED[subject.kind] - (frozenset() if subject.allows_ranks else RANKS)
        if subject.is_never_missing:
            allowed -= MISSING
        if test.op in allowed:
            return True
        self.problems.add(
            path,
            lazy("{what} cannot be tested by {word}", what=_CALLED[subject.kind], word=test.op.value),
            expected=", ".join(sorted(allowed)),
            hint=_other_way(test.op, subject),
        )
        return False

    def _rank(self, test: Test, path: str) -> None:
        """Refuse what nobody can pass: nobody has everyone, himself too, behind him."""
        nobody = Fraction(1) if test.bound is Op.AT_LEAST else Fraction(0)
        if test.value == nobody:
            self.problems.add(path, "nobody can pass this test", got=shown(written(test)))

    def _length(self, length: Duration, kind: Kind, path: str) -> None:
        if kind is Kind.DATE and length.unit not in {"d", "w", "mo", "y"}:
            self.problems.add(
                path, "a date is compared in whole days", got=str(length), expected="d, w, mo, y"
            )
        elif kind is Kind.INSTANT and length.amount == 0:
            self.problems.add(path, "a length of time cannot be 0", got=str(length))

    def scalar(self, value: Scalar, subject: Subject, path: str) -> None:
        """Check one value that is compared with."""
        kind = subject.kind
        if kind in {Kind.NUMBER, Kind.MONEY}:
            self._number(value, subject, path)
        elif kind in {Kind.DATE, Kind.INSTANT}:
            self._date(value, kind, path)
        elif kind is Kind.FLAG:
            if not isinstance(value, bool):
                self.problems.add(path, "true or false belongs here", got=said(value))
        else:
            self._text(value, subject, path)

    # --- by kind ----------------------------------------------------------------------------------

    def _number(self, value: Scalar, subject: Subject, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            self.problems.add(path, "a number belongs here", got=said(value), hint=_unquoted(value))
        elif _is_long(value):
            self.problems.add(
                path,
                "this number is too long",
                got=said(value),
                expected=lazy(
                    "{digits} digits before the point and {decimals} after it",
                    digits=_MOST_DIGITS,
                    decimals=_MOST_DECIMALS,
                ),
            )
        elif subject.is_count:
            self._count(value, path)
        elif subject.is_mean:
            if abs((Fraction(value) * subject.scale).numerator) > _MOST_OF_MEAN:
                self.problems.add(
                    path, "this number is too long for a mean", got=said(value), hint="round it"
                )
        elif subject.kind is Kind.MONEY and (Fraction(value) * 10**self.minor_digits).denominator != 1:
            self.problems.add(
                path,
                "this currency has fewer decimals",
                got=said(value),
                expected=nlazy("at most {n} decimal", "at most {n} decimals", self.minor_digits),
            )

    def _count(self, value: int | Fraction, path: str) -> None:
        if value < 0:
            self.problems.add(path, "a count is never below 0", got=said(value))
        elif Fraction(value).denominator != 1:
            self.problems.add(path, "a whole number belongs here", got=said(value))

    def _date(self, value: Scalar, kind: Kind, path: str) -> None:
        if not isinstance(value, date):
            is_day = isinstance(value, str) and _DAY.fullmatch(value)
            self.problems.add(
                path,
                "there is no such day" if is_day else "a date belongs here",
                got=said(value),
                expected="2026-06-12" if kind is Kind.DATE else "2026-06-12, 2026-06-12T12:00:00Z",
            )
        elif kind is Kind.DATE and isinstance(value, datetime):
            self.problems.add(
                path,
                "a date has no time of day",
                got=said(value),
                hint=lazy("write {example}", example=value.date().isoformat()),
            )
        else:
            self.reach(value, path)

    def reach(self, day: date, path: str) -> bool:
        """Return whether every engine can keep a day; note it if not."""
        is_in_reach = _FIRST_YEAR <= day.year <= _LAST_YEAR
        if not is_in_reach:
            self.problems.add(
                path,
                "this date lies beyond the calendar",
                got=said(day),
                expected=lazy("years from {first} to {last}", first=str(_FIRST_YEAR), last=str(_LAST_YEAR)),
            )
        return is_in_reach

    def _text(self, value: Scalar, subject: Subject, path: str) -> None:
        # a quoted text that is a day is read as one, and is the same text
        text = value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
        if isinstance(text, str):
            if subject.values and text not in subject.values:
                self.problems.add(
                    path,
                    "this word is not known here",
                    got=said(value),
                    expected=", ".join(subject.values),
                    hint=nearest(text, subject.values),
                )
        elif isinstance(text, datetime):
            self.problems.add(
                path,
                "a text that reads as an instant cannot be compared exactly",
                got=said(value),
                hint=lazy("write {example}", example='matches: "2026-06-12T12:00:00*"'),
            )
        else:
            quoted = json.dumps(said(value), ensure_ascii=False)
            words = ", ".join(subject.values) or None
            hint = None if words else lazy("write {example}", example=quoted)
            self.problems.add(path, "a text belongs here", got=said(value), expected=words, hint=hint)


def written(test: Test, *, is_share: bool = False) -> object:
    """Return what a test compares with, as documents write it.

    Args:
        test: The test.
        is_share: Whether its number is a share, written in percent.
    """
    value = test.value
    if test.op in MISSING:
        return True
    if test.op is Op.PERCENTILE and test.bound is not None:
        return {test.bound.value: _plain(Fraction(str(value)) * 100)}
    if test.op in RANKS or is_share:
        return f"{_plain(Fraction(str(value)) * 100)}%"
    if isinstance(value, DayRange):
        return {"from": str(value.start), "to": str(value.end)}
    if isinstance(value, Duration):
        return str(value)
    if isinstance(value, Calendar):
        return value.value
    return [_plain(item) for item in value] if isinstance(value, tuple) else _plain(value)


def said(value: Scalar) -> str:
    """Return a value as documents write it."""
    return shown(_plain(value))


def _plain(value: object) -> object:
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value


def _is_long(number: int | Fraction) -> bool:
    exact = Fraction(number)
    return bool(abs(exact) >= 10**_MOST_DIGITS or 10**_MOST_DECIMALS % exact.denominator)


def _unquoted(value: Scalar) -> Sentence | None:
    is_number = isinstance(value, str) and re.fullmatch(r"[-+]?\d{1,15}(\.\d+)?", value)
    return lazy("write {example}", example=str(value)) if is_number else None


def _other_way(op: Op, subject: Subject) -> Sentence | None:
    """Return what to say instead of a test that does not suit."""
    kind = subject.kind
    if op in RANKS:
        return lazy(
            "only a trait that is a number is compared with everyone else's, and an attribute without held_for"
        )
    if op is Op.ANNIVERSARY:
        return lazy("only a date has anniversaries")
    if kind is Kind.LIST:
        return lazy("write {example}", example="has_any: […]")
    if op in {Op.HAS_ANY, Op.HAS_ALL} and Op.IN in ALLOWED[kind]:
        return lazy("write {example}", example="in: […]")
    if kind in {Kind.DATE, Kind.INSTANT} and op in {Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN}:
        return lazy("write {example}", example="before: …, after: …, between: […, …]")
    if kind in {Kind.NUMBER, Kind.MONEY} and op in {Op.BEFORE, Op.AFTER}:
        return lazy("write {example}", example="less_than: …, more_than: …")
    return None
