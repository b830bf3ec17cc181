"""What came back of few people's orders is read as where everyone is asked for, whoever brought it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kogorta
from kogorta.workspace import Workspace
from tests.support import commit, day, order

NOON = day("2025-06-02 12:00")
ORDERED, CORRECTED = day("2025-05-20"), day("2025-05-25")


def back(id_: str, amount: int, **more: Any) -> dict[str, Any]:
    """A return."""
    return {"return_id": id_, "returned_at": day("2025-05-18"), "amount": amount, **more}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    """Two people who ordered for 1000 each."""
    with kogorta.init(tmp_path / "shop", timezone="UTC") as workspace:
        orders = [order(f"o{name}", name, "2025-05-10 10:00", 1000) for name in ("a", "b")]
        commit(workspace.warehouse, "orders", orders, ORDERED)
        yield workspace


def revenue(workspace: Workspace, *names: str) -> dict[str, int]:
    """What each of some people brought, in minor units, asked of them alone."""
    with workspace.view(NOON) as view:
        keys = {workspace.warehouse.customer_key(name): name for name in names}
        few = view.scoped(list(keys))
        rows = few.session.fetch(few.traits).to_pylist()
        return {keys[row["customer_key"]]: row["revenue_total"] for row in rows}


def test_a_return_counts_for_the_order_that_it_names(shop: Workspace) -> None:
    returns = [
        back("nobody's", 1, order_id="oa"),
        back("another's", 10, order_id="oa", customer_id="b"),
        back("of an order that nobody knows", 100, order_id="x"),
    ]
    commit(shop.warehouse, "returns", returns, ORDERED)
    assert revenue(shop, "a") == {"a": 989}
    assert revenue(shop, "b") == {"b": 1000}
    assert revenue(shop, "a", "b") == {"a": 989, "b": 1000}


def test_a_corrected_return_counts_as_its_last_version_says(shop: Workspace) -> None:
    commit(shop.warehouse, "returns", [back("1", 1, order_id="oa"), back("2", 10, order_id="oa")], ORDERED)
    corrected = [back("1", 5, order_id="oa"), back("2", 10, order_id="ob", customer_id="a")]
    commit(shop.warehouse, "returns", corrected, CORRECTED)
    assert revenue(shop, "a") == {"a": 995}
    assert revenue(shop, "b") == {"b": 990}
