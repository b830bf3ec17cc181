"""Cohorts by month of the first order."""

from __future__ import annotations

from kogorta.charts import CohortRow, cohort_table
from kogorta.look.html import Html, el, paragraph
from kogorta.report.model import Absent, Cohort
from kogorta.report.view import View

_MOST_MONTHS = 12
_MOST_ROWS = 18


def cohorts_section(view: View) -> Html:
    """Write the section of cohorts: the newest rows, the first months."""
    t, cohorts = view.t, view.data.cohorts
    title = t.gettext("Cohorts: who stays")
    if isinstance(cohorts, Absent):
        return view.section("cohorts", title, "", view.empty(cohorts))
    shown = cohorts[-_MOST_ROWS:]
    lead = t.gettext(
        "Each row is everyone whose first order was in that month; each cell is the share of them "
        "who ordered in month 1, 2, … after it."
    )
    rows = [_row(view, cohort) for cohort in shown]
    picture = Html(cohort_table(rows, (t.gettext("First order"), t.gettext("Customers")), lead))
    body = [el("div", picture, class_="scroll", tabindex="0", role="region", aria_label=title)]
    if len(shown) < len(cohorts):
        hidden = len(cohorts) - len(shown)
        older = t.ngettext("{n} older cohort is not shown.", "{n} older cohorts are not shown.", hidden)
        body.append(paragraph(older, class_="hint"))
    if shown and _holds_old_customers(view, shown[0]):
        first = t.gettext(
            "If you sold before {month}, the first row holds earlier customers too: "
            "their older orders are not in the base.",
            month=t.month(shown[0].month),
        )
        body.append(paragraph(first, class_="hint"))
    return view.section("cohorts", title, lead, *body)


def _holds_old_customers(view: View, oldest: Cohort) -> bool:
    start = view.data.base.history_start
    return start is not None and (start.year, start.month) == (oldest.month.year, oldest.month.month)


def _row(view: View, cohort: Cohort) -> CohortRow:
    t = view.t
    active = cohort.active[:_MOST_MONTHS]
    values = [count / cohort.customers if cohort.customers else 0.0 for count in active]
    return CohortRow(
        t.month(cohort.month, short=True),
        t.integer(cohort.customers),
        values,
        [t.percent(value, 0) for value in values],
        [view.counted(count, cohort.customers) for count in active],
    )
