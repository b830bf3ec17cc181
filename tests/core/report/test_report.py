"""The report: what it says, in which words, and what it says when there is nothing to say."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from kogorta.definitions.names import schemes
from kogorta.definitions.playbooks import cards
from kogorta.i18n import Lang, translator
from kogorta.report import ReportData, known_gaps, reasons, render
from kogorta.report.findings import findings
from kogorta.report.model import Absent, Kpis, Lifecycle, Measure, Rfm, Slipping, SlippingCustomer
from kogorta.report.view import View
from kogorta.vocab import Business
from tests.core.report.sample import EVERY, empty, huge, salon, shop, single

LANGS: tuple[Lang, ...] = ("ru", "en")
VOID = {"meta", "link", "br"}
SVG_LEAVES = {"rect", "line", "polyline", "polygon", "path", "circle"}


class Reader(HTMLParser):
    """Reads a page: its text, its ids, and whether every tag is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_LEAVES, f"<{tag}/> is not HTML"

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(page: str) -> Reader:
    """Parse a page; every element must be closed."""
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    return reader


def text(data: ReportData, lang: Lang) -> str:
    """Return the words of a report, with ordinary spaces."""
    return re.sub(r"\s+", " ", " ".join(read(render(data, lang)).words).replace("\u00a0", " "))


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
    assert "Repeat rate 44% +0.8 pp was 43%" in said
    assert "Revenue from repeat orders 71% −1.1 pp was 72%" in said
    assert "Interval, median 24 days −7.7% was 26 days" in said
    assert "Average order, AOV RUB 2,414 +3.6% was RUB 2,330" in said
    assert "LTV by margin — Costs are known for 41% of revenue, it takes 95%." in said
    assert "Fill the column unit_cost" in said


def test_a_longer_interval_is_worse() -> None:
    kpis = shop().kpis
    assert isinstance(kpis, Kpis)
    page = render(replace(shop(), kpis=replace(kpis, interval_median_days=Measure(30.0, 20.0))), "en")
    assert '<span class="change bad">+50%</span>' in page


def test_return_rates_say_their_counts_and_reasons() -> None:
    said = text(shop(), "en")
    assert "28% 1,310 of 4,704" in said
    assert "two risk signals 52% 212 of 404" in said
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
    assert "сколько эти клиенты потратили за последние 365 дней" in said
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
    assert "Загрузите таблицу consents." in said
    assert "9 120 из 98 204 (9,3 %)" in said
    assert known_gaps.short_history(30).message.n == 30
    assert known_gaps.no_contact(90, 100).severity == "high"
    assert "Всё, что нужно этому отчёту, на месте." in text(replace(shop(), gaps=()), "ru")


def test_an_empty_base_says_what_to_import() -> None:
    said = text(empty(), "ru")
    assert "Заказов пока нет, поэтому и выводов нет." in said
    assert said.count("Загрузите таблицу orders: хватит клиента, даты и суммы.") >= 5
    assert findings(View(empty(), translator("ru"))) == []


def test_one_customer_makes_no_percentages_in_the_headline() -> None:
    said = text(single(), "en")
    assert "The base has 1 buyer. With fewer than 30 a share says nothing" in said
    assert findings(View(single(), translator("en"))) == []


def test_findings_are_three_to_five_with_money() -> None:
    for make in (shop, salon, huge):
        for lang in LANGS:
            found = findings(View(make(), translator(lang)))
            assert 3 <= len(found) <= 5
    first = findings(View(shop(), translator("en")))[0]
    assert first.figure.replace("\u00a0", " ") == "RUB 2.7M"
    assert first.text.replace("\u00a0", " ") == (
        "at stake: 6,031 customers who bought within the last year have gone quiet. "
        "That is 21% of the revenue of the last 365 days."
    )


def test_findings_leave_out_what_is_unknown() -> None:
    off = reasons.no_amounts()
    poor = replace(shop(), kpis=off, slipping=off, rfm=off, lifecycle=off, months=())
    found = findings(View(poor, translator("en")))
    assert [finding.family for finding in found] == ["sleeping"], "only orders without a customer are left"
    whole = replace(poor, base=replace(poor.base, anonymous_revenue=0))
    assert findings(View(whole, translator("en"))) == []
    assert text(whole, "en")


def test_a_fall_is_told_as_a_fall() -> None:
    data = shop()
    falling = tuple(
        replace(m, repeat_revenue=m.repeat_revenue // (2 if i > 18 else 1)) for i, m in enumerate(data.months)
    )
    figures = [finding.figure for finding in findings(View(replace(data, months=falling), translator("en")))]
    assert any(figure.startswith("−") for figure in figures)


def test_an_unfinished_month_is_not_compared() -> None:
    data = shop()
    last = data.months[-1]
    view = View(replace(data, months=(*data.months[:-1], replace(last, repeat_revenue=0))), translator("en"))
    assert findings(view) == findings(View(data, translator("en")))


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
