from __future__ import annotations

import pytest

from kogorta.errors import InputError, NotFoundError
from kogorta.identity.manual import link, split, unlink, unsplit
from tests.core.identity.base import Store, config

PHONE = "+79161234567"


def one(*ids: str) -> set[frozenset[str]]:
    return {frozenset(ids)}


@pytest.fixture
def family(store: Store) -> Store:
    """Three ids with one telephone."""
    store.contacts(
        ("a", "phone", PHONE), ("b", "phone", PHONE), ("c", "phone", PHONE), ("d", "card", "000123")
    )
    store.update()
    return store


def test_a_link_is_a_row_with_its_reason(family: Store) -> None:
    change = link(family.warehouse, "d", "a", family.now, reason="he said so at the till")
    assert family.persons() == one("a", "b", "c", "d")
    row = family.edges()[-1]
    assert (row[2], row[3], row[6]) == ("manual", "he said so at the till", change.ingest_seq)
    assert row[0] < row[1]


def test_saying_it_twice_writes_once(family: Store) -> None:
    link(family.warehouse, "a", "d", family.now)
    commits = family.commits()
    assert link(family.warehouse, "d", "a", family.now).ingest_seq is None
    assert family.commits() == commits


def test_no_update_touches_a_link_by_hand(family: Store) -> None:
    link(family.warehouse, "a", "d", family.now)
    family.update(config(link_by=()))
    assert family.persons() == one("a", "d")


def test_a_split_leaves_the_others_together(family: Store) -> None:
    split(family.warehouse, config(), "a", family.now)
    assert family.persons() == one("b", "c")


def test_a_split_and_its_edges_are_one_commit(family: Store) -> None:
    change = split(family.warehouse, config(), "a", family.now)
    rows = [(row[2], row[5] is None) for row in family.edges() if row[6] == change.ingest_seq]
    assert sorted(rows) == [("phone", False), ("phone", False), ("phone", True), ("split", True)]
    assert (change.added, change.revoked) == (2, 2)
    assert family.warehouse.known_seq() == change.ingest_seq


def test_a_split_blocks_what_comes_later(family: Store) -> None:
    split(family.warehouse, config(), "a", family.now)
    family.contacts(("a", "card", "000123"))
    family.update()
    assert family.persons() == one("b", "c")
    unsplit(family.warehouse, config(), "a", family.now)
    assert family.persons() == one("a", "b", "c", "d")


def test_a_split_does_not_let_a_crowd_under_the_limit(store: Store) -> None:
    store.contacts(*[(f"c{number}", "phone", PHONE) for number in range(6)])
    store.update()
    split(store.warehouse, config(), "c0", store.now)
    assert store.persons() == set()


def test_a_split_cuts_browsers_too(store: Store) -> None:
    store.tracking([("browser", "anna")])
    split(store.warehouse, config(), "anna", store.now)
    assert store.persons() == set()


def test_a_link_by_hand_outlives_a_split(family: Store) -> None:
    link(family.warehouse, "a", "d", family.now)
    split(family.warehouse, config(), "a", family.now)
    assert family.persons() == {frozenset({"a", "d"}), frozenset({"b", "c"})}


def test_splitting_twice_writes_once(family: Store) -> None:
    split(family.warehouse, config(), "a", family.now)
    assert split(family.warehouse, config(), "a", family.now).ingest_seq is None


def test_what_was_never_done_cannot_be_undone(family: Store) -> None:
    with pytest.raises(InputError, match="not split"):
        unsplit(family.warehouse, config(), "a", family.now)
    with pytest.raises(InputError, match="split one of them"):
        unlink(family.warehouse, "a", "b", family.now)


def test_an_id_cannot_be_linked_to_itself(family: Store) -> None:
    with pytest.raises(InputError, match="two different ids"):
        link(family.warehouse, "a", "a", family.now)


def test_an_unknown_id_is_refused_and_nothing_is_written(family: Store) -> None:
    commits = family.commits()
    with pytest.raises(NotFoundError):
        link(family.warehouse, "a", "nobody", family.now)
    with pytest.raises(NotFoundError):
        split(family.warehouse, config(), "nobody", family.now)
    assert family.commits() == commits
