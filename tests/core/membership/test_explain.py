"""What an explanation says is what would happen: held against the compiled rules, now and at later instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from operator import methodcaller
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.compile.evaluate import evaluate
from kogorta.compile.frame import Frames
from kogorta.config import Config, parse
from kogorta.definitions.schemes import schemes
from kogorta.i18n import translator
from kogorta.membership.explain import explain, person_of
from kogorta.membership.single import standing, turning_points
from kogorta.membership.view import View, open_view
from kogorta.vocab import Business
from kogorta.warehouse.store import Warehouse
from tests.support import commit, day, order

START = day("2025-01-01")
AS_OF = START + timedelta(days=240, hours=7)


def config(business: str, recency: str, money: str = "revenue") -> Config:
    """Return settings with a window that orders can leave."""
    return parse(
        {
            "workspace": {"timezone": "UTC", "business": business},
            "rfm": {
                "window_days": 120,
                "recency": recency,
                "recency_bounds": [20, 40, 60, 90],
                "monetary_of": money,
            },
        }
    )


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    """Give a store that each example empties."""
    opened = Warehouse(tmp_path_factory.mktemp("explain") / "warehouse.duckdb")
    yield opened
    opened.close()


def fill(warehouse: Warehouse, drawn: list[tuple[int, int, int]]) -> None:
    """Put drawn orders into an empty store."""
    for table in ("orders", "order_lines", "customer_ids", "batches"):
        warehouse.write(methodcaller("execute", f"DELETE FROM {table}"))
    rows = [
        order(f"o{n}", f"c{who}", (START + timedelta(days=on, hours=n % 24)).isoformat(), amount)
        for n, (who, on, amount) in enumerate(drawn)
    ]
    commit(warehouse, "orders", rows, START)


def price(warehouse: Warehouse, drawn: list[tuple[int, int, int]]) -> None:
    """Give each drawn order a line that costs some part of it, unknown for every fifth."""
    rows = [
        {
            "order_id": f"o{n}",
            "line_no": 1,
            "amount": amount,
            "quantity_micro": 1_000_000,
            "cost": None if n % 5 == 0 else amount * (n % 4 + 1) // 4,
        }
        for n, (_, _, amount) in enumerate(drawn)
    ]
    commit(warehouse, "order_lines", rows, START)


def compiled(
    warehouse: Warehouse, settings_: Config, frames: Frames, instant: Any
) -> dict[int, dict[str, Any]]:
    """Work everyone out by the compiled rules, on the given frames."""
    with open_view(warehouse, settings_, instant) as view:
        traits = evaluate(view.steps, frames)
        return {
            row["customer_key"]: row for row in view.session.fetch(traits, view.instant.bindings).to_pylist()
        }


orders = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 239), st.sampled_from([500, 900, 900, 4000])),
    min_size=4,
    max_size=40,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    drawn=orders,
    business=st.sampled_from(["shop", "salon"]),
    recency=st.sampled_from(["rhythm", "relative", "thresholds"]),
    money=st.sampled_from(["revenue", "margin"]),
)
def test_plain_python_and_compiled_rules_agree_now_and_whenever_time_turns(
    warehouse: Warehouse, drawn: list[tuple[int, int, int]], business: str, recency: str, money: str
) -> None:
    fill(warehouse, drawn)
    price(warehouse, drawn)
    settings_ = config(business, recency, money)
    with open_view(warehouse, settings_, AS_OF) as view:
        frames, meaning = view.frames, view.steps.meaning
        people = {row["customer_key"]: person_of(view, row) for row in _rows(view)}
    instants = {AS_OF} | {t for p in people.values() for t in turning_points(p, frames, meaning)[:3]}
    for instant in sorted(instants)[:6]:
        expected = compiled(warehouse, settings_, frames, instant)
        for key, person in people.items():
            found = standing(person.later(instant), frames, meaning)
            if found is None:
                continue
            row = expected[key]
            assert (found.r, found.f, found.m) == (row["rfm_r"], row["rfm_f"], row["rfm_m"])
            for item in schemes(Business(business)):
                assert found.segments[item.id] == row[item.trait], (item.id, instant)


def _rows(view: View) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = view.session.fetch(view.traits, view.instant.bindings).to_pylist()
    return rows


def test_an_explanation_says_what_money_is(warehouse: Warehouse) -> None:
    """The margin of c0 is known, half of what c1 bought has no cost: his M is his F. Covers: R34"""
    drawn = [(1, 200, 900), (0, 210, 900), (1, 220, 900), (0, 230, 900)]
    fill(warehouse, drawn)
    price(warehouse, drawn)

    def said(customer: str, money: str) -> list[str]:
        with open_view(warehouse, config("shop", "rhythm", money), AS_OF) as view:
            found = explain(view, "rfm_simple.champions", customer).checks
        return [told for item in found if " M " in (told := translator("en").say(item.says))]

    assert said("c0", "revenue") == ["money: score M = 1, together FM = 2"]
    assert said("c0", "margin") == ["margin: score M = 1, together FM = 2"]
    assert said("c1", "margin") == [
        "margin: not known, since costs cover less than 95% of the purchases; M is F = 2, together FM = 2"
    ]


def test_the_move_that_time_makes_comes_on_its_second(warehouse: Warehouse) -> None:
    """Every ten days until day 230, rhythm 10: at risk beyond 20 days of silence, from day 250 and a second."""
    fill(warehouse, [(n % 3, 230 - 10 * (n // 3), 900) for n in range(30)])
    settings_ = config("shop", "rhythm")
    with open_view(warehouse, settings_, AS_OF) as view:
        answer = explain(view, "lifecycle.at_risk", "c0")
        frames = view.frames
    assert not answer.is_member
    move = next(move for move in answer.moves if move.kind == "time")
    assert (move.at, move.segment) == (START + timedelta(days=250, seconds=1), "at_risk")
    key = warehouse.customer_key("c0")
    just_before = compiled(warehouse, settings_, frames, move.at - timedelta(seconds=1))[key]
    then = compiled(warehouse, settings_, frames, move.at)[key]
    assert (just_before["lifecycle_stage"], then["lifecycle_stage"]) == ("active", "at_risk")


def test_one_order_is_what_brings_a_lost_customer_back(warehouse: Warehouse) -> None:
    fill(warehouse, [(0, 0, 900), (0, 10, 900), (0, 20, 900), *((1, 200 + 5 * n, 900) for n in range(8))])
    with open_view(warehouse, config("shop", "rhythm"), AS_OF) as view:
        answer = explain(view, "lifecycle.returned", "c0")
    assert answer.actual == "lost"
    assert [(move.kind, move.segment) for move in answer.moves] == [("order", "returned")]
    assert not answer.is_several


def test_what_no_single_change_does_is_called_several(warehouse: Warehouse) -> None:
    fill(warehouse, [(0, 10, 100), *((1 + n % 4, 60 * (n % 4) + n, 5000) for n in range(30))])
    with open_view(warehouse, config("shop", "rhythm"), AS_OF) as view:
        answer = explain(view, "rfm_simple.champions", "c0")
    assert answer.actual != "champions"
    assert answer.is_several


@pytest.mark.parametrize("recency", ["rhythm", "relative", "thresholds"])
def test_scores_alone_are_the_scores_among_all_traits(warehouse: Warehouse, recency: str) -> None:
    fill(warehouse, [(n % 5, 5 * n, 400 + 300 * (n % 4)) for n in range(45)])
    with open_view(warehouse, config("shop", recency), AS_OF) as view:
        alone = {row["customer_key"]: row for row in view.scores().to_pylist()}
        everything = {row["customer_key"]: row for row in _rows(view)}
    assert alone.keys() == everything.keys()
    for key, row in alone.items():
        for name in ("recency_days", "frequency_count", "monetary_amount", "rfm_r", "rfm_f", "rfm_m"):
            assert row[name] == everything[key][name]
        assert str(row["rfm_code"]) == everything[key]["rfm_code"]
