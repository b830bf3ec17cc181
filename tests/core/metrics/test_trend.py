"""How membership moved, against the log read by plain SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from kogorta.errors import InputError
from kogorta.membership.refresh import refresh
from kogorta.metrics.trend import trend_of
from tests.core.metrics.asking import question
from tests.core.metrics.shop import Row, Shop, config, order, utc

NOW = utc(2024, 6, 20)
SEGMENT = "lifecycle.prospect"


def person(key: int, month: int, day: int) -> Row:
    at = utc(2024, month, day)
    return {"customer_key": key, "created_at": at, "valid_at": at}


@pytest.fixture
def lived(tmp_path: Path) -> Iterator[Shop]:
    """A store of its own. 1 to 5 become known in April; 1 and 2 buy in May, when 6 comes; 3 buys in June."""
    shop = Shop(tmp_path)
    shop.fill(
        customers=[*(person(key, 4, 10) for key in range(1, 6)), person(6, 5, 20)],
        orders=[
            order("a", 1, utc(2024, 5, 10), 100),
            order("b", 2, utc(2024, 5, 11), 100),
            order("c", 3, utc(2024, 6, 2), 100),
        ],
    )
    yield shop
    shop.warehouse.close()


def refreshed(shop: Shop, *instants: tuple[int, int]) -> None:
    for month, day in instants:
        refresh(shop.warehouse, config(), utc(2024, month, day), NOW)


def test_months_worked_out_anew_and_as_recorded(lived: Shop) -> None:
    """Covers: S34, S33."""
    refreshed(lived, (5, 1), (6, 1), (6, 10))
    found = trend_of(question(lived, NOW, SEGMENT), 4)
    assert found.recorded_since == utc(2024, 5, 1)
    assert [(step.month, step.people, step.recorded) for step in found.steps] == [
        (date(2024, 3, 1), 0, None),
        (date(2024, 4, 1), 5, 5),
        (date(2024, 5, 1), 4, 4),
        (date(2024, 6, 1), 3, 3),
    ]
    assert [(step.entered_count, step.left_count) for step in found.steps] == [(0, 0), (5, 0), (1, 2), (0, 1)]
    assert dict(found.steps[1].entered) == {"initial": 5}
    logged = lived.warehouse.rows(
        "SELECT op, cause, count(*) FROM membership_changes"
        " WHERE segment = 'prospect' AND \"at\" = '2024-06-01' GROUP BY ALL"
    )
    may = found.steps[2]
    assert sorted(logged) == sorted(
        [("enter", cause, n) for cause, n in may.entered.items()]
        + [("leave", cause, n) for cause, n in may.left.items()]
    )


def test_each_refresh(lived: Shop) -> None:
    """Covers: S34."""
    refreshed(lived, (5, 1), (5, 15), (6, 1), (6, 2), (6, 10))
    found = trend_of(question(lived, NOW, SEGMENT), 2, by_refresh=True)
    # that of 1 May ends April, that of 2 June changed nothing
    assert [
        (step.at, step.people, step.recorded, step.entered_count, step.left_count) for step in found.steps
    ] == [
        (utc(2024, 5, 15), None, 3, 0, 2),
        (utc(2024, 6, 1), None, 4, 1, 0),
        (utc(2024, 6, 10), None, 3, 0, 1),
    ]


def test_what_was_recorded_later_is_not_seen(lived: Shop) -> None:
    refreshed(lived, (5, 1), (6, 10))
    found = trend_of(question(lived, utc(2024, 6, 5), SEGMENT), 2)
    assert [(step.people, step.recorded) for step in found.steps] == [(4, 5), (3, 5)]


def test_nothing_is_recorded_yet(lived: Shop) -> None:
    found = trend_of(question(lived, utc(2024, 6, 1), SEGMENT), 2)
    assert found.recorded_since is None
    # the instant is the end of May: no month has begun behind it
    assert [(step.month, step.people, step.recorded) for step in found.steps] == [
        (date(2024, 4, 1), 5, None),
        (date(2024, 5, 1), 4, None),
    ]
    assert trend_of(question(lived, NOW, SEGMENT), 2, by_refresh=True).steps == ()


def test_a_scheme_is_everyone_whom_it_divides(lived: Shop) -> None:
    refreshed(lived, (5, 1))
    found = trend_of(question(lived, NOW, "lifecycle"), 1)
    assert [(step.people, step.recorded) for step in found.steps] == [(6, 5)]


@pytest.mark.parametrize("months", [0, 121])
def test_so_many_months_cannot_be_looked_at(lived: Shop, months: int) -> None:
    with pytest.raises(InputError, match="months"):
        trend_of(question(lived, NOW, SEGMENT), months)
    with pytest.raises(InputError, match="base"):
        trend_of(question(lived, NOW), 3)
