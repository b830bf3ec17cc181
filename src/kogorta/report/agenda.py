"""Who comes today and who is due, of a business with bookings."""

from __future__ import annotations

from kogorta.report.html import Html, el, join, paragraph, table
from kogorta.report.model import Agenda, Visitor
from kogorta.report.view import View

_NOTHING = "—"
_MOST = 10


def agenda_section(view: View) -> Html:
    """Write the section of the day's visits and of due ones; nothing for a business without bookings."""
    t, agenda = view.t, view.data.agenda
    if agenda is None:
        return Html("")
    title = t.gettext("Today: {day}", day=t.date(agenda.day))
    lead = t.gettext(
        "Who is booked, and for whom it is time by his own rhythm and has nothing booked. "
        "kogorta today adds names and telephone numbers."
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
    heads = [
        *(t.gettext("Time"), t.gettext("Customer"), t.gettext("Service"), t.gettext("Staff")),
        t.gettext("Did not come before"),
    ]
    rows = [
        [
            item.at.astimezone(view.zone()).strftime("%H:%M"),
            *_who(item),
            t.percent(item.no_show_share) if item.no_show_share is not None else t.gettext("first visit"),
        ]
        for item in agenda.visits
    ]
    return join([el("h3", title), table(heads, rows, text_columns=4, caption=title, tight=True)])


def _due(view: View, agenda: Agenda) -> Html:
    t = view.t
    if not agenda.due:
        return Html("")
    title = t.gettext("Time to invite")
    heads = [
        *(t.gettext("Due"), t.gettext("Customer"), t.gettext("Service"), t.gettext("Staff")),
        t.pgettext("column", "Since"),
    ]
    rows = [
        [t.date(item.at.astimezone(view.zone()).date()), *_who(item), _since(view, item.days or 0)]
        for item in agenda.due[:_MOST]
    ]
    body = [el("h3", title), table(heads, rows, text_columns=5, caption=title, tight=True)]
    beyond = agenda.left_out + max(0, len(agenda.due) - _MOST)
    if beyond:
        more = t.ngettext("{n} more is due.", "{n} more are due.", beyond)
        body.append(paragraph(more, class_="off"))
    return join(body)


def _since(view: View, days: int) -> str:
    if days < 0:
        return view.t.ngettext("due in {n} day", "due in {n} days", -days)
    late = view.t.ngettext("{n} day late", "{n} days late", days)
    return late if days else view.t.gettext("due now")


def _who(item: Visitor) -> tuple[Html, str, str]:
    return el("code", item.customer_id), item.service or _NOTHING, item.staff or _NOTHING
