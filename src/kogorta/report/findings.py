"""The first thing a reader sees: three to five findings in plain words, with money."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kogorta.report.html import Html, el, paragraph
from kogorta.report.model import Absent, Kpis, Lifecycle, Month, ReturnRate, Rfm, Slipping
from kogorta.report.view import View

MOST = 5
FEWEST_PEOPLE = 30
"""Under this many people a share says nothing."""

_NOTABLE_ANONYMOUS = 0.05
_NOTABLE_TREND = 0.03
_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a number in large type, what it means, its colour family."""

    figure: str
    text: str
    family: str


def findings(view: View) -> list[Finding]:
    """Return the findings that the data support, most telling first."""
    if view.data.base.buyers < FEWEST_PEOPLE:
        return []
    found = (rule(view) for rule in _RULES)
    return [finding for finding in found if finding is not None][:MOST]


def headline(view: View) -> Html:
    """Write the findings, or say why there are none."""
    items = [_item(finding) for finding in findings(view)]
    title = el("h2", view.t.gettext("What matters now"))
    if items:
        return el("section", title, el("ol", *items, class_="findings"), id="findings", class_="headline")
    return el("section", title, _too_little(view), id="findings", class_="headline")


def _item(finding: Finding) -> Html:
    figure = el("strong", finding.figure, class_="figure")
    return el("li", figure, paragraph(finding.text), class_=f"fam-{finding.family}")


def _too_little(view: View) -> Html:
    t, base = view.t, view.data.base
    if not base.orders:
        text = t.gettext("There are no orders yet, so there is nothing to conclude.")
        remedy = t.gettext(
            "Import a file with customer, date and amount: kogorta import orders.csv --table orders"
        )
        return el("div", paragraph(text), paragraph(remedy, class_="remedy"), class_="empty")
    text = t.ngettext(
        "The base has {n} buyer. With fewer than {least} a share says nothing, so no conclusions are drawn.",
        "The base has {n} buyers. With fewer than {least} a share says nothing, so no conclusions are drawn.",
        base.buyers,
        least=FEWEST_PEOPLE,
    )
    return el("div", paragraph(text), class_="empty")


def _at_stake(view: View) -> Finding | None:
    slipping, t = view.data.slipping, view.t
    if not isinstance(slipping, Slipping) or slipping.at_stake <= 0:
        return None
    people = sum(total.customers for total in slipping.totals)
    text = t.ngettext(
        "at stake: {n} customer who bought within the last year has gone quiet.",
        "at stake: {n} customers who bought within the last year have gone quiet.",
        people,
    )
    stages = view.data.lifecycle
    if isinstance(stages, Lifecycle) and stages.stages.revenue > 0:
        share = t.share(slipping.at_stake, stages.stages.revenue)
        text += " " + t.gettext("That is {share} of the revenue of the last 365 days.", share=share)
    return Finding(view.short_money(slipping.at_stake), text, "at_risk")


def _concentration(view: View) -> Finding | None:
    rfm, t = view.data.rfm, view.t
    if not isinstance(rfm, Rfm) or rfm.simple.revenue <= 0:
        return None
    best = [segment for segment in rfm.simple.segments if segment.id in ("champions", "loyal")]
    revenue, people = sum(s.revenue or 0 for s in best), sum(s.customers for s in best)
    if not people:
        return None
    text = t.gettext(
        "of revenue comes from champions and loyal customers, and they are {people} of buyers. They brought {money}.",
        people=t.share(people, rfm.simple.customers),
        money=view.short_money(revenue),
    )
    return Finding(t.share(revenue, rfm.simple.revenue), text, "champions")


def _single_orders(view: View) -> Finding | None:
    kpis, t = view.data.kpis, view.t
    if not isinstance(kpis, Kpis) or isinstance(kpis.repeat_rate.value, Absent):
        return None
    single = round(view.data.base.buyers * (1 - kpis.repeat_rate.value))
    text = t.ngettext(
        "of buyers came once and have not been back: {n} person.",
        "of buyers came once and have not been back: {n} people.",
        single,
    )
    if not isinstance(kpis.aov.value, Absent):
        text += " " + t.gettext("One order brings {money} on average.", money=view.money(kpis.aov.value))
    return Finding(t.percent(1 - kpis.repeat_rate.value), text, "newcomers")


def _window_of_return(view: View) -> Finding | None:
    lifecycle, t = view.data.lifecycle, view.t
    if not isinstance(lifecycle, Lifecycle) or isinstance(lifecycle.returns, Absent):
        return None
    risk, lost = (_whole_stage(lifecycle.returns, stage) for stage in ("at_risk", "lost"))
    if risk is None or lost is None or risk.rate is None or lost.rate is None or risk.rate <= lost.rate:
        return None
    text = t.gettext(
        "of customers at risk 90 days ago have ordered since, of the lost only {lost}. "
        "Write before a customer is lost, not after.",
        lost=t.percent(lost.rate),
    )
    return Finding(t.percent(risk.rate), text, "potential")


def _whole_stage(returns: tuple[ReturnRate, ...], stage: str) -> ReturnRate | None:
    whole = (r for r in returns if r.stage == stage and r.reason is None and r.members >= FEWEST_PEOPLE)
    return next(whole, None)


def _trend(view: View) -> Finding | None:
    full, t = finished_months(view), view.t
    year_ago = full[-12 - _QUARTER : -12]
    now, then = _revenue(full[-_QUARTER:]), _revenue(year_ago)
    if len(year_ago) < _QUARTER or then <= 0 or abs(now / then - 1) < _NOTABLE_TREND:
        return None
    text = t.gettext(
        "revenue of the last three full months against the same months a year ago: {now} and {then}.",
        now=view.short_money(now),
        then=view.short_money(then),
    )
    return Finding(t.change(now / then - 1), text, "loyal" if now > then else "cant_lose")


def finished_months(view: View) -> list[Month]:
    """Return the months that were over at the instant of the report."""
    local = view.data.clock.as_of.astimezone(view.zone()).date()
    return [
        month
        for month in view.data.months
        if (month.month.year, month.month.month) < (local.year, local.month)
    ]


def _revenue(months: list[Month]) -> int:
    return sum(month.revenue for month in months)


def _anonymous(view: View) -> Finding | None:
    base, t = view.data.base, view.t
    if base.revenue <= 0 or base.anonymous_revenue / base.revenue < _NOTABLE_ANONYMOUS:
        return None
    text = t.gettext(
        "of all revenue, {money}, belongs to nobody: these orders carry no customer and stay outside every segment.",
        money=view.short_money(base.anonymous_revenue),
    )
    return Finding(t.share(base.anonymous_revenue, base.revenue), text, "sleeping")


_RULES: tuple[Callable[[View], Finding | None], ...] = (
    _at_stake,
    _concentration,
    _single_orders,
    _window_of_return,
    _trend,
    _anonymous,
)
