"""Measures by month, of the base and of segments, worked out by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

import pytest

from kogorta.errors import InputError
from kogorta.metrics import Missing, Why
from kogorta.metrics.measured import SegmentKpis, measure_cohorts, measure_months, measure_sources
from kogorta.metrics.monthly import MonthKpis
from tests.core.metrics.asking import question
from tests.core.metrics.shop import Row, Shop, config, give_back, line, order, utc

NOW = utc(2024, 6, 20)
WOMEN = "{trait: sex, is: female}"


def on(month: int, day: int, hour: int = 12) -> datetime:
    return utc(2024, month, day, hour)


def person(key: int, **more: object) -> Row:
    return {"customer_key": key, "created_at": on(1, 1), "valid_at": on(1, 1), **more}


def people() -> list[Row]:
    return [person(1, sex="female"), person(2, sex="male"), person(3, sex="female")]


def orders() -> list[Row]:
    return [
        order("a1", 1, on(4, 10), 1_000),
        order("a2", 1, on(5, 10), 2_000),
        order("a3", 1, on(5, 20), 500),
        order("b1", 2, on(5, 5), 700),
        order("b2", 2, on(6, 4), 300),
        order("n1", None, on(5, 6), 999),
    ]


def told(month: MonthKpis, *names: str) -> tuple[object, ...]:
    return tuple(getattr(month, name) for name in names)


def by_number(found: SegmentKpis) -> dict[int, MonthKpis]:
    return {item.month.month: item for item in found.months}


COUNTS = ("customers", "orders", "active", "new_customers", "repeat_orders", "revenue")


def test_the_base_month_by_month(shop: Shop) -> None:
    """Covers: R58, R59, R60, R61, R77, R78, R79."""
    shop.fill(orders=orders(), customers=people())
    found = measure_months(question(shop, NOW), 3)
    assert [(item.month, item.is_over) for item in found.months] == [
        (date(2024, 4, 1), True),
        (date(2024, 5, 1), True),
        (date(2024, 6, 1), False),
    ]
    months = by_number(found)
    assert told(months[4], *COUNTS) == (3, 1, 1, 1, 0, 1_000)
    assert told(months[5], *COUNTS) == (3, 4, 2, 1, 2, 4_199)
    assert told(months[6], *COUNTS) == (3, 1, 1, 0, 1, 300)
    habits = ("returning_rate", "repeat_rate", "repeat_revenue_share", "orders_per_customer", "aov")
    assert told(months[4], *habits) == (0, 0, 0, 1, 1_000)
    assert told(months[5], *habits) == (0.5, 0.5, 2_500 / 3_200, 1.5, 4_199 / 4)
    assert told(months[6], *habits) == (1, 1, 1, 1, 300)
    intervals = ("interval_mean_days", "interval_median_days")
    assert told(months[4], *intervals) == (Missing(Why.NO_REPEATS),) * 2
    assert told(months[5], *intervals) == (20, 10)  # gaps of 30 and 10 days; the lower middle
    assert told(months[6], *intervals) == (30, 30)
    assert [item.ltv_revenue for item in found.months] == [1_000, (1_000 + 3_200) / 2, 4_500 / 2]


def test_a_segment_month_by_month(shop: Shop) -> None:
    """Covers: R58, R59, R60, R61, S33."""
    shop.fill(orders=orders(), customers=people())
    found = measure_months(question(shop, NOW, WOMEN), 3)
    assert found.asking.segments == ("some",)
    assert found.asking.customers == 2
    months = by_number(found)
    assert told(months[4], *COUNTS) == (2, 1, 1, 1, 0, 1_000)
    assert told(months[5], *COUNTS) == (2, 2, 1, 0, 2, 2_500)
    assert told(months[6], *COUNTS) == (2, 0, 0, 0, 0, 0)
    quiet = ("returning_rate", "orders_per_customer", "aov", "repeat_revenue_share")
    assert told(months[6], *quiet) == (Missing(Why.QUIET),) * 4
    assert [item.repeat_rate for item in found.months] == [0, 1, 1]
    assert (found.now.repeat_rate, found.base.repeat_rate) == (1, 1)
    assert found.now.ltv_revenue == 3_500
    assert found.now.interval_mean_days == 20
    assert found.now.interval_median_days == 10
    assert found.now.aov == 3_500 / 3
    assert found.base.aov == (4_500 + 999) / 6


def test_the_last_month_tells_to_date_what_all_history_tells(shop: Shop) -> None:
    back = [give_back("r", 1, None, on(6, 1), 100), give_back("s", 2, "b1", on(6, 2), 50)]
    shop.fill(orders=orders(), customers=people(), returns=back)
    whole, women = (measure_months(question(shop, NOW, segment), 12) for segment in (None, WOMEN))
    for found in (whole, women):
        last = found.months[-1]
        assert (last.repeat_rate, last.ltv_revenue) == (found.now.repeat_rate, found.now.ltv_revenue)
        assert last.ltv_margin == found.now.ltv_margin == Missing(Why.COSTS, 0.0, 0.95)
    assert by_number(women)[6].revenue == -100  # only what came back without naming its order
    assert by_number(whole)[5].revenue == 4_199 - 50


def costs() -> list[Row]:
    return [
        line("a1", 1, 1_000, 400),
        line("a2", 1, 2_000, 900),
        line("a3", 1, 500, 100),
        line("b1", 1, 700, 300),
        line("b2", 1, 300, None),
    ]


def test_margin_and_what_winning_customers_cost(shop: Shop) -> None:
    """Covers: R62, R79, R61, P04."""
    spend = [{"date": date(2024, 3, 1), "source": "vk", "medium": "cpc", "campaign": "x", "cost": 240}]
    shop.fill(
        orders=orders(),
        order_lines=costs(),
        ad_spend=spend,
        customers=[
            person(1, acquisition_cost=150, acquisition_source="vk"),
            person(2, acquisition_source="vk"),
            person(3, acquisition_source="vk"),
        ],
    )
    found = measure_months(question(shop, NOW), 3)
    april, may, june = found.months
    assert april.margin_per_customer == 600
    assert may.margin_per_customer == (1_100 + 400 + 400) / 2
    assert june.margin_per_customer == Missing(Why.COSTS, 0.0, 0.95)
    assert april.ltv_margin == 600 - 150
    assert may.ltv_margin == (600 + 1_900 - 150 - 120) / 2  # 2 and 3 share 240
    assert june.ltv_margin == Missing(Why.COSTS, 4_200 / 4_500, 0.95)
    sources = measure_sources(question(shop, NOW)).sources
    assert list(sources) == ["vk"]
    vk = sources["vk"]
    assert (vk.customers, vk.buyers, vk.spend, vk.cost) == (3, 2, 240, 390)
    assert (vk.cost_per_customer, vk.cost_per_buyer, vk.repeat_rate) == (130, 195, 1)
    assert vk.margin == Missing(Why.COSTS, 4_200 / 4_500, 0.95)
    own = measure_sources(question(shop, NOW, "{trait: orders_count, at_least: 3}")).sources["vk"]
    assert (own.customers, own.cost, own.margin) == (1, 150, 600 + 1_100 + 400)
    assert own.ltv_margin == 2_100 - 150
    assert own.payback_ratio == 2_100 / 150


def test_members_as_they_are_and_as_they_stood(shop: Shop) -> None:
    """Covers: S34."""
    moved = [
        {"customer_key": 1, "key": "city", "at": on(5, 15), "to_value": "B", "valid_at": on(5, 15)},
        {"customer_key": 2, "key": "city", "at": on(5, 25), "to_value": "A", "valid_at": on(5, 25)},
    ]
    shop.fill(orders=orders(), customers=[person(1, city="A"), person(2, city="B")], attribute_changes=moved)
    about = question(shop, NOW, "{trait: city, is: A}")
    seen: list[date] = []
    then = measure_months(about, 3, is_then=True, progress=seen.append)
    # at the end of April 1 lived there, at the end of May and now 2 does
    assert [(m.customers, m.orders, m.revenue) for m in then.months] == [
        (1, 1, 1_000),
        (1, 1, 700),
        (1, 1, 300),
    ]
    assert [m.repeat_rate for m in then.months] == [0, 0, 1]
    assert seen == [date(2024, 4, 1), date(2024, 5, 1)]
    now = measure_months(about, 3)
    assert [(m.customers, m.orders, m.revenue) for m in now.months] == [(1, 0, 0), (1, 1, 700), (1, 1, 300)]
    assert then.now == now.now
    everyone = measure_months(question(shop, NOW), 3, is_then=True)
    assert [m.orders for m in everyone.months] == [1, 4, 1]


def test_everyone_is_counted_when_he_became_known(shop: Shop) -> None:
    shop.fill(orders=orders())
    found = measure_months(question(shop, NOW), 3, is_then=True)
    assert [m.customers for m in found.months] == [1, 2, 2]
    assert [m.customers for m in measure_months(question(shop, NOW), 3).months] == [2, 2, 2]


def test_the_average_order_of_the_loyal_by_month(shop: Shop) -> None:
    """Covers: P09."""
    often = [order(f"a{i}", 1, on(6, 19 - i), 10_000 + i) for i in range(18)]
    rare = [order(f"r{k}.{i}", k, utc(2023, 5 + i, 1 + k), 100 + k) for k in range(2, 24) for i in range(2)]
    shop.fill(orders=often + rare)
    months = by_number(measure_months(question(shop, NOW), 3))
    assert months[6].aov_loyal == 10_000 + sum(range(18)) / 18
    assert months[4].aov_loyal == Missing(Why.NO_LOYAL)
    loyal = measure_months(question(shop, NOW, "rfm_simple.champions"), 1)
    assert loyal.asking.customers == 1
    assert loyal.now.aov_loyal_year == loyal.months[0].aov == months[6].aov_loyal


def test_cohorts_of_a_segment(shop: Shop) -> None:
    """Covers: R58, R61."""
    shop.fill(orders=orders(), customers=people())
    found = measure_cohorts(question(shop, NOW, WOMEN))
    assert not isinstance(found.cohorts, Missing)
    assert [asdict(row) for row in found.cohorts] == [
        {
            "month": date(2024, 4, 1),
            "customers": 1,
            "active": (1, 1),
            "revenue": 3_500,
            "earned": (1_000, 2_500),
        }
    ]
    nobody = measure_cohorts(question(shop, NOW, "{trait: city, is: Nowhere}"))
    assert (nobody.asking.customers, nobody.cohorts) == (0, Missing(Why.NO_ORDERS))


def test_a_segment_of_nobody_is_told_as_missing_and_never_as_zero(shop: Shop) -> None:
    shop.fill(orders=orders(), order_lines=costs(), customers=people())
    found = measure_months(question(shop, NOW, "{trait: city, is: Nowhere}"), 2)
    told_now = {getattr(found.now, name) for name in found.now.__dataclass_fields__}
    assert told_now == {Missing(Why.NO_ORDERS), Missing(Why.NO_RECENT_ORDERS)}
    assert found.months[0].ltv_margin == found.months[0].repeat_rate == Missing(Why.NO_ORDERS)
    assert found.months[0].margin_per_customer == found.months[0].revenue == Missing(Why.QUIET)


def test_orders_without_amounts_have_no_money(shop: Shop) -> None:
    shop.fill(orders=[order("a", 1, on(5, 5), None), order("b", 1, on(6, 5), None)])
    month = measure_months(question(shop, NOW), 1).months[0]
    money = (
        "revenue",
        "aov",
        "aov_loyal",
        "repeat_revenue_share",
        "margin_per_customer",
        "ltv_revenue",
        "ltv_margin",
    )
    assert set(told(month, *money)) == {Missing(Why.NO_AMOUNTS)}
    assert (month.orders, month.repeat_rate) == (1, 1)


def test_a_base_of_sums_has_no_months(shop: Shop) -> None:
    sums: list[Row] = [
        {
            "customer_key": key,
            "at": on(6, 1),
            "valid_at": on(6, 1),
            "first_order_at": on(1, 1),
            "first_order_date": on(1, 1).date(),
            "last_order_at": on(5, 1),
            "last_order_date": on(5, 1).date(),
            "orders": key,
            "revenue": 1_000 * key,
        }
        for key in (1, 2, 3)
    ]
    shop.fill(customer_summaries=sums)
    found = measure_months(question(shop, NOW, "{trait: orders_count, at_least: 2}"), 3)
    assert found.months == ()
    assert (found.now.repeat_rate, found.base.repeat_rate) == (1, 2 / 3)
    assert found.now.ltv_revenue == 2_500
    assert found.now.interval_median_days == 60  # 121 days in two gaps, or in one: the lower middle
    assert found.now.repeat_revenue_share == Missing(Why.SUMMARIES_ONLY)


def test_visits_of_a_segment_of_a_salon(shop: Shop) -> None:
    """A visit and the order that paid for it are one."""
    visits: list[Row] = [
        {
            "booking_id": f"v{key}.{month}",
            "customer_key": key,
            "created_at": on(month, 1),
            "valid_at": on(month, 1),
            "starts_at": on(month, 5),
            "starts_date": on(month, 5).date(),
            "status": "visited",
            "order_id": f"o{key}.{month}" if month == 5 else None,
            "amount": 100,
        }
        for key in (1, 2, 3)
        for month in (4, 5)
    ]
    paid = [order(f"o{key}.5", key, on(5, 5), 150) for key in (1, 2, 3)]
    shop.fill(customers=people(), bookings=visits, orders=paid)
    found = measure_months(question(shop, NOW, WOMEN, config("salon")), 3)
    assert [(m.orders, m.active, m.new_customers) for m in found.months] == [(2, 2, 2), (2, 2, 0), (0, 0, 0)]
    assert found.now.repeat_rate == 1
    assert found.now.orders_per_customer == 2
    assert found.now.interval_mean_days == 30


def test_local_months(shop: Shop) -> None:
    late = order("a", 1, utc(2024, 5, 31, 22), 100, day=date(2024, 6, 1))
    shop.fill(orders=[late])
    months = by_number(measure_months(question(shop, NOW, settings=config(timezone="Europe/Moscow")), 2))
    assert (months[5].orders, months[6].orders, months[6].new_customers) == (0, 1, 1)


@pytest.mark.parametrize("months", [0, -1, 121])
def test_so_many_months_cannot_be_looked_at(shop: Shop, months: int) -> None:
    shop.fill(orders=orders())
    with pytest.raises(InputError, match="months"):
        measure_months(question(shop, NOW), months)
