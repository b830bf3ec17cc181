"""Short ways to ask the product about facts written by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from kogorta.compile.frame import Frame, Frames
from tests.core.meaning.base import NEVER, PLAIN_LAYOUT, Base, Layout
from tests.core.meaning.compare import meaning_of
from tests.core.meaning.stored import naive
from tests.core.reference.build import NOW
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Facts
from tests.core.reference.rfm import DEFAULT, Methods
from tests.core.reference.rules import BUSINESSES

HERE = Point(NOW)
DAY = 86_400


def lifecycle_frame(
    base_gap: int | None = 30, gap_p95: int = 100, new_days: int = 30, **categories: int
) -> Frame:
    """A lifecycle frame by hand."""
    values = {"base_gap": base_gap, "gap_p95": gap_p95, "new_days": new_days}
    return Frame("lifecycle", naive(NOW), 1, values, categories)


FRAME = lifecycle_frame()


def frames_of(
    base: Base, facts: Facts, business: str = "shop", at: Point = HERE, *, window: int | None = None
) -> Frames:
    """The frames of a base."""
    base.fill(facts)
    return base.frames(at, meaning_of(BUSINESSES[business], DEFAULT), window)


def ask(
    base: Base,
    facts: Facts,
    business: str = "shop",
    at: Point = HERE,
    *,
    methods: Methods = DEFAULT,
    window: int | None = None,
    rfm: Frame | None = None,
    lifecycle: Frame | None = None,
    layout: Layout = PLAIN_LAYOUT,
    imported_at: datetime = NEVER,
) -> dict[str, dict[str, Any]]:
    """Every trait of every customer, against the frames given or ones taken at the same instant."""
    base.fill(facts, layout, imported_at)
    meaning = meaning_of(BUSINESSES[business], methods)
    taken = base.frames(at, meaning, window) if rfm is None or lifecycle is None else None
    own = taken or Frames(rfm=FRAME, lifecycle=FRAME)
    return base.traits(at, meaning, Frames(rfm=rfm or own.rfm, lifecycle=lifecycle or own.lifecycle))


def held(base: Base, business: str = "shop", at: Point = HERE) -> tuple[Frames, dict[str, dict[str, Any]]]:
    """Frames and traits of what the store holds just now."""
    meaning = meaning_of(BUSINESSES[business], DEFAULT)
    frames = base.frames(at, meaning)
    return frames, base.traits(at, meaning, frames)


def column(rows: dict[str, dict[str, Any]], name: str) -> dict[str, Any]:
    """One trait of everyone."""
    return {customer: row[name] for customer, row in sorted(rows.items())}


def row(found: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """Some traits of one customer."""
    return tuple(found[name] for name in names)
