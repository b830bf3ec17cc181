"""The report's sections of value, preferences, own segments, advice and the day."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kogorta.i18n import Lang
from kogorta.report import reasons
from tests.core.report.people import checkup, worth
from tests.core.report.reading import LANGS, text
from tests.core.report.sample import empty, salon, shop


def test_value_says_how_much_the_best_bring() -> None:
    """Covers: S23, R34, R36"""
    said = text(shop(), "en")
    assert "Value and margin" in said
    assert "12,004 customers brought RUB 18.4M within 24 months" in said
    assert "the top 10%" in said
    assert "39%" in said
    assert "311 customers of 9870 whose costs are known have cost more" in said.replace("9,870", "9870")
    assert "13% of those with three orders or more" in said


def test_of_few_buyers_no_top_is_told_that_is_nobody() -> None:
    few = replace(worth(), buyers=12)
    said = text(replace(shop(), worth=few), "en")
    assert "the top 10%" in said
    assert "the top 5%" not in said


def test_without_costs_the_section_says_what_would_tell_them() -> None:
    unknown = replace(worth(), losing=reasons.costs_missing(0.4))
    assert "unit_cost" in text(replace(shop(), worth=unknown), "en")


def test_preferences_name_days_and_parts_of_the_day() -> None:
    """Covers: G12, L08, S10"""
    said = text(shop(), "ru")
    assert "Что предпочитают клиенты" in said
    assert "Понедельник" in said
    assert "06:00–12:00" in said
    # from 22 to 6: 70 + 10 + 20 of 12,000
    assert "100 клиентов" in said.replace("\xa0", " ")


def test_own_segments_stand_with_their_share() -> None:
    said = text(shop(), "en")
    assert "Your own segments" in said
    assert "Average order" in said
    # 8,600 of 25,871 in the scheme; 2,311 of 34,410 in the base
    assert "33%" in said
    assert "6.7%" in said


def test_advice_says_where_why_and_what_to_do() -> None:
    """Covers: R63, L15"""
    said = text(shop(), "en")
    for words in (
        "Too few people for a campaign of their own",
        "Segment 0",
        "and 2 more places",
        "for three thousand",
        "Join it with its neighbour",
    ):
        assert words in said
    assert "1 finding is set aside by a waiver." in said
    assert "What is good: 1 rule" in said
    fine = replace(checkup(), advice=())
    assert "All rules of good segmentation are kept." in text(replace(shop(), checkup=fine), "en")


def test_a_salon_sees_its_day() -> None:
    """Covers: P17, S05, S06, S24"""
    said = text(salon(), "en")
    assert "Today: 20 October 2026" in said.replace("\xa0", " ")
    # on the clock of Moscow
    assert "10:30" in said
    assert "25%" in said
    assert "first visit" in said
    assert "due in 1 day" in said.replace("\xa0", " ")
    assert "due now" in said
    # ten are shown of twelve, three more were left out of the list itself
    assert "5 more are due." in said
    assert "d9" in said
    assert "d10" not in said


def test_a_shop_has_no_agenda() -> None:
    assert "Today:" not in text(shop(), "en")


@pytest.mark.parametrize("lang", LANGS)
def test_an_empty_base_leaves_them_out(lang: Lang) -> None:
    said = text(empty(), lang)
    assert "Your own segments" not in said
    assert "What customers prefer" not in said
