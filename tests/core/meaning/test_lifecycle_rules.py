"""The product's rhythm, points, signals and stages with numbers worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.core.meaning.asking import DAY, FRAME, ask, column, frames_of, lifecycle_frame, row
from tests.core.meaning.base import Base, Layout
from tests.core.reference.build import LONG_AGO, NOW, TODAY, ago, give_back, line, order, orders_at
from tests.core.reference.build import base as facts_of
from tests.core.reference.facts import (
    Booking,
    Customer,
    Facts,
    Message,
    MessageOpen,
    Order,
    Product,
    Subscription,
)

AHEAD = Subscription("s", "c", NOW + timedelta(days=1), valid_at=ago(1))


def stages_of(base: Base, *cases: Sequence[float], **asked: Any) -> list[tuple[str, str | None]]:
    """Stage and reason of customers who ordered so many days ago, in a shop."""
    facts = facts_of(*(orders_at(f"c{i:02}", ages) for i, ages in enumerate(cases)))
    rows = ask(base, facts, lifecycle=asked.pop("frame", FRAME), **asked)
    return [(found["lifecycle_stage"], found["lifecycle_reason"]) for _, found in sorted(rows.items())]


# --- rhythm ---


def test_gaps_are_between_distinct_local_days(base: Base) -> None:
    found = ask(base, facts_of(orders_at("c", [10, 10, 9.9, 3])))["c"]
    # 10 days before noon is 21 June 12:00, 9.9 days before noon is 21 June 14:24; then 28 June
    assert row(found, "order_days", "gaps_count", "own_gap_days", "last_gap_days") == (2, 1, 7, 7)


def test_days_are_those_of_the_workspaces_zone(base: Base) -> None:
    # one UTC day, but in Moscow (UTC+3) 20:00 UTC is 23:00 and 22:00 UTC is 01:00 of the next day
    late = tuple(order(f"o{h}", "c", NOW.replace(hour=h) - timedelta(days=5)) for h in (20, 22, 23))
    assert ask(base, Facts(orders=late))["c"]["order_days"] == 1
    assert ask(base, Facts(orders=late, zone="Europe/Moscow"))["c"]["order_days"] == 2


def test_the_rhythm_blends_base_and_own(base: Base) -> None:
    facts = facts_of(
        orders_at("a", [5]),  # no gap: the base
        orders_at("b", [15, 5]),  # (90 + 10) / 4
        orders_at("c", [55, 45, 5]),  # gaps 10, 40, lower middle 10: (90 + 20) / 5
        orders_at("d", [28, 21, 14, 5]),  # gaps 7, 7, 9: (90 + 21) / 6
        orders_at("e", [3005, 2005, 1005, 5]),  # (90 + 3000) / 6 = 515, at most 365
    )
    rows = ask(base, facts, lifecycle=FRAME)
    assert column(rows, "rhythm_days") == {"a": 30, "b": 25, "c": 22, "d": 18.5, "e": 365}
    quick = ask(base, facts_of(orders_at("b", [6, 5, 4, 3])), lifecycle=lifecycle_frame(base_gap=1))
    assert quick["b"]["rhythm_days"] == 1


def test_a_frame_by_hand(base: Base) -> None:
    facts = facts_of(orders_at("a", [50, 40, 30]), orders_at("b", [60, 20]), orders_at("c", [3]))
    # own medians 10 and 40: lower middle 10; pooled 10, 10, 40: P95 the 3rd; first gaps 10, 40: P75 the 2nd
    assert frames_of(base, facts).lifecycle.values == {"base_gap": 10, "gap_p95": 40, "new_days": 40}


@pytest.mark.parametrize(("ages", "days"), [([3, 2], 14), ([300, 2], 90), ([3], 30)])
def test_new_lasts_from_14_to_90_days(base: Base, ages: Sequence[float], days: int) -> None:
    assert frames_of(base, facts_of(orders_at("c", ages))).lifecycle.values["new_days"] == days


def buyers(count: int, category: str, *ages: float) -> tuple[list[Order], list[Any]]:
    """So many customers of a category who ordered on the same days."""
    orders = [o for i in range(count) for o in orders_at(f"{category}{i:02}", ages)]
    return orders, [line(o.order_id, 1, 100, product=category) for o in orders]


@pytest.mark.parametrize(("oils", "categories"), [(29, {"tea": 10}), (30, {"tea": 10, "oil": 80})])
def test_a_category_needs_thirty_who_repeat(base: Base, oils: int, categories: dict[str, int]) -> None:
    (tea, tea_lines), (oil, oil_lines) = buyers(30, "tea", 20, 10), buyers(oils, "oil", 90, 10)
    products = tuple(Product(name, name, valid_at=LONG_AGO) for name in ("tea", "oil"))
    facts = replace(
        facts_of(tea, oil, orders_at("oil99", [5]), lines=tea_lines + oil_lines), products=products
    )
    frame = frames_of(base, facts).lifecycle
    # medians: 30 × 10 and so many × 80: the 30th of all is 10
    assert (frame.values["base_gap"], dict(frame.categories)) == (10, categories)
    rows = ask(base, facts)
    # (3·10 + 10) / 4; the base of oil is its own or that of everyone: (3·80 + 80) / 4, (3·10 + 80) / 4
    assert rows["tea00"]["rhythm_days"] == 10
    assert rows["oil00"]["rhythm_days"] == (80 if "oil" in categories else 27.5)


def test_the_main_category_is_that_of_most_revenue(base: Base) -> None:
    facts = Facts(
        orders=(
            order("o", "c", ago(900)),
            order("p", "c", ago(1)),
            order("q", "c", ago(1), status="cancelled"),
        ),
        lines=(
            line("o", 1, 100, product="coffee"),
            line("p", 1, 60, product="green"),
            line("p", 2, 60, product="black"),
            line("p", 3, 500, product="bag"),  # without a category
            line("q", 1, 900, product="sugar"),
        ),
        products=tuple(
            Product(name, category, valid_at=LONG_AGO)
            for name, category in (
                ("coffee", "coffee"),
                ("green", "tea"),
                ("black", "tea"),
                ("sugar", "sugar"),
            )
        ),
    )
    assert ask(base, facts)["c"]["main_category"] == "tea"  # 120 against 100


def test_equal_categories_are_ordered_by_code_points(base: Base) -> None:
    names = ("tea", "чай", "Tea")
    facts = Facts(
        orders=(order("o", "c", ago(1)),),
        lines=tuple(line("o", i, 5, product=name) for i, name in enumerate(names)),
        products=tuple(Product(name, name, valid_at=LONG_AGO) for name in names),
    )
    assert ask(base, facts)["c"]["main_category"] == "Tea"


def test_the_unit_left_of_a_discount_falls_on_the_lower_line(base: Base) -> None:
    # 1 over 10 and 10: halves tie, line 1 bears it: coffee 9, tea 10; undivided they would tie for coffee
    facts = Facts(
        orders=(order("o", "c", ago(1), discount=1),),
        lines=(line("o", 1, 10, product="coffee"), line("o", 2, 10, product="tea")),
        products=tuple(Product(name, name, valid_at=LONG_AGO) for name in ("coffee", "tea")),
    )
    assert row(ask(base, facts)["c"], "main_category", "revenue_total") == ("tea", 19)


def test_an_orders_discount_and_returns_are_spread_as_one_sum(base: Base) -> None:
    # 1 and 1 over 10 and 10, together 2: one each, a tie for coffee; one by one line 1 would bear both
    facts = Facts(
        orders=(order("o", "c", ago(2), discount=1),),
        lines=(line("o", 1, 10, product="coffee"), line("o", 2, 10, product="tea")),
        returns=(give_back("r", "c", "o", ago(1), 1),),
        products=tuple(Product(name, name, valid_at=LONG_AGO) for name in ("coffee", "tea")),
    )
    assert row(ask(base, facts)["c"], "main_category", "revenue_total") == ("coffee", 18)


# --- points ---


@pytest.mark.parametrize(
    ("business", "base_gap", "p95", "at_risk", "lost"),
    [
        ("shop", 5, 0, 14, 90),
        ("shop", 8, 0, 16, 90),
        ("shop", 30, 100, 60, 120),
        ("shop", 30, 130, 60, 130),
        ("grocery", 30, 0, 60, 120),
        ("salon", 12, 0, 18, 60),
        ("salon", 30, 0, 45, 90),
        ("b2b", 20, 0, 45, 180),
        ("b2b", 50, 0, 100, 200),
    ],
)
def test_points_of_each_business(
    base: Base, business: str, base_gap: int, p95: int, at_risk: int, lost: int
) -> None:
    found = ask(base, facts_of(orders_at("c", [1])), business, lifecycle=lifecycle_frame(base_gap, p95))["c"]
    assert row(found, "at_risk_seconds", "lost_seconds") == (at_risk * DAY, lost * DAY)


def test_points_are_cut_to_whole_seconds(base: Base) -> None:
    # gaps 1, 1, 1, 88: (90 + 4) / 7 = 13.43 days, × 2 = 26.857142… days = 2,320,457.14 s
    found = ask(base, facts_of(orders_at("c", [100, 99, 98, 97, 9])), lifecycle=FRAME)["c"]
    assert row(found, "at_risk_seconds", "lost_seconds") == (2_320_457, 100 * DAY)


@pytest.mark.parametrize(
    ("gaps", "days"),
    [
        ((150,), 120),  # nothing before: the base, 4 × 30
        ((10, 60, 150), 100),  # 10, 60: lower middle 10, (90 + 20) / 5 = 22, 88 days, but P95 is 100
        ((60, 150, 10), 168),  # 60, 150: 60, (90 + 120) / 5 = 42
        ((150, 10, 60), 100),  # 10, 150: 10 again
        ((80, 80, 80), 200),  # 80, 80: (90 + 160) / 5 = 50
        ((60, 90, 80, 100), 220),  # 60, 80, 90: 80, (90 + 240) / 6 = 55
        ((100, 60, 90, 80), 240),  # 60, 90, 100: 90, (90 + 270) / 6 = 60
    ],
)
def test_the_lost_point_without_the_last_gap(base: Base, gaps: tuple[int, ...], days: int) -> None:
    ages = [sum(gaps[i:]) + 5 for i in range(len(gaps) + 1)]
    found = ask(base, facts_of(orders_at("c", ages)), lifecycle=FRAME)["c"]
    assert found["lost_seconds_before"] == days * DAY


# --- stages ---


def test_no_order_is_a_prospect(base: Base) -> None:
    found = ask(base, Facts(orders=(order("o", "c", ago(1), status="pending"),)))["c"]
    assert row(found, "lifecycle_stage", "lifecycle_quick", "silence_seconds") == ("prospect", None, None)


def test_new_ends_after_its_last_second(base: Base) -> None:
    facts = Facts(orders=(order("o", "a", ago(30)), order("p", "b", ago(30, 1)), *orders_at("c", [20, 20])))
    rows = ask(base, facts, lifecycle=FRAME)
    assert column(rows, "lifecycle_stage") == {"a": "new", "b": "at_risk", "c": "new"}
    assert column(rows, "is_newcomer") == {"a": 1, "b": 0, "c": 1}
    assert column(rows, "lifecycle_reason") == {"a": None, "b": "single_order", "c": None}


def test_silence_beyond_the_points(base: Base) -> None:
    # one order: rhythm 30, at risk beyond 60, lost beyond max(90, 120, 100) = 120
    assert stages_of(base, [60], [61], [120], [121]) == [
        ("at_risk", "single_order"),
        ("at_risk", "silence"),
        ("at_risk", "silence"),
        ("lost", "silence"),
    ]
    # gap 10: rhythm 25, at risk beyond 50, lost beyond 100
    assert stages_of(base, [60, 50], [61, 51], [111, 101]) == [
        ("active", None),
        ("at_risk", "silence"),
        ("lost", "silence"),
    ]


def test_returned_after_a_gap_beyond_the_lost_point_without_it(base: Base) -> None:
    # own gaps before: none, so rhythm 30, lost 120: a gap of 121 is beyond, 120 is not
    # gaps 10, 10, then 101 or 100: before the last (90 + 20) / 5 = 22, lost max(90, 88, 100) = 100
    found = stages_of(base, [126, 5], [125, 5], [126, 116, 106, 5], [125, 115, 105, 5])
    assert [stage for stage, _ in found] == ["returned", "active", "returned", "active"]


def test_returned_only_while_not_at_risk(base: Base) -> None:
    # gap 130: rhythm (90 + 130) / 4 = 55, at risk beyond 110, lost beyond 220
    assert stages_of(base, [240, 110], [241, 111]) == [("returned", None), ("at_risk", "silence")]


@pytest.mark.parametrize("ages", [[121], [61], [60], [111, 101]])
def test_what_is_subscribed_is_neither_lost_nor_at_risk(base: Base, ages: list[float]) -> None:
    facts = replace(facts_of(orders_at("c", ages)), subscriptions=(AHEAD,))
    assert row(ask(base, facts, lifecycle=FRAME)["c"], "lifecycle_stage", "has_promise") == ("active", 1)


@pytest.mark.parametrize(
    ("fact", "promised"),
    [
        (Booking("b", "c", ago(1), NOW + timedelta(microseconds=1), valid_at=ago(1)), True),
        (Booking("b", "c", ago(1), NOW, valid_at=ago(1)), False),
        (Booking("b", "c", ago(1), NOW + timedelta(days=1), "cancelled", valid_at=ago(1)), False),
        (Booking("b", "d", ago(1), NOW + timedelta(days=1), valid_at=ago(1)), False),
        (Booking("b", "c", NOW, NOW + timedelta(days=1), valid_at=NOW), False),  # not yet made
        (AHEAD, True),
        (replace(AHEAD, next_at=NOW), False),
        (replace(AHEAD, next_at=None), False),
        (replace(AHEAD, status="paused"), False),
    ],
)
def test_promises_end_when_they_start(base: Base, fact: Booking | Subscription, promised: bool) -> None:
    facts = facts_of(orders_at("c", [121]))
    if isinstance(fact, Booking):
        facts = replace(facts, bookings=(fact,))
    else:
        facts = replace(facts, subscriptions=(fact,))
    assert ask(base, facts, lifecycle=FRAME)["c"]["lifecycle_stage"] == ("active" if promised else "lost")


def test_a_salon_lives_by_visits(base: Base) -> None:
    visit = Booking("b", "c", ago(99), ago(61), "visited", valid_at=ago(99))
    facts = Facts(bookings=(visit,), orders=orders_at("d", [1]))
    frame = lifecycle_frame(base_gap=20, gap_p95=0)
    found = ask(base, facts, "salon", lifecycle=frame)["c"]
    # 3 × 20 = 60 days, silent for 61
    assert row(found, "lifecycle_stage", "lifecycle_quick", "lost_seconds") == ("lost", "sleeping", 60 * DAY)
    assert ask(base, facts, "shop", lifecycle=frame)["c"]["lifecycle_stage"] == "prospect"


@pytest.mark.parametrize(("age", "stage"), [(70, "new"), (90, "new"), (91, "lost")])
def test_new_goes_before_lost(base: Base, age: float, stage: str) -> None:
    # a salon's lost point is 60 days here, while one stays new for 90
    frame = lifecycle_frame(base_gap=20, gap_p95=0, new_days=90)
    assert (
        ask(base, facts_of(orders_at("c", [age])), "salon", lifecycle=frame)["c"]["lifecycle_stage"] == stage
    )


def test_a_person_with_two_accounts_belongs_to_the_first_in_code_point_order(base: Base) -> None:
    accounts = (("a", "y"), ("a", "x"), ("b", "x"), ("c", "y"))  # two sources, so two ids of a
    facts = Facts(
        orders=(*orders_at("a", [400]), *orders_at("b", [20, 20]), *orders_at("c", [90])),
        customers=tuple(Customer(name, LONG_AGO, account) for name, account in accounts),
    )
    rows = ask(base, facts, "b2b", layout=Layout(split=True))
    assert column(rows, "order_days") == {"a": 2, "b": 2, "c": 1}


def test_an_account_is_judged_as_one(base: Base) -> None:
    members = tuple(Customer(name, LONG_AGO, "x") for name in ("a", "b", "z"))
    facts = Facts(orders=(*orders_at("a", [400]), *orders_at("b", [20])), customers=members)
    rows = ask(base, facts, "b2b")
    # one gap of 380 days: base 380, rhythm 365 at most, lost 1460; z never ordered himself
    assert {found["lifecycle_stage"] for found in rows.values()} == {"active"}
    assert column(rows, "rhythm_days") == {"a": 365, "b": 365, "z": 365}
    assert column(rows, "silence_seconds") == dict.fromkeys("abz", 20 * DAY)
    assert column(rows, "recency_days") == {"a": 400, "b": 20, "z": None}  # RFM is of persons
    assert ask(base, facts, "shop")["z"]["lifecycle_stage"] == "prospect"


def test_quick_stages(base: Base) -> None:
    ages = ([5], [5, 15], [5, 126], [61], [121])
    facts = facts_of(*(orders_at(f"c{i}", sorted(a, reverse=True)) for i, a in enumerate(ages)))
    shop, salon = (
        column(ask(base, facts, kind, lifecycle=FRAME), "lifecycle_quick") for kind in ("shop", "salon")
    )
    assert list(shop.values()) == ["new", "active", "active", "at_risk", "gone"]
    assert list(salon.values()) == ["new", "regular", "regular", "sleeping", "sleeping"]


@pytest.mark.parametrize(("oldest", "provisional"), [(179, [1, 0, 1]), (180, [0, 0, 0])])
def test_new_and_lost_are_provisional_in_a_young_base(
    base: Base, oldest: int, provisional: list[int]
) -> None:
    facts = facts_of(orders_at("a", [5]), orders_at("b", [70]), orders_at("c", [oldest]))
    assert list(column(ask(base, facts, lifecycle=FRAME), "is_provisional").values()) == provisional


# --- signals ---


def signal(base: Base, name: str, facts: Facts) -> bool:
    """Whether a signal of customer c fires."""
    return bool(ask(base, facts, lifecycle=FRAME)["c"][name])


@pytest.mark.parametrize(
    ("gaps", "fires"),
    [
        ((10, 10, 10, 10, 10, 26), True),  # mean 46/3 > 15
        ((10, 10, 10, 15, 15, 15), False),  # 15 is not above 15
        ((10, 10, 10, 15, 15, 16), True),
        ((10, 10, 90, 90, 90), False),  # only two earlier
        ((10,) * 6, False),
    ],
)
def test_a_growing_interval_needs_three_and_three(base: Base, gaps: tuple[int, ...], fires: bool) -> None:
    ages = [sum(gaps[i:]) + 1 for i in range(len(gaps) + 1)]
    assert signal(base, "is_interval_growing", facts_of(orders_at("c", ages))) is fires


@pytest.mark.parametrize(
    ("revenues", "fires"),
    [
        ((100, 100, 100, 79, 80, 80), True),
        ((100, 100, 100, 80, 80, 80), False),
        ((100, 100, 1, 1, 1), False),  # only two earlier
        ((100, 100, 100, None, None, 79, 80, 80), True),  # orders of unknown amount are left out
        ((100, 100, None, 100, None, 79, None), False),
    ],
)
def test_a_falling_order_needs_three_and_three(
    base: Base, revenues: tuple[int | None, ...], fires: bool
) -> None:
    orders = [order(f"o{i}", "c", ago(len(revenues) - i), paid) for i, paid in enumerate(revenues)]
    assert signal(base, "is_average_falling", facts_of(orders)) is fires


def test_orders_of_one_instant_are_ordered_by_their_ids(base: Base) -> None:
    # the newest three are f, e, d: 79 + 80 + 80 against 100 each; by any other order 80 + 80 + 100 at least
    paid = {"a": 100, "b": 100, "c": 100, "d": 80, "e": 80, "f": 79}
    orders = [order(name, "c", ago(1), sum_) for name, sum_ in paid.items()]
    assert signal(base, "is_average_falling", facts_of(orders))
    assert not signal(
        base,
        "is_average_falling",
        facts_of([replace(o, order_id="z") if o.order_id == "c" else o for o in orders]),
    )


def opened(pattern: str) -> Facts:
    """One mail a day, oldest first, the last one 3 days ago; 1 was opened by a person, m by a machine."""
    count = len(pattern)
    mails = tuple(Message(f"m{i:02}", "c", ago(count - i + 2)) for i in range(count))
    opens = tuple(
        MessageOpen(f"m{i:02}", ago(1), machine=mark == "m") for i, mark in enumerate(pattern) if mark in "1m"
    )
    return Facts(orders=orders_at("c", [1]), messages=mails, opens=opens)


@pytest.mark.parametrize(
    ("pattern", "fires"),
    [
        ("11111" + "00011", True),  # 2/5 < 1/2
        ("11110" + "00001", True),  # 1/5 < 2/5
        ("11000" + "00001", False),  # 1/5 is not below 1/5
        ("1111" + "00000", False),  # four earlier
        ("11111" + "mm0mm", True),
        ("mmmmm" + "00000", False),  # 0 is not below 0
    ],
)
def test_a_falling_open_rate_needs_five_and_five(base: Base, pattern: str, fires: bool) -> None:
    assert signal(base, "is_opening_falling", opened(pattern)) is fires


@pytest.mark.parametrize(("late", "fires"), [(timedelta(0), True), (timedelta(microseconds=1), False)])
def test_young_messages_have_not_had_their_72_hours(base: Base, late: timedelta, fires: bool) -> None:
    mails = tuple(Message(f"m{i}", "c", ago(20 - i)) for i in range(9))
    opens = tuple(MessageOpen(f"m{i}", ago(1)) for i in range(5))
    last = Message("x", "c", ago(3) + late)
    assert signal(base, "is_opening_falling", Facts(messages=(*mails, last), opens=opens)) is fires


@pytest.mark.parametrize("channel", ["sms", " СМС", "Звонок", "telegram"])
def test_text_messages_tell_of_no_opening(base: Base, channel: str) -> None:
    """Whoever gets text messages instead of mails has not stopped opening. Covers: R19"""
    mails = tuple(Message(f"a{i}", "c", ago(30 - i)) for i in range(5))
    opens = tuple(MessageOpen(f"a{i}", ago(1)) for i in range(5))
    texts = tuple(Message(f"b{i}", "c", ago(20 - i), channel=channel) for i in range(5))
    unread = tuple(Message(f"c{i}", "c", ago(10 - i)) for i in range(5))
    assert signal(base, "is_opening_falling", Facts(messages=(*mails, *texts), opens=opens)) is False
    assert signal(base, "is_opening_falling", Facts(messages=(*mails, *unread), opens=opens)) is True
    # between the last mails they count neither as read nor as unread
    later = tuple(replace(mail, sent_at=ago(14 - i)) for i, mail in enumerate(texts))
    assert (
        signal(base, "is_opening_falling", Facts(messages=(*mails, *later, *unread[:4]), opens=opens))
        is False
    )


def test_two_signals_put_at_risk_who_still_buys(base: Base) -> None:
    # gaps 10, 10, 10, 20, 20, 20; orders fall from 100 to 50; silent for 5 days
    ages = [95, 85, 75, 65, 45, 25, 5]
    falling = [order(f"o{i}", "c", ago(age), 100 if i < 4 else 50) for i, age in enumerate(ages)]
    assert stages_of(base, ages) == [("active", None)]
    found = ask(base, facts_of(falling), lifecycle=FRAME)["c"]
    assert row(found, "lifecycle_stage", "lifecycle_reason", "risk_signals") == ("at_risk", "signals", 2)
    promised = replace(facts_of(falling), subscriptions=(AHEAD,))
    assert ask(base, promised, lifecycle=FRAME)["c"]["lifecycle_stage"] == "active"


def test_the_days_of_the_examples_are_as_counted() -> None:
    assert NOW.date() == TODAY
