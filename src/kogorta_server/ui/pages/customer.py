"""One customer: who he is, what he did, in which segments he is."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.look.html import Html, el
from kogorta.readings import Reading
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.people import shown
from kogorta_server.ui.parts.segments import chip
from kogorta_server.ui.shell import respond


@page("customers/<path:customer_id>/", right=Right.PEOPLE)
def customer(ask: Ask, customer_id: str) -> HttpResponseBase:
    """Show one customer."""
    if ask.reading is None:
        return respond(ask, customer_id, nothing_yet(ask), active="customers")
    person = ask.reading.person(customer_id)
    name = shown(ask, "name", person.values["name"]) or customer_id
    memberships = _segments(ask, ask.reading, person.customer_key)
    return respond(ask, name, memberships, active="customers")


def _segments(ask: Ask, reading: Reading, customer_key: int) -> Html:
    items = []
    for id_, since in reading.segments_of(customer_key).items():
        segment = reading.segment(id_)
        items.append(
            el("li", chip(ask, segment), " ", el("small", ask.t.gettext("since {day}", day=ask.day(since))))
        )
    return el("section", el("h2", ask.t.gettext("Segments")), el("ul", *items, class_="plain"), class_="card")
