"""Random bases: the store and plain Python must tell the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kogorta.membership.view import open_view
from kogorta.metrics import Missing
from kogorta.metrics.measured import measure_cohorts, measure_months
from tests.core.metrics import plain
from tests.core.metrics.asking import question
from tests.core.metrics.plain import Sale
from tests.core.metrics.shop import Row, Shop, config, give_back, order, utc

NOW = utc(2024, 7, 1, 12)

instants = st.one_of(
    st.integers(-5, 900).map(lambda days: NOW - timedelta(days=days)),
    st.integers(-5, 900 * 24).map(lambda hours: NOW - timedelta(hours=hours, microseconds=1)),
    st.sampled_from([utc(2024, 7, 1), utc(2024, 6, 30, 23, 59, 59, 999_999), NOW - plain.YEAR]),
)
people = st.one_of(st.integers(1, 6), st.none())
rows = st.tuples(people, instants, st.integers(0, 5_000), st.integers(0, 9).map(lambda n: n == 0))
bases = st.lists(rows, max_size=25).map(
    lambda drawn: [
        Sale(f"o{i:03}", key, at, -amount if is_return else amount, is_return)
        for i, (key, at, amount, is_return) in enumerate(drawn)
    ]
)


def fill(shop: Shop, sales: list[Sale], customers: Sequence[Row] = ()) -> None:
    shop.fill(
        customers=customers,
        orders=[order(s.order_id, s.key, s.at, s.amount) for s in sales if not s.is_return],
        returns=[give_back(s.order_id, s.key, None, s.at, -s.amount) for s in sales if s.is_return],
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bases)
def test_measures_cohorts_and_months(shop: Shop, sales: list[Sale]) -> None:
    """Covers: R58, R59, R60, R61."""
    fill(shop, sales)
    found = shop.measure(NOW)
    told = asdict(plain.tell(sales, NOW))
    kpis = {name: getattr(found.kpis, name) for name in told}
    assert {name: None if isinstance(value, Missing) else value for name, value in kpis.items()} == {
        name: value if value is None else pytest.approx(value) for name, value in told.items()
    }
    cohorts = () if isinstance(found.cohorts, Missing) else found.cohorts
    expected = plain.cohorts(sales, NOW)
    assert {plain.month_of(c.month): (list(c.active), c.revenue) for c in cohorts} == {
        month: expected[month] for month in sorted(expected)[-24:]
    }
    assert all(cohort.customers == cohort.active[0] for cohort in cohorts)
    visible = [sale for sale in sales if sale.at < NOW]
    assert found.base.revenue == sum(sale.amount for sale in visible)
    for month in found.months:
        inside = [s for s in visible if plain.month_of(s.at.date()) == plain.month_of(month.month)]
        assert month.revenue == sum(sale.amount for sale in inside)
        assert month.orders == sum(not sale.is_return for sale in inside)
        assert month.active == len({s.key for s in inside if s.key is not None and not s.is_return})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bases)
def test_who_came_back(shop: Shop, sales: list[Sale]) -> None:
    """Covers: R77."""
    long_ago = Sale("oldest", 9, NOW - timedelta(days=800), 100)
    fill(shop, [*sales, long_ago])
    found = shop.measure(NOW)
    then = NOW - timedelta(days=90)
    with open_view(shop.warehouse, config(), then) as view:
        traits = view.session.fetch(
            view.traits.select("customer_key", "lifecycle_stage"), view.instant.bindings
        )
    stages = {row["customer_key"]: row["lifecycle_stage"] for row in traits.to_pylist()}
    assert not isinstance(found.returns, Missing)
    whole = {r.stage: (r.members, r.returned) for r in found.returns if r.reason is None and r.members}
    assert whole == plain.came_back(stages, [*sales, long_ago], then, NOW)
    moves = found.moves[1]
    assert moves.scheme == "lifecycle"
    assert sum(moves.counts.values()) == found.base.customers


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(bases)
def test_measures_of_a_segment(shop: Shop, sales: list[Sale]) -> None:
    """Covers: R58, R59, R60, R61, R77."""
    women = {1, 3, 5}
    known = NOW - timedelta(days=1_000)
    fill(
        shop,
        sales,
        customers=[
            {
                "customer_key": key,
                "sex": "female" if key in women else "male",
                "created_at": known,
                "valid_at": known,
            }
            for key in range(1, 7)
        ],
    )
    about = question(shop, NOW, "{trait: sex, is: female}")
    own = [sale for sale in sales if sale.key in women]
    found = measure_months(about, 24)
    assert found.asking.customers == 3
    told = asdict(plain.tell(own, NOW))
    kpis = {name: getattr(found.now, name) for name in told}
    assert {name: None if isinstance(value, Missing) else value for name, value in kpis.items()} == {
        name: value if value is None else pytest.approx(value) for name, value in told.items()
    }
    expected = plain.cohorts(own, NOW)
    cohorts = measure_cohorts(about).cohorts
    counted = () if isinstance(cohorts, Missing) else cohorts
    assert {plain.month_of(c.month): (list(c.active), c.revenue) for c in counted} == {
        month: expected[month] for month in sorted(expected)[-24:]
    }
    visible = [sale for sale in own if sale.at < NOW]
    for month in found.months:
        number = plain.month_of(month.month)
        inside = [s for s in visible if plain.month_of(s.at.date()) == number]
        bought = [s for s in inside if not s.is_return]
        assert (month.orders, month.active) == (len(bought), len({s.key for s in bought}))
        past = plain.by_customer([s for s in visible if plain.month_of(s.at.date()) <= number])
        rate = plain.share(sum(len(o) >= 2 for o in past.values()), len(past))
        assert (None if isinstance(month.repeat_rate, Missing) else month.repeat_rate) == rate
        firsts = plain.by_customer(visible)
        new = [o for o in firsts.values() if plain.month_of(o[0].at.date()) == number]
        assert (month.new_customers, month.repeat_orders) == (len(new), len(bought) - len(new))
