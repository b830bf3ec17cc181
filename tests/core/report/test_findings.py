"""What the report says first: findings that matter, exact and in plain words."""

from __future__ import annotations

from dataclasses import replace

from kogorta.i18n import translator
from kogorta.report import reasons
from kogorta.report.findings import findings
from kogorta.report.model import Kpis, Lifecycle, Measure, ReturnRate, Slipping, SlippingTotal
from kogorta.report.view import View
from tests.core.report.reading import LANGS, text
from tests.core.report.sample import huge, salon, shop, single


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
        "at stake: 6,031 customers spent this over the last 365 days and are now “At risk” (4,211) and "
        "“Lost” (1,820). They have been silent for longer than usual, show signs of leaving or did not place "
        "a second order in time. It is 21% of the revenue from known customers in those days."
    )


def test_findings_leave_out_what_is_unknown() -> None:
    off = reasons.no_amounts()
    poor = replace(shop(), kpis=off, slipping=off, rfm=off, lifecycle=off, months=(), transitions=())
    found = findings(View(poor, translator("en")))
    assert [finding.family for finding in found] == ["prospect"], "only orders without a customer are left"
    whole = replace(poor, base=replace(poor.base, anonymous_revenue=0))
    assert findings(View(whole, translator("en"))) == []
    assert "Nothing stands out in this base." in text(whole, "en")


def advice(*rates: ReturnRate) -> str:
    """Return what the headline says of those who came back."""
    data = shop()
    assert isinstance(data.lifecycle, Lifecycle)
    changed = replace(data, lifecycle=replace(data.lifecycle, returns=rates))
    told = [f for f in findings(View(changed, translator("en"))) if f.family == "potential"]
    return " ".join(f"{finding.figure} {finding.text}" for finding in told)


def test_advice_follows_who_comes_back() -> None:
    active = ReturnRate("active", 80, 100)
    risk, lost = ReturnRate("at_risk", 300, 1000), ReturnRate("lost", 40, 1000)
    few = advice(active, risk, lost)
    assert few.startswith(
        "30% of the customers who were at risk 90 days ago have ordered since; of the lost 4.0%"
    )
    assert "of all buyers 20%" in few
    assert "few come back later" in few
    assert "do not write off the lost" in advice(
        active, ReturnRate("at_risk", 51, 100), replace(lost, returned=350)
    )
    many = advice(active, ReturnRate("at_risk", 91, 100), replace(lost, returned=570))
    assert many.startswith("57% of the customers who were lost 90 days ago")
    assert "begin with a reminder, not with a discount" in many
    assert advice(active, risk, replace(lost, returned=290)) == "", "no difference is no news"
    assert advice(active, risk, ReturnRate("lost", 1, 29)) == "", "too few to tell"


def test_what_is_trifling_is_no_headline() -> None:
    data = shop()
    assert isinstance(data.kpis, Kpis)
    assert isinstance(data.slipping, Slipping)
    dull = replace(
        data,
        kpis=replace(data.kpis, repeat_rate=Measure(0.987)),
        slipping=replace(data.slipping, totals=(SlippingTotal("at_risk", 50, 9_000_00),)),
    )
    families = {finding.family for finding in findings(View(dull, translator("en")))}
    assert not families & {"newcomers", "at_risk"}


def test_the_headline_counts_who_moved_from_active() -> None:
    data = replace(shop(), months=(), rfm=reasons.no_amounts())
    told = [f for f in findings(View(data, translator("ru"))) if f.family == "attention"]
    assert told[0].figure.replace("\u00a0", " ") == "1 522"
    assert told[0].text.replace("\u00a0", " ") == (
        "активных клиента за 90 дней перешли в «На грани» и «Ушедшие»: это 20 % тех, кто был активен на "
        "22 июля 2026. Снова активны: 1 712. Впервые купили: 1 720."
    )


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
