"""The report: what it says, in which words, and what it says when there is nothing to say."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from kogorta.definitions.names import schemes
from kogorta.definitions.playbooks import cards
from kogorta.i18n import Lang, translator
from kogorta.report import ReportData, known_gaps, reasons, render
from kogorta.report.findings import findings
from kogorta.report.model import (
    Absent,
    Kpis,
    Lifecycle,
    Measure,
    Rfm,
    Slipping,
    SlippingCustomer,
)
from kogorta.report.view import View
from kogorta.vocab import Business
from tests.core.report.reading import LANGS, read, text
from tests.core.report.sample import EVERY, empty, huge, salon, shop, single


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("make", EVERY.values(), ids=EVERY)
def test_every_page_is_whole_and_asks_for_nothing(make: Callable[[], ReportData], lang: Lang) -> None:
    page = render(make(), lang)
    reader = read(page)
    assert page.startswith(f'<!doctype html>\n<html lang="{lang}">')
    assert len(set(reader.ids)) == len(reader.ids)
    anchors = [value[1:] for tag, name, value in reader.attributes if (tag, name) == ("a", "href")]
    assert set(anchors) <= set(reader.ids), "the contents lead nowhere"
    assert not [a for a in reader.attributes if a[1].startswith("on") or a[1] in ("src", "style", "srcset")]
    assert not re.search(r"<script|@import|url\(|https?://(?!www\.w3\.org/2000/svg)", page)
    assert "nan" not in re.findall(r'="(nan|inf)"', page)


def test_the_policy_allows_only_our_own_style() -> None:
    page = render(shop(), "en")
    css = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert css is not None
    digest = b64encode(sha256(css[1].encode()).digest()).decode()
    policy = next(line for line in re.findall(r'content="(default-src[^"]*)"', page))
    assert policy.replace("&#x27;", "'").startswith(
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:"
    )


def test_the_same_data_make_the_same_page() -> None:
    assert render(shop(), "ru") == render(shop(), "ru")


def test_names_of_the_owner_are_escaped() -> None:
    page = render(replace(shop(), title="<b>&"), "en")
    assert "<h1>&lt;b&gt;&amp;</h1>" in page
    slipping = shop().slipping
    assert isinstance(slipping, Slipping)
    hostile = replace(slipping, customers=(SlippingCustomer("<img src=x>", "lost", 1, 2.0, 3, 4),))
    assert "<img" not in render(replace(shop(), slipping=hostile), "en")


def test_every_section_is_there_with_its_instant() -> None:
    """Covers: R58, R59, R60, R61, R62, S01."""
    said = text(shop(), "en")
    for heading in (
        "What matters now",
        "Repeat business",
        "Month by month",
        "RFM: recency, frequency, money",
        "Lifecycle: where customers stand",
        "Who moved where",
        "Cohorts: who stays",
        "Who is slipping away",
        "What to do with each segment",
        "What the base lacks",
    ):
        assert heading in said
    assert said.count("as of 20 October 2026, 00:00 (UTC+03:00)") >= 8, "on the clock of the workspace"
    assert "as of 22 July 2026" in said


def test_measures_show_their_past_and_their_meaning() -> None:
    """Covers: R58, R59, R60, R61, R62, P09."""
    said = text(shop(), "en")
    assert "Repeat rate 43.8% +0.8 pp was 43.0%" in said
    assert "Revenue from repeat orders 71.4% −1.0 pp was 72.4%" in said
    assert "Interval, median 24 days −7.7% was 26 days" in said
    assert "Average order, AOV RUB 2,414 +3.6% was RUB 2,330" in said
    assert "LTV by margin · Margin per customer — Costs are known for 41% of revenue, it takes 95%." in said


def test_what_is_missing_for_one_reason_is_said_once() -> None:
    kpis = shop().kpis
    assert isinstance(kpis, Kpis)
    page = render(shop(), "en")
    measures = page[page.index('id="measures"') : page.index('id="months"')]
    assert measures.count("Fill the column <code>unit_cost</code>") == 1
    other = replace(kpis, ltv_margin=Measure(reasons.acquisition_missing()))
    said = text(replace(shop(), kpis=other), "en")
    assert "LTV by margin — The cost of acquisition is unknown." in said
    assert "Margin per customer — Costs are known" in said
    assert translator("ru").say(reasons.costs_missing(0.004).reason) == "Себестоимость товаров неизвестна."


@pytest.mark.parametrize("absent", range(10))
def test_measures_fill_their_rows(absent: int) -> None:
    kpis = shop().kpis
    assert isinstance(kpis, Kpis)
    values: dict[str, Any] = {
        field.name: Measure(1.5) for field in fields(kpis) if field.name != "previous_as_of"
    }
    values |= {name: Measure(reasons.summaries_only()) for name in list(values)[9 - absent :]}
    page = render(replace(shop(), kpis=replace(kpis, **values)), "en")
    columns = re.search(r'class="measures in-(\d)"', page)
    cells = re.findall(r'class="measure(?: span-(\d))?"', page)
    assert columns is not None
    assert sum(int(span or 1) for span in cells) % int(columns[1]) == 0
    assert len(cells) == 9 - absent + bool(absent)


def test_small_numbers_keep_their_decimals() -> None:
    kpis = shop().kpis
    assert isinstance(kpis, Kpis)
    few = replace(
        kpis,
        interval_mean_days=Measure(6.23, 6.04),
        aov=Measure(2949.0, 2914.4),
        interval_median_days=Measure(3.0, 3.0),
    )
    said = text(replace(shop(), kpis=few, currency="USD"), "ru")
    assert "Интервал, среднее 6,2 дня +3,1 % было 6,0 дня" in said
    assert "Средний чек, AOV 29,49 $ +1,2 % было 29,14 $" in said
    assert "Интервал, медиана 3 дня без изменений" in said
    close = replace(kpis, repeat_rate=Measure(0.98746, 0.98362))
    assert "98,7 % +0,3 п.п. было 98,4 %" in text(replace(shop(), kpis=close), "ru"), "what is seen adds up"


def test_a_longer_interval_is_worse() -> None:
    kpis = shop().kpis
    assert isinstance(kpis, Kpis)
    page = render(replace(shop(), kpis=replace(kpis, interval_median_days=Measure(30.0, 20.0))), "en")
    assert '<span class="change bad">+50%</span>' in page


def test_a_change_is_not_judged_while_history_is_young() -> None:
    data = shop()
    assert isinstance(data.kpis, Kpis)
    started = date(2026, 1, 10)
    young = replace(
        data,
        base=replace(data.base, history_start=started),
        kpis=replace(data.kpis, interval_median_days=Measure(30.0, 20.0)),
    )
    assert '<span class="change same">+50%</span>' in render(young, "en")
    assert "History was only 193 days long then" in text(young, "en")
    assert "History was only" not in text(data, "en")


def test_return_rates_say_their_counts_and_reasons() -> None:
    said = text(shop(), "en")
    assert "28% 1,310 of 4,704" in said
    assert "signs of leaving 52% 212 of 404" in said
    assert "pauses grow, orders shrink, letters stay unopened" in said
    lifecycle = shop().lifecycle
    assert isinstance(lifecycle, Lifecycle)
    short = text(replace(shop(), lifecycle=replace(lifecycle, returns=reasons.short_history(60, 180))), "ru")
    assert "Мало истории: 60 дней, а нужно 180." in short


def test_provisional_stages_are_marked() -> None:
    assert "Предварительно: история короче 180 дней" in text(salon(), "ru")
    assert "Предварительно" not in text(shop(), "ru")


def test_money_at_stake_is_defined_and_is_no_forecast() -> None:
    """Covers: S04."""
    said = text(shop(), "ru")
    assert "сколько за последние 365 дней потратили клиенты, которые теперь на грани или ушли" in said
    assert "Это не прогноз" in said
    assert "Самые ценные: 25 клиентов" in said
    assert "C-104233" in said


def test_the_report_claims_no_lift() -> None:
    claims: dict[Lang, tuple[str, ...]] = {
        "ru": ("прирост", "увеличит", "принесёт"),
        "en": ("uplift", " lift", "will increase"),
    }
    for lang, words in claims.items():
        said = text(shop(), lang).lower()
        assert not [word for word in words if word in said]
    assert "control group" in text(shop(), "en")


def test_there_is_a_card_for_every_segment() -> None:
    """Covers: G30, G31, G32, G33, R12, R13."""
    said = text(shop(), "ru")
    for (scheme, segment), plan in cards(Business.SHOP).items():
        if scheme == "lifecycle_quick" and segment in ("regular", "sleeping"):
            continue
        assert plan.offer.ru.split("{")[0] in said, (scheme, segment)
        assert schemes()[scheme].segments[segment].name.ru in said
    assert "не больше 4 контактов за 30 дней" in said
    assert "{top_percent}" not in said
    assert "{bundle_saving}" not in said


def test_a_salon_gets_the_words_of_a_salon() -> None:
    """Covers: S15, S29, S30."""
    said = text(salon(), "ru")
    assert "бесплатная консультация по стилю" in said
    assert "Постоянные" in said


def test_the_hidden_scheme_says_why() -> None:
    rfm = shop().rfm
    assert isinstance(rfm, Rfm)
    said = text(replace(shop(), rfm=replace(rfm, classic=reasons.few_frequencies(3))), "ru")
    assert "Частота принимает 3 значения" in said


def test_gaps_say_what_they_switch_off_and_what_mends_them() -> None:
    """Covers: R46, R47, R48."""
    said = text(shop(), "ru")
    assert "Отключено: маржа, LTV по марже, маржа на клиента" in said
    assert "Загрузите таблицу contacts." in said
    assert "Отключено: главная категория и её ритм" in said
    assert "9 120 из 98 204 (9,3 %)" in said
    assert known_gaps.short_history(30).message.n == 30
    assert [known_gaps.anonymous_orders(n, 100).severity for n in (90, 9)] == ["high", "medium"]
    assert "Всё, что нужно этому отчёту, на месте." in text(replace(shop(), gaps=()), "ru")


def test_an_empty_base_says_what_to_import() -> None:
    said = text(empty(), "ru")
    assert "Заказов пока нет, поэтому и выводов нет." in said
    assert said.count("Загрузите таблицу orders: хватит клиента, даты и суммы.") >= 5
    assert findings(View(empty(), translator("ru"))) == []


def test_an_empty_segment_is_quiet() -> None:
    page = render(single(), "en")
    assert page.count('<tr class="quiet">') == 6 + 5, "six of RFM, five of the lifecycle"
    assert "Segments that are empty now" in page


def test_a_window_beyond_the_first_order_is_all_history() -> None:
    rfm = shop().rfm
    assert isinstance(rfm, Rfm)
    long = text(replace(shop(), rfm=replace(rfm, window_days=1000)), "en")
    assert "Revenue over all history" in long
    assert "Revenue over the last 365 days" in text(shop(), "en")


def test_revenue_of_nobody_is_not_revenue_of_first_orders() -> None:
    data = shop()
    months = tuple(replace(month, anonymous_revenue=5_000_000) for month in data.months)
    assert "Orders without a customer: RUB 50K" in text(replace(data, months=months), "en")
    assert "Orders without a customer: RUB" not in text(data, "en")


def test_no_label_is_cut() -> None:
    for make in (shop, salon, huge):
        for lang in LANGS:
            drawn = re.findall(r"<text[^>]*>([^<]*)</text>", render(make(), lang))
            assert not [label for label in drawn if "…" in label]


def test_many_gaps_are_folded() -> None:
    page = render(replace(shop(), gaps=shop().gaps * 2), "ru")
    assert "Ещё 5 пробелов" in page.replace("\u00a0", " ")
    assert "Ещё" not in text(shop(), "ru").partition("Чего не хватает базе Начните")[2]


@pytest.mark.parametrize(
    "absent",
    [
        reasons.no_orders(),
        reasons.no_amounts(),
        reasons.no_repeats(),
        reasons.short_history(20, 180),
        reasons.summaries_only(),
        reasons.costs_missing(0.5),
        reasons.acquisition_missing(),
        reasons.few_frequencies(2),
    ],
)
def test_every_reason_is_said_in_both_languages(absent: Absent) -> None:
    for message in filter(None, (absent.reason, absent.remedy)):
        english, russian = (translator(lang).say(message) for lang in ("en", "ru"))
        assert re.search("[А-я]", russian)
        assert not re.search("[А-я]", english)


def test_derived_numbers() -> None:
    data = shop()
    assert data.base.prospects == 8539
    assert data.base.history_days == 962
    assert empty().base.history_days == 0
    rfm, lifecycle = data.rfm, data.lifecycle
    assert isinstance(rfm, Rfm)
    assert isinstance(lifecycle, Lifecycle)
    assert (rfm.simple.customers, rfm.simple.revenue) == (25_871, 1_301_590_000)
    assert not isinstance(lifecycle.returns, Absent)
    assert replace(lifecycle.returns[0], members=0).rate is None
