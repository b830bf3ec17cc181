"""Small bases whose measures are worked out by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from kogorta.i18n import translator
from kogorta.metrics import Metrics, Missing, Why
from kogorta.metrics.groups import Return
from kogorta.metrics.model import Cohort, Month
from kogorta.report.build import report_data
from kogorta.report.model import NOT_YET, Absent, Lifecycle, Severity
from tests.core.metrics.shop import Row, Shop, config, give_back, line, order, utc

NOW = utc(2024, 7, 1, 12)


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def three_customers() -> list[Row]:
    """Customer 1: five orders, the first two over a year ago; 2: two; 3: one over a year ago."""
    return [
        order("a1", 1, ago(500), 1_000),
        order("a2", 1, ago(400), 2_000),
        order("a3", 1, ago(60), 3_000),
        order("a4", 1, ago(60), 500),  # the same day: another order, no gap
        order("a5", 1, ago(30), 4_000),
        order("b1", 2, ago(200), 700),
        order("b2", 2, ago(20), 900),
        order("c1", 3, ago(450), 5_000),
    ]


def test_repeat_business(shop: Shop) -> None:
    """Covers: R58, R59, R60, R61, R77, R78."""
    shop.fill(orders=three_customers())
    kpis = shop.measure(NOW).kpis
    assert kpis.repeat_rate == pytest.approx(2 / 3)
    assert kpis.repeat_rate_year == 1.0  # 1 and 2 ordered in the year, both more than once
    revenue, first = 17_100, 1_000 + 700 + 5_000
    assert kpis.repeat_revenue_share == pytest.approx((revenue - first) / revenue)
    year = 3_000 + 500 + 4_000 + 700 + 900
    assert kpis.repeat_revenue_share_year == pytest.approx((year - 700) / year)
    assert kpis.orders_per_customer == pytest.approx(8 / 3)
    assert kpis.orders_per_customer_year == 2.5
    assert kpis.interval_mean_days == pytest.approx((100 + 340 + 30 + 180) / 4)
    assert kpis.interval_median_days == 100.0  # the lower middle of 30, 100, 180, 340
    assert kpis.interval_mean_days_year == pytest.approx((340 + 30 + 180) / 3)
    assert kpis.interval_median_days_year == 180.0
    assert kpis.aov == pytest.approx(revenue / 8)
    assert kpis.aov_year == pytest.approx(year / 5)
    assert kpis.ltv_revenue == pytest.approx(revenue / 3)


def test_the_measures_of_90_days_earlier_stand_beside(shop: Shop) -> None:
    shop.fill(orders=three_customers())
    before = shop.measure(NOW).previous
    assert before is not None
    assert before.repeat_rate == pytest.approx(1 / 3)
    assert before.ltv_revenue == pytest.approx(8_700 / 3)
    data = report_data(shop.warehouse, config(), NOW)
    assert not isinstance(data.kpis, Absent)
    assert data.kpis.repeat_rate.previous == pytest.approx(1 / 3)


def test_young_bases_are_compared_with_nothing(shop: Shop) -> None:
    shop.fill(orders=[order(f"o{i}", i, ago(179 - i), 100) for i in range(1, 9)])
    found = shop.measure(NOW)
    assert found.previous is None
    assert found.moves == ()
    assert found.returns == Missing(Why.SHORT_HISTORY, 178, 270)


def test_the_average_order_of_the_loyal(shop: Shop) -> None:
    """Covers: P09."""
    often = [order(f"a{i}", 1, ago(2 + 7 * i), 10_000) for i in range(20)]
    rare = [order(f"r{k}.{i}", k, ago(300 + 20 * i + k), 100 + k) for k in range(2, 30) for i in range(2)]
    shop.fill(orders=often + rare)
    found = shop.measure(NOW)
    assert not isinstance(found.rfm, Missing)
    loyal = {s.id: s.customers for s in found.rfm.simple if s.id in ("champions", "loyal")}
    assert loyal == {"champions": 1, "loyal": 0}
    assert found.kpis.aov_loyal_year == 10_000.0
    assert not isinstance(found.kpis.aov_year, Missing)
    assert found.kpis.aov_year < 10_000


def test_returns_restate_orders_or_count_when_they_happened(shop: Shop) -> None:
    shop.fill(
        orders=[order("a1", 1, ago(40), 1_000), order("a2", 1, ago(10), 500), order("b1", 2, ago(40), 800)],
        returns=[
            give_back("r1", 1, "a1", ago(5), 300),  # restates a1
            give_back("r2", 2, None, ago(5), 200),  # of his only, hence first order
            give_back("r3", 1, None, ago(4), 100),  # of some order: of a later one
            give_back("r4", None, None, ago(4), 50),  # nobody's
            give_back("r5", 2, "unheard of", ago(4), 9),
        ],
    )
    found = shop.measure(NOW)
    assert found.base.revenue == 700 + 500 + 800 - 200 - 100 - 50
    assert found.base.anonymous_revenue == -50
    assert found.kpis.ltv_revenue == (700 + 500 - 100 + 800 - 200) / 2
    assert found.kpis.repeat_revenue_share == pytest.approx((500 - 100) / (1_100 + 600))
    assert [
        (m.month.month, m.first_revenue, m.repeat_revenue, m.anonymous_revenue) for m in found.months
    ] == [
        (5, 700 + 800, 0, 0),
        (6, -200, 400, -50),
        (7, 0, 0, 0),
    ]


def test_margin_and_ltv(shop: Shop) -> None:
    """Covers: R62, R79, R61."""
    customers: list[Row] = [
        {"customer_key": 1, "acquisition_cost": 150},
        {"customer_key": 2, "acquisition_source": "ads"},
        {"customer_key": 3, "acquisition_source": "ads"},  # never bought
        {"customer_key": 4, "acquisition_source": "friends"},
    ]
    spend = [
        {"date": date(2024, 6, 1), "source": "ads", "cost": 400},
        {"date": date(2024, 8, 1), "source": "ads", "cost": 9_999},
    ]
    shop.fill(
        orders=[
            order("a", 1, ago(500), None, cost_to_serve=50),
            order("b", 2, ago(9), None),
            order("c", 4, ago(9), None, cost_to_serve=10),
        ],
        order_lines=[
            line("a", 1, 1_000, 600),
            line("b", 1, 800, None, product_id="p"),  # costs what the product costs: 2.35
            line("b", 2, 200, 100),
            line("c", 1, 500, 300, quantity_micro=2_000_000),
        ],
        products=[{"product_id": "p", "unit_cost_micro": 2_350_000}],
        returns=[
            give_back("r", 4, "c", ago(1), 250, line_no=1, quantity_micro=1_000_000, resaleable=True),
            give_back("s", 2, "b", ago(1), 50, line_no=2, resaleable=False),
        ],
        customers=customers,
        ad_spend=spend,
    )
    kpis = shop.measure(NOW).kpis
    a, b, c = 1_000 - 600 - 50, (800 + 200 - 50) - 235 - 100, (500 - 250) - 150 - 10
    acquisition = 150 + 400 / 2
    assert kpis.ltv_margin == pytest.approx((a + b + c - acquisition) / 3)
    assert kpis.margin_per_customer_year == pytest.approx((b + c) / 2)


def test_margin_is_missing_where_costs_cover_too_little(shop: Shop) -> None:
    orders = [order("a", 1, ago(9), None), order("b", 1, ago(8), 60)]
    shop.fill(orders=orders, order_lines=[line("a", 1, 940, 500)])
    kpis = shop.measure(NOW).kpis
    assert kpis.ltv_margin == kpis.margin_per_customer_year == Missing(Why.COSTS, 0.94, 0.95)
    shop.fill(orders=orders, order_lines=[line("a", 1, 1_140, 500)])
    kpis = shop.measure(NOW).kpis
    assert kpis.margin_per_customer_year == 700.0
    assert kpis.ltv_margin == Missing(Why.ACQUISITION)


def test_fees_are_not_asked_for_a_cost(shop: Shop) -> None:
    shop.fill(
        orders=[order("a", 1, ago(9), None), order("b", 1, ago(8), 30)],
        order_lines=[line("a", 1, 970, 500, product_id="p"), line("a", 2, 400, None, product_id="POST")],
        products=[{"product_id": "p", "kind": "good"}, {"product_id": "POST", "kind": "fee"}],
    )
    # Goods brought 970 with a cost and 30 without: 97 %. The fee of 400 is revenue that costs nothing here.
    assert shop.measure(NOW).kpis.margin_per_customer_year == 970 + 400 + 30 - 500


def test_months_are_local_and_without_holes(shop: Shop) -> None:
    late = utc(2024, 3, 31, 22)  # in Moscow it is 1 April already
    shop.fill(
        orders=[
            order("a", 1, utc(2024, 2, 10), 100),
            order("b", 1, late, 200, day=date(2024, 4, 1)),
            order("c", 2, late, 300, day=date(2024, 4, 1)),
            order("d", None, late, 400, day=date(2024, 4, 1)),
        ]
    )
    found = shop.measure(utc(2024, 5, 31, 21), config(timezone="Europe/Moscow"))  # midnight of 1 June
    assert found.months == (
        Month(date(2024, 2, 1), 1, 1, 1, 100, 0, 0),
        Month(date(2024, 3, 1), 0, 0, 0, 0, 0, 0),
        Month(date(2024, 4, 1), 3, 2, 1, 300, 200, 400),
        Month(date(2024, 5, 1), 0, 0, 0, 0, 0, 0),
    )
    assert found.cohorts == (
        Cohort(date(2024, 2, 1), 1, (1, 0, 1, 0), 300, (100, 0, 200, 0)),
        Cohort(date(2024, 4, 1), 1, (1, 0), 300, (300, 0)),
    )


def test_only_the_last_24_months_and_cohorts_are_told(shop: Shop) -> None:
    shop.fill(orders=[order(f"o{i}", i, ago(30.4 * i), 100) for i in range(1, 40)])
    found = shop.measure(NOW)
    assert not isinstance(found.cohorts, Missing)
    assert len(found.months) == len(found.cohorts) == 24
    assert found.months[-1].month == date(2024, 7, 1)
    assert sum(month.orders for month in found.months) < 39


def lives() -> list[Row]:
    """Everybody had four orders 30 days apart; then they part."""
    silent_for = {1: 10, 2: 100, 3: 100, 4: 300, 5: 300, 6: 300}
    rows = [
        order(f"{k}.{i}", k, ago(90 + days + 30 * i), 100) for k, days in silent_for.items() for i in range(4)
    ]
    back = [order("2.b", 2, ago(90), 100), order("4.b", 4, ago(50), 100), order("7.a", 7, ago(20), 100)]
    return rows + back


def test_who_came_back_and_where_everyone_went(shop: Shop) -> None:
    """Covers: R77."""
    shop.fill(orders=lives())
    found = shop.measure(NOW)
    assert not isinstance(found.returns, Missing)
    known = {(r.stage, r.reason): (r.members, r.returned) for r in found.returns if r.members}
    # 90 days ago: 1 was active, 2 and 3 at risk, 4, 5 and 6 lost. 2 came back at that very instant, 4 later.
    assert known == {
        ("active", None): (1, 0),
        ("at_risk", None): (2, 1),
        ("at_risk", "silence"): (2, 1),
        ("lost", None): (3, 1),
        ("lost", "silence"): (3, 1),
    }
    assert Return("prospect", None, 0, 0) in found.returns
    moves = {move.scheme: move for move in found.moves}
    assert moves["lifecycle"].start == ago(90)
    assert moves["lifecycle"].end == NOW
    assert sum(moves["lifecycle"].counts.values()) == 7
    assert moves["lifecycle"].counts[(None, "new")] == 1
    assert moves["rfm_simple"].counts[(None, "newcomers")] == 1


def test_the_report_says_who_was_not_here_yet(shop: Shop) -> None:
    shop.fill(orders=lives())
    data = report_data(shop.warehouse, config(), NOW)
    assert isinstance(data.lifecycle, Lifecycle)
    assert not isinstance(data.lifecycle.returns, Absent)
    assert [t.scheme for t in data.transitions] == ["rfm_simple", "lifecycle"]
    assert any(move.source == NOT_YET and move.target == "newcomers" for move in data.transitions[0].moves[0])
    assert all(rate.members for rate in data.lifecycle.returns)


def test_who_is_slipping_away(shop: Shop) -> None:
    """Covers: R77."""
    rows = [order(f"{k}.{i}", k, ago(150 + 30 * i), 100 * k) for k in (1, 2, 3) for i in range(4)]
    rows += [
        order(f"4.{i}", 4, ago(500 + 30 * i), 9_000) for i in range(4)
    ]  # lost so long that nothing is at stake
    rows += [order(f"5.{i}", 5, ago(5 + 30 * i), 9_000) for i in range(4)]
    shop.fill(orders=rows)
    found: Metrics = shop.measure(NOW)
    assert not isinstance(found.slipping, Missing)
    assert found.slipping.totals == {"at_risk": (0, 0), "lost": (3, 4 * 600)}
    assert [(c.customer_id, c.silent_days, c.orders, c.at_stake) for c in found.slipping.customers] == [
        ("c3", 150, 4, 1_200),
        ("c2", 150, 4, 800),
        ("c1", 150, 4, 400),
    ]
    assert {(c.stage, c.reason) for c in found.slipping.customers} == {("lost", "silence")}


def test_sizes_agree_with_one_another(shop: Shop) -> None:
    shop.fill(
        orders=lives() + three_customers(),
        customers=[{"customer_key": 99, "created_at": ago(3), "valid_at": ago(3)}],
    )
    found = shop.measure(NOW)
    assert not isinstance(found.rfm, Missing)
    assert sum(s.customers for s in found.lifecycle.stages) == found.base.customers == 8
    for scheme in (found.rfm.simple, found.rfm.quick, found.lifecycle.quick):
        assert sum(segment.customers for segment in scheme) == found.base.buyers == 7
    assert sum(found.rfm.grid.values()) + found.rfm.newcomers == found.base.buyers
    year = sum(month.revenue for month in found.months if month.month >= date(2023, 8, 1))
    assert sum(stage.revenue or 0 for stage in found.lifecycle.stages) == year


def test_an_account_comes_back_with_any_of_its_people(shop: Shop) -> None:
    people = [{"customer_key": key, "account_id": "acme", "created_at": ago(900)} for key in (1, 2)]
    rows = [order(f"a{i}", 1, ago(300 + 30 * i), 100) for i in range(5)]
    shop.fill(
        orders=[*rows, order("b", 2, ago(310), 100), order("c", 2, ago(30), 100)],
        customers=[{**person, "valid_at": ago(900)} for person in people],
    )
    as_people, as_account = shop.measure(NOW), shop.measure(NOW, config("b2b"))
    told = []
    for found in (as_people, as_account):
        assert not isinstance(found.returns, Missing)
        told.append(sum(rate.returned for rate in found.returns if rate.reason is None))
    assert told == [1, 2]


def test_the_report_says_what_the_base_lacks(shop: Shop) -> None:
    """Covers: R46, R48."""
    shop.fill(orders=[order("o", 1, ago(3), 500), order("p", None, ago(2), 300)])
    gaps = {gap.id: gap for gap in report_data(shop.warehouse, config(), NOW).gaps}
    assert [gaps["anonymous_orders"].count, gaps["anonymous_orders"].of] == [1, 2]
    assert {"costs", "history", "contacts.missing"} <= set(gaps)
    assert "sales.margin" not in gaps
    assert not any("accounts" in id_ for id_ in gaps)


def test_the_report_tells_the_want_of_categories_once_with_what_it_switches_off(shop: Shop) -> None:
    shop.fill(
        orders=[order("o", 1, ago(3), 500)],
        order_lines=[line("o", 1, 500, 300, product_id="p")],
        products=[{"product_id": "p"}],
    )
    gaps = report_data(shop.warehouse, config(), NOW).gaps
    (about,) = [gap for gap in gaps if "categor" in translator("en").say(gap.message)]
    assert [translator("en").say(name) for name in about.switches_off] == ["the main category and its rhythm"]
    assert about.id == "sales.categories"


def test_gaps_come_by_what_they_cost(shop: Shop) -> None:
    shop.fill(orders=[order("o", 1, ago(3), 500), order("p", None, ago(2), 300)])
    gaps = {gap.id: gap for gap in report_data(shop.warehouse, config(), NOW).gaps}
    order_of = [list(Severity).index(gap.severity) for gap in gaps.values()]
    assert order_of == sorted(order_of)


def test_the_report_looks_at_what_was_known(shop: Shop) -> None:
    shop.fill(
        imported_at=ago(5), orders=[order("o", 1, ago(30), 500), order("p", 2, ago(20), 300, ingest_seq=2)]
    )
    data = report_data(shop.warehouse, config(), NOW.replace(tzinfo=UTC), known_at=1)
    assert (data.base.orders, data.base.buyers) == (1, 1)
    assert data.clock.known_at == ago(5).replace(tzinfo=UTC)
    assert report_data(shop.warehouse, config(), NOW, known_at=2).base.orders == 2
