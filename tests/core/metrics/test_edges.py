"""Bases in which nearly everything is missing: nothing fails, nothing is invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from kogorta.metrics import Missing, Why
from kogorta.report import render
from kogorta.report.build import report_data
from kogorta.report.model import Absent
from tests.core.metrics.shop import Row, Shop, config, order, utc

NOW = utc(2024, 7, 1, 12)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def person(key: int) -> Row:
    return {"customer_key": key, "created_at": ago(30), "valid_at": ago(30)}


def summary(key: int, first: float, last: float, orders: int, revenue: int | None) -> Row:
    rows = {"first_order_at": ago(first), "first_order_date": ago(first).date(), "last_order_at": ago(last)}
    return rows | {
        "customer_key": key,
        "at": ago(1),
        "valid_at": ago(1),
        "last_order_date": ago(last).date(),
        "orders": orders,
        "revenue": revenue,
    }


def visit(booking_id: str, key: int, at: datetime, amount: int | None) -> Row:
    row = {"booking_id": booking_id, "customer_key": key, "starts_at": at, "starts_date": at.date()}
    return row | {
        "created_at": at - timedelta(days=1),
        "valid_at": at - timedelta(days=1),
        "status": "visited",
        "amount": amount,
    }


def test_an_empty_base(shop: Shop) -> None:
    shop.fill()
    found = shop.measure(NOW)
    assert found.base.customers == found.base.orders == found.base.history_days == 0
    assert found.months == ()
    assert found.moves == ()
    assert found.previous is None
    missing = Missing(Why.NO_ORDERS)
    assert found.cohorts == found.rfm == found.returns == found.slipping == missing
    assert {found.kpis.repeat_rate, found.kpis.aov, found.kpis.interval_mean_days, found.kpis.ltv_margin} == {
        missing
    }
    data = report_data(shop.warehouse, config(), NOW)
    assert isinstance(data.kpis, Absent)
    assert isinstance(data.lifecycle, Absent)
    assert data.clock.frame_at is None
    assert "<html" in render(data, "ru")


def test_people_without_orders(shop: Shop) -> None:
    shop.fill(customers=[person(1), person(2)])
    found = shop.measure(NOW)
    assert (found.base.customers, found.base.buyers, found.base.prospects) == (2, 0, 2)
    assert {s.id: s.customers for s in found.lifecycle.stages if s.customers} == {"prospect": 2}
    assert found.lifecycle.rhythm_days is None
    assert found.lifecycle.at_risk_days is None
    assert "<html" in render(report_data(shop.warehouse, config(), NOW), "en")


def test_one_customer_with_one_order(shop: Shop) -> None:
    shop.fill(orders=[order("o", 1, ago(1), 9900)])
    found = shop.measure(NOW)
    assert (found.base.customers, found.base.orders, found.base.revenue) == (1, 1, 9900)
    assert found.base.first_day == found.base.last_day == date(2024, 6, 30)
    assert found.kpis.repeat_rate == 0.0
    assert found.kpis.aov == found.kpis.ltv_revenue == 9900.0
    assert found.kpis.repeat_revenue_share == 0.0
    assert found.kpis.interval_mean_days == found.kpis.interval_median_days == Missing(Why.NO_REPEATS)
    assert found.kpis.aov_loyal_year == Missing(Why.NO_LOYAL)
    assert found.kpis.ltv_margin == Missing(Why.COSTS, 0.0, 0.95)
    assert found.returns == Missing(Why.SHORT_HISTORY, 1, 270)
    assert found.lifecycle.is_provisional
    assert not isinstance(found.rfm, Missing)
    assert not isinstance(found.cohorts, Missing)
    assert found.rfm.newcomers == 1
    assert sum(found.rfm.grid.values()) == 0
    assert isinstance(found.rfm.classic, Missing)
    assert found.rfm.classic.why is Why.FEW_FREQUENCIES
    assert [(c.month, c.customers, c.active) for c in found.cohorts] == [(date(2024, 6, 1), 1, (1,))]
    assert "<html" in render(report_data(shop.warehouse, config(), NOW), "ru")


def test_orders_without_amounts(shop: Shop) -> None:
    shop.fill(orders=[order(f"o{i}", 1 + i % 2, ago(200 - i * 11), None) for i in range(10)])
    found = shop.measure(NOW)
    missing = Missing(Why.NO_AMOUNTS)
    kpis = found.kpis
    assert kpis.repeat_rate == 1.0
    assert kpis.interval_mean_days == kpis.interval_median_days == 22.0
    assert {kpis.aov, kpis.aov_year, kpis.ltv_revenue, kpis.ltv_margin, kpis.repeat_revenue_share} == {
        missing
    }
    assert found.slipping == missing
    assert not found.base.has_amounts
    assert not isinstance(found.rfm, Missing)
    assert all(segment.revenue is None for segment in (*found.rfm.simple, *found.lifecycle.stages))
    assert [cuts.axis for cuts in found.rfm.cuts] == ["r", "f"]
    data = report_data(shop.warehouse, config(), NOW)
    assert isinstance(data.slipping, Absent)
    assert "<html" in render(data, "ru")


def test_a_base_of_sums(shop: Shop) -> None:
    rows = [summary(1, 100, 20, 5, 50_000), summary(2, 50, 50, 1, 1_000), summary(3, 300, 280, 3, 9_000)]
    shop.fill(customer_summaries=rows)
    found = shop.measure(NOW)
    assert (found.base.buyers, found.base.orders, found.base.revenue) == (3, 9, 60_000)
    assert (found.base.first_day, found.base.last_day) == (ago(300).date(), ago(20).date())
    assert found.kpis.repeat_rate == pytest.approx(2 / 3)
    assert found.kpis.orders_per_customer == 3.0
    assert found.kpis.interval_mean_days == pytest.approx((80 + 20) / (4 + 2))
    assert found.kpis.interval_median_days == 10.0
    assert found.kpis.aov == pytest.approx(60_000 / 9)
    assert found.kpis.ltv_revenue == 20_000.0
    sums_only = Missing(Why.SUMMARIES_ONLY)
    assert (
        found.kpis.aov_year
        == found.kpis.ltv_margin
        == found.cohorts
        == found.returns
        == found.slipping
        == sums_only
    )
    assert found.months == ()
    assert not found.lifecycle.is_provisional
    assert not isinstance(found.rfm, Missing)
    assert sum(s.revenue or 0 for s in found.rfm.simple) == 60_000
    assert all(stage.revenue is None for stage in found.lifecycle.stages)
    assert "<html" in render(report_data(shop.warehouse, config(), NOW), "en")


def test_a_salon_with_bookings_only(shop: Shop) -> None:
    visits = [visit(f"a{i}", 1, ago(30 * i + 3), 2_000) for i in range(5)] + [visit("b", 2, ago(10), None)]
    shop.fill(bookings=visits)
    found = shop.measure(NOW, config("salon"))
    assert (found.base.buyers, found.base.orders, found.base.revenue) == (2, 6, 10_000)
    assert found.kpis.repeat_rate == 0.5
    assert found.kpis.interval_median_days == 30.0
    assert found.kpis.aov_year == 2_000.0  # the visit without an amount is not counted as free
    assert [segment.id for segment in found.lifecycle.quick] == ["new", "regular", "sleeping"]
    assert "<html" in render(report_data(shop.warehouse, config("salon"), NOW), "ru")


def test_a_visit_and_the_order_that_paid_for_it_are_one(shop: Shop) -> None:
    paid = visit("a", 1, ago(40), 700) | {"order_id": "o"}
    shop.fill(bookings=[paid, visit("b", 1, ago(5), 300)], orders=[order("o", 1, ago(35), 700)])
    found = shop.measure(NOW, config("salon"))
    assert (found.base.orders, found.base.revenue) == (2, 1_000)
    assert found.kpis.orders_per_customer == 2.0
    assert found.kpis.repeat_revenue_share == 0.3


def test_anonymous_orders_belong_to_the_base_and_to_nobody(shop: Shop) -> None:
    shop.fill(
        orders=[order("o", 1, ago(3), 500), order("p", None, ago(2), 300), order("q", None, ago(1), 200)]
    )
    found = shop.measure(NOW)
    base = found.base
    assert (base.customers, base.orders, base.revenue) == (1, 3, 1_000)
    assert (base.anonymous_orders, base.anonymous_revenue) == (2, 500)
    assert found.kpis.aov == pytest.approx(1_000 / 3)
    assert found.kpis.ltv_revenue == 500.0
    [june] = [month for month in found.months if month.orders > 1]
    assert (june.active, june.first_revenue, june.repeat_revenue, june.anonymous_revenue) == (1, 500, 0, 500)
    only_nobody = [order("p", None, ago(2), 300)]
    shop.fill(orders=only_nobody)
    found = shop.measure(NOW)
    assert (found.base.buyers, found.base.orders) == (0, 1)
    assert found.rfm == Missing(Why.NO_ORDERS)
    assert "<html" in render(report_data(shop.warehouse, config(), NOW), "en")
