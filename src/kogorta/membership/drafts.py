"""Definitions that are not written right: what else is wrong with them is told at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kogorta.definitions.check import check
from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import DraftsError, Problems, parse_text, raise_if_any
from kogorta.errors import DefinitionError, KogortaError
from kogorta.membership.define import speakable
from kogorta.membership.view import View


def read_for(view: View, text: str, source: str) -> tuple[Definition, ...]:
    """Read definitions that are going to be checked against a base.

    Args:
        view: The base.
        text: YAML or JSON.
        source: How places in it begin.

    Raises:
        DefinitionError: The text is no YAML.
        ProblemsError: Something is not right; everything such is listed, also what only the base can tell.
    """
    try:
        return parse_text(text, source)
    except DraftsError as error:
        raise_if_any(Problems([*error.problems, *further_problems(view, error)]))
        raise


def further_problems(view: View, told: DraftsError) -> list[KogortaError]:
    """Return what is wrong with definitions beside what was told of how they are written.

    What stands where something was told already is left out: it may be wrong for that reason only.
    """
    drafts = {draft.definition.id: draft for draft in told.drafts if draft.definition.id}
    merged = {**view.own, **{id_: draft.definition for id_, draft in drafts.items()}}
    found = check(merged, speakable(view), max_conditions=view.config.segments.max_conditions)
    own = [problem for problem in found if _id_of(problem) in drafts]
    moved = placed(own, {id_: draft.place for id_, draft in drafts.items()})
    places = [problem.path or "" for problem in told.problems]
    return [problem for problem in moved if not any(_meet(problem.path or "", place) for place in places)]


def placed(problems: Iterable[KogortaError], places: Mapping[str, str]) -> list[KogortaError]:
    """Return problems of definitions as problems of the documents that define them.

    Args:
        problems: Their places begin with the id of a definition.
        places: How places in its document begin, by id; problems of others stay as they are.
    """
    return [_moved(problem, places) if _id_of(problem) in places else problem for problem in problems]


def _moved(problem: KogortaError, places: Mapping[str, str]) -> KogortaError:
    id_ = _id_of(problem)
    return DefinitionError(
        problem.message,
        got=problem.got,
        expected=problem.expected,
        hint=problem.hint,
        path=places[id_] + (problem.path or "")[len(id_) :],
    )


def _id_of(problem: KogortaError) -> str:
    return (problem.path or "").partition(".")[0].partition("[")[0]


def _meet(one: str, other: str) -> bool:
    """Whether two places are the same, or one lies within the other."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and long[len(short) : len(short) + 1] in {"", ".", "["}
