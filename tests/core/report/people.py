"""Report data for tests: value, preferences, own segments, advice, the agenda of a salon."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kogorta.definitions.names import Words
from kogorta.doctor.rules.sizes import Small
from kogorta.i18n import nlazy
from kogorta.report.model import (
    Advice,
    Agenda,
    Checkup,
    OwnScheme,
    Severity,
    Taste,
    Visitor,
    Worth,
)


def worth() -> Worth:
    """Twelve thousand buyers, whose best tenth brings two fifths."""
    tops = ((1, 0.09), (5, 0.24), (10, 0.39), (20, 0.57), (50, 0.86))
    return Worth(12_004, 18_412_556_00, tops, 311, 9_870, 812, 6_420)


def tastes() -> tuple[Taste, ...]:
    """Three preferences of a shop."""
    return (
        Taste("main_category", 11_200, (("1", 6_100), ("2", 3_000), ("3", 2_100))),
        Taste("main_weekday", 12_000, tuple((day, 1_000 + 100 * day) for day in range(1, 8))),
        Taste("main_hour", 12_000, ((0, 10), (5, 20), (6, 400), (12, 5_000), (17, 4_000), (22, 70))),
    )


def own() -> tuple[OwnScheme, ...]:
    """A scheme of three and a free segment."""
    tiers = (
        ("economy", Words("Эконом", "Economy"), 8_600),
        ("middle", Words("Средний", "Middle"), 8_700),
        ("premium", Words("Премиум", "Premium"), 8_571),
    )
    return (
        OwnScheme("order_tier", Words("Средний чек", "Average order"), False, tiers),
        OwnScheme(
            "coffee_lovers",
            Words("Кофеманы", "Coffee lovers"),
            True,
            (("coffee_lovers", Words("Кофеманы", "Coffee lovers"), 2_311),),
        ),
    )


def checkup() -> Checkup:
    """One rule is broken in six places, one is kept, one waived."""
    places = tuple(
        (
            f"{number}",
            Words(f"Сегмент {number}", f"Segment {number}"),
            nlazy("{n} customer", "{n} customers", number),
        )
        for number in range(6)
    )
    rule = Small()
    advice = Advice(rule.id, Severity.MEDIUM, rule.finding, places, rule.why, rule.todo)
    return Checkup((advice,), (nlazy("{n} customer", "{n} customers", 3),), 1)


def agenda() -> Agenda:
    """Two visits and a dozen who are due."""
    day = datetime(2026, 10, 20, 7, 30, tzinfo=UTC)
    visits = (
        Visitor("c1302", day, "Окрашивание", "Николаева Варвара Дмитриевна", no_show_share=0.25),
        Visitor("c2", day.replace(hour=9), "Брови", None),
    )
    due = tuple(
        Visitor(f"d{number}", day.replace(day=19 - number), "Брови", "Елена", days=number - 1)
        for number in range(12)
    )
    return Agenda(date(2026, 10, 20), visits, due, 3)
