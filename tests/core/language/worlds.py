"""Random small worlds full of ties, with instants on the edges that definitions speak of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.core.language import chance
from tests.core.language.facts import EVERYTHING, Point, Row, Rows, World
from tests.core.language.settings import ANONYMOUS, NAMED, PROPERTIES, TICK, Setting, Strategy
from tests.core.language.tables import THEMES

CAUSES = ("facts", "time", "frame", "initial", "merge")


@chance.composite
def worlds(
    draw: chance.Draw, at: Setting, themes: Sequence[str], segments: Sequence[str], held: Sequence[str]
) -> World:
    """A base about an instant, with the tables of some themes and a log about some segments.

    Of segments and conditions that must have held the log is what refreshes write: who enters leaves before he enters
    again. Of others it is anything.
    """
    names = draw(chance.permutations(NAMED + ANONYMOUS))
    same = {"ann2": "ann", "cookie": "bob"} if draw(chance.booleans()) else {}
    people = chance.sampled_from(NAMED[: draw(chance.sampled_from((2, 3, 5)))] + NAMED[-1:])
    rows: Rows = {}
    for theme in themes:
        for table, strategy in THEMES[theme](at, people).items():
            rows[table] = draw(strategy)
    others = [name for name in segments if name not in held]
    change = chance.fixed_dictionaries(
        {
            "segment": chance.sampled_from(others),
            "customer": people,
            "at": at.instants(),
            "op": chance.sampled_from(("enter", "leave")),
            "cause": causes(),
        }
    )
    log = draw(chance.lists(change, 3, 6)) if others else []
    log += [row for name in held for row in draw(stays(at, people, name))]
    learnt_at = draw(at.instants())
    log = [row | {"known_seq": 2 if row["at"] >= learnt_at else 1} for row in log]
    imported = draw(chance.sampled_from(({}, {}, {1: at.as_of - TICK, 2: at.as_of})))
    anonymous = frozenset(ANONYMOUS)
    found = World(rows, at.zone, tuple(names), same, anonymous, PROPERTIES, tuple(log), imported)
    return replace(found, rows={name: kept for name, kept in rows.items() if kept})


@chance.composite
def stays(draw: chance.Draw, at: Setting, people: Strategy, name: str) -> list[Row]:
    """Some ids that enter and leave by turns."""
    found = []
    for customer in draw(chance.lists(people, 1, 4, lambda one: one)):
        moments = sorted(draw(chance.lists(at.instants(), 1, 3, lambda moment: moment)))
        for number, moment in enumerate(moments):
            op = "leave" if number % 2 else "enter"
            row = {"segment": name, "customer": customer, "at": moment, "op": op, "cause": draw(causes())}
            found.append(row)
    return found


def causes() -> Strategy:
    """Why somebody moved."""
    return chance.sampled_from(CAUSES)


def points(at: Setting) -> Strategy:
    """The instant, mostly with everything known."""
    return chance.builds(
        Point,
        chance.just(at.as_of),
        chance.sampled_from((EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING, 1, 2)),
    )
