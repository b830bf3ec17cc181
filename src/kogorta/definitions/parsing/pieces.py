"""Reading the pieces that conditions are made of: words, numbers, windows, facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kogorta.definitions.nodes import ALWAYS, FactRef, Where, Window
from kogorta.definitions.parsing.reader import Problems, as_mapping, below, nearest, shown
from kogorta.definitions.parsing.tests import only_tests, read_calendar, read_duration, read_scalar
from kogorta.durations import Duration
from kogorta.message import lazy

WINDOW_KEYS = ("within", "from", "to", "before", "since", "until", "during")

Raw = Mapping[str, Any]


def only(raw: Raw, known: tuple[str, ...], path: str, problems: Problems) -> None:
    """Note every key that is not among the known ones."""
    for key in raw:
        if key not in known:
            problems.add(
                below(path, key),
                "there is no such word here",
                got=key,
                expected=", ".join(known),
                hint=nearest(key, known),
            )


def read_text(raw: object, path: str, problems: Problems) -> str:
    """Read a name; an empty text after noting a problem."""
    if isinstance(raw, str) and raw.strip():
        return raw
    is_bare = isinstance(raw, bool | int | float | date)
    problems.add(path, "a name belongs here", got=shown(raw), hint="put it in quotes" if is_bare else None)
    return ""


def read_word(raw: object, known: tuple[str, ...], path: str, problems: Problems) -> str | None:
    """Read one of the known words; None after noting a problem."""
    if isinstance(raw, str) and raw in known:
        return raw
    hint = nearest(raw, known) if isinstance(raw, str) else None
    problems.add(path, "this word is not known here", got=shown(raw), expected=", ".join(known), hint=hint)
    return None


def read_whole(body: Raw, key: str, path: str, problems: Problems, least: int, most: int) -> int:
    """Read a whole number that must be there; the greatest possible one after noting a problem."""
    raw = body.get(key)
    if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most:
        return raw
    problems.add(
        below(path, key),
        "a whole number belongs here",
        got=shown(raw),
        expected=lazy("from {least} to {most}", least=least, most=most),
    )
    return most


def read_needed(body: Raw, key: str, path: str, problems: Problems) -> Duration:
    """Read a duration that must be there."""
    if key not in body:
        problems.add(
            path, lazy("{word} is missing", word=key), hint=lazy("write {example}", example=f"{key}: 30d")
        )
        return Duration(1, "d")
    found = read_duration(body[key], below(path, key), problems)
    if found is not None and found.amount == 0:
        problems.add(below(path, key), "a length of time cannot be 0", got=shown(body[key]))
    return found or Duration(1, "d")


def read_fixed(length: Duration, path: str, problems: Problems) -> Duration:
    """Return a duration if its unit is of fixed length; one day after noting a problem."""
    if length.is_calendar:
        problems.add(
            path,
            "months and years are of no fixed length here",
            got=str(length),
            hint=lazy("write {example}", example="30d, 365d"),
        )
        return Duration(1, "d")
    return length


def read_fact(raw: object, path: str, problems: Problems) -> FactRef:
    """Read which facts are meant: `order`, or `{event: order}` where an event is called as a fact is."""
    if isinstance(raw, Mapping):
        body = as_mapping(raw, path, problems)
        if body is None:
            return FactRef("")
        only(body, ("event",), path, problems)
        return FactRef(read_text(body.get("event"), below(path, "event"), problems), is_event=True)
    return FactRef(read_text(raw, path, problems))


def read_where(body: Raw, key: str, path: str, problems: Problems) -> Where:
    """Read tests of columns under a key, `where` or `of`; without the key every fact passes."""
    if key not in body:
        return Where()
    place = below(path, key)
    raw = as_mapping(body[key], place, problems)
    if raw is None:
        return Where()
    return Where(
        tuple((column, only_tests(tests, below(place, column), problems)) for column, tests in raw.items())
    )


def read_window(body: Raw, path: str, problems: Problems) -> Window:
    """Read the words of a window, which stand among others."""
    given = [key for key in WINDOW_KEYS if key in body]
    for allowed in (
        (),
        ("within",),
        ("from", "to"),
        ("from",),
        ("before",),
        ("since",),
        ("until",),
        ("since", "until"),
        ("during",),
    ):
        if set(given) == set(allowed):
            break
    else:
        problems.add(
            path,
            "these words do not make one window",
            got=", ".join(given),
            expected="within; from + to; before; since + until; during",
        )
        return ALWAYS
    if "during" in body:
        word = read_calendar(body["during"], below(path, "during"), problems)
        return Window(calendar=word)
    start = end = None
    if "within" in body or "from" in body:
        key = "within" if "within" in body else "from"
        start = read_duration(body[key], below(path, key), problems)
        if start is not None and start.amount == 0:
            problems.add(below(path, key), "a length of time cannot be 0", got=shown(body[key]))
    if "to" in body or "before" in body:
        key = "to" if "to" in body else "before"
        end = read_duration(body[key], below(path, key), problems)
    if "since" in body or "until" in body:
        return Window(_moment(body, "since", path, problems), _moment(body, "until", path, problems))
    if isinstance(start, Duration) and isinstance(end, Duration) and not _is_longer(start, end):
        problems.add(
            path,
            "this window is empty: it ends before it begins",
            got=shown({"from": str(start), "to": str(end)}),
            hint=lazy("write {example}", example=f"from: {end}, to: {start}"),
        )
    return Window(start, end)


_PROBE = datetime(2024, 3, 31)  # noqa: DTZ001  any instant will do to compare lengths


def _is_longer(start: Duration, end: Duration) -> bool:
    return start.before(_PROBE) < end.before(_PROBE)


def _moment(body: Raw, key: str, path: str, problems: Problems) -> date | datetime | None:
    if key not in body:
        return None
    found = read_scalar(body[key], below(path, key), problems)
    if isinstance(found, date):
        return found
    if found is not None:
        problems.add(
            below(path, key),
            "a date or an instant belongs here",
            got=shown(body[key]),
            expected="2026-06-12, 2026-06-12T12:00:00Z",
        )
    return None
