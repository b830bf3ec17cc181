"""What matters now: findings in plain words, with money, each left out where it would say nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kogorta.i18n import NBSP
from kogorta.report.model import (
    NOT_YET,
    Absent,
    Kpis,
    Lifecycle,
    Month,
    Move,
    ReturnRate,
    Rfm,
    Slipping,
)
from kogorta.report.view import View
from kogorta.vocab import LifecycleReason

MOST = 5
FEWEST_PEOPLE = 30
"""Under this many people a share says nothing."""

_NOTABLE_AT_STAKE = 0.02
_NOTABLE_CONCENTRATION = 0.15
_NOTABLE_SINGLE = 0.15
_NOTABLE_ANONYMOUS = 0.05
_NOTABLE_TREND = 0.03
_NOTABLE_LEAVING = 0.05
_FEW_RETURN, _MANY_RETURN = 0.15, 0.4
"""Return rates of the lost that call for different advice."""

_NOTABLE_RETURN = 0.1
_QUARTER = 3
_BUYING, _LEAVING = ("active", "returned"), ("at_risk", "lost")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: a number in large type, what it means, its colour family."""

    figure: str
    text: str
    family: str


def findings(view: View) -> list[Finding]:
    """Return the findings that the data support and that matter, most telling first."""
    if view.data.base.buyers < FEWEST_PEOPLE:
        return []
    found = (rule(view) for rule in _RULES)
    return [finding for finding in found if finding is not None][:MOST]


def _at_stake(view: View) -> Finding | None:
    """What those who are at risk or lost spent over the last year."""
    slipping, stages, t = view.data.slipping, view.data.lifecycle, view.t
    if not isinstance(slipping, Slipping) or not isinstance(stages, Lifecycle):
        return None
    whole = stages.stages.revenue
    if slipping.at_stake <= 0 or whole <= 0 or slipping.at_stake / whole < _NOTABLE_AT_STAKE:
        return None
    named = [
        f"{view.stage_quoted(total.stage)}{NBSP}({t.integer(total.customers)})"
        for total in slipping.totals
        if total.customers
    ]
    text = t.ngettext(
        "at stake: {n} customer spent this over the last 365 days and is now {stages}.",
        "at stake: {n} customers spent this over the last 365 days and are now {stages}.",
        sum(total.customers for total in slipping.totals),
        stages=t.listing(named),
    )
    told = t.gettext(
        "They {why}. It is {share} {revenue} in those days.",
        why=_why(view, stages),
        share=t.share(slipping.at_stake, whole),
        revenue=view.revenue_of_whom(),
    )
    return Finding(view.short_money(slipping.at_stake), f"{text} {told}", "at_risk")


def _why(view: View, lifecycle: Lifecycle) -> str:
    """Say in one phrase why customers are at risk or lost: only the reasons that this base has."""
    t, seen = view.t, {reason for _, reason, count in lifecycle.reasons if count}
    words = {
        LifecycleReason.SILENCE: t.gettext("have been silent for longer than usual"),
        LifecycleReason.SIGNALS: t.gettext("show signs of leaving"),
        LifecycleReason.SINGLE_ORDER: t.gettext("did not place a second order in time"),
    }
    said = [words[reason] for reason in words if reason in seen] or [words[LifecycleReason.SILENCE]]
    if len(said) == 1:
        return said[0]
    return t.gettext("{first} or {last}", first=", ".join(said[:-1]), last=said[-1])


def _concentration(view: View) -> Finding | None:
    """How much of revenue hangs on the best."""
    rfm, t = view.data.rfm, view.t
    if not isinstance(rfm, Rfm) or rfm.simple.revenue <= 0:
        return None
    best = [segment for segment in rfm.simple.segments if segment.id in ("champions", "loyal")]
    revenue, people = sum(s.revenue or 0 for s in best), sum(s.customers for s in best)
    if revenue / rfm.simple.revenue - people / rfm.simple.customers < _NOTABLE_CONCENTRATION:
        return None
    text = t.gettext(
        "{revenue} {span} came from champions and loyal customers: {money}. They are {people} of buyers.",
        revenue=view.revenue_of_whom(),
        span=view.span(rfm.window_days),
        people=t.share(people, rfm.simple.customers),
        money=view.short_money(revenue),
    )
    return Finding(t.share(revenue, rfm.simple.revenue), text, "champions")


