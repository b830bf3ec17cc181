"""What the product answers: the one place where these tests touch the compiler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
from tests.core.language.facts import Point
from tests.core.language.happenings import MINOR_DIGITS
from tests.core.language.store import Store

Columns = dict[str, Any]


@dataclass(frozen=True)
class Answers:
    """Of everyone, by person: the computed traits, and the segment of each definition."""

    traits: dict[str, Columns]
    segments: dict[str, Columns]


@contextmanager
def standing(store: Store, point: Point, shape: Shape) -> Iterator[Steps]:
    """Stand at a point."""
    with store.warehouse.session() as session:
        instant = Instant(point.as_of, point.known_seq)
        yield Steps(session, shape, Meaning(), instant, store.aliases)


def by_person(store: Store, rows: Sequence[Columns]) -> dict[str, Columns]:
    """Rows by the person they are about, each once."""
    found = {store.world.ids[row["customer_key"] - 1]: row for row in rows}
    assert len(found) == len(rows), "a person stands twice"
    return found


def ask(store: Store, definitions: Sequence[Definition], point: Point, shape: Shape) -> Answers:
    """Evaluate definitions for everyone, on frames of the same instant."""
    ids = [
        f"{item.id}.{part}" if item.is_scheme else item.id for item in definitions for part in item.segments
    ]
    catalogue = catalogue_of(store.warehouse, ids, MINOR_DIGITS)
    language = Language({item.id: item for item in definitions}, catalogue, ZoneInfo(store.world.zone))
    with standing(store, point, shape) as steps:
        frames = Frames(make_rfm_frame(steps, None), make_lifecycle_frame(steps))
        wide = evaluate(steps, frames)
        traits = by_person(store, steps.session.fetch(wide, steps.bindings).to_pylist())
    with standing(store, point, shape) as steps:
        table = evaluate_segments(steps, frames, language)
        rows = by_person(store, steps.session.fetch(table, steps.bindings).to_pylist())
    segments = {
        person: {item.id: row[f"s_{item.id}"] for item in definitions} for person, row in rows.items()
    }
    return Answers(traits, segments)
