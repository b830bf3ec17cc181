"""What pages are told of definitions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kogorta.definitions.names import Words
from kogorta.errors import KogortaError
from kogorta.membership.diff import Diff
from kogorta.membership.estimating import Estimate
from kogorta.membership.offers import Offer
from kogorta.membership.sizing import Size
from kogorta.membership.versions import Version

_NAMELESS = Words("", "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong with a text.

    Attributes:
        error: What, with its place in the document.
        line: The line of that place, from 1; None where it has none.
    """

    error: KogortaError
    line: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A text that was looked at while it was typed.

    Attributes:
        problems: Everything that is wrong with it.
        sentences: Whom each of its definitions means, by id; empty where something is wrong.
        estimate: About how many people it takes; None where something is wrong.
    """

    problems: tuple[Problem, ...]
    sentences: Mapping[str, Words]
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What saving a text would do.

    Attributes:
        size: How many people it takes, and whom of them each channel reaches.
        diff: Who would enter and leave.
    """

    size: Size
    diff: Diff


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to begin from.

    Attributes:
        text: YAML.
        definition_id: What it defines; empty of a new one.
        number: The version that it is; 0 of a new one.
        name: How it is called; empty of a new one.
    """

    text: str
    definition_id: str = ""
    number: int = 0
    name: Words = _NAMELESS


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a text.

    Attributes:
        ids: What it defines, in its order.
        changed: The versions that were written, also of whatever names a changed one.
        unwritten: Why the folder `segments/` could not be brought to what stands; None where it was.
    """

    ids: tuple[str, ...]
    changed: tuple[Version, ...]
    unwritten: KogortaError | None


@dataclass(frozen=True, slots=True)
class Users:
    """Who needs a definition.

    Attributes:
        definitions: Ids of those that name one of its segments.
        is_called: Whether today's list calls its members.
    """

    definitions: tuple[str, ...]
    is_called: bool

    def __bool__(self) -> bool:
        return bool(self.definitions) or self.is_called


@dataclass(frozen=True, slots=True)
class Ready:
    """A preset, as it would be added here.

    Attributes:
        offer: It, with what the base lacks for it.
        sentence: Whom it means; None where it cannot be said of this base.
    """

    offer: Offer
    sentence: Words | None
