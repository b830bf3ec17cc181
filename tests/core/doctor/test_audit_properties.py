"""The numbers of an audit, counted once more in plain Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kogorta.doctor import Audit, audit
from kogorta.schema import TABLES
from tests.core.identity import reference
from tests.core.identity.base import Store, at, config
from tests.core.identity.reference import Contact, World

CUSTOMERS = [f"c{number}" for number in range(8)]
PHONES = ["+79161234567", "+79161234568"]
MAILS = ["anna@mail.ru", "boris@mail.ru"]
CHECKED = settings(max_examples=max(settings().max_examples // 4, 1))

pytestmark = pytest.mark.slow


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    kind, values = draw(st.sampled_from([("phone", PHONES), ("email", MAILS)]))
    return Contact(draw(st.sampled_from(CUSTOMERS)), kind, draw(st.sampled_from(values)), draw(st.booleans()))


consents = st.lists(
    st.tuples(
        st.sampled_from(CUSTOMERS), st.sampled_from(["email", "any"]), st.integers(1, 9), st.booleans()
    ),
    unique_by=lambda row: row[:3],
    max_size=8,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store(tmp_path_factory.mktemp("audit"))
    yield opened
    opened.warehouse.close()


def fill(store: Store, world: World) -> None:
    def empty(connection: object) -> None:
        for name in [*TABLES, "batches", "customer_ids", "identity_edges"]:
            connection.execute(f'DELETE FROM "{name}"')  # type: ignore[attr-defined]

    store.warehouse.write(empty)
    store.names(**{customer: world.names.get(customer) for customer in CUSTOMERS})
    rows = [
        {
            "customer_id": c.customer,
            "kind": c.kind,
            "value": c.value,
            "verified_at": at(5, 1) if c.verified else None,
        }
        for c in world.contacts
    ]
    if rows:
        store.load("contacts", rows)


def look(store: Store) -> Audit:
    return audit(store.warehouse, config(), store.now + timedelta(days=1))


def count(result: Audit, finding_id: str) -> int:
    finding = result.find(finding_id)
    return finding.count if finding else 0


def people(world: World) -> list[frozenset[str]]:
    """Everyone, as the set of his ids."""
    joined = reference.persons(world)
    alone = [
        frozenset({customer}) for customer in CUSTOMERS if not any(customer in person for person in joined)
    ]
    return [*joined, *alone]


@CHECKED
@given(
    chosen=st.lists(contacts(), max_size=12),
    names=st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from("xyz")),
)
def test_people_contacts_and_duplicates_are_counted_right(
    shared: Store, chosen: list[Contact], names: dict[str, str | None]
) -> None:
    world = World(chosen, names)
    fill(shared, world)
    shared.update()
    result, everyone = look(shared), people(world)
    owners = {contact.customer for contact in chosen}
    kinds = {person: {c.kind for c in chosen if c.customer in person} for person in everyone}
    assert result.base == len(everyone)
    assert count(result, "contacts.missing") == sum(not person & owners for person in everyone)
    assert count(result, "attributes.name") == sum(not person & set(names) for person in everyone)
    assert count(result, "duplicates.linked") == len(CUSTOMERS) - len(everyone)
    assert count(result, "identity.cross_channel") == sum(len(found) > 1 for found in kinds.values())
    assert count(result, "duplicates.waiting") == 0


@CHECKED
@given(
    chosen=st.lists(contacts(), max_size=12),
    names=st.dictionaries(st.sampled_from(CUSTOMERS), st.sampled_from("xyz")),
)
def test_whoever_was_not_joined_is_counted_with_the_reason(
    shared: Store, chosen: list[Contact], names: dict[str, str | None]
) -> None:
    world = World(chosen, names)
    fill(shared, world)
    shared.update()
    result, everyone = look(shared), people(world)
    found: dict[str, set[frozenset[str]]] = {"hub": set(), "unverified": set()}
    for kind, value in {(c.kind, c.value) for c in chosen}:
        owners = {c.customer for c in chosen if (c.kind, c.value) == (kind, value)}
        sharing = {person for person in everyone if person & owners}
        if len(sharing) > 1:
            crowded = reference.count_names(world, owners) > config().identity.max_names
            found["hub" if crowded else "unverified"] |= sharing
    for reason, sharing in found.items():
        assert count(result, f"duplicates.{reason}") == len(sharing)


@CHECKED
@given(owners=st.sets(st.sampled_from(CUSTOMERS), min_size=1), told=consents)
def test_reachable_is_who_has_an_address_and_whose_last_word_was_yes(
    shared: Store, owners: set[str], told: list[tuple[str, str, int, bool]]
) -> None:
    fill(
        shared, World([Contact(customer, "email", f"{customer}.kim@mail.ru") for customer in sorted(owners)])
    )
    rows = [
        {"customer_id": customer, "channel": channel, "purpose": "advertising", "at": at(5, day), "op": op}
        for customer, channel, day, granted in told
        for op in ["granted" if granted else "withdrawn"]
    ]
    if rows:
        shared.load("consents", rows)
    last: dict[str, tuple[int, bool]] = {}
    for customer, _, day, granted in told:
        # Two words of one day: the stricter one is the last.
        last[customer] = max(last.get(customer, (0, False)), (day, not granted))
    reachable = {customer for customer in owners if customer in last and not last[customer][1]}
    unknown = owners - set(last)
    result = look(shared)
    assert count(result, "reach.email") == len(reachable)
    assert count(result, "consents.email") == len(unknown)
