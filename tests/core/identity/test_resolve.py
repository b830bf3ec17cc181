from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kogorta.errors import NotFoundError
from kogorta.identity.manual import link, split
from kogorta.identity.preview import preview_merge
from kogorta.identity.resolve import aliases, components, merged_since
from tests.core.identity.base import Store, at, config
from tests.core.identity.reference import joined

PHONE = "+79161234567"
pairs = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(lambda pair: pair[0] != pair[1]))


def resolved(edges: list[tuple[int, int]]) -> dict[int, int]:
    a, b = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    nodes, roots = components(a, b)
    return dict(zip(nodes.tolist(), roots.tolist(), strict=True))


@given(pairs)
def test_components_are_those_of_slow_joining(edges: list[tuple[int, int]]) -> None:
    groups = joined([(str(a), str(b)) for a, b in edges])
    expected = {int(node): min(map(int, group)) for group in groups for node in group}
    assert resolved(edges) == expected


def test_a_long_chain_is_one_component() -> None:
    order = np.random.default_rng(5).permutation(300_000)
    nodes, roots = components(order[:-1], order[1:])
    assert len(nodes) == 300_000
    assert not roots.any()


def test_a_million_edges_are_resolved() -> None:
    rng = np.random.default_rng(7)
    inside = rng.integers(1, 10, 1_000_000)
    first = rng.integers(0, 200_000, 1_000_000) * 10
    nodes, roots = components(first, first + inside)
    assert (roots == nodes - nodes % 10).all()


def test_no_edges_no_aliases(store: Store) -> None:
    found = aliases(store.warehouse, 99)
    assert found.num_rows == 0
    assert found.schema == pa.schema([("customer_key", pa.int64()), ("person_key", pa.int64())])


def test_the_person_is_the_smallest_key(store: Store) -> None:
    store.contacts(*[(customer, "phone", PHONE) for customer in "abc"])
    store.update()
    assert aliases(store.warehouse, store.warehouse.known_seq()).to_pylist() == [
        {"customer_key": 2, "person_key": 1},
        {"customer_key": 3, "person_key": 1},
    ]


def test_an_edge_stands_if_any_rule_says_so(store: Store) -> None:
    store.contacts(
        ("a", "phone", PHONE), ("b", "phone", PHONE), ("a", "card", "000123"), ("b", "card", "000123")
    )
    store.update()
    store.update(config(link_by=("card",)))
    assert store.persons() == {frozenset("ab")}
    store.update(config(link_by=()))
    assert store.persons() == set()


# --- what changed since a run -----------------------------------------------------------------------


def keys(table: pa.Table) -> list[int]:
    return list(table["customer_key"].to_pylist())


def test_a_merge_touches_both_persons(store: Store) -> None:
    before = store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("c", "card", "000123"))
    store.update()
    assert keys(merged_since(store.warehouse, before, store.warehouse.known_seq())) == [1, 2]


def test_undoing_a_merge_touches_them_again(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE), ("c", "phone", PHONE))
    before = store.update().ingest_seq
    assert before is not None
    split(store.warehouse, config(), "c", store.now)
    assert keys(merged_since(store.warehouse, before, store.warehouse.known_seq())) == [1, 3]


def test_an_edge_more_between_the_same_people_touches_nobody(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    before = store.warehouse.known_seq()
    link(store.warehouse, "a", "b", store.now)
    assert keys(merged_since(store.warehouse, before, store.warehouse.known_seq())) == []


def test_without_new_edges_nothing_changed(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    seq = store.warehouse.known_seq()
    found = merged_since(store.warehouse, seq, seq)
    assert (found.num_rows, found.schema.names) == (0, ["customer_key"])


def test_a_merge_that_came_and_went_changed_nothing(store: Store) -> None:
    before = store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.update()
    store.update(config(link_by=()))
    assert keys(merged_since(store.warehouse, before, store.warehouse.known_seq())) == []


# --- before a merge ---------------------------------------------------------------------------------


def order(number: int, customer: str, day: int, status: str = "completed") -> dict[str, object]:
    return {
        "order_id": str(number),
        "customer_id": customer,
        "ordered_at": at(5, day),
        "status": status,
        "amount": 100,
    }


def test_a_preview_shows_both_sides(store: Store) -> None:
    store.names(a="Анна Ким", b="А. Ким", c="Борис")
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    store.tracking([("browser", "b")])
    store.load(
        "orders", [order(1, "a", 1), order(2, "b", 3), order(3, "b", 9, "cancelled"), order(4, "c", 5)]
    )
    store.update()
    preview = preview_merge(store.warehouse, "b", "c")
    assert preview.a.customer_ids == ("a", "b")
    assert preview.a.devices == 1
    assert preview.a.names == ("А. Ким", "Анна Ким")
    assert (preview.a.orders, preview.a.first_order_at, preview.a.last_order_at) == (
        2,
        at(5, 1),
        at(5, 3),
    )
    assert (preview.b.customer_ids, preview.b.orders) == (("c",), 1)
    assert not preview.is_one


def test_a_preview_says_when_they_are_one_already(store: Store) -> None:
    store.contacts(("a", "phone", PHONE), ("b", "phone", PHONE))
    seq = store.warehouse.known_seq()
    store.update()
    assert preview_merge(store.warehouse, "a", "b").is_one
    assert not preview_merge(store.warehouse, "a", "b", known_seq=seq).is_one


def test_a_preview_counts_the_last_version_of_an_order(store: Store) -> None:
    store.load("orders", [order(1, "a", 1), order(2, "b", 1)])
    store.load("orders", [order(1, "a", 1, "cancelled")])
    assert preview_merge(store.warehouse, "a", "b").a.orders == 0


def test_a_preview_of_nobody_is_refused(store: Store) -> None:
    store.names(a="Анна")
    with pytest.raises(NotFoundError):
        preview_merge(store.warehouse, "a", "nobody")
