"""The check of definitions as a whole: their ids, their size, circles among them, and every condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kogorta.definitions.catalogue import Catalogue
from kogorta.definitions.check.conditions import Checker
from kogorta.definitions.check.names import Names
from kogorta.definitions.check.places import children, roots
from kogorta.definitions.document import Definition
from kogorta.definitions.nodes import (
    Chosen,
    Did,
    FactSequence,
    InSegment,
    Node,
    Regularly,
    Resumed,
    Stopped,
    Trait,
    Where,
)
from kogorta.definitions.parsing import Problems, raise_if_any
from kogorta.definitions.parsing.reader import below
from kogorta.errors import KogortaError
from kogorta.message import lazy

MAX_CONDITIONS = 200


def check(
    definitions: Mapping[str, Definition], catalogue: Catalogue, *, max_conditions: int = MAX_CONDITIONS
) -> list[KogortaError]:
    """Return everything that is wrong with definitions, all of it at once.

    What passes can be compiled and evaluated.

    Args:
        definitions: Everything that would stand together, by id.
        catalogue: What they may speak of; `segments` are those of the ready schemes.
        max_conditions: How many conditions and tests one definition may have.

    Returns:
        One `DefinitionError` a problem. Its place begins with the id of the definition, and goes on as the
        document is written: `coffee_at_risk.where.all[2].where.category.is`.
    """
    problems = Problems()
    checker = Checker(Names(catalogue, definitions, problems), problems)
    for item in definitions.values():
        _check_id(item, definitions, catalogue, problems)
        _check_size(item, max_conditions, problems)
        for node, path in roots(item):
            checker.node(node, path)
    _check_circles(definitions, problems)
    return problems.found


def require(
    definitions: Mapping[str, Definition], catalogue: Catalogue, *, max_conditions: int = MAX_CONDITIONS
) -> None:
    """Raise everything that is wrong with definitions; see `check`.

    Raises:
        ProblemsError: Something is; all of it is listed.
    """
    raise_if_any(Problems(check(definitions, catalogue, max_conditions=max_conditions)))


# --- ids and size ---------------------------------------------------------------------------------


def _check_id(
    item: Definition, definitions: Mapping[str, Definition], catalogue: Catalogue, problems: Problems
) -> None:
    place = below(item.id, "scheme" if item.is_scheme else "segment")
    if item.id in {segment.partition(".")[0] for segment in catalogue.segments}:
        problems.add(place, "a ready scheme has this id", got=item.id, hint="choose another id")
    if definitions.get(item.id) is not item:
        problems.add(place, "two definitions have one id", got=item.id, hint="choose another id")


def _check_size(item: Definition, most: int, problems: Problems) -> None:
    count = sum(_size(node) for root in item.conditions() for node in root.walk())
    if count > most:
        problems.add(
            item.id,
            "this definition has too many conditions and tests",
            got=count,
            expected=lazy("at most {most}", most=most),
            hint="make segments of parts of it, and name them by in_segment",
        )


def _size(node: Node) -> int:
    """Count one for the condition, and one for each of its tests and steps."""
    if isinstance(node, Trait):
        return 1 + len(node.tests)
    if isinstance(node, FactSequence):
        return 1 + sum(1 + _tests_in(step.where) for step in node.steps)
    size = 1
    if isinstance(node, Did):
        size += len(node.tests) + len(node.change)
    if isinstance(node, Regularly):
        size += len(node.tests)
    if isinstance(node, Chosen):
        size += _tests_in(node.of)
    if isinstance(node, Did | Chosen | Regularly | Stopped | Resumed):
        size += _tests_in(node.where)
    return size


def _tests_in(where: Where) -> int:
    return sum(len(tests) for _, tests in where.columns)


# --- circles --------------------------------------------------------------------------------------


def _check_circles(definitions: Mapping[str, Definition], problems: Problems) -> None:
    """Note each circle once, where its first definition names the next."""
    named = {id_: _named_by(item, definitions) for id_, item in definitions.items()}
    left = _without_ends(named)
    seen: set[str] = set()
    for start in left:
        circle = [] if start in seen else _way_back(start, named, left)
        if circle:
            seen.update(circle)
            problems.add(
                named[start][circle[1]],
                "these definitions name each other in a circle",
                got=" → ".join(circle),
                hint="say with entered or left what was so before",
            )


def _named_by(item: Definition, definitions: Mapping[str, Definition]) -> dict[str, str]:
    """Return the definitions that one names as of the same instant, each with the place where it does."""
    found: dict[str, str] = {}
    for node, path in _walk(item):
        if isinstance(node, InSegment):
            id_ = node.segment.partition(".")[0]
            if id_ in definitions:
                found.setdefault(id_, below(path, "in_segment"))
    return found


def _walk(item: Definition) -> Iterator[tuple[Node, str]]:
    waiting = list(roots(item))[::-1]
    while waiting:
        node, path = waiting.pop()
        yield node, path
        waiting += list(children(node, path))[::-1]


def _without_ends(named: Mapping[str, Mapping[str, str]]) -> dict[str, None]:
    """Leave out, again and again, what names nothing that is left: only circles and what leads to them stay."""
    namers: dict[str, list[str]] = {id_: [] for id_ in named}
    for id_, others in named.items():
        for other in others:
            namers[other].append(id_)
    open_ends = {id_: len(others) for id_, others in named.items()}
    ends = [id_ for id_, count in open_ends.items() if not count]
    left = dict.fromkeys(named)
    while ends:
        end = ends.pop()
        del left[end]
        for namer in namers[end]:
            open_ends[namer] -= 1
            if not open_ends[namer]:
                ends.append(namer)
    return left


def _way_back(start: str, named: Mapping[str, Mapping[str, str]], among: Mapping[str, None]) -> list[str]:
    """Return the shortest way from a definition back to itself, itself at both ends; empty if there is none."""
    came_from: dict[str, str] = {}
    waiting = [start]
    for current in waiting:
        for other in named[current]:
            if other == start:
                way = [current]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return [*way[::-1], start]
            if other in among and other not in came_from:
                came_from[other] = current
                waiting.append(other)
    return []
