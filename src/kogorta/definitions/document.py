"""A definition: a free segment, or a scheme whose segments divide a base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from kogorta.definitions.nodes import Node
from kogorta.definitions.playbooks import Playbook
from kogorta.durations import Duration

LANGUAGE = 1
"""The version of the segment language."""

EVERYONE = "everyone"
ORDERED = "ordered"
"""Bases by name: everyone known, or everyone with a counted order ever."""


@dataclass(frozen=True, slots=True)
class Part:
    """One segment of a scheme.

    Attributes:
        id: Within the scheme.
        where: Who is in it, unless one before it took him.
        name: By language.
        playbook: What to do with those in it.
    """

    id: str
    where: Node
    name: Mapping[str, str] = field(default_factory=dict)
    playbook: Playbook | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """What one document defines.

    Attributes:
        id: Of the segment or scheme.
        where: For a free segment, who is in it.
        base: For a scheme, whom it divides: a condition, `everyone` or `ordered`.
        parts: For a scheme, its segments; first match wins.
        otherwise: For a scheme, the id of the segment of everyone else in the base.
        otherwise_name: Its name by language.
        otherwise_playbook: What to do with those in it.
        name: By language.
        purpose: What it is for: goal, need and whatever else the shop writes down.
        cadence: How often `refresh --due` brings it up to date; None for what `kogorta.toml` says of people's own.
        priority: Which segment acts first where free segments overlap: the smaller, the earlier.
        playbook: Of a free segment, what to do with those in it.
    """

    id: str
    where: Node | None = None
    base: Node | str = EVERYONE
    parts: tuple[Part, ...] = ()
    otherwise: str | None = None
    otherwise_name: Mapping[str, str] = field(default_factory=dict)
    otherwise_playbook: Playbook | None = None
    name: Mapping[str, str] = field(default_factory=dict)
    purpose: Mapping[str, object] = field(default_factory=dict)
    cadence: Duration | None = None
    priority: int | None = None
    playbook: Playbook | None = None

    @property
    def is_scheme(self) -> bool:
        """Whether it divides a base."""
        return self.where is None

    @property
    def segments(self) -> tuple[str, ...]:
        """The ids of its segments: of a free one, its own."""
        if not self.is_scheme:
            return (self.id,)
        return (*[part.id for part in self.parts], *([self.otherwise] if self.otherwise else []))

    @property
    def playbooks(self) -> dict[str, Playbook]:
        """What to do with whom, by the ids of those of its segments that have a card."""
        found = {self.id: self.playbook} | {part.id: part.playbook for part in self.parts}
        if self.otherwise:
            found[self.otherwise] = self.otherwise_playbook
        return {id_: playbook for id_, playbook in found.items() if playbook is not None}

    def without_playbooks(self) -> Definition:
        """Return it without what to do, which is told in words beside it."""
        parts = tuple(replace(part, playbook=None) for part in self.parts)
        return replace(self, parts=parts, playbook=None, otherwise_playbook=None)

    def conditions(self) -> Iterator[Node]:
        """Yield the roots of its trees."""
        if self.where is not None:
            yield self.where
        if isinstance(self.base, Node):
            yield self.base
        for part in self.parts:
            yield part.where
