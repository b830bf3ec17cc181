"""Schemes: how the base is divided, each with its picture, its numbers and the proof that it is a partition."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponseBase

from kogorta.look.html import Html, el, join, paragraph, table
from kogorta.readings import Listed, Reading
from kogorta.report.model import Absent, Lifecycle, Rfm
from kogorta.report.segments import cell_grid, cuts, segment_tiles
from kogorta.report.stages import returns, rhythm
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.schemes import scheme_of, schemes_of
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.cards import card, tab_links, to_people
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.parts.segments import chip, size_bars, week
from kogorta_server.ui.shell import respond

_RFM, _LIFECYCLE = "rfm_simple", "lifecycle"


@page("schemes/", right=Right.SEE)
def schemes(ask: Ask) -> HttpResponseBase:
    """Show the first scheme."""
    return _shown(ask, "")


@page("schemes/<str:scheme_id>/", right=Right.SEE)
def scheme(ask: Ask, scheme_id: str) -> HttpResponseBase:
    """Show one scheme."""
    return _shown(ask, scheme_id)


def scheme_tabs(ask: Ask, every: dict[str, list[Listed]], chosen: str | None) -> Html:
    """Write the ways between schemes, and to what segments share.

    Args:
        ask: The request.
        every: Segments by scheme.
        chosen: The scheme that is open; None where the overlap is.
    """
    t = ask.t
    items = [
        (found[0].scheme_name[ask.lang], link("scheme", id_), id_ == chosen) for id_, found in every.items()
    ]
    items.append((t.gettext("Overlap"), link("overlap"), chosen is None))
    return tab_links(t.pgettext("menu", "Schemes"), items)


def _shown(ask: Ask, scheme_id: str) -> HttpResponseBase:
    title, reading = ask.t.pgettext("menu", "Schemes"), ask.reading
    if reading is None:
        return respond(ask, title, nothing_yet(ask), active="schemes")
    every = schemes_of(reading)
    if not every:
        text = ask.t.gettext("There is no scheme yet: schemes divide people by what they ordered.")
        return respond(ask, title, paragraph(text, class_="empty"), active="schemes")
    chosen = scheme_id or next(iter(every))
    tabs = scheme_tabs(ask, every, chosen)
    view, items = view_of(ask, reading), scheme_of(reading, chosen)
    body = [_picture(ask, view, chosen, items), _numbers(ask, reading, chosen, items), _more(view, chosen)]
    return respond(ask, title, tabs, *body, active="schemes")


def _picture(ask: Ask, view: View, chosen: str, items: list[Listed]) -> Html:
    name = items[0].scheme_name[ask.lang]
    rfm, lifecycle = view.data.rfm, view.data.lifecycle
    if chosen == _RFM and isinstance(rfm, Rfm):
        recorded = _as_recorded(rfm, items)
        pair = el("div", segment_tiles(view, recorded), cell_grid(view, rfm), class_="pair")
        later = "" if recorded == rfm else paragraph(_later_scores(ask), class_="hint")
        return card(name, pair, later)
    lead = Html("")
    if chosen == _LIFECYCLE and isinstance(lifecycle, Lifecycle):
        lead = paragraph(rhythm(view, lifecycle), class_="lead")
    return card(name, lead, size_bars(ask, items, name))


def _as_recorded(rfm: Rfm, items: list[Listed]) -> Rfm:
    """Return RFM with the people whom its refresh recorded: scores are as of the reading, segments have a cadence."""
    people = {item.segment: item.people for item in items}
    sizes = [replace(size, customers=people.get(size.id, 0)) for size in rfm.simple.segments]
    return replace(rfm, simple=replace(rfm.simple, segments=tuple(sizes)))


def _later_scores(ask: Ask) -> str:
    return ask.t.gettext(
        "The grid shows the scores of this moment. Segments move at their own cadence, so they can differ from it by some people."
    )


def _numbers(ask: Ask, reading: Reading, chosen: str, items: list[Listed]) -> Html:
    t = ask.t
    title = t.gettext("Segments in numbers")
    heads = [
        t.gettext("Segment"),
        t.gettext("Who they are"),
        t.gettext("Customers"),
        t.gettext("Share"),
        t.gettext("In a week"),
        t.gettext("Revenue, all history"),
        t.gettext("Share of revenue"),
        t.gettext("Silent, days on average"),
    ]
    revenue = sum(reading.totals[item.id].revenue or 0 for item in items)
    people = sum(item.people for item in items)
    rows = [_row(ask, reading, item, people, revenue) for item in items]
    quiet = [not item.people for item in items]
    numbers = table(heads, rows, text_columns=2, caption=title, quiet=quiet)
    return card(title, numbers, _proof(ask, reading, chosen))


def _row(ask: Ask, reading: Reading, item: Listed, people: int, revenue: int) -> list[str]:
    t, total = ask.t, reading.totals[item.id]
    if not item.people:
        return [chip(ask, item), item.meaning[ask.lang], "0", "", week(ask, item), *[""] * 3]
    return [
        chip(ask, item),
        item.meaning[ask.lang],
        to_people(ask, t.integer(item.people), segment=item.id),
        t.share(item.people, people),
        week(ask, item),
        ask.money(total.revenue) if total.revenue is not None else "—",
        t.share(total.revenue, revenue) if total.revenue is not None and revenue else "—",
        t.integer(total.recency_days) if total.recency_days is not None else "—",
    ]


def _proof(ask: Ask, reading: Reading, chosen: str) -> Html:
    """Say that everybody stands in one segment, and how many of the base stand in none."""
    t, covered = ask.t, reading.covered(chosen)
    outside = reading.report.base.customers - covered.people
    if not covered.is_partition:
        text = t.gettext(
            "This is no partition: {people} people have {places} places. Please report it.",
            people=covered.people,
            places=covered.places,
        )
        return paragraph(text, class_="warning")
    text = t.ngettext(
        "Checked: the segments add up to {n} customer, who stands in exactly one of them.",
        "Checked: the segments add up to {n} customers, each of whom stands in exactly one of them.",
        covered.people,
    )
    if outside > 0:
        text += " " + t.ngettext(
            "{n} customer of the base stands outside this scheme.",
            "{n} customers of the base stand outside this scheme.",
            outside,
        )
    else:
        text += " " + t.gettext("That is the whole base.")
    return paragraph(text, class_="hint")


def _more(view: View, chosen: str) -> Html:
    """Write what only some schemes tell: how scores were cut, who came back."""
    rfm, lifecycle = view.data.rfm, view.data.lifecycle
    if chosen.startswith("rfm") and isinstance(rfm, Rfm):
        return el("section", cuts(view, rfm), class_="card slim")
    if chosen == _LIFECYCLE and isinstance(lifecycle, Lifecycle):
        return el("section", returns(view, lifecycle), class_="card")
    if chosen.startswith("rfm") and isinstance(rfm, Absent):
        return el("section", view.empty(rfm), class_="card")
    return join([])
