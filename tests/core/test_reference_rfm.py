"""RFM by hand: values, windows, scores, frames."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.core.reference.build import NOW, ago, base, give_back, order, orders_at, past
from tests.core.reference.evaluate import Point, evaluate_rfm, make_rfm_frame
from tests.core.reference.facts import Booking, Facts, Order, look
from tests.core.reference.history import History, histories
from tests.core.reference.rfm import (
    Methods,
    choose_window,
    frequency_count,
    monetary_amount,
    recency_days,
    rhythm_bounds,
    score_at_least,
    score_at_most,
    score_by_share,
    score_frequency,
    score_high_is_good,
    score_low_is_good,
)
from tests.core.reference.rules import ALL, B2B, GROCERY, SALON, SHOP, Rules
from tests.core.reference.stats import median, nearest_rank

HERE = Point(NOW)
MICROSECOND = timedelta(microseconds=1)


def one(*orders: Order, rules: Rules = SHOP, at: Point = HERE) -> History:
    """The history of customer c."""
    return histories(look(Facts(orders=orders), at.as_of), rules)["c"]


# --- statistics ---


def test_nearest_rank_is_the_value_at_the_ceiling() -> None:
    values = [10, 20, 30, 40]
    # ceil(.5 × 4) = 2nd, ceil(.75 × 4) = 3rd, ceil(.76 × 4 = 3.04) = 4th, ceil(.9 × 4 = 3.6) = 4th
    assert [nearest_rank(values, p) for p in (0, 1, 50, 75, 76, 90, 100)] == [10, 10, 20, 30, 40, 40, 40]
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2  # the lower middle
    assert median([]) is None


# --- values ---


def test_recency_counts_full_days_between_whole_seconds() -> None:
    # 12:00:00.25 − 11:59:59.99 a day earlier: whole seconds 12:00:00 − 11:59:59 = 1 day and 1 s
    assert recency_days(one(order("o", "c", ago(1, 0.01)))) == 1
    # ordered at 12:00:00.9 the day before, seen from 12:00:00.1: less than 24 h, but the seconds are equal
    seen = Point(NOW + timedelta(milliseconds=100))
    assert recency_days(one(order("o", "c", ago(1) + timedelta(milliseconds=900)), at=seen)) == 1
    assert recency_days(one(order("o", "c", ago(1) + timedelta(seconds=1)))) == 0


def test_a_window_includes_its_beginning_and_not_its_end() -> None:
    edge = order("o", "c", ago(365))
    assert frequency_count(one(edge), 365) == 1
    assert frequency_count(one(order("o", "c", ago(365) - MICROSECOND)), 365) == 0
    assert frequency_count(one(edge, order("p", "c", NOW)), 365) == 1
    assert frequency_count(one(edge, order("p", "c", ago(365))), 365) == 2  # two at one instant are two
    assert frequency_count(one(order("o", "c", ago(3650))), ALL) == 1


def test_money_restates_old_orders_and_counts_loose_returns_when_brought_back() -> None:
    facts = base(
        [order("in", "c", ago(300), 500), order("out", "c", ago(400), 900)],
        returns=[
            give_back("r1", "c", "in", ago(1), 40),
            give_back("r2", "c", "out", ago(1), 300),  # its order is outside, so is it
            give_back("r3", "c", None, ago(365), 5),
            give_back("r4", "c", None, ago(366), 7),  # outside
        ],
    )
    person = histories(look(facts, NOW), SHOP)["c"]
    assert monetary_amount(person, 365) == 455  # 500 − 40 − 5
    assert monetary_amount(person, ALL) == 1048  # 500 − 40 + 900 − 300 − 5 − 7


def test_services_count_visit_days() -> None:
    visit = Booking("b", "c", ago(9), ago(3), "visited", valid_at=ago(3))
    missed = Booking("m", "c", ago(9), ago(2), "no_show", valid_at=ago(2))
    same_day = order("o", "c", ago(3) + timedelta(hours=1))
    facts = Facts(orders=(same_day, order("p", "c", ago(8))), bookings=(visit, missed))
    view = look(facts, NOW)
    assert frequency_count(histories(view, SALON)["c"], 365, SALON) == 2
    assert frequency_count(histories(view, SHOP)["c"], 365, SHOP) == 2  # two orders; the visit is nothing
    only = look(Facts(bookings=(visit,)), NOW)
    assert frequency_count(histories(only, SALON)["c"], 365, SALON) == 1
    assert recency_days(histories(only, SALON)["c"]) == 3
    assert recency_days(histories(only, SHOP)["c"]) is None


# --- window ---


@pytest.mark.parametrize(
    ("gap", "rules", "window"),
    [
        (91, SHOP, 365),  # 4 × 91 = 364
        (92, SHOP, 730),  # 368
        (182, SHOP, 730),  # 728
        (183, SHOP, ALL),  # 732
        (45, GROCERY, 180),  # 180 is not shorter than 180
        (46, GROCERY, 365),
        (1, B2B, 730),
        (183, B2B, ALL),
    ],
)
def test_the_window_is_at_least_four_times_p90(gap: int, rules: Rules, window: int | None) -> None:
    # nine gaps of 1 day and one longer: P90 of ten is the 9th smallest; with two longer ones a long one
    person = past([gap * 2 + 8 - i for i in range(9)] + [gap, 0])
    assert person.gaps == [1] * 8 + [gap, gap]
    assert choose_window([person], rules) == window


def test_without_gaps_the_first_window_stays() -> None:
    assert choose_window([past([5])], SHOP) == 365


# --- scores ---


def test_share_strictly_worse() -> None:
    # of 7: ceil(7/5) = 2, ceil(14/5) = 3, ceil(21/5) = 5, ceil(28/5) = 6
    assert [score_by_share(worse, 7) for worse in range(8)] == [1, 1, 2, 3, 3, 4, 5, 5]
    assert [1 + 5 * worse // 7 for worse in range(7)] == [1, 1, 2, 3, 3, 4, 5]
    assert score_by_share(0, 0) == 1
    assert score_by_share(3, 3) == 5  # better than the whole frame


def test_equal_values_get_equal_scores() -> None:
    money = [10, 10, 10, 20, 50]
    # strictly worse: 0, 0, 0, 3, 4 of 5
    assert [score_high_is_good(value, money) for value in money] == [1, 1, 1, 4, 5]
    assert [score_low_is_good(value, money) for value in money] == [3, 3, 3, 2, 1]  # 2, 2, 2, 1, 0 of 5


def test_values_between_those_of_the_frame() -> None:
    money = [10, 20, 30, 40, 50]
    assert [score_high_is_good(value, money) for value in (5, 10, 11, 20, 21, 45, 50, 51)] == [
        1,
        1,
        2,
        2,
        3,
        5,
        5,
        5,
    ]


def test_one_order_scores_one_in_frequency() -> None:
    counts = [0, 1, 1, 1, 1, 2, 2, 3, 4, 9]
    # among 2, 2, 3, 4, 9: worse 0, 2, 3, 4 of 5 -> 1 (raised to 2), 3, 4, 5
    assert [score_frequency(count, counts) for count in (0, 1, 2, 3, 4, 9)] == [1, 1, 2, 3, 4, 5]
    assert score_frequency(2, [1, 1]) == 2  # nobody else repeats


def test_bounds_are_inclusive() -> None:
    assert [score_at_most(v, (7, 14, 30, 90)) for v in (0, 7, 8, 14, 15, 30, 31, 90, 91)] == [
        5,
        5,
        4,
        4,
        3,
        3,
        2,
        2,
        1,
    ]
    assert [score_at_least(v, (10, 20, 30, 40)) for v in (9, 10, 19, 20, 39, 40)] == [1, 2, 2, 3, 4, 5]


def test_rhythm_bounds_and_their_floors() -> None:
    # of ten gaps the 5th, 8th and 9th smallest
    assert rhythm_bounds([20, 20, 20, 20, 40, 40, 40, 60, 100, 500]) == (40, 60, 100, 200)
    assert rhythm_bounds([1, 2, 3]) == (7, 14, 30, 90)
    assert rhythm_bounds([]) == (7, 14, 30, 90)
    assert rhythm_bounds([10, 10, 10]) == (10, 14, 30, 90)


# --- the whole ---


def five() -> Facts:
    """Five customers: a buys often, e is long gone."""
    return base(
        orders_at("a", [2, 12, 22], 1000),
        orders_at("b", [10, 40], 300),
        orders_at("c", [20], 300),
        orders_at("d", [100], 50),
        orders_at("e", [500, 510], 9000),
    )


def test_a_base_by_hand() -> None:
    # gaps: a 10, 10; b 30; e 10. P50 10, P75 10, P90 30 -> bounds 10, 14, 30, 90; window 365 ≥ 120
    # F in the window: a 3, b 2, c 1, d 1, e none. Of two and more (2, 3): b 0 worse -> 2, a 1 of 2 -> 3
    # M in the window: 3000, 600, 300, 50: worse 3, 2, 1, 0 of 4 -> 1+3=4, 1+2=3, 1+1=2, 1
    rows = evaluate_rfm(five(), HERE)
    assert {customer: row.rfm_code for customer, row in rows.items()} == {
        "a": 534,
        "b": 523,
        "c": 312,
        "d": 111,
        "e": 111,
    }
    assert rows["e"].frequency_count == 0
    # first to second day: 10, 30, 10: P75 = 3rd of 10, 10, 30 = 30, so c (20 days) is a newcomer and d is not
    assert {customer: row.rfm_simple for customer, row in rows.items()} == {
        "a": "champions",  # R 5, FM (3 + 4 + 1) // 2 = 4
        "b": "potential",  # FM (2 + 3 + 1) // 2 = 3
        "c": "newcomers",
        "d": "lost",
        "e": "lost",
    }


def test_relative_recency_ranks_only_those_in_the_window() -> None:
    rows = evaluate_rfm(five(), HERE, methods=Methods(recency="relative"))
    # worse than 2, 10, 20, 100 days: 3, 2, 1, 0 of 4
    assert [rows[c].rfm_r for c in "abcde"] == [4, 3, 2, 1, 1]


def test_declared_bounds() -> None:
    methods = Methods(
        "thresholds", "thresholds", "thresholds", (1, 2, 20, 499), (1, 2, 3, 4), (50, 51, 300, 3000)
    )
    rows = evaluate_rfm(five(), HERE, methods=methods)
    assert [rows[c].rfm_code for c in "abcde"] == [445, 334, 324, 222, 111]


def test_without_amounts_money_is_frequency() -> None:
    facts = base(
        [order("o", "a", ago(1), None), order("p", "a", ago(2), None), order("q", "b", ago(1), None)]
    )
    rows = evaluate_rfm(facts, HERE)
    assert [(rows[c].rfm_f, rows[c].rfm_m, rows[c].monetary_amount) for c in "ab"] == [
        (2, 2, None),
        (1, 1, None),
    ]


def test_a_frame_is_not_moved_by_later_facts() -> None:
    frame = make_rfm_frame(five(), HERE)
    later = Point(NOW + timedelta(days=7))
    more = Facts(orders=(*five().orders, *(order(f"x{i}", "c", NOW, 10_000) for i in range(4))))
    rows = evaluate_rfm(more, later, frame=frame)
    # c: 5 orders, better than both repeaters of the frame (2 of 2); 40,300 better than all four
    assert rows["c"].rfm_code == 555
    # a is as before, but 9 days silent: still within 10
    assert rows["a"].rfm_code == 534
    assert rows["b"].rfm_code == 323  # 17 days: beyond 14, within 30
    # d fell to the frame's lowest, not out of the frame's cuts
    assert rows["d"].rfm_code == 111
    assert evaluate_rfm(more, later)["a"].rfm_code != rows["a"].rfm_code
