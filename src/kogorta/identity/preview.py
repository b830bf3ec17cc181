"""What a merge would do, before it is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from kogorta.identity.resolve import aliases
from kogorta.warehouse.store import Warehouse

_IDS = """
SELECT customer_id, id_space FROM customer_ids
WHERE list_contains($keys::BIGINT[], customer_key) ORDER BY customer_key
"""

_ORDERS = """
SELECT count(*), min(ordered_at), max(ordered_at) FROM (
    SELECT ordered_at, status, is_removed
    FROM orders
    WHERE ingest_seq <= $known_seq AND list_contains($keys::BIGINT[], customer_key)
    QUALIFY row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) = 1
)
WHERE NOT is_removed AND status = 'completed'
"""

_NAMES = """
SELECT DISTINCT name FROM (
    SELECT name, is_removed
    FROM customers
    WHERE ingest_seq <= $known_seq AND list_contains($keys::BIGINT[], customer_key)
    QUALIFY row_number() OVER (PARTITION BY customer_key ORDER BY version_no DESC) = 1
)
WHERE NOT is_removed AND name IS NOT NULL ORDER BY name
"""


@dataclass(frozen=True)
class MergeSide:
    """One of the two persons.

    Attributes:
        person_key: His key.
        customer_ids: Every id under which sources know him, devices left out.
        devices: How many browsers and devices are his.
        names: The names he goes by.
        orders: His counted orders.
        first_order_at: The first of them.
        last_order_at: The last of them.
    """

    person_key: int
    customer_ids: tuple[str, ...]
    devices: int
    names: tuple[str, ...]
    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None


@dataclass(frozen=True)
class MergePreview:
    """Two persons side by side.

    Attributes:
        a: The person of the first id.
        b: The person of the second.
        is_one: Whether they are one person already, so that a merge changes nothing.
    """

    a: MergeSide
    b: MergeSide
    is_one: bool


def preview_merge(warehouse: Warehouse, a_id: str, b_id: str, known_seq: int | None = None) -> MergePreview:
    """Show whom a merge of two ids would join, with their sizes, orders and names.

    Args:
        warehouse: The store.
        a_id: An id, as a source gave it.
        b_id: The other one.
        known_seq: Up to which commit facts are known; by default all of them.

    Raises:
        NotFoundError: No source ever named one of them.
    """
    seq = warehouse.known_seq() if known_seq is None else known_seq
    found = aliases(warehouse, seq)
    persons = dict(zip(found["customer_key"].to_pylist(), found["person_key"].to_pylist(), strict=True))
    first, second = (
        _side(warehouse, persons, warehouse.customer_key(customer_id), seq) for customer_id in (a_id, b_id)
    )
    return MergePreview(first, second, is_one=first.person_key == second.person_key)


def _side(warehouse: Warehouse, persons: Mapping[int, int], key: int, seq: int) -> MergeSide:
    person = persons.get(key, key)
    keys = [person, *(alias for alias, whom in persons.items() if whom == person)]
    ids = warehouse.rows(_IDS, {"keys": keys})
    names = warehouse.rows(_NAMES, {"keys": keys, "known_seq": seq})
    ((orders, first, last),) = warehouse.rows(_ORDERS, {"keys": keys, "known_seq": seq})
    return MergeSide(
        person_key=person,
        customer_ids=tuple(name for name, space in ids if space != "anonymous"),
        devices=sum(space == "anonymous" for _, space in ids),
        names=tuple(name for (name,) in names),
        orders=int(orders),
        first_order_at=first,
        last_order_at=last,
    )
