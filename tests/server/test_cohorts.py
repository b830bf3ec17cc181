"""Cohorts and measures: against plain Python over the orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from kogorta.identity.resolve import aliases
from kogorta.readings import Reading
from kogorta.report.model import Absent
from kogorta.workspace import Workspace
from kogorta_server import base
from tests.server.markup import cells, number, page, parsed, text


@pytest.fixture
def reading(shop: Workspace) -> Reading:
    found = base.reading()
    assert found is not None
    return found


Order = tuple[int, date, int]


@pytest.fixture
def orders(shop: Workspace) -> list[Order]:
    """Return counted orders of known customers: who, in which local month, for how much; worked out by plain SQL."""
    rows = shop.warehouse.rows(
        """SELECT customer_key, ordered_at, amount FROM (
            SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY version_no DESC) AS n FROM orders
        ) WHERE n = 1 AND status = 'completed' AND customer_key IS NOT NULL AND ordered_at < '2026-10-31 21:00'"""
    )
    person = {row["customer_key"]: row["person_key"] for row in aliases(shop.warehouse, 2**60).to_pylist()}
    return [(person.get(key, key), _month(at), amount or 0) for key, at, amount in rows]


def _month(at: datetime) -> date:
    local = at + timedelta(hours=3)  # Moscow has no summer time
    return date(local.year, local.month, 1)


def test_cohorts_are_those_of_the_orders(reading: Reading, orders: list[Order]) -> None:
    first: dict[int, date] = {}
    for key, month, _ in orders:
        first[key] = min(first.get(key, month), month)
    active: dict[date, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))
    for key, month, _ in orders:
        active[first[key]][month].add(key)
    assert not isinstance(reading.report.cohorts, Absent)
    for cohort in reading.report.cohorts:
        months = active[cohort.month]
        assert cohort.customers == len(months[cohort.month])
        for step, people in enumerate(cohort.active, 1):
            number_ = cohort.month.year * 12 + cohort.month.month - 1 + step
            assert people == len(months[date(number_ // 12, number_ % 12 + 1, 1)]), (cohort.month, step)


def test_the_page_shows_the_newest_cohorts(reading: Reading, owner: Client) -> None:
    assert not isinstance(reading.report.cohorts, Absent)
    rows = cells(page(owner, "/cohorts/"))
    shown = reading.report.cohorts[-len(rows) :]
    assert [number(row[1]) for row in rows] == [cohort.customers for cohort in shown]
    first = shown[0]
    share = round(100 * first.active[0] / first.customers)
    assert text(rows[0][2]) == f"{share}%"


def test_revenue_of_cohorts_adds_up(reading: Reading) -> None:
    assert not isinstance(reading.report.cohorts, Absent)
    for cohort in reading.report.cohorts:
        assert len(cohort.earned) == len(cohort.active) + 1
        # the month that is not over is left out of the cells only
        assert sum(cohort.earned) <= cohort.revenue or any(money < 0 for money in cohort.earned)


def test_cohorts_by_revenue_show_what_a_customer_brings(reading: Reading, owner: Client) -> None:
    assert not isinstance(reading.report.cohorts, Absent)
    tree = page(owner, "/cohorts/?by=revenue")
    rows = cells(tree)
    cohort = reading.report.cohorts[-len(rows)]
    assert number(rows[0][2]) == pytest.approx(cohort.earned[0] / cohort.customers / 100, rel=0.05)


def test_cohorts_of_a_segment_are_worked_out_after_the_page(
    shop: Workspace, reading: Reading, owner: Client
) -> None:
    address = "/cohorts/?segment=rfm_simple.champions"
    [later] = [item for item in page(owner, address).iter() if item.get("hx-get")]
    part = owner.get(later.get("hx-get", ""), headers={"hx-request": "true"})
    assert b"<html" not in part.content
    rows = cells(parsed(part.content))
    members = reading.segment("rfm_simple.champions").people
    shown = sum(number(row[1]) for row in rows)
    assert 0 < shown <= members
    expected = shop.cohorts("rfm_simple.champions", reading.stamp.as_of).cohorts
    assert [number(row[1]) for row in rows] == [item.customers for item in expected][-len(rows) :]  # type: ignore[union-attr]


def test_a_segment_that_is_none_is_not_found(shop: Workspace, owner: Client) -> None:
    assert owner.get("/cohorts/?segment=nobody").status_code == 404


def test_months_are_those_of_the_orders(reading: Reading, orders: list[Order], owner: Client) -> None:
    months = {item.month: item for item in reading.figures.months}
    for month, item in months.items():
        assert item.active == len({key for key, of, _ in orders if of == month})
    rows = cells(page(owner, "/cohorts/months/"), 1)
    assert len(rows) == len(months)
    assert [number(row[2]) for row in rows] == [item.active for item in reversed(months.values())]


def test_sources_are_those_of_the_customers(shop: Workspace, reading: Reading, owner: Client) -> None:
    told = dict(reading.figures.sources)
    answer = shop.source_kpis(as_of=reading.stamp.as_of)
    assert {name: item.customers for name, item in told.items()} == {
        name: item.customers for name, item in answer.sources.items()
    }
    assert sum(item.customers for item in told.values()) == reading.report.base.customers
    rows = cells(page(owner, "/cohorts/sources/"))
    assert [number(row[1]) for row in rows] == [item.customers for item in told.values()]


def test_messages_are_counted_by_channel(shop: Workspace, reading: Reading, owner: Client) -> None:
    rows = cells(page(owner, "/cohorts/messages/"))
    sent = dict(
        shop.warehouse.rows(
            "SELECT channel, count(DISTINCT message_id) FROM messages"
            " WHERE send_at >= '2025-09-30 21:00' AND send_at < '2026-10-31 21:00' GROUP BY channel"
        )
    )
    told = [number(row[1]) for row in rows]
    assert sorted(told) == sorted(sent.values())
