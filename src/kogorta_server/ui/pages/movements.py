"""Movements: who went from which segment to which between two days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpResponseBase

from kogorta.errors import InputError
from kogorta.look.html import Html, el, paragraph, table
from kogorta.readings import Move, PeopleQuery, Reading, Run
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.schemes import (
    Choice,
    Counts,
    Moves,
    choose,
    move_of,
    recorded,
    schemes_of,
    worked_out,
)
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.customers import people_columns
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts import bars
from kogorta_server.ui.parts.cards import card
from kogorta_server.ui.parts.flows import Scene, moved_link, picture, scene_of
from kogorta_server.ui.parts.later import later
from kogorta_server.ui.parts.listing import PAGE, listing, place_of
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.shell import fragment, respond

Href = Callable[[str | None, str | None], str | None]

_USUAL = "lifecycle"
_SPANS = (7, 30, 90)


@page("movements/", right=Right.SEE)
def movements(ask: Ask) -> HttpResponseBase:
    """Show who went where between two days: out of the log, or worked out where it did not record them."""
    t, reading = ask.t, ask.reading
    title = t.pgettext("menu", "Movements")
    if reading is None:
        return respond(ask, title, nothing_yet(ask), active="movements")
    schemes = schemes_of(reading)
    scheme = ask.text("scheme") or (_USUAL if _USUAL in schemes else next(iter(schemes), ""))
    if not schemes:
        text = t.gettext("There is no scheme yet: schemes divide people by what they ordered.")
        return respond(ask, title, paragraph(text, class_="empty"), active="movements")
    if scheme not in schemes:
        raise InputError("there is no such scheme", got=scheme, expected=", ".join(schemes))
    runs = reading.movements.runs(scheme)
    choice = choose(reading, scheme, _day(ask, "from"), _day(ask, "to"))
    if choice.runs:
        found = _recorded(ask, reading, choice, choice.runs)
    else:
        why = ask.t.gettext(
            "No refresh recorded one of these days, so it is worked out now. This takes a few seconds."
        )
        found = later(ask, lambda: _worked_out(ask, reading, choice), why)
    if ask.is_fragment:
        return fragment(found)
    return respond(ask, title, _form(ask, reading, choice, runs), found, active="movements")


@page("movements/people/", right=Right.PEOPLE)
def moved(ask: Ask) -> HttpResponseBase:
    """Show those who went from one segment to another between two refreshes."""
    t, reading = ask.t, ask.reading
    title = t.pgettext("menu", "Movements")
    if reading is None:
        return respond(ask, title, nothing_yet(ask), active="movements")
    ends, numbers = (ask.text("source"), ask.text("target")), (ask.text("start"), ask.text("end"))
    move, runs = move_of(reading, ask.text("scheme"), ends, numbers)
    scene = scene_of(ask, reading, move.scheme)
    columns = people_columns(ask, view_of(ask, reading))
    place = place_of(ask, columns, "-last_order_at")
    query = PeopleQuery(
        move=move, sort=place.sort, is_descending=place.is_descending, offset=place.offset, limit=PAGE
    )
    total, rows = reading.count(query), reading.people(query)
    title = f"{scene.name(move.source)} → {scene.name(move.target)}"
    days = _between(ask, runs)
    lead = paragraph(t.customers(total), " · ", days, class_="stamp")
    people = listing(ask, columns, rows, caption=title, place=place, total=total)
    back = el("a", t.gettext("All movements"), href=link("movements", scheme=move.scheme))
    return respond(ask, title, el("div", lead, people, class_="card"), active="movements", actions=back)


# --- what is asked ---------------------------------------------------------------------------------


def _day(ask: Ask, name: str) -> date | None:
    text = ask.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError("this is no day", got=text, expected="2026-01-31") from None


def _form(ask: Ask, reading: Reading, choice: Choice, runs: list[Run]) -> Html:
    t = ask.t
    schemes = [(id_, items[0].scheme_name[ask.lang]) for id_, items in schemes_of(reading).items()]
    days = sorted({ask.local(run.as_of).date() for run in runs})
    known = el("datalist", *[el("option", value=day.isoformat()) for day in days], id="recorded")
    return el(
        "form",
        bars.choice(t.gettext("Scheme"), "scheme", schemes, choice.scheme),
        _day_field(t.pgettext("day", "From"), "from", choice.days[0]),
        _day_field(t.pgettext("day", "To"), "to", choice.days[1]),
        known,
        el("button", t.gettext("Show"), class_="button"),
        el("nav", *_spans(ask, choice), class_="spans", aria_label=t.gettext("Usual spans")),
        class_="bar",
        action=link("movements"),
    )


def _day_field(label: str, name: str, value: date) -> Html:
    field = el(
        "input", type="date", name=name, id=name, value=value.isoformat(), list="recorded", required=True
    )
    return bars.control(label, name, field)


def _spans(ask: Ask, choice: Choice) -> list[Html]:
    end = choice.days[1]
    links = []
    for days in _SPANS:
        start = date.fromordinal(end.toordinal() - days)
        address = link("movements", scheme=choice.scheme, **{"from": start, "to": end})
        links.append(
            el("a", ask.t.days(days), href=address, aria_current="true" if start == choice.days[0] else None)
        )
    return links


# --- what is shown ---------------------------------------------------------------------------------


def _recorded(ask: Ask, reading: Reading, choice: Choice, runs: tuple[Run, Run]) -> Html:
    found = recorded(reading, choice.scheme, runs)
    scene = scene_of(ask, reading, choice.scheme)

    def href(source: str | None, target: str | None) -> str | None:
        return moved_link(ask, Move(choice.scheme, source, target, runs[0].run_id, runs[1].run_id))

    note = ask.t.gettext("As the refreshes recorded it; a number leads to its people.")
    return _shown(scene, found, note, href)


def _worked_out(ask: Ask, reading: Reading, choice: Choice) -> Html:
    found = worked_out(reading, choice)
    note = ask.t.gettext("Worked out now from all that is known: no refresh recorded one of these days.")
    scene = scene_of(ask, reading, choice.scheme)
    return _shown(scene, found, note, lambda _source, _target: None)


def _shown(scene: Scene, found: Moves, note: str, href: Href) -> Html:
    ask, t, counts = scene.ask, scene.ask.t, found.counts
    title = t.gettext("Who moved where")
    if not counts:
        return card(
            title, paragraph(t.gettext("Nobody was in this scheme at either instant."), class_="empty")
        )
    days = (ask.day(found.instants[0]), ask.day(found.instants[1]))
    stayed = sum(n for (source, target), n in counts.items() if source == target)
    here = sum(n for (source, _), n in counts.items() if source is not None)
    told = t.gettext("The height of a band is the number of customers; its colour is where they came from.")
    if here:
        told += " " + t.gettext(
            "{share} of those who were here already stayed in their segment.", share=t.share(stayed, here)
        )
    return card(
        title,
        paragraph(told, class_="lead"),
        picture(scene, counts, days, title, href),
        _table(scene, counts, href),
        paragraph(note, class_="hint"),
    )


def _table(scene: Scene, counts: Counts, href: Href) -> Html:
    """Write who went where as a table: those who moved, the most first."""
    t = scene.ask.t
    moves = sorted(
        ((people, pair) for pair, people in counts.items() if pair[0] != pair[1]), key=lambda item: -item[0]
    )
    if not moves:
        return paragraph(t.gettext("Nobody moved."), class_="empty")
    heads = [
        t.gettext("From where"),
        t.gettext("To where"),
        t.gettext("Customers"),
        t.gettext("Share of those before"),
    ]
    rows = []
    for people, (source, target) in moves:
        address = href(source, target)
        number = el("a", t.integer(people), href=address) if address else t.integer(people)
        before = sum(n for (first, _), n in counts.items() if first == source)
        share = t.share(people, before) if source is not None else "—"
        rows.append([scene.chip(source), scene.chip(target), number, share])
    return table(heads, rows, text_columns=2, caption=t.gettext("Movements in numbers"))


def _between(ask: Ask, runs: tuple[Run, Run]) -> str:
    return f"{ask.day(runs[0].as_of)} – {ask.day(runs[1].as_of)}"
