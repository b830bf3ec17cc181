"""Random small worlds full of ties, with instants on the edges that definitions speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.core.language import chance
from tests.core.language.facts import EVERYTHING, Point, Rows, World
from tests.core.language.settings import ANONYMOUS, NAMED, PROPERTIES, TICK, Setting, Strategy
from tests.core.language.tables import THEMES

CAUSES = ("facts", "time", "frame", "initial", "merge")


@chance.composite
def worlds(draw: chance.Draw, at: Setting, themes: Sequence[str], segments: Sequence[str]) -> World:
    """A base about an instant, with the tables of some themes and a log about some segments."""
    names = draw(chance.permutations(NAMED + ANONYMOUS))
    same = {"ann2": "ann", "cookie": "bob"} if draw(chance.booleans()) else {}
    people = chance.sampled_from(NAMED[: draw(chance.sampled_from((2, 3, 5)))] + NAMED[-1:])
    rows: Rows = {}
    for theme in themes:
        for table, strategy in THEMES[theme](at, people).items():
            rows[table] = draw(strategy)
    change = chance.fixed_dictionaries(
        {
            "segment": chance.sampled_from(segments),
            "customer": people,
            "at": at.instants(),
            "op": chance.sampled_from(("enter", "leave")),
            "cause": chance.sampled_from(CAUSES),
        }
    )
    log = draw(chance.lists(change, 3, 6)) if segments else []
    imported = draw(chance.sampled_from(({}, {}, {1: at.as_of - TICK, 2: at.as_of})))
    anonymous = frozenset(ANONYMOUS)
    found = World(rows, at.zone, tuple(names), same, anonymous, PROPERTIES, tuple(log), imported)
    return replace(found, rows={name: kept for name, kept in rows.items() if kept})


def points(at: Setting) -> Strategy:
    """The instant, mostly with everything known."""
    return chance.builds(
        Point,
        chance.just(at.as_of),
        chance.sampled_from((EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, 1, 2)),
    )
