"""One customer: who he is, what he did, in which segments he is and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, join, paragraph
from kogorta.readings import Person, Reading
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.bars import control
from kogorta_server.ui.parts.history import history
from kogorta_server.ui.parts.known import contacts_part, ids_part, segments_part, traits_part, why_part
from kogorta_server.ui.parts.later import later
from kogorta_server.ui.parts.people import shown
from kogorta_server.ui.shell import fragment, respond

DATED = ("segments", "traits", "why")
"""Parts that can be asked for as of another instant."""


@page("customers/<path:customer_id>/", right=Right.PEOPLE)
def customer(ask: Ask, customer_id: str) -> HttpResponseBase:
    """Show one customer; what must be worked out comes after the page."""
    if ask.reading is None:
        return respond(ask, customer_id, nothing_yet(ask), active="customers")
    person = ask.reading.person(customer_id)
    if person.values["customer_id"] != customer_id:
        # another id of the same person: he has one page
        return HttpResponseRedirect(link("customer", person.values["customer_id"]))
    parts = _parts(ask, ask.reading, person)
    part = ask.text("part") if ask.text("part") in parts else "history"
    if ask.is_fragment:
        return fragment(parts[part]())
    name = shown(ask, "name", person.values["name"]) or customer_id
    needs_store = part != "segments" or bool(ask.text("as_of"))
    content = later(ask, parts[part]) if needs_store else parts[part]()
    card = el("section", _tabs(ask, part), _day(ask, part), content, class_="card")
    header = _header(ask, ask.reading, person)
    return respond(ask, name, header, card, active="customers", actions=_actions(ask, customer_id))


def _parts(ask: Ask, reading: Reading, person: Person) -> Mapping[str, Callable[[], Html]]:
    return {
        "history": lambda: history(ask, reading, person.values["customer_id"]),
        "segments": lambda: segments_part(ask, reading, person),
        "traits": lambda: traits_part(ask, reading, person),
        "contacts": lambda: contacts_part(ask, person),
        "ids": lambda: ids_part(ask, person),
        "why": lambda: why_part(ask, reading, person),
    }


def _tabs(ask: Ask, part: str) -> Html:
    t = ask.t
    labels = {
        "history": t.gettext("History"),
        "segments": t.gettext("Segments"),
        "traits": t.gettext("Traits"),
        "contacts": t.gettext("Contacts and consents"),
        "ids": t.gettext("Ids"),
    }
    current = "segments" if part == "why" else part
    links = []
    for name, text in labels.items():
        as_of = ask.text("as_of") if name in DATED else None
        address = ask.here(**{**dict.fromkeys(ask.request.GET), "part": name, "as_of": as_of})
        links.append(el("a", text, href=address, aria_current="page" if name == current else None))
    return el("nav", *links, class_="tabs", aria_label=t.gettext("About the customer"))


def _day(ask: Ask, part: str) -> Html:
    """Write the choice of another day, and say plainly that it is another one."""
    if part not in DATED:
        return Html("")
    t, as_of = ask.t, ask.text("as_of")
    form = el(
        "form",
        el("input", type="hidden", name="part", value="segments" if part == "why" else part),
        control(
            t.gettext("As it was on another day"),
            "as_of",
            el("input", type="date", name="as_of", id="as_of", value=as_of),
        ),
        el("button", t.gettext("Show"), class_="button"),
        class_="bar",
    )
    if not as_of:
        return form
    back = el("a", t.gettext("Back to now"), href=ask.here(as_of=None, whole=None))
    said = t.gettext("This is the beginning of {day}, worked out by what is known today.", day=as_of)
    return join([form, paragraph(said, " ", back, class_="warning")])


def _header(ask: Ask, reading: Reading, person: Person) -> Html:
    t, values = ask.t, person.values
    told = [el("code", values["customer_id"])]
    told += [el("span", shown(ask, kind, values[kind])) for kind in ("email", "phone") if values[kind]]
    if values["city"]:
        told.append(el("span", values["city"]))
    stage = reading.segments.get(f"lifecycle.{values['lifecycle_stage']}")
    if stage:
        dot = el("span", class_="dot", aria_hidden="true")
        told.append(
            el(
                "a",
                dot,
                stage.name[ask.lang],
                href=link("segment", stage.id),
                class_=f"chip fam-{stage.family}",
            )
        )
    figures = [
        (t.gettext("Orders"), t.integer(values["orders_count"] or 0)),
        (t.gettext("Revenue"), ask.money(values["revenue_total"] or 0)),
        (t.gettext("Average order"), ask.money(values["average_order"]) if values["average_order"] else "—"),
        (t.gettext("Rhythm"), t.days(values["rhythm_days"]) if values["rhythm_days"] else "—"),
        (t.gettext("Silence"), t.days(values["recency_days"]) if values["recency_days"] is not None else "—"),
        ("RFM", values["rfm_code"] or "—"),
    ]
    rows = [el("div", el("dt", name), el("dd", value)) for name, value in figures]
    return el(
        "section",
        el("p", *told, class_="who-line"),
        el("dl", *rows, class_="size"),
        class_="card person-head",
    )


def _actions(ask: Ask, customer_id: str) -> Html:
    if not ask.may(Right.ERASE):
        return Html("")
    return el("a", ask.t.gettext("Erase…"), href=link("erasure", customer_id), class_="button danger")
