"""Discounts: how often, how deep, what part of spending; only promotions and coupons are hunted for."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.traits.planted import ago, holds, plant, planted, reopened, said

TRAITS = (
    "discounted_orders",
    "discounted_order_share",
    "discount_amount",
    "discount_depth",
    "discount_spending_share",
    "is_discount_often",
)


def order(order_id: str, customer: str, amount: int, days: float = 10, **more: Any) -> dict[str, Any]:
    return {"order_id": order_id, "customer_id": customer, "ordered_at": ago(days), "amount": amount, **more}


def off(order_id: str, kind: str, amount: int) -> dict[str, Any]:
    return {"order_id": order_id, "kind": kind, "amount": amount}


def test_only_promotions_and_coupons_count(tmp_path: Path) -> None:
    """Covers: R36, R38"""
    ws = planted(
        tmp_path,
        {
            "orders": [
                order("1", "hunter", 80),
                order("2", "hunter", 90),
                order("3", "hunter", 100),
                order("4", "clubman", 95),
                order("5", "payer", 100),
                order("6", "payer", 100, status="cancelled"),
            ],
            "discounts": [
                off("1", "promotion", 20),
                off("2", "coupon", 5),
                off("2", "card_price", 5),
                off("4", "card_price", 5),
                off("6", "coupon", 50),
            ],
        },
    )
    found = said(ws, *TRAITS)
    # list values: 100, 100 and 100; 25 of 300, and of 200 where there was any
    assert found["hunter"] == (2, 2 / 3, 2500, 0.125, 25 / 300, 1)
    assert found["clubman"] == (0, 0.0, 0, None, 0.0, 0)
    assert found["payer"] == (0, 0.0, 0, None, 0.0, 0)


def test_of_an_order_without_rows_its_own_discount_counts(tmp_path: Path) -> None:
    ws = planted(
        tmp_path,
        {
            "orders": [order("1", "a", 90, discount=10), order("2", "b", 70, discount=30)],
            "discounts": [off("2", "points", 30)],
        },
    )
    assert said(ws, "discount_amount") == {"a": 1000, "b": 0}


def test_whoever_never_ordered_took_no_discount(tmp_path: Path) -> None:
    people = [{"customer_id": "p", "created_at": ago(5)}]
    ws = planted(tmp_path, {"customers": people, "orders": [order("1", "a", 90)]})
    assert said(ws, *TRAITS)["p"] == (0, None, 0, None, None, 0)


@pytest.mark.parametrize(
    ("others", "mine", "often"),
    [
        # nobody else takes any: the bound is 25 %
        (0, 1, 1),
        (0, 0, 0),
        # of 40 orders 8 have one: 20 %, so the bound is 40 %; a quarter is not often
        (7, 1, 0),
        # of 40 orders 29 do: twice that is more than everything, so the bound is 60 %
        (27, 2, 0),
        (27, 3, 1),
    ],
)
def test_often_is_twice_the_base_within_bounds(tmp_path: Path, others: int, mine: int, often: int) -> None:
    """36 orders of others and 4 of mine; the bound is taken over all 40."""
    rows = [order(f"o{n}", f"c{n}", 100) for n in range(36)]
    rows += [order(f"m{n}", "me", 100) for n in range(4)]
    taken = [off(f"o{n}", "promotion", 10) for n in range(others)]
    taken += [off(f"m{n}", "coupon", 10) for n in range(mine)]
    # a discount of another kind, so that the table is there even where nobody hunts
    ws = planted(tmp_path, {"orders": rows, "discounts": [*taken, off("o35", "manual", 1)]})
    assert said(ws, "is_discount_often")["me"] == often


def test_two_ids_of_one_person_count_together(tmp_path: Path) -> None:
    card = {"kind": "card", "value": "7777-8888", "at": ago(40)}
    ws = planted(
        tmp_path,
        {
            "contacts": [{"customer_id": "a", **card}, {"customer_id": "b", **card}],
            "orders": [order("1", "a", 90), order("2", "b", 100)],
            "discounts": [off("1", "coupon", 10)],
        },
    )
    ws.refresh(as_of=ago(0))
    (found,) = said(ws, "discounted_orders", "discounted_order_share").values()
    assert found == (1, 0.5)


def test_what_came_after_the_instant_or_was_learned_later_says_nothing(tmp_path: Path) -> None:
    ws = planted(tmp_path, {"orders": [order("1", "a", 90)], "discounts": [off("1", "coupon", 10)]})
    known = ws.warehouse.known_seq()
    plant(ws, "orders", [order("2", "a", 100, days=-1), order("3", "a", 50, days=3)])
    plant(ws, "discounts", [off("2", "coupon", 40), off("3", "coupon", 50)])
    assert said(ws, "discounted_orders", "discount_amount")["a"] == (2, 6000)
    assert said(ws, "discounted_orders", "discount_amount", known_at=known)["a"] == (1, 1000)


KINDS = ("promotion", "coupon", "card_price", "points")
WORLDS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(1, 50),
        st.lists(st.tuples(st.sampled_from(KINDS), st.integers(1, 30)), max_size=3, unique_by=lambda x: x[0]),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=WORLDS)
def test_against_plain_python(tmp_path_factory: pytest.TempPathFactory, world: list[Any]) -> None:
    orders = [order(f"{n}", who, paid) for n, (who, paid, _) in enumerate(world)]
    taken = [off(f"{n}", kind, much) for n, (_, _, offs) in enumerate(world) for kind, much in offs]
    ws = planted(
        tmp_path_factory.mktemp("world"), {"orders": orders, **({"discounts": taken} if taken else {})}
    )
    assert said(ws, *TRAITS) == _by_hand(world)
    ws.close()


def _by_hand(world: list[Any]) -> Mapping[str, tuple[Any, ...]]:
    rows = [
        (who, paid + sum(much for _, much in offs), sum(m for k, m in offs if k in ("promotion", "coupon")))
        for who, paid, offs in world
    ]
    share = Fraction(sum(hunted > 0 for _, _, hunted in rows), len(rows))
    bound = min(max(2 * share, Fraction(1, 4)), Fraction(3, 5))
    found = {}
    for who in {who for who, _, _ in rows}:
        own = [(listed, hunted) for name, listed, hunted in rows if name == who]
        there = [listed for listed, hunted in own if hunted]
        amount = sum(hunted for _, hunted in own)
        found[who] = (
            len(there),
            len(there) / len(own),
            amount * 100,
            pytest.approx(amount / sum(there)) if there else None,
            pytest.approx(amount / sum(listed for listed, _ in own)),
            int(Fraction(len(there), len(own)) >= _floored(bound)),
        )
    return found


def _floored(bound: Fraction) -> Fraction:
    """The bound is kept in whole millionths."""
    return Fraction(int(bound * 1_000_000), 1_000_000)


def test_a_definition_is_read_against_the_stored_base(tmp_path: Path) -> None:
    """Of 10 orders 2 have a discount, so from 40 % on it is often; a base that hunts more later changes nothing then."""
    own = [order(f"a{n}", "a", 90) for n in range(4)]
    ws = planted(
        tmp_path,
        {
            "orders": [*own, *(order(f"b{n}", "b", 100) for n in range(6))],
            "discounts": [off("a0", "coupon", 10), off("a1", "coupon", 10)],
        },
    )
    ws.define(
        "segment: hunters\nname: {ru: Охотники, en: Hunters}\nwhere: {all: [{trait: is_discount_often, is: true},"
        " {trait: discount_amount, at_least: 20}]}"
    )
    ws.refresh(as_of=ago(0))
    assert ws.members("hunters", as_of=ago(0))["customer_id"].to_pylist() == ["a"]
    assert ws.members("hunters", as_of=ago(0), recorded=True)["customer_id"].to_pylist() == ["a"]
    assert not holds(ws, "hunters", "b", ago(0))
    ws.close()
    again = reopened(tmp_path)
    plant(again, "orders", [order(f"n{n}", f"n{n}", 100) for n in range(8)])
    plant(again, "discounts", [off(f"n{n}", "coupon", 5) for n in range(8)])
    found = again.members("hunters", as_of=ago(0))["customer_id"].to_pylist()
    assert "a" in found
    assert holds(again, "hunters", "a", ago(0))
    again.refresh(as_of=ago(-1), full=True)
    assert again.members("hunters", as_of=ago(-1))["customer_id"].to_pylist() == []
