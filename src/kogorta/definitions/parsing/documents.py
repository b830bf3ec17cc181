"""Reading documents. All problems are found at once, each with its place, got, expected and a hint."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import inf

from kogorta.definitions.document import EVERYONE, LANGUAGE, ORDERED, Definition, Part
from kogorta.definitions.nodes import AllOf, Node
from kogorta.definitions.parsing.nodes import MAX_DEPTH, read_node
from kogorta.definitions.parsing.pieces import Raw, only
from kogorta.definitions.parsing.playbook import read_playbook
from kogorta.definitions.parsing.reader import Problems, as_mapping, below, load_yaml, shown
from kogorta.definitions.playbooks import Playbook
from kogorta.definitions.upgrade import FIRST, upgrade, version_of
from kogorta.durations import Duration, as_cadence
from kogorta.errors import KogortaError, ProblemsError
from kogorta.i18n import nlazy
from kogorta.message import Sentence, lazy


@dataclass(frozen=True)
class Draft:
    """A definition as far as it could be read.

    Attributes:
        definition: It; where something was not right, something else may stand in its place.
        place: How places in its document begin.
    """

    definition: Definition
    place: str


class DraftsError(ProblemsError):
    """Definitions are not written as they must be.

    Attributes:
        drafts: What could be read of them, so that the rest can be checked at once.
    """

    code = "drafts"

    def __init__(self, message: Sentence, problems: Sequence[KogortaError], drafts: Sequence[Draft]) -> None:
        super().__init__(message, list(problems))
        self.drafts = tuple(drafts)


ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


def parse_text(text: str, source: str = "definition") -> tuple[Definition, ...]:
    """Read the definitions of a YAML or JSON text; several documents are divided by `---`.

    Raises:
        DefinitionError: It is no YAML.
        ProblemsError: Something in it is not as it must be; everything such is listed. It is a `DraftsError` where some
            of it could be read.
    """
    documents, problems = load_yaml(text, source), Problems()
    if not documents:
        problems.add(source, "nothing is defined here", expected="segment: …, scheme: …")
    drafts = [
        read_draft(document, source if len(documents) == 1 else below(source, number), problems)
        for number, document in enumerate(documents)
    ]
    found = [draft.definition if draft else None for draft in drafts]
    _are_different(found, source, problems)
    raise_if_any(problems, [draft for draft in drafts if draft])
    return tuple(item for item in found if item is not None)


def _are_different(found: list[Definition | None], source: str, problems: Problems) -> None:
    seen: set[str] = set()
    for number, item in enumerate(found):
        if item is not None and item.id in seen:
            problems.add(below(source, number), "two definitions have one id", got=item.id)
        seen |= {item.id} if item else set()


def raise_if_any(problems: Problems, drafts: Sequence[Draft] = ()) -> None:
    """Raise everything that was found, if anything was."""
    if problems.found:
        message = nlazy(
            "{n} thing in this definition is not right:",
            "{n} things in this definition are not right:",
            len(problems.found),
        )
        if drafts:
            raise DraftsError(message, problems.found, drafts)
        raise ProblemsError(message, problems.found)


def read_definition(raw: object, path: str, problems: Problems) -> Definition | None:
    """Read one document; None after noting problems."""
    before = len(problems.found)
    draft = read_draft(raw, path, problems)
    return draft.definition if draft and len(problems.found) == before else None


def read_draft(raw: object, path: str, problems: Problems) -> Draft | None:
    """Read one document as far as it can be read; None after noting problems that leave nothing to build.

    Where a condition is not right, something that is always true stands in its place.
    """
    document = as_mapping(raw, path, problems)
    if document is None:
        return None
    if _is_readable(document, path, problems):
        document = upgrade(document)
    if ("segment" in document) == ("scheme" in document):
        problems.add(
            path,
            "a document defines one segment or one scheme",
            got=", ".join(document),
            expected="segment: …, scheme: …",
        )
        return None
    read = _segment if "segment" in document else _scheme
    return Draft(read(document, path, problems), path)


_COMMON = ("language", "name", "purpose", "cadence")


def _is_readable(document: Raw, path: str, problems: Problems) -> bool:
    version = version_of(document)
    if version is not None and FIRST <= version <= LANGUAGE:
        return True
    problems.add(
        below(path, "language"),
        "this version of the language is not known",
        got=shown(document["language"]),
        expected=str(LANGUAGE),
        hint="a newer Kogorta wrote this: update, or write it anew",
    )
    return False


def _segment(document: Raw, path: str, problems: Problems) -> Definition:
    only(document, ("segment", "where", "priority", "playbook", *_COMMON), path, problems)
    priority = document.get("priority")
    if priority is not None and (isinstance(priority, bool) or not isinstance(priority, int)):
        problems.add(below(path, "priority"), "a whole number belongs here", got=shown(priority))
    return Definition(
        _id(document["segment"], below(path, "segment"), problems),
        where=_required_node(document, "where", path, problems),
        name=_names(document, path, problems),
        purpose=_purpose(document, path, problems),
        cadence=_cadence(document, path, problems),
        priority=priority,
        playbook=read_playbook(document, path, problems),
    )


def _scheme(document: Raw, path: str, problems: Problems) -> Definition:
    only(document, ("scheme", "base", "segments", "otherwise", *_COMMON), path, problems)
    base: Node | str = EVERYONE
    raw_base = document.get("base", EVERYONE)
    if isinstance(raw_base, str):
        base = raw_base
        if raw_base not in {EVERYONE, ORDERED}:
            problems.add(
                below(path, "base"),
                "there is no such base",
                got=raw_base,
                expected=f"{EVERYONE}, {ORDERED}, {{…}}",
            )
    else:
        base = read_node(raw_base, below(path, "base"), problems)
    parts = _parts(document.get("segments"), below(path, "segments"), problems)
    otherwise = _otherwise(document.get("otherwise"), below(path, "otherwise"), problems)
    ids = [part.id for part in parts] + [otherwise.id]
    for id_ in sorted({one for one in ids if one and ids.count(one) > 1}):
        problems.add(below(path, "segments"), "two segments of a scheme have one id", got=id_)
    return Definition(
        _id(document["scheme"], below(path, "scheme"), problems),
        base=base,
        parts=parts,
        otherwise=otherwise.id,
        otherwise_name=otherwise.name,
        otherwise_playbook=otherwise.playbook,
        name=_names(document, path, problems),
        purpose=_purpose(document, path, problems),
        cadence=_cadence(document, path, problems),
    )


def _parts(raw: object, path: str, problems: Problems) -> tuple[Part, ...]:
    if not isinstance(raw, list) or not raw:
        problems.add(
            path, "a scheme needs a list of segments", got=shown(raw), expected="[{id: …, where: …}]"
        )
        return ()
    parts = []
    for index, item in enumerate(raw):
        place = below(path, index)
        body = as_mapping(item, place, problems)
        if body is None:
            continue
        only(body, ("id", "where", "name", "playbook"), place, problems)
        parts.append(
            Part(
                _id(body.get("id"), below(place, "id"), problems),
                _required_node(body, "where", place, problems),
                _names(body, place, problems),
                read_playbook(body, place, problems),
            )
        )
    return tuple(parts)


@dataclass(frozen=True)
class _Otherwise:
    """The segment of everyone else."""

    id: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    playbook: Playbook | None = None


def _otherwise(raw: object, path: str, problems: Problems) -> _Otherwise:
    if raw is None:
        problems.add(
            path,
            "a scheme needs a segment for everyone else",
            hint="otherwise: the id of the segment of all whom no other one takes",
        )
        return _Otherwise()
    if isinstance(raw, str):
        return _Otherwise(_id(raw, path, problems))
    body = as_mapping(raw, path, problems)
    if body is None:
        return _Otherwise()
    only(body, ("id", "name", "playbook"), path, problems)
    return _Otherwise(
        _id(body.get("id"), below(path, "id"), problems),
        _names(body, path, problems),
        read_playbook(body, path, problems),
    )


def _id(raw: object, path: str, problems: Problems) -> str:
    if isinstance(raw, str) and ID.fullmatch(raw):
        return raw
    problems.add(
        path,
        "an id is made of small Latin letters, digits and underscores, and begins with a letter",
        got=shown(raw),
        expected=lazy("an id such as {example}", example="coffee_at_risk"),
    )
    return ""


def _names(document: Raw, path: str, problems: Problems) -> Mapping[str, str]:
    raw = document.get("name")
    if raw is None:
        return {}
    if isinstance(raw, str) and raw.strip():
        return {"ru": raw, "en": raw}
    place = below(path, "name")
    if (
        isinstance(raw, Mapping)
        and raw
        and all(isinstance(text, str) and text.strip() for text in raw.values())
    ):
        for lang in sorted(set(raw) - {"ru", "en"}, key=str):
            problems.add(below(place, lang), "there is no such language", got=shown(lang), expected="ru, en")
        return {str(lang): text for lang, text in raw.items()}
    cut = isinstance(raw, Mapping) and None in raw.values()
    problems.add(
        place,
        "a name belongs here",
        got=shown(raw),
        expected="{ru: …, en: …}",
        hint="a text with a comma or a colon stands in quotes" if cut else None,
    )
    return {}


def _purpose(document: Raw, path: str, problems: Problems) -> Mapping[str, object]:
    raw, place = document.get("purpose"), below(path, "purpose")
    body = {} if raw is None else as_mapping(raw, place, problems) or {}
    return {key: _note(value, below(place, key), problems) for key, value in body.items()}


def _cadence(document: Raw, path: str, problems: Problems) -> Duration | None:
    if "cadence" not in document:
        return None
    raw = document["cadence"]
    try:
        return as_cadence(raw if isinstance(raw, str) else "")
    except ValueError:
        problems.add(
            below(path, "cadence"),
            "a cadence belongs here",
            got=shown(raw),
            expected=lazy("a length from {least} to {most}", least="1min", most="3660d"),
            hint=lazy("write {example}", example="cadence: 4h"),
        )
    return None


def _note(raw: object, path: str, problems: Problems, depth: int = 0) -> object:
    """Read what the shop wrote down: whatever JSON can hold, a date as its text."""
    if depth > MAX_DEPTH:
        problems.add(path, "notes lie too deep in each other", expected=str(MAX_DEPTH))
        return None
    if isinstance(raw, Mapping):
        body = as_mapping(raw, path, problems) or {}
        return {key: _note(value, below(path, key), problems, depth + 1) for key, value in body.items()}
    if isinstance(raw, list):
        return [_note(item, below(path, index), problems, depth + 1) for index, item in enumerate(raw)]
    if isinstance(raw, date):
        return raw.isoformat()
    if raw is not None and (not isinstance(raw, str | int | float) or raw in {inf, -inf} or raw != raw):
        problems.add(path, "a text, a number, a list or names with values belong here", got=shown(raw))
    return raw


def _required_node(document: Raw, key: str, path: str, problems: Problems) -> Node:
    if key not in document:
        problems.add(
            path,
            lazy("{word} is missing", word=key),
            hint="a condition belongs there, such as {trait: age, at_least: 25}",
        )
        return AllOf(())
    return read_node(document[key], below(path, key), problems)
