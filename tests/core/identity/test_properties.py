"""Whatever the facts and however they came, the same people are the same people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kogorta.identity.manual import link, split, unlink, unsplit
from kogorta.schema import TABLES
from tests.core.identity import reference
from tests.core.identity.base import NOW, Store, config
from tests.core.identity.reference import Contact, World

CUSTOMERS = [f"c{number}" for number in range(9)]
VALUES = {
    "phone": ["+79161234567", "+79161234568"],
    "email": ["anna@mail.ru", "boris@mail.ru"],
    "card": ["000123", "000124"],
}
NAMES = [None, "анна", "борис", "вера", "глеб"]
CHECKED = settings(max_examples=max(settings().max_examples // 4, 1))
"""An example is several imports: fewer of them do."""

pytestmark = pytest.mark.slow


@dataclass
class Import:
    """One file: contacts, names or logins."""

    contacts: list[Contact]
    names: dict[str, str | None]
    logins: list[tuple[str, str]]


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    kind = draw(st.sampled_from(sorted(VALUES)))
    return Contact(
        draw(st.sampled_from(CUSTOMERS)), kind, draw(st.sampled_from(VALUES[kind])), draw(st.booleans())
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    return World(
        draw(st.lists(contacts(), max_size=12)),
        draw(st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from(NAMES))),
        draw(st.lists(st.tuples(st.sampled_from(["b1", "b2"]), st.sampled_from(CUSTOMERS)), max_size=4)),
    )


@st.composite
def deliveries(draw: st.DrawFn, world: World) -> list[Import]:
    """The same facts in some order, in files of some size."""
    files = [Import([], {}, []) for _ in range(draw(st.integers(1, 4)))]
    for contact in world.contacts:
        draw(st.sampled_from(files)).contacts.append(contact)
    for customer, name in world.names.items():
        draw(st.sampled_from(files)).names[customer] = name
    for login in world.logins:
        draw(st.sampled_from(files)).logins.append(login)
    return draw(st.permutations(files))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("identity"))
    yield opened
    opened.warehouse.close()


def emptied(store: Store) -> Store:
    def work(connection: object) -> None:
        for name in [*TABLES, "batches", "customer_ids", "identity_edges"]:
            connection.execute(f'DELETE FROM "{name}"')  # type: ignore[attr-defined]

    store.warehouse.write(work)
    return store


def deliver(store: Store, files: list[Import], *, update_each: bool = False) -> None:
    for file in files:
        if file.contacts:
            proof = {True: NOW, False: None}
            rows = [
                {
                    "customer_id": c.customer,
                    "kind": c.kind,
                    "value": c.value,
                    "verified_at": proof[c.verified],
                }
                for c in file.contacts
            ]
            store.load("contacts", rows)
        if file.names:
            store.names(**file.names)
        if file.logins:
            store.tracking(file.logins)
        if update_each:
            store.update()
    store.update()


def whole(world: World) -> list[Import]:
    return [Import(list(world.contacts), dict(world.names), list(world.logins))]


@CHECKED
@given(data=st.data(), world=worlds(), update_each=st.booleans())
def test_the_order_of_imports_never_matters(
    shared: Store, data: st.DataObject, world: World, update_each: bool
) -> None:
    files = data.draw(deliveries(world))
    deliver(emptied(shared), files, update_each=update_each)
    assert shared.persons() == reference.persons(world)


@CHECKED
@given(
    world=worlds(),
    max_names=st.integers(1, 3),
    trust=st.booleans(),
    kinds=st.sets(st.sampled_from(sorted(VALUES))),
)
def test_settings_mean_what_they_say(
    shared: Store, world: World, max_names: int, trust: bool, kinds: set[str]
) -> None:
    deliver(emptied(shared), whole(world))
    chosen = config(max_names=max_names, trust_unverified_email=trust, link_by=tuple(sorted(kinds)))
    shared.update(chosen)
    assert shared.persons() == reference.persons(
        world, max_names=max_names, trust_unverified=trust, link_by=kinds
    )


@CHECKED
@given(world=worlds())
def test_a_second_update_writes_nothing(shared: Store, world: World) -> None:
    deliver(emptied(shared), whole(world))
    edges, commits = shared.edges(), shared.commits()
    assert shared.update().ingest_seq is None
    assert (shared.edges(), shared.commits()) == (edges, commits)


@CHECKED
@given(world=worlds(), kinds=st.sets(st.sampled_from(sorted(VALUES))))
def test_what_was_revoked_and_stands_again_is_exactly_as_before(
    shared: Store, world: World, kinds: set[str]
) -> None:
    deliver(emptied(shared), whole(world))
    before = shared.persons()
    shared.update(config(link_by=tuple(sorted(kinds))))
    shared.update()
    assert shared.persons() == before


@CHECKED
@given(world=worlds(), chosen=st.lists(st.sampled_from(CUSTOMERS), unique=True, max_size=3))
def test_a_split_takes_out_one_id_and_can_be_undone(shared: Store, world: World, chosen: list[str]) -> None:
    deliver(emptied(shared), [Import([], dict.fromkeys(CUSTOMERS), []), *whole(world)])
    before = shared.persons()
    for customer in chosen:
        split(shared.warehouse, config(), customer, shared.now)
    assert shared.persons() == reference.persons(world, split=chosen)
    assert not any(set(chosen) & person for person in shared.persons())
    for customer in chosen:
        unsplit(shared.warehouse, config(), customer, shared.now)
    assert shared.persons() == before


@CHECKED
@given(world=worlds(), pair=st.sampled_from(list(combinations(CUSTOMERS, 2))))
def test_a_link_by_hand_joins_and_can_be_undone(shared: Store, world: World, pair: tuple[str, str]) -> None:
    deliver(emptied(shared), [Import([], dict.fromkeys(CUSTOMERS), []), *whole(world)])
    before = shared.persons()
    link(shared.warehouse, *pair, shared.now)
    shared.update()
    assert shared.persons() == reference.persons(world, linked=[pair])
    unlink(shared.warehouse, *pair, shared.now)
    assert shared.persons() == before


@CHECKED
@given(data=st.data(), world=worlds())
def test_what_was_known_at_a_commit_stays_so_for_ever(
    shared: Store, data: st.DataObject, world: World
) -> None:
    emptied(shared)
    seen = {}
    for file in data.draw(deliveries(world)):
        deliver(shared, [file])
        seen[shared.warehouse.known_seq()] = shared.persons()
    shared.update(config(link_by=()))
    assert {seq: shared.persons(seq) for seq in seen} == seen
