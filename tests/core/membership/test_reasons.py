"""Why, why not, what would change it, and when time alone will."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from kogorta.config import parse
from kogorta.definitions.parsing import parse_text
from kogorta.errors import NotFoundError
from kogorta.membership.define import define
from kogorta.membership.log import computed_members, find_segment
from kogorta.membership.reasons import Reasons, reasons
from kogorta.membership.refresh import refresh
from kogorta.membership.view import open_view
from kogorta.warehouse.store import Warehouse
from kogorta.workspace import Workspace, create
from tests.support import commit, day, order

NOW = day("2025-06-01")
CONFIG = parse({"workspace": {"timezone": "Europe/Moscow"}, "rfm": {"window_days": 365}})

DEFINITIONS = """
segment: regulars
where: {all: [{did: order, times: {at_least: 3}, within: 90d}, {did: order, sum: {of: revenue, at_least: 50}}]}
---
segment: quiet
where: {all: [{did: order}, {did_not: order, within: 20d}]}
---
segment: either
where: {any: [{in_segment: regulars}, {not: {trait: orders_count, at_least: 2}}]}
---
segment: cart_left
where: {sequence: [{did: order, within: 30d}, {did_not: {event: paid}, within: 7d}]}
---
segment: birthday
where: {trait: birth_date, anniversary: {from: 0d, to: 7d}}
---
scheme: tiers
base: ordered
segments:
  - {id: top, where: {trait: monetary_amount, top: 40%}}
  - {id: fresh, where: {did: order, within: 30d}}
otherwise: rest
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    """Ann ordered 3 times for 10 each, Bob twice for 100, Cid once for 1, long ago; Ann was born on 15 June."""
    opened = Warehouse(tmp_path / "data" / "warehouse.duckdb")
    rows = [
        order(f"a{n}", "ann", (day("2025-05-20 12:00") - timedelta(days=20 * n)).isoformat(), 1000)
        for n in range(3)
    ]
    rows += [
        order(f"b{n}", "bob", (day("2025-05-25 12:00") - timedelta(days=30 * n)).isoformat(), 10000)
        for n in range(2)
    ]
    rows += [order("c", "cid", "2024-01-05 12:00", 100)]
    commit(opened, "orders", rows)
    people = [
        {"customer_id": name, "birth_date": born, "created_at": day("2024-01-01")}
        for name, born in (("ann", date(1990, 6, 15)), ("bob", None))
    ]
    commit(opened, "customers", people)
    commit(
        opened,
        "events",
        [{"event_id": "e", "customer_id": "bob", "name": "paid", "at": day("2025-05-26 10:00")}],
    )
    with open_view(opened, CONFIG, NOW) as view:
        define(view, parse_text(DEFINITIONS), NOW)
    yield opened
    opened.close()


def why(warehouse: Warehouse, id_: str, customer: str, at: datetime = NOW) -> Reasons:
    """Explain as of an instant."""
    with open_view(warehouse, CONFIG, at) as view:
        item, segment = find_segment(view.schemes, id_)
        return reasons(view, view.own[item.id], segment, customer)


def is_member(warehouse: Warehouse, id_: str, customer: str, at: datetime) -> bool:
    """Ask for the members as of an instant."""
    with open_view(warehouse, CONFIG, at) as view:
        return customer in computed_members(view, *find_segment(view.schemes, id_))["customer_id"].to_pylist()


def test_every_condition_with_its_value(warehouse: Warehouse) -> None:
    answer = why(warehouse, "regulars", "ann")
    assert not answer.is_member
    assert answer.actual is None
    assert [(part.holds, part.value) for part in answer.root.parts] == [(True, 3), (False, 30.0)]
    # More money alone would do; the number of orders is no obstacle.
    assert [reason.value for reason in answer.changes] == [30.0]
    assert not answer.is_several


def test_several_are_needed(warehouse: Warehouse) -> None:
    answer = why(warehouse, "regulars", "cid")
    assert [(part.holds, part.value) for part in answer.root.parts] == [(False, 0), (False, 1.0)]
    assert answer.changes == ()
    assert answer.is_several
    assert answer.turns_at is None


def test_of_a_member_each_thing_that_holds_him(warehouse: Warehouse) -> None:
    answer = why(warehouse, "quiet", "cid")
    assert answer.is_member
    assert len(answer.changes) == 2


def test_time_alone_to_the_microsecond(warehouse: Warehouse) -> None:
    """Ann's last order leaves the window of 20 days a microsecond after 9 June 12:00."""
    answer = why(warehouse, "quiet", "ann")
    assert not answer.is_member
    assert answer.turns_at == day("2025-06-09 12:00:00.000001")
    assert not is_member(warehouse, "quiet", "ann", answer.turns_at - timedelta(microseconds=1))
    assert is_member(warehouse, "quiet", "ann", answer.turns_at)


