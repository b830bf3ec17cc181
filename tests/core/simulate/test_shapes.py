"""A simulated shop looks like real ones: its figures lie near those of two public bases.

Each figure of `CDNOW` and `ONLINE_RETAIL` is one query over the public data, with `o` the orders (customer, ts, amount) and
`p` their sums by customer (n orders, d order days, s money):

    CDNOW: all 69,659 purchases of 23,570 customers in 18 months, summed by customer and day
    Online Retail: invoices of 13 months with a customer, without those that begin with C, of a sum above 0

    one_day     avg((d = 1)::int) from p
    orders      quantile_disc(n, [0.5, 0.75, 0.9, 0.99]) from p
    gaps        quantile_cont(g, [0.25, 0.5, 0.75, 0.9]), g the days between neighbouring order days of a customer
    top_fifth   money of the fifth that spends most, as a share of all money
    mean_ratio  avg(amount) / median(amount) from o
    spread      stddev(ln(amount)) from o
    goods       share of lines with one of the fifth of goods that is sold oftenest
    cancelled   share of documents that begin with C, of all 25,900
    november    invoices of November by those of an average month

CDNOW knows neither goods nor cancellations, and has no November but one. They are figures of a base of compact discs and of a
wholesaler of gifts; a simulated one has to lie within what such shops span, with some room on both sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.core.simulate.asking import Base


@dataclass(frozen=True)
class Shape:
    one_day: float
    orders: tuple[int, int, int, int]
    gaps: tuple[float, float, float, float]
    top_fifth: float
    mean_ratio: float
    spread: float


CDNOW = Shape(0.511, (1, 3, 6, 19), (12, 34, 94, 200), 0.678, 1.386, 0.738)
ONLINE_RETAIL = Shape(0.357, (2, 5, 9, 30), (12, 28, 58, 110), 0.746, 1.587, 1.072)
GOODS_OF_ONLINE_RETAIL, CANCELLED_OF_ONLINE_RETAIL, NOVEMBER_OF_ONLINE_RETAIL = 0.645, 0.148, 1.71

ROOM = 0.15
"""How far beyond the two a figure may lie, as a share of the nearer one."""

ORDERS = """WITH o AS (
    SELECT person_id AS customer, ordered_at + INTERVAL 3 HOUR AS ts, amount::DOUBLE AS amount
    FROM {orders} JOIN {truth/customers} USING (customer_id)
), p AS (
    SELECT customer, count(*) AS n, count(DISTINCT ts::DATE) AS d, sum(amount) AS s FROM o GROUP BY 1
), g AS (
    SELECT date_diff('day', lag(day) OVER (PARTITION BY customer ORDER BY day), day) AS g
    FROM (SELECT DISTINCT customer, ts::DATE AS day FROM o)
) """


@pytest.fixture(scope="module")
def shape(big_shop: Base) -> Shape:
    one_day, orders, mean_ratio, spread, gaps, top = big_shop.one(
        ORDERS
        + """SELECT (SELECT avg((d = 1)::INT) FROM p), (SELECT quantile_disc(n, [0.5, 0.75, 0.9, 0.99]) FROM p),
            (SELECT avg(amount) / median(amount) FROM o), (SELECT stddev(ln(amount)) FROM o),
            (SELECT quantile_cont(g, [0.25, 0.5, 0.75, 0.9]) FROM g WHERE g IS NOT NULL),
            (SELECT sum(s) FILTER (place <= 0.2 * of) / sum(s) FROM (
                SELECT s, row_number() OVER (ORDER BY s DESC) AS place, count(*) OVER () AS of FROM p))"""
    )
    return Shape(one_day, tuple(orders), tuple(gaps), top, mean_ratio, spread)


def between(value: float, a: float, b: float, room: float = ROOM) -> bool:
    return min(a, b) * (1 - room) <= value <= max(a, b) * (1 + room)


@pytest.mark.parametrize("name", ["one_day", "top_fifth", "mean_ratio", "spread"])
def test_one_figure_lies_near_those_of_real_shops(shape: Shape, name: str) -> None:
    value, a, b = (getattr(item, name) for item in (shape, CDNOW, ONLINE_RETAIL))
    assert between(value, a, b), f"{name}: {value:.3f}, real {a} and {b}"


@pytest.mark.parametrize("name", ["orders", "gaps"])
def test_quantiles_lie_near_those_of_real_shops(shape: Shape, name: str) -> None:
    """Whole numbers of a few orders and of days may miss by one more."""
    for value, a, b in zip(*(getattr(item, name) for item in (shape, CDNOW, ONLINE_RETAIL)), strict=True):
        assert between(value, a - 1, b + 1) or between(value, b - 1, a + 1), (
            f"{name}: {value}, real {a} and {b}"
        )


def test_a_few_goods_make_most_lines(big_shop: Base) -> None:
    (share,) = big_shop.one(
        """SELECT sum(n) FILTER (place <= 0.2 * of) / sum(n) FROM (
            SELECT n, row_number() OVER (ORDER BY n DESC) AS place, (SELECT count(*) FROM {products}) AS of
            FROM (SELECT product_id, count(*) AS n FROM {order_lines} GROUP BY 1))"""
    )
    assert between(share, GOODS_OF_ONLINE_RETAIL, GOODS_OF_ONLINE_RETAIL)


def test_some_orders_come_to_nothing(big_shop: Base) -> None:
    """Less than at the wholesaler, where a cancellation is also how a single line is taken back."""
    (undone,) = big_shop.one(
        """SELECT (SELECT count(*) FILTER (status IN ('cancelled', 'returned')) FROM {orders-changes}) / count(*) FROM {orders}"""
    )
    assert CANCELLED_OF_ONLINE_RETAIL / 4 < undone < CANCELLED_OF_ONLINE_RETAIL


def test_the_year_has_its_season_and_the_day_its_hours(big_shop: Base) -> None:
    months = dict(
        big_shop.rows(
            "SELECT month(ordered_at + INTERVAL 3 HOUR), count(*) FROM {orders} WHERE ordered_at >= '2024-12-31 21:00' GROUP BY 1"
        )
    )
    november = months[11] / (sum(months.values()) / 12)
    assert between(november, 1.2, NOVEMBER_OF_ONLINE_RETAIL)
    night, evening = big_shop.one(
        """SELECT avg((h BETWEEN 1 AND 5)::INT), avg((h BETWEEN 18 AND 21)::INT)
        FROM (SELECT hour(ordered_at + INTERVAL 3 HOUR) AS h FROM {orders})"""
    )
    assert night < 0.03
    assert evening > 0.2


def test_a_salon_is_busy_on_fridays_and_saturdays_and_closed_at_night(big_salon: Base) -> None:
    rows = big_salon.rows(
        "SELECT isodow(starts_at + INTERVAL 3 HOUR), count(*) FROM {bookings} GROUP BY 1 ORDER BY 2 DESC"
    )
    assert {day for day, _ in rows[:2]} == {5, 6}
    assert (
        big_salon.one(
            "SELECT count(*) FROM {bookings} WHERE hour(starts_at + INTERVAL 3 HOUR) NOT BETWEEN 9 AND 20"
        )[0]
        < 0.01 * big_salon.one("SELECT count(*) FROM {bookings}")[0]
    )
