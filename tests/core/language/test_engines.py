"""What the compiler writes for PostgreSQL and ClickHouse, run there, has the same members as in plain Python.

KOGORTA_HYPOTHESIS_PROFILE=soak draws thousands of worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, note

from kogorta.definitions.document import Definition
from kogorta.definitions.parsing import parse_text
from kogorta.errors import ProblemsError
from kogorta.traits.shape import Meaning
from kogorta.vocab import Business
from kogorta.warehouse.engine import Session
from tests.core.language.asking import parsed
from tests.core.language.engines import borders, clickhouse, people, postgres
from tests.core.language.product import Answers, Columns, ask, language_of, place, traits_of
from tests.core.language.reference import Reference
from tests.core.language.shrinking import smallest
from tests.core.language.store import Store, shape_of
from tests.core.language.strategies import Case, cases
from tests.core.language.test_parity import differences, few
from tests.core.meaning.test_language_sql import CONDITIONS

pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")

ENGINES = ("clickhouse", "postgres")
LOOKS, MOST = 5, 5
"""Worlds of each case and definitions over one: ClickHouse takes a second to plan what is asked of a world."""
CHAMPIONS = {"rfm_simple.champions": ("rfm_simple", "champions")}
"""A segment that is a trait, as a workspace has it; below, the same as a definition."""
AS_DEFINED = """
scheme: rfm_simple
segments:
  - id: champions
    where: {trait: rfm_simple, is: champions}
otherwise: others
"""


@dataclass(frozen=True)
class Engine:
    """An engine that runs, and how a session is opened that has a store's facts."""

    name: str
    open: Callable[[Store], AbstractContextManager[Session]]


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A running engine, one of each kind."""
    if request.param == "postgres":
        with postgres.server() as connection:
            yield Engine("postgres", lambda store: postgres.postgres_session(store, connection))
    else:
        folder = tmp_path_factory.mktemp("clickhouse")
        with clickhouse.engine() as connection:
            yield Engine("clickhouse", lambda store: clickhouse.clickhouse_session(store, connection, folder))


# --- every kind of condition, and where engines part ways -----------------------------------------------


def people_of(definitions: Iterable[Definition], found: Mapping[str, Columns]) -> dict[str, set[str]]:
    """Of each definition, whom an engine has in it."""
    return {item.id: {one for one, row in found.items() if row[item.id]} for item in definitions}


def test_conditions_are_true_of_the_same_people(engine: Engine, store: Store) -> None:
    """All are asked at once, and each is true of somebody and false of somebody else."""
    (scheme,) = parse_text(AS_DEFINED)
    definitions = parse_text("\n---\n".join(f"segment: {id_}\nwhere: {it}" for id_, it in CONDITIONS.items()))
    base = people.base()
    store.fill(base)
    shape = shape_of([base], generous=False)
    here = ask(store, [], people.POINT, shape)
    named = {item.id: item for item in (scheme, *definitions)}
    reference = Reference(base, people.POINT, named, here.traits)
    everyone = reference.everyone()
    expected = {item.id: {one for one in everyone if reference.segment_of(item, one)} for item in definitions}
    assert [id_ for id_, members in expected.items() if not members or members == set(everyone)] == []
    language = language_of(store, definitions, CHAMPIONS)
    found = place(store, language, people.POINT, shape, here.frames, partial(engine.open, store))
    assert sorted(found) == everyone
    assert people_of(definitions, found) == expected


def test_borders_are_the_same_everywhere(engine: Engine, store: Store) -> None:
    texts = [f"segment: {id_}\nwhere: {where}" for id_, (where, _) in borders.CONDITIONS.items()]
    definitions = parse_text("\n---\n".join(texts))
    base = borders.base()
    store.fill(base)
    shape = shape_of([base], generous=False)
    here = ask(store, definitions, people.POINT, shape)
    language = language_of(store, definitions)
    there = place(store, language, people.POINT, shape, here.frames, partial(engine.open, store))
    expected = {id_: members for id_, (_, members) in borders.CONDITIONS.items()}
    assert people_of(definitions, here.segments) == expected
    assert people_of(definitions, there) == expected


def test_visits_of_a_salon_are_counted_alike(engine: Engine, store: Store) -> None:
    """Traits of another business, which counts days of visits; by the embedded engine, proved elsewhere."""
    base, salon = people.base(), Meaning(business=Business.SALON)
    store.fill(base)
    shape = shape_of([base], generous=False)
    here = traits_of(store, people.POINT, shape, meaning=salon)
    assert {row["frequency_count"] for row in here[0].values()} >= {0, 1, 2, 3}
    assert traits_of(store, people.POINT, shape, partial(engine.open, store), salon) == here


# --- random definitions over random facts ---------------------------------------------------------------


def disagreements(engine: Engine, store: Store, case: Case) -> dict[str, Any]:
    """Where the engine differs: from the reference in segments, from the embedded engine in traits and frames.

    The first look has everything worked out on the engine; the others are read against frames of the embedded one.
    """
    definitions = parsed(*case.documents)
    shape = shape_of([look.world for look in case.looks], generous=case.generous)
    opened = partial(engine.open, store)
    for number, look in enumerate(case.looks):
        store.fill(look.world)
        here = ask(store, [], look.point, shape)
        if number:
            language = language_of(store, definitions)
            there = Answers(
                here.traits, place(store, language, look.point, shape, here.frames, opened), here.frames
            )
        else:
            there = ask(store, definitions, look.point, shape, opened)
        if there.traits != here.traits or there.frames != here.frames:
            return {"traits": (there.traits, here.traits), "frames": (there.frames, here.frames)}
        if found := differences(look, definitions, there):
            return found
    return {}


def bounded(case: Case) -> Case:
    """A case without its last worlds and definitions; these name earlier ones only."""
    return replace(case, looks=case.looks[:LOOKS], documents=case.documents[:MOST])


def fails(engine: Engine, store: Store, case: Case) -> bool:
    """Whether a smaller case is one, and the two sides still differ."""
    try:
        return bool(disagreements(engine, store, case))
    except ProblemsError:
        return False


@pytest.mark.slow
@few(2)
@given(case=cases().map(bounded))
def test_an_engine_and_the_reference_agree(engine: Engine, store: Store, case: Case) -> None:
    if found := disagreements(engine, store, case):
        small = smallest(case, partial(fails, engine, store))
        note(f"{engine.name}\n{small}\nengine, reference: {disagreements(engine, store, small)}")
    assert found == {}
