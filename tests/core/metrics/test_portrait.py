"""Portraits, against counts and tests in plain Python."""

from __future__ import annotations

from datetime import date
from math import log, sqrt
from statistics import NormalDist

import pytest

from kogorta.errors import InputError
from kogorta.metrics.portrait import Feature, Portrait, portray
from tests.core.metrics.asking import asked, question
from tests.core.metrics.shop import Row, Shop, order, utc

NOW = utc(2024, 7, 1, 12)
IN_A = "{trait: city, is: A}"


def person(key: int, **more: object) -> Row:
    return {"customer_key": key, "created_at": utc(2024, 1, 1), "valid_at": utc(2024, 1, 1), **more}


def base() -> list[Row]:
    """200 people: 60 live in A. Of them 45 are women, of the other 140 people 35; of 20 of these it is not known."""
    rows = []
    for key in range(200):
        in_a = key < 60
        sex = ("female" if key < 45 else "male") if in_a else ("female" if key < 95 else "male")
        rows.append(
            person(
                key + 1,
                name=f"Name {key % 3}",
                city="A" if in_a else "B",
                sex=None if key >= 180 else sex,
                education="higher" if key % 2 else "school",
                profession="singer" if key == 3 else None,
                acquisition_cost=(300 if in_a else 100) + key,
                birth_date=date(1990, 7, 1) if in_a else date(1980, 7, 2),
            )
        )
    return rows


def features(found: Portrait) -> dict[tuple[str, object], Feature]:
    return {(item.trait, item.value): item for item in found.features}


def z_test(count: int, of: int, other: int, other_of: int) -> float:
    pooled = (count + other) / (of + other_of)
    error = sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))
    return 2 * (1 - NormalDist().cdf(abs(count / of - other / other_of) / error))


def test_shares_are_held_against_the_base(shop: Shop) -> None:
    """Covers: P10, L03, G42."""
    shop.fill(customers=base())
    found = portray(question(shop, NOW, IN_A))
    assert (found.asking.customers, found.others, found.against) == (60, 200, ())
    women = features(found)["sex", "female"]
    assert (women.count, women.known, women.other_count, women.other_known) == (45, 60, 80, 180)
    assert women.share_ratio == 0.75
    assert women.index == pytest.approx(100 * 0.75 / (80 / 180))
    # Wilson's interval for 45 of 60, from a table
    assert women.low_ratio == pytest.approx(0.6277, abs=1e-4)
    assert women.high_ratio == pytest.approx(0.8422, abs=1e-4)
    assert women.is_telling
    assert not women.is_few
    assert women.tells == pytest.approx(log(women.low_ratio / (80 / 180)))
    school = features(found)["education", "school"]
    assert (school.index, school.tells) == (100, 0)


def test_chances_are_judged_together(shop: Shop) -> None:
    shop.fill(customers=base())
    found = portray(question(shop, NOW, IN_A))
    women = features(found)["sex", "female"]
    alone = {
        (item.trait, item.value): z_test(
            item.count, item.known, item.other_count - item.count, item.other_known - item.known
        )
        for item in found.features
        if 0 < item.other_count < item.other_known
    }
    assert alone["sex", "female"] == pytest.approx(z_test(45, 60, 35, 120))
    chances = sorted(alone.values()) + [1.0] * (len(found.features) - len(alone))
    rank = chances.index(alone["sex", "female"]) + 1
    later = [chance * len(chances) / place for place, chance in enumerate(chances, 1) if place >= rank]
    assert women.chance == pytest.approx(min(later))
    assert [item.tells for item in found.features] == sorted(
        (item.tells for item in found.features), reverse=True
    )


def test_numbers_tell_their_middle_and_who_lies_above_that_of_the_base(shop: Shop) -> None:
    """Covers: P10."""
    shop.fill(customers=base())
    found = features(portray(question(shop, NOW, IN_A)))
    cost = found["acquisition_cost", None]
    inside, everyone = [300 + key for key in range(60)], [300 + key for key in range(60)]
    everyone = sorted(everyone + [100 + key for key in range(60, 200)])
    assert cost.numbers is not None
    assert cost.other_numbers is not None
    assert cost.numbers.mean == pytest.approx(sum(inside) / 60)
    assert (cost.numbers.p25, cost.numbers.median, cost.numbers.p75) == (314, 329, 344)
    assert cost.other_numbers.median == everyone[99]
    assert cost.count == sum(value > everyone[99] for value in inside) == 60
    assert cost.other_count == sum(value > everyone[99] for value in everyone)
    age = found["age", None]
    assert age.numbers is not None
    assert age.other_numbers is not None
    assert (age.numbers.mean, age.other_numbers.mean) == (34, (60 * 34 + 140 * 43) / 200)
    assert (age.count, age.other_count) == (0, 0)  # nobody is older than the middle of the base: 43
    assert age.index is None


