"""Segments: the list, and one of them."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.look.html import el, paragraph
from kogorta.readings import Listed, PeopleQuery
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.customers import people_columns
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.listing import PAGE, Column, listing, place_of
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.parts.segments import chip, week
from kogorta_server.ui.shell import respond


@page("segments/", right=Right.SEE)
def segments(ask: Ask) -> HttpResponseBase:
    """Show all segments with their sizes."""
    title = ask.t.pgettext("menu", "Segments")
    if ask.reading is None:
        return respond(ask, title, nothing_yet(ask), active="segments")
    everyone = ask.reading.report.base.customers
    rows = list(ask.reading.segments.values())
    body = listing(ask, _columns(ask, everyone), rows, caption=title)
    return respond(ask, title, el("div", body, class_="card"), active="segments")


@page("segments/<str:segment_id>/", right=Right.SEE)
def segment(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show one segment."""
    if ask.reading is None:
        return respond(ask, segment_id, nothing_yet(ask), active="segments")
    item = ask.reading.segment(segment_id)
    body: list[str] = [paragraph(item.meaning[ask.lang], class_="lead")]
    if ask.may(Right.PEOPLE):
        columns = people_columns(ask, view_of(ask, ask.reading))
        place = place_of(ask, columns, "-last_order_at")
        query = PeopleQuery(
            segments=(item.id,),
            sort=place.sort,
            is_descending=place.is_descending,
            offset=place.offset,
            limit=PAGE,
        )
        total, rows = ask.reading.count(query), ask.reading.people(query)
        people = listing(ask, columns, rows, caption=ask.t.gettext("People"), place=place, total=total)
        body.append(el("section", el("h2", ask.t.gettext("People")), people, class_="card"))
    return respond(ask, item.name[ask.lang], *body, active="segments")


def _columns(ask: Ask, everyone: int) -> list[Column[Listed]]:
    t = ask.t

    return [
        Column("", t.gettext("Segment"), lambda row: chip(ask, row), is_number=False),
        Column("", t.gettext("Scheme"), lambda row: row.scheme_name[ask.lang], is_number=False),
        Column("", t.gettext("Customers"), lambda row: t.integer(row.people)),
        Column("", t.gettext("Share"), lambda row: t.share(row.people, everyone)),
        Column("", t.gettext("In a week"), lambda row: week(ask, row)),
    ]
