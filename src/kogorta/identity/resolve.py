"""Who is who: the persons that the edges known at a commit make of customer keys."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kogorta.warehouse.store import Warehouse

Keys = npt.NDArray[np.int64]

_STANDING = """
SELECT DISTINCT a, b FROM (
    SELECT a, b, rule, revoked_at
    FROM identity_edges
    WHERE ingest_seq <= ? AND a <> b
    QUALIFY row_number() OVER (PARTITION BY a, b, rule ORDER BY ingest_seq DESC) = 1
)
WHERE revoked_at IS NULL
"""


def aliases(warehouse: Warehouse, known_seq: int) -> pa.Table:
    """Return who resolves to another, by the edges that stand at a commit.

    A person is everything that edges join; his key is the smallest among his keys.

    Args:
        warehouse: The store.
        known_seq: Up to which commit edges and their undoing are known.

    Returns:
        customer_key, person_key of every key whose person has another key.
    """
    edges = warehouse.arrow(_STANDING, [known_seq])
    keys, persons = components(_keys(edges["a"]), _keys(edges["b"]))
    other = keys != persons
    return pa.table({"customer_key": keys[other], "person_key": persons[other]})


def keys_of(table: pa.Table, key: int) -> tuple[int, list[int]]:
    """Return the key of a person, and all keys that resolve to him.

    Args:
        table: What `aliases` returned.
        key: Any of his keys.
    """
    own = table.filter(pc.equal(table["customer_key"], key))["person_key"].to_pylist()
    person = int(own[0]) if own else key
    others = table.filter(pc.equal(table["person_key"], person))["customer_key"].to_pylist()
    return person, sorted({person, key, *others})


def components(a: Keys, b: Keys) -> tuple[Keys, Keys]:
    """Return every node of the edges (a, b), ascending, and the smallest node of its component.

    Trees are hooked to smaller roots and flattened, until both ends of each edge have one root.

    References:
        Shiloach, Vishkin, An O(log n) parallel connectivity algorithm, 1982.

    Examples:
        >>> nodes, roots = components(np.array([5, 2, 8]), np.array([2, 9, 7]))
        >>> dict(zip(nodes.tolist(), roots.tolist(), strict=True))
        {2: 2, 5: 2, 7: 7, 8: 7, 9: 2}
    """
    nodes, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    left, right = places[: len(a)], places[len(a) :]
    roots = np.arange(len(nodes))
    while left.size:
        low, high = np.minimum(roots[left], roots[right]), np.maximum(roots[left], roots[right])
        apart = low != high
        left, right = left[apart], right[apart]
        np.minimum.at(roots, high[apart], low[apart])
        roots = _flat(roots)
    return nodes.astype(np.int64), nodes[roots].astype(np.int64)


def _flat(roots: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Let every node point to the root of its tree."""
    while True:
        shorter = roots[roots]
        if np.array_equal(shorter, roots):
            return roots
        roots = shorter


def merged_since(warehouse: Warehouse, seq_from: int, seq_to: int) -> pa.Table:
    """Return whose person changed between two commits, by a merge or by its undoing.

    Both those who got another person and the persons who gained or lost a key are among them.

    Returns:
        customer_key, each once, ascending.
    """
    recent = warehouse.rows(
        "SELECT 1 FROM identity_edges WHERE ingest_seq > ? AND ingest_seq <= ? LIMIT 1", [seq_from, seq_to]
    )
    if not recent:
        return pa.table({"customer_key": pa.array([], pa.int64())})
    before, after = aliases(warehouse, seq_from), aliases(warehouse, seq_to)
    joined = before.join(
        after, keys="customer_key", join_type="full outer", left_suffix="_before", right_suffix="_after"
    )
    was = pc.coalesce(joined["person_key_before"], joined["customer_key"])
    now = pc.coalesce(joined["person_key_after"], joined["customer_key"])
    moved = pc.not_equal(was, now)
    touched = [_keys(column.filter(moved)) for column in (joined["customer_key"], was, now)]
    return pa.table({"customer_key": np.unique(np.concatenate(touched))})


def _keys(column: Any) -> Keys:
    return np.asarray(column.to_numpy(), dtype=np.int64)
