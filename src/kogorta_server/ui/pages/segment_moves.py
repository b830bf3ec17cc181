"""Who came into a segment and who left it, and why."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase

from kogorta.look.html import Html, el, paragraph, table
from kogorta.readings import Change, Listed, Reading, Size
from kogorta.report.words import cause_name
from kogorta.vocab import ChangeOp
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.segment import found_of, framed
from kogorta_server.ui.parts.people import shown

_STEPS = 30
"""So many refreshes are listed."""


@page("segments/<str:segment_id>/moves/", right=Right.SEE, name="segment_moves")
def moves(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show who came into a segment and who left it, and why; then the definition in the past."""
    found = found_of(ask, segment_id)
    if isinstance(found, HttpResponse):
        return found
    reading, item = found
    t = ask.t
    past = el(
        "section",
        el("h2", t.gettext("Looking back")),
        paragraph(
            t.gettext(
                "The definition as it is now, at the end of each of the last twelve months, and what these people did in the "
                "month after. It takes a look at the whole base, month by month."
            ),
            class_="lead",
        ),
        el(
            "a",
            t.gettext("Look back"),
            href=link("segment_backtest", item.id),
            class_="button",
            hx_get=link("segment_backtest", item.id),
            hx_target="#past",
            hx_indicator="#past",
        ),
        el("div", id="past", class_="busy", aria_live="polite"),
        class_="card",
    )
    return framed(ask, item, "segment_moves", _causes(ask, reading, item), _latest(ask, reading, item), past)


def _causes(ask: Ask, reading: Reading, item: Listed) -> Html:
    t = ask.t
    causes = reading.causes(item.id)
    title = t.gettext("Why they came, and why they left")
    if not causes:
        text = t.gettext("Nobody came or left in the last two months.")
        return el("section", el("h2", title), paragraph(text, class_="empty"), class_="card")
    came, left = causes.get(ChangeOp.ENTER, {}), causes.get(ChangeOp.LEAVE, {})
    every = dict.fromkeys([*came, *left])
    rows = [
        [cause_name(t, cause), t.integer(came.get(cause, 0)), t.integer(left.get(cause, 0))]
        for cause in every
    ]
    rows.append([t.gettext("Together"), t.integer(sum(came.values())), t.integer(sum(left.values()))])
    heads = [t.gettext("Why"), t.gettext("Came"), t.gettext("Left")]
    lead = t.gettext("In the last two months, as refreshes recorded it.")
    steps = _steps(ask, [size for size in reading.sizes(item.id) if size.entered or size.left])
    return el(
        "section",
        el("h2", title),
        paragraph(lead, class_="lead"),
        table(heads, rows, caption=title, tight=True),
        steps,
        class_="card",
    )


def _steps(ask: Ask, sizes: list[Size]) -> Html:
    t = ask.t
    rows = [
        [ask.day(size.as_of), t.integer(size.entered), t.integer(size.left), t.integer(size.people)]
        for size in reversed(sizes[-_STEPS:])
    ]
    title = t.gettext("Refresh by refresh")
    heads = [t.gettext("Refresh"), t.gettext("Came"), t.gettext("Left"), t.gettext("Customers")]
    return el("details", el("summary", title), table(heads, rows, caption=title, tight=True))


def _latest(ask: Ask, reading: Reading, item: Listed) -> Html:
    t = ask.t
    changes = reading.changes(item.id)
    if not changes or not ask.may(Right.PEOPLE):
        return Html("")
    title = t.gettext("The latest")
    heads = [t.gettext("Customer"), t.gettext("Came or left"), t.gettext("Why"), t.gettext("When")]
    rows = [_change(ask, change) for change in changes]
    return el("section", el("h2", title), table(heads, rows, text_columns=3, caption=title), class_="card")


def _change(ask: Ask, change: Change) -> list[str]:
    t = ask.t
    name = shown(ask, "name", change.name) or change.customer_id
    what = t.pgettext("change", "came in") if change.op == ChangeOp.ENTER else t.pgettext("change", "left")
    return [
        el("a", name, href=link("customer", change.customer_id)),
        what,
        cause_name(t, change.cause),
        ask.short_day(change.at),
    ]
