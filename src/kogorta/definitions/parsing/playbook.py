"""Reading the card of a segment: what to do with those who are in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kogorta.definitions.names import LANGUAGES, Words
from kogorta.definitions.parsing.pieces import Raw, only, read_whole, read_word
from kogorta.definitions.parsing.reader import Problems, as_mapping, below, shown
from kogorta.definitions.playbooks import (
    LIMITS,
    NEEDED,
    TEXTS,
    VARIABLES,
    Channel,
    Goal,
    Playbook,
    unknown_variables,
)
from kogorta.message import lazy

MAX_CONTACTS, MAX_DAYS = 1_000, 3_660


def read_playbook(body: Raw, path: str, problems: Problems) -> Playbook | None:
    """Read what stands under `playbook`; None where nothing stands there, or after noting problems."""
    if "playbook" not in body:
        return None
    place, before = below(path, "playbook"), len(problems.found)
    raw = as_mapping(body["playbook"], place, problems)
    if raw is None:
        return None
    only(raw, (*NEEDED, *LIMITS), place, problems)
    missing = [name for name in NEEDED if name not in raw]
    if missing:
        problems.add(place, "a card is not complete", expected=", ".join(missing), hint="add the fields")
    given = {
        name: _READERS[name](raw[name], below(place, name), problems) for name in _READERS if name in raw
    }
    if len(problems.found) > before:
        return None
    contacts = given.pop("contacts")
    limits: dict[str, Any] = dict.fromkeys(LIMITS)
    return Playbook(max_contacts=contacts["max"], per_days=contacts["days"], **limits | given)


def _goal(raw: object, path: str, problems: Problems) -> Goal | None:
    word = read_word(raw, tuple(Goal), path, problems)
    return Goal(word) if word else None


def _channels(raw: object, path: str, problems: Problems) -> tuple[Channel, ...]:
    if not isinstance(raw, list) or not raw:
        problems.add(path, "a list of channels belongs here", got=shown(raw), expected="[email, push]")
        return ()
    words = [
        read_word(word, tuple(Channel), below(path, number), problems) for number, word in enumerate(raw)
    ]
    found = tuple(Channel(word) for word in words if word)
    if len(set(found)) < len(found):
        problems.add(path, "a channel stands here twice", got=shown(raw))
    return found


def _contacts(raw: object, path: str, problems: Problems) -> Mapping[str, int]:
    body = as_mapping(raw, path, problems)
    if body is None:
        return {}
    only(body, ("max", "days"), path, problems)
    return {
        "max": read_whole(body, "max", path, problems, 1, MAX_CONTACTS),
        "days": read_whole(body, "days", path, problems, 1, MAX_DAYS),
    }


def _limit(raw: object, path: str, problems: Problems) -> int | None:
    if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw <= 100:
        return raw
    problems.add(
        path,
        "a whole number belongs here",
        got=shown(raw),
        expected=lazy("from {least} to {most}", least=0, most=100),
    )
    return None


def _text(raw: object, path: str, problems: Problems) -> Words | None:
    """Read a text: one for both languages, or by language; one that is left out is said in the other."""
    texts = dict.fromkeys(LANGUAGES, raw) if isinstance(raw, str) else raw
    if not isinstance(texts, Mapping) or not _are_texts(texts):
        cut = isinstance(texts, Mapping) and None in texts.values()
        problems.add(
            path,
            "a text belongs here",
            got=shown(raw),
            expected="{ru: …, en: …}",
            hint="a text with a comma or a colon stands in quotes" if cut else None,
        )
        return None
    unknown = sorted(set().union(*map(unknown_variables, texts.values())))
    if unknown:
        problems.add(
            path,
            "a text has an unknown variable",
            got=", ".join(unknown),
            expected=", ".join(sorted(VARIABLES)),
        )
    some = next(iter(texts.values()))
    return Words(texts.get("ru", some), texts.get("en", some))


def _are_texts(texts: Mapping[Any, object]) -> bool:
    return (
        bool(texts)
        and set(texts) <= set(LANGUAGES)
        and all(isinstance(text, str) and text.strip() for text in texts.values())
    )


_READERS: Mapping[str, Any] = {
    "goal": _goal,
    "channels": _channels,
    "contacts": _contacts,
    **dict.fromkeys(LIMITS, _limit),
    **dict.fromkeys(TEXTS, _text),
}