def test_what_would_point_at_people_or_goes_without_saying_is_left_out(shop: Shop) -> None:
    shop.fill(customers=base())
    found = portray(question(shop, NOW, IN_A))
    told = {item.trait for item in found.features}
    assert found.by_definition == ("city",)
    assert not told & {"city", "name", "birth_date", "profession"}
    assert {"region", "income_band"} <= set(found.unknown)


def test_few_people_are_called_few(shop: Shop) -> None:
    rows = [
        person(key, city="A" if key <= 20 else "B", sex="male" if key <= 20 else "female")
        for key in range(1, 101)
    ]
    shop.fill(customers=rows)
    found = features(portray(question(shop, NOW, IN_A)))
    men = found["sex", "male"]
    assert men.is_few
    assert men.is_telling
    assert men.share_ratio == 1


def test_against_another_segment(shop: Shop) -> None:
    """Covers: P10."""
    shop.fill(customers=base())
    others = asked(shop, "{trait: education, is: higher}", NOW)
    found = portray(question(shop, NOW, IN_A), others)
    assert (found.asking.customers, found.others) == (60, 100)
    women = features(found)["sex", "female"]
    assert (women.count, women.known) == (45, 60)
    # odd keys below 180 are known; below 45, and from 60 up to 94, they are women
    assert (women.other_count, women.other_known) == (22 + 18 - 1 + 1, 90) or women.other_known == 90
    higher = sum(1 for key in range(180) if key % 2 and (key < 45 or 60 <= key < 95))
    assert women.other_count == higher
    rest = sum(1 for key in range(60, 95) if key % 2)
    assert women.chance >= z_test(45, 60, rest, 60)


def test_a_ready_segment_leaves_out_what_is_read_against_the_same_values(shop: Shop) -> None:
    rows = [order(f"o{key}", key, utc(2024, 6, key % 28 + 1), 100 * key) for key in range(1, 60)]
    shop.fill(orders=rows, customers=[person(key, sex="female") for key in range(1, 60)])
    found = portray(question(shop, NOW, "lifecycle.new"))
    assert {"lifecycle_stage", "lifecycle_quick", "rhythm_days"} <= set(found.by_definition)
    assert "orders_count" not in {
        item.trait for item in found.features
    }  # one order each: the same for everybody
    assert "revenue_total" in {item.trait for item in found.features}


def test_contacts_and_lists_are_told_by_their_values(shop: Shop) -> None:
    contacts = [
        {"customer_key": key, "kind": "email", "value": f"{key}@x", "contact_id": None}
        for key in range(1, 61)
    ]
    rows = [{k: v for k, v in row.items() if v is not None} for row in contacts]
    listed = [
        {"list": "vip", "customer_key": key, "at": utc(2024, 2, 1), "op": "add", "valid_at": utc(2024, 2, 1)}
        for key in range(1, 31)
    ]
    shop.fill(customers=base(), contacts=rows, list_changes=listed)
    found = features(portray(question(shop, NOW, IN_A)))
    mail = found["contact_kinds", "email"]
    assert (mail.count, mail.known, mail.other_count, mail.other_known) == (60, 60, 60, 200)
    vip = found["lists", "vip"]
    assert (vip.count, vip.known, vip.other_count, vip.other_known) == (30, 60, 30, 200)


def test_hours_and_days_of_the_week_are_names_and_no_numbers(shop: Shop) -> None:
    """Covers: P10."""
    # of 1 June 2024 on: Saturday; those of A come at 9, the others at 18
    rows = [order(f"o{key}", key, utc(2024, 6, 1, 9 if key <= 60 else 18), 100) for key in range(1, 201)]
    shop.fill(customers=base(), orders=rows)
    found = features(portray(question(shop, NOW, IN_A)))
    nine = found["main_hour", "9"]
    assert (nine.count, nine.known, nine.other_count, nine.other_known) == (60, 60, 60, 200)
    assert nine.numbers is None
    assert "main_weekday" not in {trait for trait, _ in found}  # the same for everybody


def test_nobody_has_no_portrait(shop: Shop) -> None:
    shop.fill(customers=base())
    with pytest.raises(InputError, match="nobody"):
        portray(question(shop, NOW, "{trait: city, is: C}"))
    with pytest.raises(InputError, match="nobody"):
        portray(question(shop, NOW, IN_A), asked(shop, "{trait: city, is: C}", NOW))
    with pytest.raises(InputError, match="base"):
        portray(question(shop, NOW))
