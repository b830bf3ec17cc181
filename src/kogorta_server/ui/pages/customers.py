"""Customers: the list, searched, filtered and sorted; the same list as a file."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase, StreamingHttpResponse

from kogorta.errors import NotFoundError
from kogorta.look.html import Html, el, join, paragraph
from kogorta.readings import Person, Reading
from kogorta.report.view import View
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.customers.files import csv_parts
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.finding import (
    FILTERS,
    chosen,
    finding_bar,
    is_filtered,
    kept,
    menu,
    people_query,
)
from kogorta_server.ui.parts.forms import post_button
from kogorta_server.ui.parts.listing import MOST_PAGES, PAGE, Column, listing, place_of
from kogorta_server.ui.parts.people import shown
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.shell import fragment, respond

AT_ONCE = 50_000
"""A list of more people is written by a job: a browser that waits for it would give up."""

USUAL = ("lifecycle_stage", "rfm_code", "orders_count", "revenue_total", "last_order_at")
"""Columns beside who it is, of whoever chose none."""


@page("customers/", right=Right.PEOPLE)
def customers(ask: Ask) -> HttpResponseBase:
    """Show customers: all, those of segments, of a cell of the RFM grid, or who answer to a search."""
    title = ask.t.pgettext("menu", "Customers")
    if ask.reading is None:
        return respond(ask, title, nothing_yet(ask), active="customers")
    found = _found(ask, ask.reading, title)
    if ask.is_fragment:
        return fragment(found)
    bar = finding_bar(ask, ask.reading, link("customers"), *kept(ask, ["sort"]), _column_menu(ask))
    return respond(ask, title, bar, found, active="customers")


@page("customers.csv", right=Right.EXPORT)
def customers_file(ask: Ask) -> HttpResponseBase:
    """Give the found list as a file, all pages of it."""
    if ask.reading is None:
        raise NotFoundError("there is nothing to take away yet", hint="bring in orders, and refresh")
    reading, columns = ask.reading, people_columns(ask, view_of(ask, ask.reading))
    query = people_query(ask, place_of(ask, columns, "-last_order_at"))
    told = {name: ask.texts(name) for name in FILTERS if ask.texts(name)}
    if told.pop("q", None):
        # what was typed may be somebody's name
        told["q"] = ("…",)
    record(ask.request, "customers.exported", people=reading.count(query), filter=told)
    config, whole = base.workspace().config, ask.may(Right.CONTACTS)
    parts = csv_parts(reading, query, config, whole=whole, lang=ask.lang)
    response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="customers.csv"'
    return response


def _found(ask: Ask, reading: Reading, title: str) -> Html:
    t = ask.t
    columns = people_columns(ask, view_of(ask, reading), _chosen_columns(ask))
    place = place_of(ask, people_columns(ask, view_of(ask, reading), tuple(OPTIONAL)), "-last_order_at")
    query = people_query(ask, place)
    total, rows = reading.count(query), reading.people(query)
    if rows:
        body = listing(ask, columns, rows, caption=title, place=place, total=total)
    elif is_filtered(ask):
        body = paragraph(t.gettext("Nobody fits."), " ", _widen(ask), class_="empty")
    else:
        body = paragraph(t.gettext("There is nobody in the base yet."), class_="empty")
    people = t.customers(total)
    if is_filtered(ask):
        people = t.gettext("{some} of {all}", some=people, all=t.integer(reading.report.base.customers))
    head = el("div", el("p", people, class_="total"), _file_link(ask, total), class_="list-head")
    return el("div", head, chosen(ask, reading), body, _end(ask, total), id="found", class_="card busy")


def _widen(ask: Ask) -> Html:
    return el("a", ask.t.gettext("Show everyone"), href=link("customers"))


def _file_link(ask: Ask, total: int) -> Html:
    t = ask.t
    if not total or not ask.may(Right.EXPORT):
        return Html("")
    if total > AT_ONCE:
        return post_button(ask, t.gettext("Have a file written"), f"{link('exports')}?{ask.query(page=None)}")
    address = f"{link('customers_file')}?{ask.query(page=None)}"
    return el("a", t.gettext("Download CSV"), href=address, class_="button", download=True)


def _end(ask: Ask, total: int) -> Html:
    if total <= PAGE * MOST_PAGES:
        return Html("")
    text = ask.t.gettext(
        "Pages go as far as {most} customers: filter the list, or take the file.", most=PAGE * MOST_PAGES
    )
    return paragraph(text, class_="hint")


# --- columns --------------------------------------------------------------------------------------


def people_columns(ask: Ask, view: View, names: Sequence[str] = USUAL) -> list[Column[Person]]:
    """Return the columns of lists of people: who it is, how to reach him, and what was chosen."""
    t = ask.t

    def who(row: Person) -> Html:
        name = shown(ask, "name", row.values["name"]) or row.values["customer_id"]
        return el("a", name, href=link("customer", row.values["customer_id"]))

    def contact(row: Person) -> Html:
        told = [shown(ask, kind, row.values[kind]) for kind in ("email", "phone")]
        return join([el("span", text, class_="contact") for text in told if text])

    # whoever may not read names must not learn them by their order either
    by_name = "name" if ask.may(Right.CONTACTS) else "customer_id"
    return [
        Column(by_name, t.gettext("Customer"), who, is_number=False),
        Column("", t.gettext("Contacts"), contact, is_number=False),
        *(_column(ask, view, name) for name in OPTIONAL if name in names),
    ]


_TEXTS = frozenset({"city", "lifecycle_stage", "main_category"})
_MONEY = frozenset({"revenue_total", "average_order", "monetary_amount"})
_DAYS = frozenset({"rhythm_days", "recency_days"})
_INSTANTS = frozenset({"first_order_at", "last_order_at"})
OPTIONAL = (
    *(
        "lifecycle_stage",
        "city",
        "main_category",
        "rfm_code",
        "orders_count",
        "revenue_total",
        "average_order",
    ),
    *("frequency_count", "monetary_amount", "rhythm_days", "recency_days", "first_order_at", "last_order_at"),
)
"""Columns that can be chosen, in the order in which they stand."""


def _labels(ask: Ask) -> dict[str, str]:
    t = ask.t
    return {
        "lifecycle_stage": t.gettext("Stage"),
        "city": t.gettext("City"),
        "main_category": t.gettext("Main category"),
        "rfm_code": "RFM",
        "orders_count": t.gettext("Orders"),
        "revenue_total": t.gettext("Revenue"),
        "average_order": t.gettext("Average order"),
        "frequency_count": t.gettext("Orders in the RFM window"),
        "monetary_amount": t.gettext("Revenue in the RFM window"),
        "rhythm_days": t.gettext("Rhythm"),
        "recency_days": t.gettext("Silence"),
        "first_order_at": t.gettext("First order"),
        "last_order_at": t.gettext("Last order"),
    }


def _column(ask: Ask, view: View, name: str) -> Column[Person]:
    def cell(row: Person) -> str:
        value = row.values[name]
        if value is None:
            return "—"
        if name == "lifecycle_stage":
            return view.chip("lifecycle", value)
        if name in _MONEY:
            return ask.money(value)
        if name in _DAYS:
            return ask.t.days(value)
        if name in _INSTANTS:
            return ask.short_day(value)
        return value if isinstance(value, str) else ask.t.integer(value)

    return Column(name, _labels(ask)[name], cell, is_number=name not in _TEXTS)


def _chosen_columns(ask: Ask) -> tuple[str, ...]:
    wanted = [name for name in ask.texts("col") if name in OPTIONAL]
    return tuple(wanted) or USUAL


def _column_menu(ask: Ask) -> Html:
    wanted = _chosen_columns(ask)
    boxes = [
        el(
            "label",
            el("input", type="checkbox", name="col", value=name, checked=name in wanted),
            el("span", label),
        )
        for name, label in _labels(ask).items()
    ]
    return menu(ask.t.gettext("Columns"), 0, el("fieldset", *boxes))
