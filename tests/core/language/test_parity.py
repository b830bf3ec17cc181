"""Random definitions over random facts have the same members in the product and in plain Python.

KOGORTA_HYPOTHESIS_PROFILE=soak draws thousands of worlds.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, given, note, settings

from tests.core.language.asking import parsed
from tests.core.language.facts import World
from tests.core.language.product import ask
from tests.core.language.reference import Reference
from tests.core.language.store import Store
from tests.core.language.strategies import Case, cases

SOAKING = os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak"


def few(count: int) -> settings:
    """A small number of examples, unless one soaks."""
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=2000 if SOAKING else count, deadline=None, suppress_health_check=calm)


def disagreements(store: Store, case: Case) -> dict[str, Any]:
    """Of each definition, the people whose segment differs: what the product says, and the reference."""
    store.fill(case.world)
    definitions = parsed(*case.documents)
    answers = ask(store, definitions, case.point, generous=case.generous)
    reference = Reference(case.world, case.point, {item.id: item for item in definitions}, answers.traits)
    people = reference.everyone()
    if sorted(answers.segments) != people:
        return {"everyone": (sorted(answers.segments), people)}
    found: dict[str, Any] = {}
    for definition in definitions:
        expected = {person: reference.segment_of(definition, person) for person in people}
        got = {person: answers.segments[person][definition.id] for person in people}
        if different := {one: (got[one], expected[one]) for one in people if got[one] != expected[one]}:
            found[definition.id] = different
    return found


def told(world: World) -> str:
    """A world with what is missing left out."""
    lines = [
        f"zone {world.zone}, ids {world.ids}, same {world.same}, log {world.log}, imported {world.imported}"
    ]
    for table, rows in world.rows.items():
        lines += [
            f"{table}: { {name: cell for name, cell in row.items() if cell is not None} }" for row in rows
        ]
    return "\n".join(lines)


@few(60)
@given(cases())
def test_product_and_reference_agree(store: Store, case: Case) -> None:
    found = disagreements(store, case)
    if found:
        note(told(case.world))
        for document in case.documents:
            note(str(document))
    assert found == {}, case.point
