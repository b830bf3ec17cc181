"""Customers: the list, searched and sorted."""

from __future__ import annotations

from django.http import HttpResponseBase

from kogorta.look.html import Html, el, join, paragraph
from kogorta.readings import PeopleQuery, Person
from kogorta.report.view import View
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.forms import post_button
from kogorta_server.ui.parts.listing import PAGE, Column, listing, place_of
from kogorta_server.ui.parts.people import shown
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.shell import fragment, respond

_SCORES = range(1, 6)


@page("customers/", right=Right.PEOPLE)
def customers(ask: Ask) -> HttpResponseBase:
    """Show customers: all, of a segment, of a cell of the RFM grid, or who answer to a search."""
    title = ask.t.pgettext("menu", "Customers")
    if ask.reading is None:
        return respond(ask, title, nothing_yet(ask), active="customers")
    columns = people_columns(ask, view_of(ask, ask.reading))
    place = place_of(ask, columns, "-last_order_at")
    query = PeopleQuery(
        segments=ask.texts("segment"),
        search=ask.text("q"),
        cell=cell_of(ask.text("r"), ask.text("fm")),
        sort=place.sort,
        is_descending=place.is_descending,
        offset=place.offset,
        limit=PAGE,
    )
    total = ask.reading.count(query)
    rows = ask.reading.people(query)
    body = (
        listing(ask, columns, rows, caption=title, place=place, total=total)
        if rows
        else paragraph(ask.t.gettext("Nobody fits."), class_="empty")
    )
    head = el(
        "div", paragraph(ask.t.customers(total), class_="stamp"), _export_button(ask), class_="section-head"
    )
    found = el("div", head, body, id="found", class_="card busy")
    if ask.is_fragment:
        return fragment(found)
    return respond(ask, title, _bar(ask), found, active="customers")


def people_columns(ask: Ask, view: View) -> list[Column[Person]]:
    """Return the columns of lists of people."""
    t = ask.t

    def who(row: Person) -> Html:
        name = shown(ask, "name", row.values["name"]) or row.values["customer_id"]
        return el("a", name, href=link("customer", row.values["customer_id"]))

    def contact(row: Person) -> Html:
        told = [shown(ask, kind, row.values[kind]) for kind in ("email", "phone")]
        return join([el("span", text, class_="contact") for text in told if text])

    def stage(row: Person) -> str:
        found = row.values["lifecycle_stage"]
        return view.chip("lifecycle", found) if found else "—"

    return [
        Column("name", t.gettext("Customer"), who, is_number=False),
        Column("", t.gettext("Contacts"), contact, is_number=False),
        Column(
            "lifecycle_stage",
            t.gettext("Stage"),
            stage,
            is_number=False,
        ),
        Column("rfm_code", "RFM", lambda row: row.values["rfm_code"] or "—"),
        Column("orders_count", t.gettext("Orders"), lambda row: t.integer(row.values["orders_count"])),
        Column(
            "revenue_total", t.gettext("Revenue"), lambda row: ask.money(row.values["revenue_total"] or 0)
        ),
        Column(
            "last_order_at",
            t.gettext("Last order"),
            lambda row: ask.short_day(row.values["last_order_at"]) if row.values["last_order_at"] else "—",
        ),
    ]


def _bar(ask: Ask) -> Html:
    t = ask.t
    reading = ask.reading
    chosen = ask.text("segment")
    options = [el("option", t.gettext("All customers"), value="")]
    for item in reading.segments.values() if reading else ():
        name = item.name[ask.lang] if item.is_free else f"{item.scheme_name[ask.lang]}: {item.name[ask.lang]}"
        options.append(el("option", name, value=item.id, selected=item.id == chosen))
    return el(
        "form",
        el(
            "div",
            el("label", t.gettext("Name, telephone, e-mail or id"), for_="q", class_="label"),
            el("input", type="search", name="q", id="q", value=ask.text("q")),
        ),
        el(
            "div",
            el("label", t.gettext("Segment"), for_="segment", class_="label"),
            el("select", *options, name="segment", id="segment"),
        ),
        el("button", t.gettext("Show"), class_="button"),
        class_="bar",
        hx_get=link("customers"),
        hx_trigger="input changed delay:250ms from:#q, change from:#segment",
        hx_target="#found",
        hx_swap="outerHTML",
        hx_push_url="true",
        hx_indicator="#found",
        role="search",
    )


def _export_button(ask: Ask) -> Html:
    """Write the button that has the list written into a file."""
    if not ask.may(Right.EXPORT):
        return Html("")
    wanted = {name: ask.text(name) for name in ("segment", "q", "r", "fm") if ask.text(name)}
    return post_button(
        ask, ask.t.gettext("Take away as a file"), link("exports"), class_="quiet-button", **wanted
    )


def cell_of(r: str, fm: str) -> tuple[int, int] | None:
    """Return a cell of the RFM grid as an address names it; None if it names none."""
    if not (r.isdecimal() and fm.isdecimal()):
        return None
    cell = int(r), int(fm)
    return cell if all(score in _SCORES for score in cell) else None
