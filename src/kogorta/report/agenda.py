"""Who comes today and who is due, of a business with bookings."""

from __future__ import annotations

from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.report.model import Agenda, Visitor
from kogorta.report.view import View

_MOST = 10


def agenda_section(view: View) -> Html:
    """Write the section of the day's visits and of due ones; nothing for a business without bookings."""
    t, agenda = view.t, view.data.agenda
    if agenda is None:
        return Html("")
    title = t.gettext("Today: {day}", day=t.date(agenda.day))
    lead = t.gettext(
        "Who is booked, and for whom it is time by his own rhythm and has nothing booked. "
        "`kogorta today` adds names and telephone numbers."
    )
    if not agenda.visits and not agenda.due:
        nobody = t.gettext("Nobody is booked, and nobody is due.")
        return view.section("agenda", title, "", paragraph(nobody, class_="empty"))
    return view.section("agenda", title, lead, _visits(view, agenda), _due(view, agenda))


def _visits(view: View, agenda: Agenda) -> Html:
    t = view.t
    if not agenda.visits:
        return Html("")
    title = t.ngettext("{n} visit", "{n} visits", len(agenda.visits))
    heads = [t.gettext("Customer"), t.gettext("Did not come before")]
    rows = [
        [
            join([el("strong", item.at.astimezone(view.zone()).strftime("%H:%M")), " ", _who(item)]),
            t.percent(item.no_show_share) if item.no_show_share is not None else t.gettext("first visit"),
        ]
        for item in agenda.visits
    ]
    return join([el("h3", title), table(heads, rows, text_columns=1, caption=title, tight=True)])


def _due(view: View, agenda: Agenda) -> Html:
    t = view.t
    if not agenda.due:
        return Html("")
    title = t.gettext("Time to invite")
    heads = [t.gettext("Customer"), t.gettext("Due")]
    rows = [[_who(item), _due_on(view, item)] for item in agenda.due[:_MOST]]
    body = [el("h3", title), table(heads, rows, text_columns=1, caption=title, tight=True)]
    beyond = agenda.left_out + max(0, len(agenda.due) - _MOST)
    if beyond:
        more = t.ngettext("{n} more is due.", "{n} more are due.", beyond)
        body.append(paragraph(more, class_="off"))
    return join(body)


def _due_on(view: View, item: Visitor) -> str:
    t, days = view.t, item.days or 0
    if days < 0:
        far = t.ngettext("due in {n} day", "due in {n} days", -days)
    elif days > 0:
        far = t.ngettext("{n} day late", "{n} days late", days)
    else:
        far = t.gettext("due now")
    return f"{t.date(item.at.astimezone(view.zone()).date())} · {far}"


def _who(item: Visitor) -> Html:
    """Whom, and below it for what and with whom."""
    what = " · ".join(filter(None, (item.service, item.staff)))
    return join([el("code", item.customer_id), " ", el("small", what)])
