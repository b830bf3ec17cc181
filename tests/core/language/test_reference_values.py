"""The reference itself: tests of values.

Every expected answer was worked out by hand. Now is 20 March 2024, a Wednesday, 12:00 UTC.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.core.language.asking import (
    attribute_passes,
    is_member,
    known,
    row,
    world,
)
from tests.core.language.facts import utc

# --- tests of a value ------------------------------------------------------------------------------


@pytest.mark.parametrize("city", [None, ""])
def test_a_missing_value_passes_is_not_and_missing_and_nothing_else(city: str | None) -> None:
    assert attribute_passes("is_not: Omsk", "city", city=city)
    assert attribute_passes("missing: true", "city", city=city)
    assert attribute_passes("exists: false", "city", city=city)
    for test in ("is: Omsk", "in: [Omsk]", "contains: O", "starts_with: O", "matches: '*'", "exists: true"):
        assert not attribute_passes(test, "city", city=city), test
    for test in (
        "at_most: 5",
        "at_least: 0",
        "between: [0, 9]",
        "is: 0",
        "top: 100%",
        "percentile: {less_than: 100}",
    ):
        assert not attribute_passes(test, "level"), test
    for test in ("before: 2100-01-01", "in_last: 99y", "during: today", "anniversary: {from: 0d, to: 364d}"):
        assert not attribute_passes(test, "birth_date"), test
    assert not attribute_passes("is: false", "vip")


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("is: Omsk_50%", True),
        ("is: omsk_50%", False),
        ("is_not: omsk_50%", True),
        ("in: [Tomsk, Omsk_50%]", True),
        ("in: [Tomsk]", False),
        ("contains: sk_", True),
        ("contains: SK_", False),
        ("contains: '0_'", False),
        ("starts_with: Om", True),
        ("starts_with: om", False),
        ("matches: Omsk", False),
        ("matches: 'Omsk*'", True),
        ("matches: '*50%'", True),
        ("matches: 'Omsk_50%*'", True),
        ("matches: 'Omsk?50?'", True),
        ("matches: 'Omsk?50??'", False),
        ("matches: 'O*k*0*'", True),
        ("matches: 'Omsk.50.'", False),
        ("matches: '?*'", True),
    ],
)
def test_texts_are_compared_exactly(test: str, expected: bool) -> None:
    assert attribute_passes(test, "city", city="Omsk_50%") is expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("is: coffee", True),
        ("is: coffee/beans", True),
        ("is: coffee/be", False),
        ("is: coffee/beans/dark", False),
        ("is: Coffee", False),
        ("is_not: coffee", False),
        ("is_not: tea", True),
        ("in: [tea, coffee]", True),
        ("in: [tea, cof]", False),
    ],
)
def test_a_path_is_what_it_lies_below(test: str, expected: bool) -> None:
    seen = row("events", event_id="e", name="seen", at=utc("2024-03-10"), category="coffee/beans")
    assert is_member(f"{{did: seen, where: {{category: {{{test}}}}}}}", world(seen)) is expected


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("is: 2.5", True),
        ("is_not: 2.5", False),
        ("in: [1, 2.5]", True),
        ("at_least: 2.5", True),
        ("at_least: 2.500001", False),
        ("at_most: 2.5", True),
        ("more_than: 2.5", False),
        ("more_than: 2.499999", True),
        ("less_than: 2.5", False),
        ("between: [2.5, 3]", True),
        ("between: [2, 2.5]", True),
        ("between: [2.6, 3]", False),
        ("exists: true", True),
    ],
)
def test_numbers_are_compared_exactly(test: str, expected: bool) -> None:
    assert attribute_passes(test, "ratio", p_ratio=2.5) is expected


def test_a_stored_fraction_is_the_number_that_is_written_so() -> None:
    assert attribute_passes("is: 0.1", "ratio", p_ratio=0.1)
    assert attribute_passes("at_least: 0.1, at_most: 0.1", "ratio", p_ratio=0.1)


def test_money_is_in_units_of_the_currency_without_rounding() -> None:
    assert attribute_passes("is: 12.34", "acquisition_cost", acquisition_cost=1234)
    assert not attribute_passes("is: 12.345", "acquisition_cost", acquisition_cost=1234)
    assert attribute_passes("less_than: 12.345", "acquisition_cost", acquisition_cost=1234)
    assert not attribute_passes("at_least: 12.345", "acquisition_cost", acquisition_cost=1234)
    assert attribute_passes("at_least: 12.345", "acquisition_cost", acquisition_cost=1235)


def test_flags() -> None:
    assert attribute_passes("is: true", "vip", p_vip=True)
    assert not attribute_passes("is: false", "vip", p_vip=True)
    assert attribute_passes("is: false", "vip", p_vip=False)


@pytest.mark.parametrize(
    ("test", "first", "last"),
    [
        ("is: 2024-03-12", "2024-03-12", "2024-03-12"),
        ("between: [2024-03-12, 2024-03-14]", "2024-03-12", "2024-03-14"),
        ("in_last: 7d", "2024-03-13", "2024-03-20"),
        ("in_last: 1w", "2024-03-13", "2024-03-20"),
        ("in_last: 1mo", "2024-02-20", "2024-03-20"),
        ("in_next: 7d", "2024-03-20", "2024-03-27"),
        ("in_next: 1mo", "2024-03-20", "2024-04-20"),
        ("during: this_week", "2024-03-18", "2024-03-24"),
        ("during: next_week", "2024-03-25", "2024-03-31"),
        ("during: next_month", "2024-04-01", "2024-04-30"),
        ("during: tomorrow", "2024-03-21", "2024-03-21"),
    ],
)
def test_dates_include_both_ends(test: str, first: str, last: str) -> None:
    low, high = date.fromisoformat(first), date.fromisoformat(last)
    days = (low, high)
    found = [attribute_passes(test, "birth_date", birth_date=day) for day in days]
    assert found == [True, True]
    outside = (date.fromordinal(low.toordinal() - 1), date.fromordinal(high.toordinal() + 1))
    assert [attribute_passes(test, "birth_date", birth_date=day) for day in outside] == [False, False]


def test_dates_before_and_after_leave_the_day_out() -> None:
    day: dict[str, Any] = {"birth_date": date(2000, 5, 5)}
    assert not attribute_passes("before: 2000-05-05", "birth_date", **day)
    assert attribute_passes("before: 2000-05-06", "birth_date", **day)
    assert not attribute_passes("after: 2000-05-05", "birth_date", **day)
    assert attribute_passes("after: 2000-05-04", "birth_date", **day)


@pytest.mark.parametrize(
    ("test", "first", "last"),
    [
        ("is: 2024-03-12", "2024-03-11T23:00", "2024-03-12T22:59:59.999999"),
        ("is: 2024-03-12T10:00:00Z", "2024-03-12T10:00", "2024-03-12T10:00"),
        ("between: [2024-03-12, 2024-03-13]", "2024-03-11T23:00", "2024-03-13T22:59:59.999999"),
        ("between: [2024-03-12T10:00:00Z, 2024-03-12T11:00:00Z]", "2024-03-12T10:00", "2024-03-12T11:00"),
        ("in_last: 7d", "2024-03-13T12:00", "2024-03-20T11:59:59.999999"),
        ("in_next: 7d", "2024-03-20T12:00", "2024-03-27T11:59:59.999999"),
        ("in_next: 1mo", "2024-03-20T12:00", "2024-04-20T11:59:59.999999"),
        ("during: today", "2024-03-19T23:00", "2024-03-20T22:59:59.999999"),
        ("during: next_month", "2024-03-31T22:00", "2024-04-30T21:59:59.999999"),
        ("after: 2024-03-12, before: 2024-03-14", "2024-03-12T23:00", "2024-03-13T22:59:59.999999"),
        (
            "after: 2024-03-12T10:00:00Z, before: 2024-03-12T11:00:00Z",
            "2024-03-12T10:00:00.000001",
            "2024-03-12T10:59:59.999999",
        ),
    ],
)
def test_instants_lie_on_local_days_and_between_instants(test: str, first: str, last: str) -> None:
    # Berlin is one hour ahead of UTC until 31 March, two from then on.
    tick = utc("2024-01-01T00:00:00.000001") - utc("2024-01-01")
    moments = (utc(first) - tick, utc(first), utc(last), utc(last) + tick)
    found = [attribute_passes(test, "renews_at", "Europe/Berlin", p_renews_at=at) for at in moments]
    assert found == [False, True, True, False]


@pytest.mark.parametrize(
    ("born", "today", "days", "expected"),
    [
        ("2000-03-20", "2024-03-20", "{from: 0d, to: 7d}", True),
        ("2000-03-27", "2024-03-20", "{from: 0d, to: 7d}", True),
        ("2000-03-28", "2024-03-20", "{from: 0d, to: 7d}", False),
        ("2000-03-19", "2024-03-20", "{from: 0d, to: 7d}", False),
        ("2000-03-19", "2024-03-20", "{from: -1d, to: 0d}", True),
        ("2000-01-03", "2023-12-30", "{from: 0d, to: 7d}", True),
        ("2000-12-30", "2024-01-02", "{from: -1w, to: 0d}", True),
        ("2000-02-29", "2023-02-28", "{from: 0d, to: 0d}", True),
        ("2000-02-29", "2024-02-28", "{from: 0d, to: 0d}", False),
        ("2000-02-29", "2024-02-29", "{from: 0d, to: 0d}", True),
        ("2000-02-28", "2024-02-29", "{from: 0d, to: 0d}", False),
        ("2024-03-20", "2024-03-20", "{from: 0d, to: 7d}", False),
        ("2023-03-21", "2024-03-20", "{from: 0d, to: 7d}", True),
        ("2023-03-20", "2024-03-20", "{from: 0d, to: 0d}", True),
        ("2000-03-31", "2024-03-01", "this_month", True),
        ("2000-04-01", "2024-03-31", "this_month", False),
        ("2000-04-01", "2024-03-31", "tomorrow", True),
        ("2024-01-10", "2024-12-31", "next_month", True),
    ],
)
def test_an_anniversary_comes_one_year_later_at_the_earliest(
    born: str, today: str, days: str, expected: bool
) -> None:
    found = attribute_passes(
        f"anniversary: {days}", "birth_date", at=f"{today}T12:00", birth_date=date.fromisoformat(born)
    )
    assert found is expected


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        ("2000-03-20", "2024-03-20", 24),
        ("2000-03-21", "2024-03-20", 23),
        ("2000-02-29", "2023-02-28", 23),
        ("2000-02-29", "2023-02-27", 22),
        ("2000-02-29", "2024-02-28", 23),
        ("2000-02-29", "2024-02-29", 24),
    ],
)
def test_age_is_whole_years(born: str, today: str, age: int) -> None:
    assert attribute_passes(f"is: {age}", "age", at=f"{today}T12:00", birth_date=date.fromisoformat(born))


def test_today_is_a_local_day() -> None:
    born: dict[str, Any] = {"birth_date": date(2000, 3, 21)}
    assert attribute_passes("is: 24", "age", "Europe/Moscow", at="2024-03-20T21:00", **born)
    assert attribute_passes("is: 23", "age", "Europe/Moscow", at="2024-03-20T20:59:59.999999", **born)


@pytest.mark.parametrize(
    ("timezone", "expected"), [("Asia/Tokyo", True), ("Mars/Olympus", False), (None, False), ("", False)]
)
def test_the_customers_own_zone_where_it_is_known(timezone: str | None, expected: bool) -> None:
    # At 16:00 UTC it is the next day in Tokyo.
    own = known(timezone=timezone, birth_date=date(2000, 3, 21))
    assert (
        is_member("{trait: birth_date, anniversary: today, zone: customer}", own, at="2024-03-20T16:00")
        is expected
    )
    assert not is_member("{trait: birth_date, anniversary: today}", own, at="2024-03-20T16:00")
