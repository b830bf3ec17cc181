"""The product's RFM with numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.core.meaning.asking import HERE, ask, column, frames_of, row
from tests.core.meaning.base import Base
from tests.core.reference.build import NOW, ago, give_back, line, order, orders_at
from tests.core.reference.build import base as facts_of
from tests.core.reference.evaluate import Point
from tests.core.reference.facts import Booking, Discount, Facts
from tests.core.reference.rfm import Methods

MICROSECOND = timedelta(microseconds=1)


def five() -> Facts:
    """Five customers: a buys often, e is long gone."""
    return facts_of(
        orders_at("a", [2, 12, 22], 1000),
        orders_at("b", [10, 40], 300),
        orders_at("c", [20], 300),
        orders_at("d", [100], 50),
        orders_at("e", [500, 510], 9000),
    )


def test_recency_counts_full_days_between_whole_seconds(base: Base) -> None:
    facts = Facts(
        orders=(
            order("o", "a", ago(1, 0.01)),
            order("p", "b", ago(1) + timedelta(milliseconds=900)),  # 100 ms short of a day, but equal seconds
            order("q", "c", ago(1) + timedelta(seconds=1)),
        )
    )
    rows = ask(base, facts, at=Point(NOW + timedelta(milliseconds=100)))
    assert column(rows, "recency_days") == {"a": 1, "b": 1, "c": 0}
    assert column(rows, "silence_seconds") == {"a": 86_401, "b": 86_400, "c": 86_399}


def test_a_window_includes_its_beginning_and_not_its_end(base: Base) -> None:
    facts = Facts(
        orders=(
            order("o", "edge", ago(365)),
            order("p", "before", ago(365) - MICROSECOND),
            order("q", "twice", ago(365)),
            order("r", "twice", ago(365)),  # two at one instant are two
            order("s", "edge", NOW),  # not yet
        )
    )
    assert column(ask(base, facts, window=365), "frequency_count") == {"before": 0, "edge": 1, "twice": 2}
    assert column(ask(base, facts, window=0), "frequency_count") == {"before": 1, "edge": 1, "twice": 2}


def test_only_completed_orders_count(base: Base) -> None:
    facts = Facts(
        orders=tuple(order(s, "c", ago(1), status=s) for s in ("completed", "pending", "cancelled"))
    )
    assert row(ask(base, facts)["c"], "orders_count", "revenue_total") == (1, 100)


def test_lines_win_over_the_header_and_are_gross(base: Base) -> None:
    header = order("o", "c", ago(1), 999, discount=10)
    lines = (line("o", 1, 70), line("o", 2, 50))
    assert ask(base, Facts(orders=(header,), lines=lines))["c"]["revenue_total"] == 110  # 70 + 50 − 10
    taken = tuple(Discount("o", no, "coupon", off, valid_at=ago(2)) for no, off in ((None, 15), (1, 5)))
    assert ask(base, Facts(orders=(header,), lines=lines, discounts=taken))["c"]["revenue_total"] == 100
    assert ask(base, Facts(orders=(header,), discounts=taken))["c"]["revenue_total"] == 999  # already net


def test_returns_restate_their_order_or_count_when_brought_back(base: Base) -> None:
    facts = facts_of(
        [order("in", "c", ago(300), 500), order("out", "c", ago(400), 900)],
        returns=[
            give_back("r1", "c", "in", ago(1), 40),
            give_back("r2", "c", "out", ago(1), 300),  # its order is outside, so is it
            give_back("r3", "c", None, ago(365), 5),
            give_back("r4", "c", None, ago(366), 7),  # outside
            give_back("r5", "c", "in", NOW, 1),  # not yet
        ],
    )
    found = ask(base, facts, window=365)["c"]
    # 500 − 40 − 5; 500 − 40 + 900 − 300 − 5 − 7
    assert row(found, "monetary_amount", "revenue_total") == (455, 1048)


def test_a_base_by_hand(base: Base) -> None:
    # gaps: a 10, 10; b 30; e 10. P50 10, P75 10, P90 30 -> bounds 10, 14, 30, 90; window 365 ≥ 120
    # F in the window: a 3, b 2, c 1, d 1, e none. Of two and more (2, 3): b 0 worse -> 2, a 1 of 2 -> 3
    # M in the window: 3000, 600, 300, 50: worse 3, 2, 1, 0 of 4 -> 1+3=4, 1+2=3, 1+1=2, 1
    rows = ask(base, five())
    assert column(rows, "rfm_code") == {"a": "534", "b": "523", "c": "312", "d": "111", "e": "111"}
    # first to second day: 10, 30, 10: P75 = 3rd of 10, 10, 30 = 30, so c (20 days) is a newcomer and d is not
    assert column(rows, "rfm_simple") == {
        "a": "champions",
        "b": "potential",
        "c": "newcomers",
        "d": "lost",
        "e": "lost",
    }
    assert column(rows, "rfm_quick") == {
        "a": "champions",
        "b": "potential",
        "c": "potential",
        "d": "sleeping",
        "e": "sleeping",
    }
    assert column(rows, "rfm_classic") == {
        "a": "need_attention",  # 534
        "b": "promising",  # 523
        "c": "new",
        "d": "lost",
        "e": "lost",
    }
    assert column(rows, "monetary_amount") == {"a": 3000, "b": 600, "c": 300, "d": 50, "e": 0}


def test_the_frame_of_that_base_by_hand(base: Base) -> None:
    values = frames_of(base, five()).rfm.values
    assert [values[f"r_bound_{score}"] for score in (5, 4, 3, 2)] == [10, 14, 30, 90]
    # recency in the window 100, 20, 10, 2 days, worst first: ranks ⌈4/5⌉, ⌈8/5⌉, ⌈12/5⌉, ⌈16/5⌉ = 1, 2, 3, 4
    assert [values[f"r_cut_{score}"] for score in (2, 3, 4, 5)] == [100, 20, 10, 2]
    assert [values[f"m_cut_{score}"] for score in (2, 3, 4, 5)] == [50, 300, 600, 3000]
    # two repeaters, 2 and 3 orders: ranks 1, 1, 2, 2
    assert [values[f"f_cut_{score}"] for score in (2, 3, 4, 5)] == [2, 2, 3, 3]
    assert (values["window_days"], values["has_money"], values["base"], values["f_levels"]) == (365, 1, 5, 3)


def test_relative_recency_ranks_only_those_in_the_window(base: Base) -> None:
    rows = ask(base, five(), methods=Methods(recency="relative"))
    # worse than 2, 10, 20, 100 days: 3, 2, 1, 0 of 4
    assert column(rows, "rfm_r") == {"a": 4, "b": 3, "c": 2, "d": 1, "e": 1}


def test_declared_bounds_are_inclusive(base: Base) -> None:
    declared = Methods(
        "thresholds", "thresholds", "thresholds", (1, 2, 20, 499), (1, 2, 3, 4), (50, 51, 300, 3000)
    )
    rows = ask(base, five(), methods=declared)
    assert column(rows, "rfm_code") == {"a": "445", "b": "334", "c": "324", "d": "222", "e": "111"}


def test_equal_values_get_equal_scores(base: Base) -> None:
    facts = facts_of(
        *(orders_at(name, [5], sum_) for name, sum_ in zip("abcde", (10, 10, 10, 20, 50), strict=True))
    )
    # strictly worse: 0, 0, 0, 3, 4 of 5
    assert column(ask(base, facts), "rfm_m") == {"a": 1, "b": 1, "c": 1, "d": 4, "e": 5}


def test_one_order_scores_one_in_frequency(base: Base) -> None:
    counts = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3, "f": 4, "g": 9}
    facts = facts_of(*(orders_at(name, [5] * count) for name, count in counts.items()))
    # among 2, 2, 3, 4, 9: worse 0, 2, 3, 4 of 5 -> 1 (raised to 2), 3, 4, 5
    assert column(ask(base, facts), "rfm_f") == {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3, "f": 4, "g": 5}


def test_without_amounts_money_is_frequency(base: Base) -> None:
    facts = facts_of(
        [order("o", "a", ago(1), None), order("p", "a", ago(2), None), order("q", "b", ago(1), None)]
    )
    rows = ask(base, facts)
    columns = ("rfm_f", "rfm_m", "monetary_amount", "revenue_total", "average_order")
    assert [row(rows[c], *columns) for c in "ab"] == [(2, 2, None, None, None), (1, 1, None, None, None)]


def test_a_frame_is_not_moved_by_later_facts(base: Base) -> None:
    frame = frames_of(base, five()).rfm
    more = Facts(orders=(*five().orders, *(order(f"x{i}", "c", NOW, 10_000) for i in range(4))))
    rows = ask(base, more, at=Point(NOW + timedelta(days=7)), rfm=frame)
    # c: 5 orders, better than both repeaters of the frame (2 of 2); 40,300 better than all four
    # b: 17 days silent: beyond 14, within 30; d falls to the frame's lowest, not out of its cuts
    assert column(rows, "rfm_code") == {"a": "534", "b": "323", "c": "555", "d": "111", "e": "111"}


@pytest.mark.parametrize(
    ("gap", "business", "window"),
    [
        (91, "shop", 365),  # 4 × 91 = 364
        (92, "shop", 730),  # 368
        (182, "shop", 730),  # 728
        (183, "shop", 0),  # 732
        (45, "grocery", 180),  # 180 is not shorter than 180
        (46, "grocery", 365),
        (1, "b2b", 730),
        (183, "b2b", 0),
    ],
)
def test_the_window_is_at_least_four_times_p90(base: Base, gap: int, business: str, window: int) -> None:
    # eight gaps of 1 day and two longer ones: P90 of ten is the 9th smallest
    facts = facts_of(orders_at("c", [gap * 2 + 8 - i for i in range(9)] + [gap, 0.1]))
    assert frames_of(base, facts, business).rfm.values["window_days"] == window


def test_a_window_that_is_set_stays(base: Base) -> None:
    assert frames_of(base, five(), window=30).rfm.values["window_days"] == 30
    assert frames_of(base, facts_of(orders_at("c", [5]))).rfm.values["window_days"] == 365  # nobody repeats


def test_a_salon_counts_days_with_a_visit_or_an_order(base: Base) -> None:
    visit = Booking("b", "c", ago(9), ago(3), "visited", valid_at=ago(9))
    missed = Booking("m", "c", ago(9), ago(2), "no_show", valid_at=ago(9))
    facts = Facts(orders=(order("o", "c", ago(3, -3600)), order("p", "c", ago(8))), bookings=(visit, missed))
    assert row(ask(base, facts, "salon")["c"], "frequency_count", "recency_days") == (2, 2)
    assert row(ask(base, facts, "shop")["c"], "frequency_count", "recency_days") == (2, 2)
    only = Facts(bookings=(visit,), orders=(order("x", "another", ago(1)),))
    assert row(ask(base, only, "salon")["c"], "frequency_count", "recency_days") == (1, 3)
    assert row(ask(base, only, "shop")["c"], "frequency_count", "recency_days") == (0, None)


def test_a_visit_and_the_order_that_paid_for_it_are_one(base: Base) -> None:
    visit = Booking("b", "c", ago(9), ago(3), "visited", order_id="o", valid_at=ago(9))
    facts = Facts(orders=(order("o", "c", ago(2), 500),), bookings=(visit,))
    found = ask(base, facts, "salon")["c"]
    # two days, on which he was there and on which he paid, but one order of 500
    assert row(found, "orders_count", "frequency_count", "order_days", "revenue_total") == (1, 2, 2, 500)
    cancelled = replace(facts, orders=(order("o", "c", ago(2), 500, "cancelled"),))
    assert row(ask(base, cancelled, "salon")["c"], "orders_count", "order_days", "recency_days") == (1, 1, 3)


def test_a_customer_without_orders_has_counts_of_nothing_and_no_scores(base: Base) -> None:
    facts = Facts(orders=(order("o", "a", ago(1)), order("p", "b", ago(1), status="pending")))
    found = ask(base, facts)["b"]
    assert row(found, "orders_count", "order_days", "frequency_count", "monetary_amount") == (0, 0, 0, 0)
    nothing = (
        "rfm_r",
        "rfm_f",
        "rfm_m",
        "rfm_code",
        "rfm_simple",
        "rfm_classic",
        "rfm_quick",
        "recency_days",
    )
    assert row(found, *nothing) == (None,) * 8
    assert row(found, "is_newcomer", "average_order", "rhythm_days", "lost_seconds") == (0, None, None, None)


def test_the_answer_stands_at_the_instant(base: Base) -> None:
    assert set(ask(base, five(), at=Point(ago(100)))) == {"e"}
    assert column(ask(base, five(), at=Point(ago(99))), "orders_count") == {"d": 1, "e": 2}
    assert HERE.known_seq is None
