"""What to do now: groups of people to whom it matters most to write today, with the money at stake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kogorta.look.html import Html, el, paragraph
from kogorta.readings import Reading
from kogorta.report.model import Absent, Kpis, Lifecycle, Slipping
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import is_there

AT_RISK, LOST, NEW, PROSPECT = "lifecycle.at_risk", "lifecycle.lost", "lifecycle.new", "lifecycle.prospect"
GONE_QUIET = "rfm_simple.at_risk"
_MOST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        figure: The money or the people that it is about.
        title: Who they are, and how many.
        text: Why it matters, what to do.
        family: Colour family.
        place: The page that tells more of them.
        people: The list of exactly these people; None where there is none.
    """

    figure: str
    title: str
    text: str
    family: str
    place: str
    people: str | None


def steps(ask: Ask, reading: Reading, view: View) -> list[Step]:
    """Return what to do now, the most urgent first."""
    found = (rule(ask, reading, view) for rule in _RULES)
    return [step for step in found if step is not None][:_MOST]


def step_list(ask: Ask, items: list[Step]) -> Html:
    """Write what to do as a list."""
    return el("ol", *[_item(ask, item) for item in items], class_="steps")


def _item(ask: Ask, step: Step) -> Html:
    t = ask.t
    button = (
        el(
            "a",
            t.gettext("Show people"),
            href=step.people,
            class_="button",
            aria_label=f"{t.gettext('Show people')}: {step.title}",
        )
        if step.people and ask.may(Right.PEOPLE)
        else Html("")
    )
    told = el("div", el("a", step.title, href=step.place, class_="step-title"), paragraph(step.text))
    return el("li", el("strong", step.figure, class_="figure"), told, button, class_=f"fam-{step.family}")


def _of(reading: Reading, id_: str) -> int:
    return reading.segments[id_].people if id_ in reading.segments else 0


def _step(reading: Reading, id_: str, figure: str, title: str, text: str) -> Step:
    family = reading.segments[id_].family
    return Step(figure, title, text, family, link("segment", id_), link("customers", segment=id_))


def _due(ask: Ask, _: Reading, view: View) -> Step | None:
    """Who is due by his own rhythm and has nothing booked."""
    agenda, t = view.data.agenda, ask.t
    if agenda is None or not agenda.due or not is_there("today"):
        return None
    n = len(agenda.due) + agenda.left_out
    title = t.ngettext(
        "{n} customer is due and has nothing booked", "{n} customers are due and have nothing booked", n
    )
    text = t.gettext("By their own rhythm it is time: invite them.")
    return Step(t.integer(n), title, text, "potential", link("today"), None)


def _at_risk(ask: Ask, reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, AT_RISK), ask.t
    if not n:
        return None
    text = t.gettext("They spent this within the last 365 days and are silent for longer than usual.")
    share = _share_back(view, "at_risk")
    if share is not None:
        text += " " + t.gettext("{share} of those at risk came back within 90 days.", share=t.percent(share))
    title = t.ngettext("{n} customer is at risk", "{n} customers are at risk", n)
    return _step(reading, AT_RISK, _at_stake(view, "at_risk") or t.integer(n), title, text)


def _gone_quiet(ask: Ask, reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, GONE_QUIET), ask.t
    if not n:
        return None
    revenue = reading.totals[GONE_QUIET].revenue
    title = t.ngettext(
        "{n} customer bought often and well, and has gone quiet",
        "{n} customers bought often and well, and have gone quiet",
        n,
    )
    text = t.gettext("They brought this in all. Begin with a personal message, not with a discount.")
    return _step(reading, GONE_QUIET, view.short_money(revenue) if revenue else t.integer(n), title, text)


def _second_order(ask: Ask, reading: Reading, view: View) -> Step | None:
    n, t, kpis = _of(reading, NEW), ask.t, view.data.kpis
    if not n:
        return None
    title = t.ngettext("{n} customer waits for a second order", "{n} customers wait for a second order", n)
    if isinstance(kpis, Kpis) and not isinstance(kpis.aov.value, Absent):
        text = t.gettext(
            "So much would a second order of each bring, at {money} on average.",
            money=view.money(kpis.aov.value),
        )
        return _step(reading, NEW, view.short_money(n * kpis.aov.value), title, text)
    return _step(reading, NEW, t.integer(n), title, t.gettext("The time for it is not over: remind them."))


def _lost(ask: Ask, reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, LOST), ask.t
    money = _at_stake(view, "lost")
    if not n or money is None:
        return None
    title = t.ngettext("{n} customer is lost", "{n} customers are lost", n)
    text = t.gettext("Those of them who bought within the last 365 days spent this.")
    share = _share_back(view, "lost")
    if share is not None:
        text += " " + t.gettext("{share} of the lost came back within 90 days.", share=t.percent(share))
    return _step(reading, LOST, money, title, text)


def _first_order(ask: Ask, reading: Reading, _: View) -> Step | None:
    n, t = _of(reading, PROSPECT), ask.t
    if not n:
        return None
    title = t.ngettext("{n} customer has not bought yet", "{n} customers have not bought yet", n)
    return _step(
        reading, PROSPECT, t.integer(n), title, t.gettext("They are in the base: help them to a first order.")
    )


def _at_stake(view: View, stage: str) -> str | None:
    """Write the money of those who are slipping away in a stage; None where there is none."""
    slipping = view.data.slipping
    if isinstance(slipping, Slipping):
        for total in slipping.totals:
            if total.stage == stage and total.at_stake > 0:
                return view.short_money(total.at_stake)
    return None


def _share_back(view: View, stage: str) -> float | None:
    lifecycle = view.data.lifecycle
    if not isinstance(lifecycle, Lifecycle) or isinstance(lifecycle.returns, Absent):
        return None
    whole = (rate for rate in lifecycle.returns if rate.stage == stage and rate.reason is None)
    return next((rate.rate for rate in whole), None)


_RULES: tuple[Callable[[Ask, Reading, View], Step | None], ...] = (
    _due,
    _at_risk,
    _gone_quiet,
    _second_order,
    _lost,
    _first_order,
)