def _single_orders(view: View) -> Finding | None:
    kpis, t = view.data.kpis, view.t
    if not isinstance(kpis, Kpis) or isinstance(kpis.repeat_rate.value, Absent):
        return None
    share = 1 - kpis.repeat_rate.value
    single = round(view.data.base.buyers * share)
    if share < _NOTABLE_SINGLE or single < FEWEST_PEOPLE:
        return None
    text = t.ngettext(
        "of buyers have placed a single order so far: {n} person.",
        "of buyers have placed a single order so far: {n} people.",
        single,
    )
    fresh = _customers_in(view, "new")
    if fresh:
        text += " " + t.gettext(
            "New customers now: {n}; the time for their second order is not over.", n=fresh
        )
    if not isinstance(kpis.aov.value, Absent):
        text += " " + t.gettext("One order brings {money} on average.", money=view.money(kpis.aov.value))
    return Finding(t.percent(share), text, "newcomers")


def _customers_in(view: View, stage: str) -> int:
    lifecycle = view.data.lifecycle
    if not isinstance(lifecycle, Lifecycle):
        return 0
    return sum(segment.customers for segment in lifecycle.stages.segments if segment.id == stage)


def _coming_back(view: View) -> Finding | None:
    """Whom to write to: how many came back from risk, after leaving, and of all buyers."""
    lifecycle, t = view.data.lifecycle, view.t
    if not isinstance(lifecycle, Lifecycle) or isinstance(lifecycle.returns, Absent):
        return None
    whole = [rate for rate in lifecycle.returns if rate.reason is None and rate.stage != "prospect"]
    risk, lost = (_rate(whole, stage) for stage in _LEAVING)
    if risk is None or lost is None:
        return None
    everyone = sum(rate.returned for rate in whole) / sum(rate.members for rate in whole)
    said = {"risk": t.percent(risk), "lost": t.percent(lost), "all": t.percent(everyone)}
    if lost >= _MANY_RETURN:
        text = t.gettext(
            "of the customers who were lost 90 days ago have ordered since; of those at risk {risk}, "
            "of all buyers {all}. Even a long pause is often not the end here: begin with a reminder, "
            "not with a discount, and check it against a control group.",
            **said,
        )
        return Finding(said["lost"], text, "potential")
    if risk - lost < _NOTABLE_RETURN:
        return None
    text = t.gettext(
        "of the customers who were at risk 90 days ago have ordered since; of the lost {lost}, "
        "of all buyers {all}.",
        **said,
    )
    if lost < _FEW_RETURN:
        advice = t.gettext("Write before a customer is lost: few come back later.")
    else:
        advice = t.gettext("Begin with those at risk, but do not write off the lost.")
    return Finding(said["risk"], f"{text} {advice}", "potential")


def _rate(rates: list[ReturnRate], stage: str) -> float | None:
    found = (rate.rate for rate in rates if rate.stage == stage and rate.members >= FEWEST_PEOPLE)
    return next(found, None)


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
    return Finding(t.share(base.anonymous_revenue, base.revenue), text, "prospect")


def _leaving(view: View) -> Finding | None:
    """How many active customers went quiet since the earlier instant, and how many came instead."""
    t, found = view.t, [moves for moves in view.data.transitions if moves.scheme == "lifecycle"]
    if not found:
        return None
    moves, (start, end) = found[0].moves[-1], found[0].instants[-2:]
    active = _count(moves, _BUYING, None)
    left = _count(moves, _BUYING, _LEAVING)
    if left < FEWEST_PEOPLE or left / active < _NOTABLE_LEAVING:
        return None
    text = t.ngettext(
        "active customer moved to {stages} within {days}: {share} of those who were active on {day}. "
        "Active again: {back}. First order: {first}.",
        "active customers moved to {stages} within {days}: {share} of those who were active on {day}. "
        "Active again: {back}. First order: {first}.",
        left,
        stages=t.listing([view.stage_quoted(stage) for stage in _LEAVING]),
        days=t.days((end - start).days),
        share=t.share(left, active),
        day=start.astimezone(view.zone()).date(),
        back=_count(moves, _LEAVING, _BUYING),
        first=_count(moves, (NOT_YET, "prospect"), ("new", *_BUYING, *_LEAVING)),
    )
    return Finding(t.integer(left), text, "attention")


def _count(moves: tuple[Move, ...], sources: tuple[str, ...], targets: tuple[str, ...] | None) -> int:
    return sum(
        move.customers
        for move in moves
        if move.source in sources and (targets is None or move.target in targets)
    )


_RULES: tuple[Callable[[View], Finding | None], ...] = (
    _at_stake,
    _trend,
    _concentration,
    _single_orders,
    _coming_back,
    _anonymous,
    _leaving,
)
