"""Measures by month, by source, by campaign and by channel."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.look.html import Html, paragraph, phrase, remedy
from kogorta.metrics import Missing
from kogorta.report.figures import why
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.cards import card
from kogorta_server.ui.parts.measures import (
    measure_tabs,
    messages_table,
    money_table,
    orders_table,
    sources_table,
)
from kogorta_server.ui.shell import respond


@page("cohorts/months/", right=Right.SEE)
def cohorts_months(ask: Ask) -> HttpResponseBase:
    """Show measures month by month."""
    if ask.reading is None:
        return _respond(ask, "cohorts_months", nothing_yet(ask))
    t, months = ask.t, ask.reading.figures.months
    if not months:
        text = t.gettext("The base has only totals per customer, so there is nothing to tell of months.")
        return _respond(
            ask, "cohorts_months", card(t.gettext("Month by month"), paragraph(text, class_="empty"))
        )
    money = card(t.gettext("Money by month"), money_table(ask, months))
    return _respond(
        ask, "cohorts_months", money, card(t.gettext("Orders by month"), orders_table(ask, months))
    )


@page("cohorts/sources/", right=Right.SEE)
def cohorts_sources(ask: Ask) -> HttpResponseBase:
    """Show what customers of each source cost and bring."""
    if ask.reading is None:
        return _respond(ask, "cohorts_sources", nothing_yet(ask))
    t, sources = ask.t, ask.reading.figures.sources
    title = t.gettext("By the source that customers came from")
    if not any(name for name, _ in sources):
        text = t.gettext("Where customers came from is unknown.")
        todo = t.gettext("Fill the column `acquisition_source` of the customers table.")
        return _respond(
            ask,
            "cohorts_sources",
            card(title, paragraph(text, class_="empty"), remedy(todo)),
        )
    lead = paragraph(t.gettext("All history; those with most revenue first."), class_="lead")
    return _respond(ask, "cohorts_sources", card(title, lead, sources_table(ask, sources)))


@page("cohorts/messages/", right=Right.SEE)
def cohorts_messages(ask: Ask) -> HttpResponseBase:
    """Show how messages were answered, by campaign and by channel."""
    if ask.reading is None:
        return _respond(ask, "cohorts_messages", nothing_yet(ask))
    t, figures = ask.t, ask.reading.figures
    if isinstance(figures.campaigns, Missing) or isinstance(figures.channels, Missing):
        missing = figures.campaigns if isinstance(figures.campaigns, Missing) else figures.channels
        assert isinstance(missing, Missing)
        text = t.gettext("There are no messages: {reason}.", reason=why(t, missing))
        return _respond(
            ask, "cohorts_messages", card(t.gettext("Messages"), paragraph(phrase(text), class_="empty"))
        )
    lead = paragraph(
        t.gettext(
            "An order is ascribed to the message that its customer opened or clicked last within the seven days "
            "before it. It came after the message, which proves no effect."
        ),
        class_="lead",
    )
    channels, campaigns = t.gettext("By channel"), t.gettext("By campaign")
    return _respond(
        ask,
        "cohorts_messages",
        card(channels, lead, messages_table(ask, figures.channels, t.gettext("Channel"), channels)),
        card(campaigns, messages_table(ask, figures.campaigns, t.gettext("Campaign"), campaigns)),
    )


def _respond(ask: Ask, name: str, *body: Html) -> HttpResponseBase:
    title = ask.t.pgettext("menu", "Cohorts")
    return respond(ask, title, measure_tabs(ask, name), *body, active="cohorts")
