"""Cohorts: who stays after the first order, and what they bring."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase

from kogorta.charts import CohortRow, cohort_table
from kogorta.look.html import Html, el, paragraph, phrase
from kogorta.metrics import Missing
from kogorta.readings import Listed, Reading
from kogorta.report.figures import why
from kogorta.report.model import Absent, Cohort
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.bars import choice
from kogorta_server.ui.parts.cards import card
from kogorta_server.ui.parts.later import later
from kogorta_server.ui.parts.measures import measure_tabs
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.parts.segments import full_name
from kogorta_server.ui.shell import fragment, respond

_MOST_MONTHS = 13
_MOST_ROWS = 18


@page("cohorts/", right=Right.SEE)
def cohorts(ask: Ask) -> HttpResponseBase:
    """Show cohorts by month of the first order: of the base, or of those who are in a segment."""
    title, reading = ask.t.pgettext("menu", "Cohorts"), ask.reading
    if reading is None:
        return respond(ask, title, nothing_yet(ask), active="cohorts")
    segment = reading.segment(ask.text("segment")) if ask.text("segment") else None
    if segment is None:
        found = _of_base(ask, reading)
    else:
        why = ask.t.gettext(
            "Cohorts of a segment are worked out when they are asked for. This takes a few seconds."
        )
        found = later(ask, lambda: _of_segment(ask, reading, segment), why)
    if ask.is_fragment:
        return fragment(found)
    return respond(ask, title, measure_tabs(ask, "cohorts"), _form(ask, reading), found, active="cohorts")


def _form(ask: Ask, reading: Reading) -> Html:
    t, by, chosen = ask.t, _by(ask), ask.text("segment")
    ways = [("orders", t.gettext("Who ordered again")), ("revenue", t.gettext("Revenue per customer"))]
    segments = [("", t.gettext("The whole base"))]
    segments += [(item.id, full_name(ask, item)) for item in reading.segments.values()]
    return el(
        "form",
        choice(t.gettext("What is counted"), "by", ways, by),
        choice(t.gettext("Whose"), "segment", segments, chosen),
        el("button", t.gettext("Show"), class_="button"),
        class_="bar",
        action=link("cohorts"),
    )


def _by(ask: Ask) -> str:
    return "revenue" if ask.text("by") == "revenue" else "orders"


def _of_base(ask: Ask, reading: Reading) -> Html:
    found = reading.report.cohorts
    if isinstance(found, Absent):
        return card(ask.t.gettext("Cohorts: who stays"), view_of(ask, reading).empty(found))
    return _shown(ask, found)


def _of_segment(ask: Ask, reading: Reading, segment: Listed) -> Html:
    found = queries.cohorts(reading.stamp, segment.id)
    if isinstance(found, Missing):
        reason = why(ask.t, found)
        text = ask.t.gettext("There are no cohorts: {reason}.", reason=reason)
        return card(ask.t.gettext("Cohorts: who stays"), paragraph(phrase(text), class_="empty"))
    return _shown(ask, [Cohort(c.month, c.customers, c.active[1:], c.revenue, c.earned) for c in found])


def _shown(ask: Ask, cohorts: Sequence[Cohort]) -> Html:
    t = ask.t
    if _by(ask) == "revenue":
        title = t.gettext("Cohorts: what they bring")
        lead = t.gettext(
            "Each row is everyone whose first order was in that month; each cell is what they brought in month "
            "0, 1, 2, … after it, divided by how many they are."
        )
    else:
        title = t.gettext("Cohorts: who stays")
        lead = t.gettext(
            "Each row is everyone whose first order was in that month; each cell is the share of them "
            "who ordered in month 1, 2, … after it."
        )
    shown = cohorts[-_MOST_ROWS:]
    heads = (t.gettext("First order"), t.gettext("Customers"))
    if _by(ask) == "revenue":
        picture = cohort_table([_money_row(ask, item) for item in shown], heads, lead, first=0)
    else:
        picture = cohort_table([_share_row(ask, item) for item in shown], heads, lead)
    body = [el("div", Html(picture), class_="scroll", tabindex="0", role="region", aria_label=title)]
    if len(shown) < len(cohorts):
        hidden = len(cohorts) - len(shown)
        body.append(
            paragraph(
                t.ngettext("{n} older cohort is not shown.", "{n} older cohorts are not shown.", hidden),
                class_="hint",
            )
        )
    return card(title, paragraph(lead, class_="lead"), *body)


def _share_row(ask: Ask, cohort: Cohort) -> CohortRow:
    t = ask.t
    active = cohort.active[:_MOST_MONTHS]
    values = [count / cohort.customers if cohort.customers else 0.0 for count in active]
    tips = [t.gettext("{part} of {whole}", part=count, whole=cohort.customers) for count in active]
    texts = [t.percent(value, 0) for value in values]
    return CohortRow(t.month(cohort.month, short=True), t.integer(cohort.customers), values, texts, tips)


def _money_row(ask: Ask, cohort: Cohort) -> CohortRow:
    t = ask.t
    currency = base.workspace().config.workspace.currency
    earned = cohort.earned[:_MOST_MONTHS]
    values = [money / cohort.customers if cohort.customers else 0.0 for money in earned]
    tips = [t.gettext("{money} in all", money=ask.money(money)) for money in earned]
    texts = [t.money_compact(value, currency) for value in values]
    return CohortRow(t.month(cohort.month, short=True), t.integer(cohort.customers), values, texts, tips)
