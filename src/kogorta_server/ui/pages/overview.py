"""The overview: the base, what changed, what to do now."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.look.html import el, paragraph
from kogorta.report.checkup import checkup_section
from kogorta.report.headline import headline
from kogorta.report.measures import measures
from kogorta.report.overview import by_month
from kogorta.report.slipping import slipping_section
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.shell import respond


@page("", right=Right.SEE)
def overview(ask: Ask) -> HttpResponseBase:
    """Show the state of the base."""
    t = ask.t
    if ask.reading is None:
        return respond(ask, t.pgettext("menu", "Overview"), nothing_yet(ask), active="overview")
    view = view_of(ask, ask.reading)
    sections = [headline(view), measures(view), by_month(view), slipping_section(view), checkup_section(view)]
    return respond(ask, t.pgettext("menu", "Overview"), *sections, active="overview")


def nothing_yet(ask: Ask) -> str:
    """Say what to do where nothing was refreshed yet."""
    t = ask.t
    return el(
        "div",
        paragraph(t.gettext("There are no numbers yet: bring in orders, and refresh.")),
        class_="empty",
    )
