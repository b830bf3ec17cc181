"""Make a case that fails small, asking the product as seldom as can be: it answers in tenths of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tests.core.language.facts import EVERYTHING, Point, World
from tests.core.language.strategies import Case

BUDGET = 250
"""How often a smaller case is tried."""


def smallest(case: Case, fails: Callable[[Case], bool], budget: int = BUDGET) -> Case:
    """The smallest case found that still fails."""
    tried = 0
    goes_on = True
    while goes_on:
        goes_on = False
        for smaller in smaller_cases(case):
            tried += 1
            if tried > budget:
                return case
            if fails(smaller):
                case, goes_on = smaller, True
                break
    return case


def smaller_cases(case: Case) -> Iterator[Case]:
    """Cases with less in them."""
    for look in case.looks if len(case.looks) > 1 else ():
        yield replace(case, looks=(look,))
    if not case.generous:
        yield replace(case, generous=True)
    for document in case.documents if len(case.documents) > 1 else ():
        yield replace(case, documents=tuple(one for one in case.documents if one is not document))
    for number, document in enumerate(case.documents):
        for smaller in smaller_documents(document):
            yield replace(case, documents=(*case.documents[:number], smaller, *case.documents[number + 1 :]))
    (look, *others) = case.looks
    for world in smaller_worlds(look.world) if not others else ():
        yield replace(case, looks=(replace(look, world=world),))
    if look.point.known_seq != EVERYTHING and not others:
        yield replace(case, looks=(replace(look, point=Point(look.point.as_of)),))


def smaller_worlds(world: World) -> Iterator[World]:
    """Worlds without a table, half of its rows, a row, the log, aliases."""
    for table, rows in world.rows.items():
        half = len(rows) // 2
        without = [[], rows[:half], rows[half:]] if len(rows) > 2 else [[]]
        without += [rows[:place] + rows[place + 1 :] for place in range(len(rows)) if len(rows) > 1]
        for left in without:
            kept = {**world.rows, table: left}
            yield replace(world, rows={name: some for name, some in kept.items() if some})
    if world.log:
        yield replace(world, log=world.log[1:])
    if world.same:
        yield replace(world, same={})
    if world.imported:
        yield replace(world, imported={})
    if world.zone != "UTC":
        yield replace(world, zone="UTC")


def smaller_documents(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Definitions with less to say: a part instead of a scheme, a condition instead of a group."""
    if "scheme" in document:
        wheres = [part["where"] for part in document["segments"]]
        wheres += [document["base"]] if isinstance(document.get("base"), dict) else []
        for where in wheres:
            yield {"segment": document["scheme"], "where": where}
        return
    for where in smaller_conditions(document["where"]):
        yield {**document, "where": where}


def smaller_conditions(where: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What lies in a group; a condition without one of its words."""
    for word in ("all", "any"):
        yield from where.get(word, [])
    if "not" in where:
        yield where["not"]
    for word in set(where) & {
        "where",
        "of",
        "change",
        "zone",
        "held_for",
        "by",
        "during",
        "since",
        "until",
        "within",
    }:
        if not (word == "of" and "regularly" in where):
            yield {name: value for name, value in where.items() if name != word}
    for word in set(where) & {"where", "of"}:
        if isinstance(where[word], dict) and len(where[word]) > 1:
            for column in where[word]:
                yield {**where, word: {column: where[word][column]}}
    for place, step in enumerate(where.get("sequence", [])):
        if "where" in step:
            bare = {name: value for name, value in step.items() if name != "where"}
            steps = [*where["sequence"][:place], bare, *where["sequence"][place + 1 :]]
            yield {**where, "sequence": steps}
