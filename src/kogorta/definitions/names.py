"""Names of schemes and segments in both languages, read from `names.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import yaml

from kogorta.errors import DefinitionError, NotFoundError
from kogorta.i18n import Lang

LANGUAGES: tuple[Lang, ...] = ("ru", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    ru: str
    en: str

    def __getitem__(self, lang: Lang) -> str:
        return self.ru if lang == "ru" else self.en


@dataclass(frozen=True, slots=True)
class SegmentName:
    """How a segment is called.

    Attributes:
        id: Id within its scheme.
        name: Its name.
        meaning: Who is in it, in one line.
        family: Colour family in pictures.
    """

    id: str
    name: Words
    meaning: Words
    family: str


@dataclass(frozen=True, slots=True)
class SchemeName:
    """How a scheme is called.

    Attributes:
        id: Its id.
        name: Its name.
        note: What it is for, in one line.
        segments: Its segments by id, in the order in which they are shown.
    """

    id: str
    name: Words
    note: Words
    segments: Mapping[str, SegmentName]


def words(value: object, path: str) -> Words:
    """Read one text in both languages.

    Raises:
        DefinitionError: A language is missing, empty or unknown.
    """
    if not isinstance(value, dict) or set(value) != set(LANGUAGES) or not all(map(_is_text, value.values())):
        raise DefinitionError(
            "a text is not complete",
            got=value,
            expected="{ru: …, en: …}",
            hint="write both languages",
            path=path,
        )
    return Words(value["ru"], value["en"])


@lru_cache(maxsize=1)
def schemes() -> Mapping[str, SchemeName]:
    """Return every scheme by id."""
    text = resources.files("kogorta.definitions").joinpath("names.yaml").read_text("utf-8")
    return {key: _scheme(key, body) for key, body in yaml.safe_load(text).items()}


def segment_name(scheme: str, segment: str) -> SegmentName:
    """Return the name of a segment.

    Raises:
        NotFoundError: There is no such scheme, or no such segment in it.
    """
    known = schemes()
    if scheme not in known or segment not in known[scheme].segments:
        raise NotFoundError(
            "a segment without a name", got=f"{scheme}.{segment}", hint="add it to definitions/names.yaml"
        )
    return known[scheme].segments[segment]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _scheme(key: str, body: dict[str, object]) -> SchemeName:
    segments = body["segments"]
    if not isinstance(segments, dict):
        raise DefinitionError("a scheme without segments", path=f"names.yaml:{key}")
    named = {
        segment: _segment(segment, value, f"names.yaml:{key}.{segment}")
        for segment, value in segments.items()
    }
    return SchemeName(key, words(body["name"], f"{key}.name"), words(body["note"], f"{key}.note"), named)


def _segment(key: str, body: dict[str, object], path: str) -> SegmentName:
    return SegmentName(
        key,
        words(body["name"], f"{path}.name"),
        words(body["meaning"], f"{path}.meaning"),
        str(body["family"]),
    )
