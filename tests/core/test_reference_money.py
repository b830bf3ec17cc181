"""Revenue of orders and lines, and the main category."""

from __future__ import annotations

import pytest

from tests.core.reference.build import LONG_AGO, NOW, ago, give_back, line, order
from tests.core.reference.facts import Discount, Facts, Product, look
from tests.core.reference.money import line_revenues, main_category, order_revenue, spread


def revenue(facts: Facts, order_id: str = "o") -> int | None:
    """The revenue of an order as of NOW."""
    view = look(facts, NOW)
    return order_revenue(view, view.orders[order_id])


def coupon(amount: int, line_no: int | None = None) -> Discount:
    """A discount on order o."""
    return Discount("o", line_no, "coupon", amount, valid_at=LONG_AGO)


def test_a_header_amount_is_already_net() -> None:
    assert revenue(Facts(orders=(order("o", "c", ago(1), 90, discount=10),))) == 90
    assert revenue(Facts(orders=(order("o", "c", ago(1), 90),), discounts=(coupon(10),))) == 90
    assert revenue(Facts(orders=(order("o", "c", ago(1), None),))) is None


def test_lines_win_over_the_header_and_are_gross() -> None:
    lines = (line("o", 1, 70), line("o", 2, 50))
    header = order("o", "c", ago(1), 999, discount=10)
    assert revenue(Facts(orders=(header,), lines=lines)) == 110  # 70 + 50 − 10
    # discount rows replace the header's discount: 120 − 15 − 5
    assert revenue(Facts(orders=(header,), lines=lines, discounts=(coupon(15), coupon(5, 1)))) == 100


def test_returns_that_name_the_order_restate_it() -> None:
    facts = Facts(
        orders=(order("o", "c", ago(400), 90), order("p", "c", ago(1), 50)),
        returns=(
            give_back("r", "c", "o", ago(1), 30),
            give_back("s", "another", "o", ago(1), 7),  # whoever brought it
            give_back("t", "c", "o", NOW, 1),  # not yet
            give_back("u", "c", None, ago(1), 2),  # no order: no order's revenue changes
            give_back("v", "c", "unheard of", ago(1), 4),
        ),
    )
    assert revenue(facts) == 53  # 90 − 30 − 7
    assert revenue(facts, "p") == 50


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (10, [1, 1, 1], [4, 3, 3]),  # thirds tie: the first gets the unit left
        (10, [10, 20, 40], [1, 3, 6]),  # 1.43, 2.86, 5.71: floors 1, 2, 5; units to .86 and .71
        (5, [0, 7], [0, 5]),
        (3, [0, 0], [2, 1]),  # nothing weighs anything: equal weights
        (0, [3, 4], [0, 0]),
    ],
)
def test_largest_remainder(amount: int, weights: list[int], shares: list[int]) -> None:
    assert spread(amount, weights) == shares


def test_lines_bear_their_own_discounts_and_share_the_others() -> None:
    facts = Facts(
        orders=(order("o", "c", ago(9)),),
        lines=(line("o", 1, 100), line("o", 2, 50)),
        # 10 on the order: 6.67 and 3.33, floors 6 and 3, the unit left to .67: 7 and 3
        discounts=(coupon(10), coupon(20, 2)),
        returns=(give_back("r", "c", "o", ago(1), 30, line_no=1),),
    )
    view = look(facts, NOW)
    left = [amount for _, amount in line_revenues(view, view.orders["o"])]
    assert left == [100 - 7 - 30, 50 - 3 - 20]
    assert sum(left) == revenue(facts) == 90


def test_the_main_category_is_that_of_most_revenue() -> None:
    facts = Facts(
        orders=(
            order("o", "c", ago(900)),
            order("p", "c", ago(1)),
            order("q", "c", ago(1), status="cancelled"),
        ),
        lines=(
            line("o", 1, 100, "coffee"),
            line("p", 1, 60, "tea"),
            line("p", 2, 60, product="green"),
            line("p", 3, 500),  # without a category
            line("q", 1, 900, "sugar"),
        ),
        products=(Product("green", "tea", valid_at=LONG_AGO),),
    )
    view = look(facts, NOW)
    assert main_category(view, view.counted_orders()) == "tea"  # 120 against 100
    assert main_category(view, []) is None


def test_equal_categories_are_ordered_by_code_points() -> None:
    facts = Facts(
        orders=(order("o", "c", ago(1)),),
        lines=(line("o", 1, 5, "tea"), line("o", 2, 5, "чай"), line("o", 3, 5, "Tea")),
    )
    view = look(facts, NOW)
    assert main_category(view, view.counted_orders()) == "Tea"
