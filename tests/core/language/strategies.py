"""Random questions: a world, definitions over it, and the instant at which they are asked."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from kogorta.definitions.nodes import InSegment, Trait
from kogorta.definitions.recorded import log_place
from tests.core.language import chance
from tests.core.language.asking import parsed
from tests.core.language.documents import Writer
from tests.core.language.facts import Point, World
from tests.core.language.lexicon import Document
from tests.core.language.people import has_ledger
from tests.core.language.settings import Setting, Strategy, settings_of
from tests.core.language.tables import THEMES
from tests.core.language.worlds import points, worlds

MOST = 8
"""Definitions over one world: they are asked in one query."""


WORLDS = 6
"""Worlds of which the same is asked: compiling costs more than asking."""


@dataclass(frozen=True)
class Look:
    """A world, and as of when it is looked at."""

    world: World
    point: Point


@dataclass(frozen=True, repr=False)
class Case:
    """What is asked, of which worlds; `generous` compiles for a store that may hold anything."""

    documents: tuple[Document, ...]
    looks: tuple[Look, ...]
    generous: bool

    def __repr__(self) -> str:
        """Documents, and the facts of each world."""
        documents = "\n".join(f"  {document}" for document in self.documents)
        looks = "\n".join(
            f"as of {one.point.as_of}, known {one.point.known_seq}: {one.world!r}" for one in self.looks
        )
        return f"generous {self.generous}\n{documents}\n{looks}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """As hypothesis shows it."""
        printer.text(repr(self))


def segments_of(document: Document) -> list[str]:
    """The segments that a document defines."""
    if "segment" in document:
        return [document["segment"]]
    id_ = document["scheme"]
    return [f"{id_}.{part['id']}" for part in document["segments"]] + [f"{id_}.{document['otherwise']}"]


def held_in(documents: tuple[Document, ...]) -> list[str]:
    """Segments and recorded conditions that must have held for some time, as the log calls them."""
    found: dict[str, None] = {}
    for definition in parsed(*documents):
        for node in (node for root in definition.conditions() for node in root.walk()):
            if isinstance(node, InSegment) and node.held_for is not None:
                found[node.segment] = None
            if isinstance(node, Trait) and node.held_for is not None and not has_ledger(node.name):
                found[log_place(node)[0]] = None
    return list(found)


@chance.composite
def definitions(draw: chance.Draw, writer: Writer, count: int) -> tuple[Document, ...]:
    """Definitions, the later of which may name the earlier."""
    found: list[Document] = []
    known: list[str] = []
    for number in range(count):
        conditions = writer.conditions(known)
        if draw(chance.integers(0, 4)):
            document: dict[str, Any] = {"segment": f"d{number}", "where": draw(conditions)}
        else:
            bases: Strategy = chance.just({}) | chance.sampled_from(
                [{"base": "everyone"}, {"base": "ordered"}]
            )
            document = {"scheme": f"d{number}", **draw(bases | conditions.map(lambda base: {"base": base}))}
            parts = draw(chance.lists(conditions, 1, 2))
            document["segments"] = [
                {"id": id_, "where": part} for id_, part in zip("ab", parts, strict=False)
            ]
            document["otherwise"] = "rest"
        found.append(document)
        known += segments_of(document)
    return tuple(found)


@chance.composite
def chances(draw: chance.Draw, most: int = MOST) -> Case:
    """A case."""
    at: Setting = draw(settings_of())
    themes = draw(chance.lists(chance.sampled_from(sorted(THEMES)), 1, 2, lambda theme: theme))
    documents = draw(definitions(Writer(at, themes), draw(chance.integers(most // 2, most))))
    named = [segment for document in documents for segment in segments_of(document)]
    held = held_in(documents)
    looks = [Look(draw(worlds(at, themes, named, held)), draw(points(at))) for _ in range(WORLDS)]
    return Case(documents, tuple(looks), draw(chance.sampled_from((True, True, False))))


def case_of(seed: int) -> Case:
    """The case of a seed."""
    found = chances().draw(random.Random(seed))
    assert isinstance(found, Case)
    return found


def cases() -> st.SearchStrategy[Case]:
    """Cases; hypothesis chooses the seeds."""
    return st.integers(0, 2**64 - 1).map(case_of)
