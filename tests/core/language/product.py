"""What the product answers: the one place where these tests touch the compiler."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from kogorta.compile.catalogue import catalogue_of
from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames, make_lifecycle_frame, make_rfm_frame
from kogorta.compile.segments import Language, evaluate_segments
from kogorta.compile.steps import Instant, Steps
from kogorta.definitions.document import Definition
from kogorta.traits.shape import Meaning, Shape
from kogorta.warehouse.engine import Session
from tests.core.language.facts import Point
from tests.core.language.happenings import MINOR_DIGITS
from tests.core.language.store import Store

Columns = dict[str, Any]
SHOP = Meaning()
Opened = Callable[[], AbstractContextManager[Session]]
"""Opens a session on an engine that has the facts of the store."""


@dataclass(frozen=True)
class Answers:
    """Of everyone, by person: the computed traits, and the segment of each definition; and what he is compared with."""

    traits: dict[str, Columns]
    segments: dict[str, Columns]
    frames: Frames


@contextmanager
def standing(
    store: Store, point: Point, shape: Shape, opened: Opened | None = None, meaning: Meaning = SHOP
) -> Iterator[Steps]:
    """Stand at a point, by default on the engine of the store itself."""
    with (opened or store.warehouse.session)() as session:
        instant = Instant(point.as_of, point.known_seq)
        yield Steps(session, shape, meaning, instant, store.aliases)


def by_person(store: Store, rows: Sequence[Columns]) -> dict[str, Columns]:
    """Rows by the person they are about, each once."""
    found = {store.world.ids[row["customer_key"] - 1]: row for row in rows}
    assert len(found) == len(rows), "a person stands twice"
    return found


def language_of(
    store: Store, definitions: Sequence[Definition], ready: Mapping[str, tuple[str, str]] | None = None
) -> Language:
    """Definitions with what they may speak of; `ready` are segments that are traits."""
    ids = [
        f"{item.id}.{part}" if item.is_scheme else item.id for item in definitions for part in item.segments
    ]
    catalogue = catalogue_of(store.warehouse, [*ids, *(ready or {})], MINOR_DIGITS)
    found = {item.id: item for item in definitions}
    return Language(found, catalogue, ZoneInfo(store.world.zone), ready or {})


def ask(
    store: Store, definitions: Sequence[Definition], point: Point, shape: Shape, opened: Opened | None = None
) -> Answers:
    """Evaluate definitions for everyone, on frames of the same instant."""
    language = language_of(store, definitions)
    traits, frames = traits_of(store, point, shape, opened)
    return Answers(traits, place(store, language, point, shape, frames, opened), frames)


def traits_of(
    store: Store, point: Point, shape: Shape, opened: Opened | None = None, meaning: Meaning = SHOP
) -> tuple[dict[str, Columns], Frames]:
    """All computed traits of everyone, by person, and the frames that they are read against."""
    with standing(store, point, shape, opened, meaning) as steps:
        frames = Frames(make_rfm_frame(steps, None), make_lifecycle_frame(steps))
        wide = evaluate(steps, frames)
        return by_person(store, steps.fetch(wide).to_pylist()), frames


def place(
    store: Store,
    language: Language,
    point: Point,
    shape: Shape,
    frames: Frames,
    opened: Opened | None = None,
) -> dict[str, Columns]:
    """The segment of each definition, by person, on given frames."""
    with standing(store, point, shape, opened) as steps:
        table = evaluate_segments(steps, frames, language)
        rows = by_person(store, steps.fetch(table).to_pylist())
    return {person: {id_: row[f"s_{id_}"] for id_ in language.definitions} for person, row in rows.items()}