def test_through_other_segments(warehouse: Warehouse) -> None:
    """Cid is there because he ordered less than twice; Bob is not, and his regular orders would not do alone."""
    assert why(warehouse, "either", "cid").is_member
    answer = why(warehouse, "either", "bob")
    assert not answer.is_member
    assert [(part.holds, len(part.parts)) for part in answer.root.parts] == [(False, 0), (False, 1)]
    assert len(answer.changes) == 2


def test_a_deadline_that_passes(warehouse: Warehouse) -> None:
    """Bob paid a day after his last order; Ann did not, and is in from the end of her seven days."""
    assert not why(warehouse, "cart_left", "bob").is_member
    early = why(warehouse, "cart_left", "ann", day("2025-05-22"))
    assert not early.is_member
    assert early.turns_at == day("2025-05-27 12:00")
    assert not is_member(warehouse, "cart_left", "ann", early.turns_at - timedelta(microseconds=1))
    assert is_member(warehouse, "cart_left", "ann", early.turns_at)
    # and out again when her last order leaves the window of 30 days
    assert why(warehouse, "cart_left", "ann").turns_at == day("2025-06-19 12:00:00.000001")


def test_a_birthday_comes_at_local_midnight(warehouse: Warehouse) -> None:
    """15 June less 7 days is 8 June, which begins in Moscow at 21:00 of the 7th."""
    answer = why(warehouse, "birthday", "ann")
    assert answer.root.value is not None
    assert answer.turns_at == day("2025-06-07 21:00")
    assert is_member(warehouse, "birthday", "ann", answer.turns_at)
    unknown = why(warehouse, "birthday", "bob")
    assert unknown.root.value is None
    assert unknown.turns_at is None


def test_a_scheme_says_who_took_him_before(warehouse: Warehouse) -> None:
    """Of three, two spent strictly less than Bob: 2/3 ≥ 60 %, so he alone is of the top 40 %."""
    answer = why(warehouse, "tiers.fresh", "bob")
    assert answer.actual == "top"
    assert not answer.is_member
    assert [part.holds for part in answer.root.parts] == [True, False, True]
    assert why(warehouse, "tiers.top", "bob").is_member
    assert why(warehouse, "tiers.fresh", "ann").is_member
    assert why(warehouse, "tiers.rest", "cid").is_member


def test_the_frame_is_named_and_used(warehouse: Warehouse) -> None:
    """A later giant moves the cut only when a new frame is made."""
    monthly = parse(
        {
            "workspace": {"timezone": "Europe/Moscow"},
            "rfm": {"window_days": 365},
            "cadence": {"rfm": "30d", "lifecycle": "30d"},
        }
    )
    refresh(warehouse, monthly, NOW, NOW)
    commit(warehouse, "orders", [order(f"g{n}", f"giant{n}", "2025-06-02 12:00", 10**7) for n in range(9)])
    later = day("2025-06-03")
    with open_view(warehouse, monthly, later) as view:
        answer = reasons(view, view.own["tiers"], "top", "bob")
    assert answer.is_member
    assert answer.frame_at == NOW


def test_whom_nobody_knows(warehouse: Warehouse) -> None:
    with pytest.raises(NotFoundError, match="zoe"):
        why(warehouse, "quiet", "zoe")
    with pytest.raises(NotFoundError, match="not yet known"):
        why(warehouse, "quiet", "ann", day("2023-12-31"))


def test_columns_of_peoples_own_beside_orders_stand_in_nobodys_way(tmp_path: Path) -> None:
    """Rows of few people are read from two places, and what a property adds to the table stands in one."""
    create(tmp_path / "shop", "shop")
    orders: dict[str, list[object]] = {
        "order_id": ["o1", "o2", "o3", "o1"],
        "customer_id": ["anna", "anna", "boris", "boris"],
        "ordered_at": ["2025-05-01", "2025-05-02", "2025-05-03", "2025-05-01"],
        "amount": [100, 200, 300, 100],
        "till": ["a", "b", "a", "b"],
    }
    with Workspace(tmp_path / "shop") as workspace:
        for rows in (slice(0, 3), slice(3, 4)):
            workspace.import_table(
                pa.table({name: values[rows] for name, values in orders.items()}), "orders"
            )
        workspace.define("segment: bought\nwhere: {trait: orders_count, at_least: 2}")
        assert workspace.explain("bought", "boris", "2025-06-01").is_member
        assert not workspace.explain("bought", "anna", "2025-06-01").is_member
