"""Rhythm, thresholds, signals and stages by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from tests.core.reference.build import LONG_AGO, NOW, ago, base, order, orders_at, past
from tests.core.reference.evaluate import Point, evaluate_lifecycle, make_lifecycle_frame
from tests.core.reference.facts import Booking, Customer, Facts, Message, MessageOpen, Subscription, look
from tests.core.reference.history import History, histories
from tests.core.reference.lifecycle import (
    LifecycleFrame,
    at_risk_days,
    came_back,
    falling_opens,
    falling_order,
    growing_interval,
    lifecycle_row,
    lost_days,
    new_days,
    quick_stage,
    to_seconds,
)
from tests.core.reference.rhythm import RhythmFrame, rhythm_days, rhythm_frame
from tests.core.reference.rules import B2B, SALON, SHOP

DAY = 86_400
FRAME = LifecycleFrame(RhythmFrame(30), p95=100, new_days=30)


def stage(person: History, frame: LifecycleFrame = FRAME) -> tuple[str, str | None]:
    """Stage and reason in a shop."""
    row = lifecycle_row(person, frame, SHOP)
    return row.stage, row.reason


# --- rhythm ---


def test_gaps_are_between_distinct_local_days() -> None:
    facts = base(orders_at("c", [10, 10, 9.9, 3]))
    # 10 days before noon is 21 June 12:00, 9.9 days before noon is 21 June 14:24; then 28 June
    assert histories(look(facts, NOW), SHOP)["c"].gaps == [7]
    # one UTC day, but in Moscow (UTC+3) 20:00 UTC is 23:00 and 22:00 UTC is 01:00 of the next day
    late = [order(f"o{h}", "c", NOW.replace(hour=h) - timedelta(days=5)) for h in (20, 22, 23)]
    assert histories(look(Facts(orders=tuple(late)), NOW), SHOP)["c"].gaps == []
    assert histories(look(Facts(orders=tuple(late), zone="Europe/Moscow"), NOW), SHOP)["c"].gaps == [1]


def test_the_rhythm_blends_base_and_own() -> None:
    assert rhythm_days([], 30) == 30
    assert rhythm_days([10], 30) == 25  # (90 + 10) / 4
    assert rhythm_days([10, 40], 30) == 22  # lower middle 10: (90 + 20) / 5
    assert rhythm_days([7, 7, 9], 30) == Fraction(111, 6)  # (90 + 21) / 6
    assert rhythm_days([600] * 9, 400) == 365  # (1200 + 5400) / 12 = 550
    assert rhythm_days([1], 1) == 1


def test_a_category_needs_thirty_who_repeat() -> None:
    tea = [past([20, 10], category="tea")] * 30
    rare = [past([90, 10], category="oil")] * 29 + [past([5], category="oil")]
    frame = rhythm_frame([*tea, *rare])
    # medians: 30 × 10 and 29 × 80: the 30th of 59 is 10
    assert frame == RhythmFrame(10, {"tea": 10})
    assert frame.base("oil") == 10
    assert rhythm_frame([*tea[1:], *rare]).everyone == 10  # 58: the 29th is the last of the 29 tens
    assert rhythm_frame([*tea[2:], *rare]) == RhythmFrame(80)  # 57: the 29th, after 28 tens
    assert rhythm_frame([*tea, past([90, 10], category="oil"), *rare]).by_category == {"tea": 10, "oil": 80}


def test_the_rhythm_is_thirty_when_nobody_repeats() -> None:
    assert rhythm_frame([past([5]), past([])]) == RhythmFrame(30)


# --- thresholds ---


def test_points_of_a_shop_a_salon_and_accounts() -> None:
    assert at_risk_days(Fraction(5), SHOP) == 14
    assert at_risk_days(Fraction(8), SHOP) == 16
    assert at_risk_days(Fraction(12), SALON) == 18
    assert at_risk_days(Fraction(20), B2B) == 45
    assert lost_days(Fraction(10), 0, SHOP) == 90
    assert lost_days(Fraction(30), 100, SHOP) == 120
    assert lost_days(Fraction(30), 130, SHOP) == 130
    assert lost_days(Fraction(10), 0, SALON) == 60
    assert lost_days(Fraction(30), 0, SALON) == 90
    assert lost_days(Fraction(30), 0, B2B) == 180


def test_thresholds_are_cut_to_whole_seconds() -> None:
    # 111/6 days × 2 = 37 days; 100/7 × 2 = 28.571428… days = 2,468,571.43 s
    assert to_seconds(at_risk_days(Fraction(111, 6), SHOP)) == 37 * DAY
    assert to_seconds(at_risk_days(Fraction(100, 7), SHOP)) == 2_468_571


def test_new_lasts_p75_of_the_days_to_the_second_order() -> None:
    # first gaps 20, 25, 40, 60: the 3rd of 4; later gaps do not matter
    people = [past([80, 60, 1]), past([35, 10]), past([50, 10]), past([70, 10]), past([3])]
    assert new_days(people) == 40
    assert new_days([past([3, 2])]) == 14
    assert new_days([past([300, 2])]) == 90
    assert new_days([past([3])]) == 30


# --- stages ---


def test_no_order_is_a_prospect() -> None:
    row = lifecycle_row(past([]), FRAME, SHOP)
    assert (row.stage, row.quick, row.rhythm_days) == ("prospect", None, None)


def test_new_ends_after_its_last_second() -> None:
    assert stage(past([30])) == ("new", None)
    facts = Facts(orders=(order("o", "c", ago(30, 1)),))
    row = evaluate_lifecycle(facts, Point(NOW), frame=FRAME)["c"]
    assert (row.stage, row.reason, row.silence) == ("at_risk", "single_order", 30 * DAY + 1)
    assert stage(past([20, 20])) == ("new", None)  # two orders of one day


def test_silence_beyond_the_points() -> None:
    # one order: rhythm 30, at risk beyond 60, lost beyond max(90, 120, 100) = 120
    assert stage(past([60])) == ("at_risk", "single_order")
    assert stage(past([61])) == ("at_risk", "silence")
    assert stage(past([120])) == ("at_risk", "silence")
    assert stage(past([121])) == ("lost", "silence")
    # gap 10: rhythm 25, at risk beyond 50, lost beyond 100
    assert stage(past([60, 50])) == ("active", None)
    assert stage(past([61, 51])) == ("at_risk", "silence")
    assert stage(past([111, 101])) == ("lost", "silence")


def test_returned_after_a_gap_beyond_the_lost_point_without_it() -> None:
    # own gaps before: none, so rhythm 30, lost 120: a gap of 121 is beyond, 120 is not
    assert stage(past([126, 5])) == ("returned", None)
    assert stage(past([125, 5])) == ("active", None)
    # gaps 10, 10, 121: before the last 10, 10 -> rhythm (90 + 20) / 5 = 22, lost max(90, 88, 100) = 100
    assert came_back(past([146, 136, 126, 5]), FRAME, SHOP)
    assert came_back(past([126, 116, 106, 5]), FRAME, SHOP)  # 101
    assert not came_back(past([125, 115, 105, 5]), FRAME, SHOP)  # 100
    assert not came_back(past([]), FRAME, SHOP)


def test_returned_only_while_not_at_risk() -> None:
    # gap 130: rhythm (90 + 130) / 4 = 55, at risk beyond 110, lost beyond 220
    assert stage(past([240, 110])) == ("returned", None)
    assert stage(past([241, 111])) == ("at_risk", "silence")


def test_what_is_booked_or_subscribed_is_neither_lost_nor_at_risk() -> None:
    for ages in ([121], [61], [60], [111, 101]):
        assert stage(replace(past(ages), committed=True)) == ("active", None)
    assert stage(replace(past([20]), committed=True)) == ("new", None)
    assert stage(replace(past([240, 110]), committed=True)) == ("returned", None)


@pytest.mark.parametrize(
    ("fact", "committed"),
    [
        (Booking("b", "c", ago(1), NOW + timedelta(microseconds=1), valid_at=ago(1)), True),
        (Booking("b", "c", ago(1), NOW, valid_at=ago(1)), False),
        (Booking("b", "c", ago(1), NOW + timedelta(days=1), "cancelled", valid_at=ago(1)), False),
        (Booking("b", "d", ago(1), NOW + timedelta(days=1), valid_at=ago(1)), False),
        (Subscription("s", "c", NOW + timedelta(days=1), valid_at=ago(1)), True),
        (Subscription("s", "c", NOW, valid_at=ago(1)), False),
        (Subscription("s", "c", None, valid_at=ago(1)), False),
        (Subscription("s", "c", NOW + timedelta(days=1), "paused", valid_at=ago(1)), False),
    ],
)
def test_commitments_end_when_they_start(fact: Booking | Subscription, committed: bool) -> None:
    facts = base(orders_at("c", [121]))
    if isinstance(fact, Booking):
        facts = replace(facts, bookings=(fact,))
    else:
        facts = replace(facts, subscriptions=(fact,))
    row = evaluate_lifecycle(facts, Point(NOW), frame=FRAME)["c"]
    assert row.stage == ("active" if committed else "lost")


def test_a_salon_lives_by_visits() -> None:
    visit = Booking("b", "c", ago(99), ago(61), "visited", valid_at=ago(61))
    frame = LifecycleFrame(RhythmFrame(20), p95=0, new_days=30)
    row = evaluate_lifecycle(Facts(bookings=(visit,)), Point(NOW), SALON, frame)["c"]
    # 3 × 20 = 60 days, silent for 61
    assert (row.stage, row.quick, row.at_risk_seconds, row.lost_seconds) == (
        "lost",
        "sleeping",
        30 * DAY,
        60 * DAY,
    )
    assert evaluate_lifecycle(Facts(bookings=(visit,)), Point(NOW), SHOP, frame)["c"].stage == "prospect"


def test_an_account_is_judged_as_one() -> None:
    facts = Facts(
        orders=(*orders_at("a", [400]), *orders_at("b", [20])),
        customers=(Customer("a", LONG_AGO, "x"), Customer("b", LONG_AGO, "x"), Customer("z", LONG_AGO, "x")),
    )
    rows = evaluate_lifecycle(facts, Point(NOW), B2B)
    # one gap of 380 days: base 380, rhythm 365 at most, lost 1460
    assert {row.stage for row in rows.values()} == {"active"}
    assert {row.rhythm_days for row in rows.values()} == {Fraction(365)}
    assert evaluate_lifecycle(facts, Point(NOW), SHOP)["z"].stage == "prospect"


def test_quick_stages() -> None:
    stages = ("prospect", "new", "active", "returned", "at_risk", "lost")
    assert [quick_stage(s, SHOP) for s in stages] == [None, "new", "active", "active", "at_risk", "gone"]
    assert [quick_stage(s, SALON) for s in stages] == [
        None,
        "new",
        "regular",
        "regular",
        "sleeping",
        "sleeping",
    ]


def test_new_and_lost_are_provisional_in_a_young_base() -> None:
    def provisional(*ages: float) -> dict[str, bool]:
        facts = base(*(orders_at(f"c{i}", [age]) for i, age in enumerate(ages)))
        return {c: row.provisional for c, row in evaluate_lifecycle(facts, Point(NOW), frame=FRAME).items()}

    assert provisional(5, 70, 179) == {"c0": True, "c1": False, "c2": True}
    assert provisional(5, 70, 180) == {"c0": False, "c1": False, "c2": False}


def test_a_frame_by_hand() -> None:
    facts = base(orders_at("a", [50, 40, 30]), orders_at("b", [60, 20]), orders_at("c", [3]))
    # own medians 10 and 40: lower middle 10; pooled 10, 10, 40: P95 the 3rd; first gaps 10, 40: P75 the 2nd
    frame = make_lifecycle_frame(facts, Point(NOW))
    assert frame == LifecycleFrame(RhythmFrame(10), p95=40, new_days=40)


# --- signals ---


def test_a_growing_interval_needs_three_and_three() -> None:
    def fires(*gaps: int) -> bool:
        ages = [sum(gaps[i:]) for i in range(len(gaps) + 1)]
        return growing_interval(past(ages)).fires

    assert fires(10, 10, 10, 10, 10, 26)  # mean 46/3 > 15
    assert not fires(10, 10, 10, 15, 15, 15)  # 15 is not above 15
    assert fires(10, 10, 10, 15, 15, 16)
    assert not fires(10, 10, 90, 90, 90)  # only two earlier
    assert not fires(*[10] * 6)


def test_a_falling_order_needs_three_and_three() -> None:
    def fires(*revenues: int) -> bool:
        return falling_order(past(range(len(revenues), 0, -1), revenues=revenues)).fires

    assert fires(100, 100, 100, 79, 80, 80)
    assert not fires(100, 100, 100, 80, 80, 80)
    assert not fires(100, 100, 1, 1, 1)
    signal = falling_order(past([6, 5, 4, 3, 2, 1], revenues=[90, 100, 110, 10, 10, 11]))
    assert (signal.recent, signal.earlier) == (Fraction(31, 3), Fraction(100))


def opened(pattern: str) -> History:
    """One mail a day, oldest first, the last one 3 days ago; 1 was opened by a person, m by a machine."""
    count = len(pattern)
    mails = tuple(Message(f"m{i:02}", "c", ago(count - i + 2)) for i in range(count))
    opens = tuple(
        MessageOpen(f"m{i:02}", ago(1), machine=mark == "m") for i, mark in enumerate(pattern) if mark in "1m"
    )
    return histories(look(Facts(messages=mails, opens=opens), NOW), SHOP)["c"]


def test_a_falling_open_rate_needs_five_and_five() -> None:
    assert falling_opens(opened("11111" + "00011")).fires  # 2/5 < 1/2
    assert falling_opens(opened("11110" + "00001")).fires  # 1/5 < 2/5
    assert not falling_opens(opened("11000" + "00001")).fires  # 1/5 is not below 1/5
    assert not falling_opens(opened("1111" + "00000")).fires  # four earlier
    assert falling_opens(opened("11111" + "mm0mm")).fires
    assert not falling_opens(opened("mmmmm" + "00000")).fires  # 0 is not below 0


def test_young_messages_have_not_had_their_72_hours() -> None:
    mails = [Message(f"m{i}", "c", ago(20 - i)) for i in range(9)]
    opens = tuple(MessageOpen(f"m{i}", ago(1)) for i in range(5))

    def signal(last: Message) -> bool:
        facts = Facts(messages=(*mails, last), opens=opens)
        return falling_opens(histories(look(facts, NOW), SHOP)["c"]).fires

    assert signal(Message("x", "c", ago(3)))
    assert not signal(Message("x", "c", ago(3) + timedelta(microseconds=1)))


def test_two_signals_put_at_risk_who_still_buys() -> None:
    # gaps 10, 10, 10, 20, 20, 20; orders fall from 100 to 50; silent for 5 days
    ages = [95, 85, 75, 65, 45, 25, 5]
    assert stage(past(ages, revenues=[100] * 4 + [50] * 3)) == ("at_risk", "signals")
    assert stage(past(ages)) == ("active", None)
    committed = replace(past(ages, revenues=[100] * 4 + [50] * 3), committed=True)
    assert stage(committed) == ("active", None)
