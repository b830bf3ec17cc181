"""Reading the tests of a value: `{at_least: 3, less_than: 10}`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from kogorta.definitions.nodes import Calendar, DayRange, Op, Scalar, Test, Tests
from kogorta.definitions.parsing.reader import Problems, as_mapping, below, nearest, shown
from kogorta.durations import Duration
from kogorta.message import lazy

OPS = frozenset(op.value for op in Op)
_ORDERED = {Op.AT_LEAST, Op.AT_MOST, Op.MORE_THAN, Op.LESS_THAN}
_TEXT = {Op.CONTAINS, Op.STARTS_WITH, Op.MATCHES}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PERCENT = re.compile(r"([-+]?\d{1,6}(?:\.\d{1,6})?)\s*%")
_MOST = {"d": 73_050, "w": 10_435, "mo": 2_400, "y": 200}
"""How many of a unit make 200 years: a window that begins before the calendar does cannot be worked out."""
MAX_SEVERAL = 10_000
"""How many values `in` may list: more is a list to upload."""


def read_tests(raw: Mapping[str, Any], path: str, problems: Problems) -> Tests:
    """Return the tests among the keys of a mapping; keys that are no test are left to the caller."""
    tests = []
    for key, value in raw.items():
        if key in OPS:
            test = read_test(Op(key), value, below(path, key), problems)
            if test is not None:
                tests.append(test)
    return tuple(tests)


def only_tests(value: object, path: str, problems: Problems) -> Tests:
    """Read a mapping that holds nothing but tests, at least one."""
    if not isinstance(value, Mapping):
        problems.add(
            path,
            "a test belongs here",
            got=shown(value),
            expected=lazy("{example}", example="{is: …}, {at_least: …}, {in: […]}"),
            hint=lazy("write {example}", example=f"{{is: {shown(value)}}}") if _is_scalar(value) else None,
        )
        return ()
    raw = as_mapping(value, path, problems)
    if raw is None:
        return ()
    for key in raw:
        if key not in OPS:
            problems.add(
                below(path, key),
                "there is no such test",
                got=key,
                expected=", ".join(sorted(OPS)),
                hint=nearest(key, OPS),
            )
    if not raw:
        problems.add(path, "a test belongs here", expected="{is: …}, {at_least: …}, {in: […]}")
    return read_tests(raw, path, problems)


def read_test(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    """Read one test; None after noting a problem."""
    if op in _READERS:
        return _READERS[op](op, value, path, problems)
    if op in _TEXT and isinstance(value, str) and value:
        # a part of a text is a text, also where it looks like a date
        return Test(op, value)
    scalar = read_scalar(value, path, problems)
    if scalar is None:
        return None
    if op in _TEXT:
        problems.add(path, "a text belongs here", got=shown(value), hint="put it in quotes")
        return None
    if op in _ORDERED and isinstance(scalar, str | bool):
        problems.add(path, "a number belongs here", got=shown(value))
        return None
    if op in {Op.BEFORE, Op.AFTER} and not isinstance(scalar, date):
        problems.add(
            path,
            "a date or an instant belongs here",
            got=shown(value),
            expected="2026-06-12, 2026-06-12T12:00:00Z",
        )
        return None
    return Test(op, scalar)


def read_scalar(value: object, path: str, problems: Problems) -> Scalar | None:
    """Read one value: text, number, true or false, date, instant."""
    if isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return _instant(value, path, problems)
    if isinstance(value, str):
        if not value:
            problems.add(
                path,
                "an empty text is a missing value",
                hint=lazy("write {example}", example="missing: true"),
            )
            return None
        return _dated(value)
    if isinstance(value, int | date):
        return value
    if isinstance(value, float):
        if value != value or value in {float("inf"), float("-inf")}:
            problems.add(path, "a number belongs here", got=shown(value))
            return None
        fraction = Fraction(repr(value))
        return int(fraction) if fraction.denominator == 1 else fraction
    problems.add(
        path,
        "one value belongs here",
        got=shown(value),
        expected=lazy("a text, a number, true or false, a date"),
    )
    return None


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | date) and value != ""


def _dated(text: str) -> Scalar:
    """Texts that are dates or instants in full are such: JSON knows no dates."""
    if _DAY.fullmatch(text[:10]):
        try:
            if len(text) == 10:
                return date.fromisoformat(text)
            if text[10] in "T ":
                found = datetime.fromisoformat(text)
                return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else text
        except (ValueError, OverflowError):
            return text
    return text


def _instant(value: datetime, path: str, problems: Problems) -> datetime | None:
    if value.tzinfo is None:
        problems.add(
            path,
            "an instant needs its zone",
            got=value.isoformat(),
            hint=lazy("write {example}", example=f"{value.isoformat()}Z"),
        )
        return None
    try:
        return value.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        problems.add(path, "this instant lies beyond the calendar", got=value.isoformat())
        return None


def read_duration(value: object, path: str, problems: Problems, *, negative: bool = False) -> Duration | None:
    """Read a duration such as 30d; below 0 only where it may be."""
    try:
        found = Duration.parse(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None:
        is_bare = isinstance(value, int) and not isinstance(value, bool)
        problems.add(
            path,
            "a window without a unit" if is_bare else "a length of time belongs here",
            got=shown(value),
            expected="s, min, h, d, w, mo, y",
            hint=lazy("write {example}", example=f"{value}d" if is_bare else "30d"),
        )
        return None
    if found.amount < 0 and not negative:
        problems.add(path, "a length of time cannot be below 0", got=str(found))
        return None
    most = _MOST.get(found.unit)
    if most is not None and abs(found.amount) > most:
        problems.add(path, "a length of time is at most 200 years", got=str(found))
        return None
    return found


def read_calendar(value: object, path: str, problems: Problems) -> Calendar | None:
    """Read a calendar word."""
    known = [word.value for word in Calendar]
    if isinstance(value, str) and value in known:
        return Calendar(value)
    problems.add(
        path,
        "a calendar word belongs here",
        got=shown(value),
        expected=", ".join(known),
        hint=nearest(value, known) if isinstance(value, str) else None,
    )
    return None


def read_share(
    value: object, path: str, problems: Problems, *, least: int = 0, most: int | None = 1
) -> Fraction | None:
    """Read a share such as 10%, as a part of 1."""
    found = _PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        problems.add(
            path,
            "a share in percent belongs here",
            got=shown(value),
            hint=lazy("write {example}", example="10%"),
        )
        return None
    share = Fraction(found[1]) / 100
    if share < least or (most is not None and share > most):
        problems.add(path, "this share is impossible", got=shown(value), expected="0%–100%")
        return None
    return share


def _bare(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    if not isinstance(value, bool):
        problems.add(path, "true or false belongs here", got=shown(value))
        return None
    other = Op.MISSING if op is Op.EXISTS else Op.EXISTS
    return Test(op if value else other)


def _several(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    if not isinstance(value, list) or not value:
        problems.add(path, "a list of values belongs here", got=shown(value), expected="[a, b]")
        return None
    if len(value) > MAX_SEVERAL:
        problems.add(
            path,
            "too many values",
            got=len(value),
            expected=str(MAX_SEVERAL),
            hint="upload them as a list and use in_list",
        )
        return None
    found = [read_scalar(item, below(path, index), problems) for index, item in enumerate(value)]
    # 1 and true are equal in Python, and both stay
    known = {(type(item), item): item for item in found if item is not None}
    return Test(op, tuple(known.values())) if None not in found else None


def _between(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    if not isinstance(value, list) or len(value) != 2:
        problems.add(path, "two values belong here, both included", got=shown(value), expected="[25, 35]")
        return None
    low, high = (read_scalar(item, below(path, index), problems) for index, item in enumerate(value))
    if low is None or high is None:
        return None
    if not _comparable(low, high):
        problems.add(path, "two numbers or two dates belong here", got=shown(value))
        return None
    if low > high:  # type: ignore[operator]
        problems.add(
            path,
            "this range is empty: the first value is the greater one",
            got=shown(value),
            hint=lazy("write {example}", example=shown([value[1], value[0]])),
        )
        return None
    return Test(op, (low, high))


def _comparable(low: Scalar, high: Scalar) -> bool:
    if isinstance(low, str | bool) or isinstance(high, str | bool):
        return False
    if isinstance(low, date) or isinstance(high, date):
        return type(low) is type(high)
    return True


def _anniversary(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    if isinstance(value, str):
        word = read_calendar(value, path, problems)
        return Test(op, word) if word else None
    raw = as_mapping(value, path, problems)
    if raw is None:
        return None
    for key in sorted(set(raw) - {"from", "to"}):
        problems.add(below(path, key), "there is no such word here", got=key, expected="from, to")
    if not {"from", "to"} <= set(raw):
        problems.add(path, "both from and to belong here", got=shown(value), expected="{from: 0d, to: 7d}")
        return None
    start = read_duration(raw["from"], below(path, "from"), problems, negative=True)
    end = read_duration(raw["to"], below(path, "to"), problems, negative=True)
    if start is None or end is None:
        return None
    if {start.unit, end.unit} - {"d", "w"}:
        problems.add(
            path, "an anniversary is counted in days", got=shown(value), expected="{from: 0d, to: 7d}"
        )
        return None
    days = (end.micros - start.micros) // Duration(1, "d").micros
    if not 0 <= days <= 364:
        problems.add(
            path,
            "this range is impossible",
            got=shown(value),
            expected=lazy("from 0 to 364 days, from before to"),
        )
        return None
    return Test(op, DayRange(start, end))


def _percentile(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    raw = as_mapping(value, path, problems)
    if raw is None:
        return None
    bound = next(iter(raw), None)
    if len(raw) != 1 or bound not in {"at_least", "less_than"}:
        problems.add(
            path, "one bound belongs here", got=shown(value), expected="{at_least: 90}, {less_than: 10}"
        )
        return None
    number = read_scalar(raw[bound], below(path, bound), problems)
    if isinstance(number, bool) or not isinstance(number, int | Fraction) or not 0 <= number <= 100:
        if number is not None:
            problems.add(below(path, bound), "a number from 0 to 100 belongs here", got=shown(raw[bound]))
        return None
    return Test(op, Fraction(number) / 100, Op(bound))


def _length(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    length = read_duration(value, path, problems)
    return Test(op, length) if length else None


def _word(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    word = read_calendar(value, path, problems)
    return Test(op, word) if word else None


def _part(op: Op, value: object, path: str, problems: Problems) -> Test | None:
    share = read_share(value, path, problems)
    return Test(op, share) if share is not None else None


_READERS: dict[Op, Callable[[Op, object, str, Problems], Test | None]] = {
    Op.EXISTS: _bare,
    Op.MISSING: _bare,
    Op.IN: _several,
    Op.HAS_ANY: _several,
    Op.HAS_ALL: _several,
    Op.BETWEEN: _between,
    Op.IN_LAST: _length,
    Op.IN_NEXT: _length,
    Op.DURING: _word,
    Op.ANNIVERSARY: _anniversary,
    Op.PERCENTILE: _percentile,
    Op.TOP: _part,
    Op.BOTTOM: _part,
}
"""Tests whose value is more than one scalar, or none."""
