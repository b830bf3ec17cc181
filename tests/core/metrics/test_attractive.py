"""Groups by their worth, against means and deviations in plain Python."""

from __future__ import annotations

from math import sqrt
from statistics import mean, pstdev

import pytest

from kogorta.errors import InputError, NotFoundError
from kogorta.metrics import Missing, Why
from kogorta.metrics.attractive import attractive_groups
from tests.core.metrics.asking import question
from tests.core.metrics.shop import Row, Shop, line, order, utc

NOW = utc(2024, 7, 1, 12)


def person(key: int, **more: object) -> Row:
    return {"customer_key": key, "created_at": utc(2024, 1, 1), "valid_at": utc(2024, 1, 1), **more}


def people() -> list[Row]:
    """40 women in A, 60 men in B and C; of C there are 10."""
    return [
        person(
            key,
            sex="female" if key <= 40 else "male",
            city="A" if key <= 40 else "B" if key <= 90 else "C",
            country="RU",
            account_id="acme",
        )
        for key in range(1, 101)
    ]


def revenue_of(key: int) -> list[int]:
    """Women bring 1,000 and more in two orders, every second man less, in one; the others nothing."""
    if key <= 40:
        return [600 + key, 400]
    return [300 + key] if key % 2 else []


def sales() -> list[Row]:
    return [
        order(f"o{key}.{number}", key, utc(2024, 3 + number, 1 + key % 28), amount)
        for key in range(1, 101)
        for number, amount in enumerate(revenue_of(key))
    ]


def test_groups_by_their_worth(shop: Shop) -> None:
    """Covers: L03, P10, G42."""
    shop.fill(customers=people(), orders=sales())
    found = attractive_groups(question(shop, NOW), ["sex", "city"])
    assert not found.is_margin
    worth = {key: sum(revenue_of(key)) for key in range(1, 101)}
    assert found.worth_per_customer == pytest.approx(mean(worth.values()))
    groups = {(item.trait, item.value): item for item in found.groups}
    assert set(groups) == {("sex", "female"), ("city", "A"), ("sex", "male"), ("city", "B")}
    assert found.small == 1
    women, men = groups["sex", "female"], groups["sex", "male"]
    brought = [worth[key] for key in range(1, 41)]
    assert (women.customers, women.buyers, women.share_ratio, women.repeat_rate) == (40, 40, 0.4, 1)
    assert women.worth_per_customer == pytest.approx(mean(brought))
    half = 1.959964 * pstdev(brought) / sqrt(40)
    assert women.worth_low == pytest.approx(mean(brought) - half)
    assert women.worth_high == pytest.approx(mean(brought) + half)
    assert women.ltv_revenue == pytest.approx(mean(brought))
    assert women.ltv_margin == women.margin == women.margin_share == Missing(Why.COSTS, 0.0, 0.95)
    assert (men.customers, men.buyers, men.repeat_rate) == (60, 30, 0)
    assert men.worth_per_customer == pytest.approx(sum(worth[key] for key in range(41, 101)) / 60)
    assert men.ltv_revenue == pytest.approx(2 * men.worth_per_customer)
    assert [(item.trait, item.value) for item in found.groups][:2] == [("city", "A"), ("sex", "female")]
    assert women.is_telling
    assert men.is_telling
    assert found.groups[-1].worth_per_customer < found.worth_per_customer


def test_worth_is_margin_where_costs_are_known(shop: Shop) -> None:
    """Covers: L03, P10, R62."""
    lines = [
        line(f"o{key}.{number}", 1, amount, amount // 2 if key <= 40 else 10)
        for key in range(1, 101)
        for number, amount in enumerate(revenue_of(key))
    ]
    people_ = [{**row, "acquisition_cost": 7} for row in people()]
    shop.fill(customers=people_, orders=sales(), order_lines=lines)
    found = attractive_groups(question(shop, NOW), ["sex"])
    assert found.is_margin
    women = next(item for item in found.groups if item.value == "female")
    margins = [sum(amount - amount // 2 for amount in revenue_of(key)) for key in range(1, 41)]
    men = sum(amount - 10 for key in range(41, 101) for amount in revenue_of(key))
    assert women.margin == sum(margins)
    assert women.worth_per_customer == pytest.approx(mean(margins))
    assert women.ltv_margin == pytest.approx(mean(margins) - 7)
    assert women.margin_share == pytest.approx(sum(margins) / (sum(margins) + men))


def test_by_default_all_that_says_who_people_are(shop: Shop) -> None:
    """Covers: L03."""
    shop.fill(customers=people(), orders=sales())
    found = attractive_groups(question(shop, NOW))
    assert {"sex", "city", "region", "acquisition_source", "marital_status"} <= set(found.traits)
    assert not {"name", "account_id", "lifecycle_stage", "orders_count"} & set(found.traits)
    # everybody lives in one country: that is no group
    assert {item.trait for item in found.groups} == {"sex", "city"}


def test_any_trait_that_makes_groups(shop: Shop) -> None:
    """Covers: P10."""
    shop.fill(customers=people(), orders=sales())
    found = attractive_groups(question(shop, NOW), ["is_newcomer", "lifecycle_stage"])
    assert {item.trait for item in found.groups} <= {"is_newcomer", "lifecycle_stage"}
    nobody = next(item for item in found.groups if item.value == "prospect")
    assert (nobody.customers, nobody.buyers, nobody.worth_per_customer) == (30, 0, 0)
    assert nobody.repeat_rate == nobody.ltv_revenue == Missing(Why.NO_ORDERS)
    inside = attractive_groups(question(shop, NOW, "{trait: sex, is: male}"), ["city"])
    assert [(item.value, item.customers) for item in inside.groups] == [("B", 50)]
    assert inside.asking.customers == 60


def test_traits_that_make_no_groups_are_refused(shop: Shop) -> None:
    shop.fill(customers=people(), orders=sales())
    with pytest.raises(InputError, match="groups"):
        attractive_groups(question(shop, NOW), ["orders_count"])
    with pytest.raises(NotFoundError, match="no such trait"):
        attractive_groups(question(shop, NOW), ["colour"])
    shop.fill(customers=people())
    with pytest.raises(InputError, match="amount"):
        attractive_groups(question(shop, NOW), ["sex"])
