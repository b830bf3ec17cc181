"""What to do now: groups of people to whom it matters most to write today, with the money at stake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kogorta.readings import Reading
from kogorta.report.model import Absent, Kpis, Lifecycle, Slipping
from kogorta.report.view import View

AT_RISK, LOST, NEW, PROSPECT = "lifecycle.at_risk", "lifecycle.lost", "lifecycle.new", "lifecycle.prospect"
GONE_QUIET = "rfm_simple.at_risk"
_MOST = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do.

    Attributes:
        id: Which rule says it.
        people: How many it is about.
        money: What is at stake, minor units; None where nobody can tell.
        title: Who they are, and how many.
        text: Why it matters, what to do.
        segment: Who they are exactly, by full id; None for those who stand on today's list.
    """

    id: str
    people: int
    money: float | None
    title: str
    text: str
    segment: str | None


def steps(reading: Reading, view: View) -> list[Step]:
    """Return what to do now, the most urgent first.

    Args:
        reading: Where people stand.
        view: The same data as the report has them, with the language to say it in.
    """
    found = (rule(reading, view) for rule in _RULES)
    return [step for step in found if step is not None][:_MOST]


def _of(reading: Reading, id_: str) -> int:
    return reading.segments[id_].people if id_ in reading.segments else 0


def _due(_: Reading, view: View) -> Step | None:
    """Who is due by his own rhythm and has nothing booked."""
    agenda, t = view.data.agenda, view.t
    if agenda is None or not agenda.due:
        return None
    n = len(agenda.due) + agenda.left_out
    title = t.ngettext(
        "{n} customer is due and has nothing booked", "{n} customers are due and have nothing booked", n
    )
    return Step("due", n, None, title, t.gettext("By their own rhythm it is time: invite them."), None)


def _at_risk(reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, AT_RISK), view.t
    if not n:
        return None
    text = t.gettext("They spent this within the last 365 days and are silent for longer than usual.")
    share = _share_back(view, "at_risk")
    if share is not None:
        text += " " + t.gettext("{share} of those at risk came back within 90 days.", share=t.percent(share))
    title = t.ngettext("{n} customer is at risk", "{n} customers are at risk", n)
    return Step("at_risk", n, _at_stake(view, "at_risk"), title, text, AT_RISK)


def _gone_quiet(reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, GONE_QUIET), view.t
    if not n:
        return None
    title = t.ngettext(
        "{n} customer bought often and well, and has gone quiet",
        "{n} customers bought often and well, and have gone quiet",
        n,
    )
    text = t.gettext("They brought this in all. Begin with a personal message, not with a discount.")
    return Step("gone_quiet", n, reading.totals[GONE_QUIET].revenue or None, title, text, GONE_QUIET)


def _second_order(reading: Reading, view: View) -> Step | None:
    n, t, kpis = _of(reading, NEW), view.t, view.data.kpis
    if not n:
        return None
    title = t.ngettext("{n} customer waits for a second order", "{n} customers wait for a second order", n)
    if isinstance(kpis, Kpis) and not isinstance(kpis.aov.value, Absent):
        text = t.gettext(
            "So much would a second order of each bring, at {money} on average.",
            money=view.money(kpis.aov.value),
        )
        return Step("second_order", n, n * kpis.aov.value, title, text, NEW)
    return Step("second_order", n, None, title, t.gettext("The time for it is not over: remind them."), NEW)


def _lost(reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, LOST), view.t
    money = _at_stake(view, "lost")
    if not n or money is None:
        return None
    title = t.ngettext("{n} customer is lost", "{n} customers are lost", n)
    text = t.gettext("Those of them who bought within the last 365 days spent this.")
    share = _share_back(view, "lost")
    if share is not None:
        text += " " + t.gettext("{share} of the lost came back within 90 days.", share=t.percent(share))
    return Step("lost", n, money, title, text, LOST)


def _first_order(reading: Reading, view: View) -> Step | None:
    n, t = _of(reading, PROSPECT), view.t
    if not n:
        return None
    title = t.ngettext("{n} customer has not bought yet", "{n} customers have not bought yet", n)
    text = t.gettext("They are in the base: help them to a first order.")
    return Step("first_order", n, None, title, text, PROSPECT)


def _at_stake(view: View, stage: str) -> int | None:
    """Return the money of those who are slipping away in a stage; None where there is none."""
    slipping = view.data.slipping
    if isinstance(slipping, Slipping):
        for total in slipping.totals:
            if total.stage == stage and total.at_stake > 0:
                return total.at_stake
    return None


def _share_back(view: View, stage: str) -> float | None:
    lifecycle = view.data.lifecycle
    if not isinstance(lifecycle, Lifecycle) or isinstance(lifecycle.returns, Absent):
        return None
    whole = (rate for rate in lifecycle.returns if rate.stage == stage and rate.reason is None)
    return next((rate.rate for rate in whole), None)


_RULES: tuple[Callable[[Reading, View], Step | None], ...] = (
    _due,
    _at_risk,
    _gone_quiet,
    _second_order,
    _lost,
    _first_order,
)
