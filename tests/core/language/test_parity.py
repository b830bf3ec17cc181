"""Random definitions over random facts have the same members in the product and in plain Python.

KOGORTA_HYPOTHESIS_PROFILE=soak draws thousands of worlds.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings

from kogorta.definitions.document import Definition
from kogorta.errors import ProblemsError
from tests.core.language.asking import parsed
from tests.core.language.product import Answers, ask
from tests.core.language.reference import Reference
from tests.core.language.shrinking import smallest
from tests.core.language.store import Store, shape_of
from tests.core.language.strategies import Case, Look, cases

# a case shows itself; how its strategy would be written out matters to nobody
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

SOAKING = os.environ.get("KOGORTA_HYPOTHESIS_PROFILE") == "soak"


def few(count: int) -> settings:
    """A small number of examples, unless one soaks."""
    calm = [HealthCheck.too_slow, HealthCheck.data_too_large]
    # A case that fails is made small by `smallest`, which asks the product less often.
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    return settings(
        max_examples=2000 if SOAKING else count, deadline=None, suppress_health_check=calm, phases=phases
    )


def disagreements(store: Store, case: Case) -> dict[str, Any]:
    """Of each definition, the people whose segment differs: what the product says, and the reference."""
    definitions = parsed(*case.documents)
    shape = shape_of([look.world for look in case.looks], generous=case.generous)
    for look in case.looks:
        store.fill(look.world)
        if found := differences(look, definitions, ask(store, definitions, look.point, shape)):
            return found
    return {}


def differences(look: Look, definitions: Sequence[Definition], answers: Answers) -> dict[str, Any]:
    """What the product and the reference say differently of one world."""
    reference = Reference(look.world, look.point, {item.id: item for item in definitions}, answers.traits)
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


def fails(store: Store, case: Case) -> bool:
    """Whether a smaller case is one, and the two sides still differ."""
    try:
        return bool(disagreements(store, case))
    except ProblemsError:
        return False


@few(8)
@given(cases())
def test_product_and_reference_agree(store: Store, case: Case) -> None:
    found = disagreements(store, case)
    if found:
        small = smallest(case, partial(fails, store))
        note(f"{small}\nproduct, reference: {disagreements(store, small)}")
    assert found == {}
