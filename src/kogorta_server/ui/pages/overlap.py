"""Overlap: which segments share their people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from django.http import HttpResponseBase

from kogorta.look.html import Html, el, join, paragraph
from kogorta.readings import Listed, Reading, Shared
from kogorta_server.accounts.rights import Right
from kogorta_server.segments.schemes import MOST_COMPARED, compared, schemes_of
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.pages.schemes import scheme_tabs
from kogorta_server.ui.parts.cards import card, to_people
from kogorta_server.ui.parts.segments import chip, full_name
from kogorta_server.ui.shell import respond

_SAME, _INSIDE = 0.9, 0.98
_LEVELS = 8


@page("overlap/", right=Right.SEE)
def overlap(ask: Ask) -> HttpResponseBase:
    """Show how many people any two segments share: free segments, or those that are chosen."""
    t, reading = ask.t, ask.reading
    title = t.gettext("Overlap of segments")
    if reading is None:
        return respond(ask, title, nothing_yet(ask), active="schemes")
    chosen = compared(reading, ask.texts("segment"))
    head = [scheme_tabs(ask, schemes_of(reading), None), _form(ask, reading, chosen)]
    if len(chosen) < 2:
        text = t.gettext("It takes two segments to compare: choose some, or make one of your own.")
        return respond(ask, title, *head, paragraph(text, class_="empty"), active="schemes")
    lead = paragraph(
        t.gettext(
            "A cell counts the people who are in both segments; the darker, the greater a part of the smaller one they "
            "are. Below: how many times more than if the segments had nothing to do with each other."
        ),
        class_="lead",
    )
    matrix = card(
        t.gettext("People in both"), lead, _matrix(ask, reading, chosen), _hints(ask, reading, chosen)
    )
    return respond(ask, title, *head, matrix, active="schemes")


def _form(ask: Ask, reading: Reading, chosen: Sequence[Listed]) -> Html:
    t, ids = ask.t, {item.id for item in chosen}
    groups: dict[str, list[Html]] = {}
    for item in reading.segments.values():
        box = el("input", type="checkbox", name="segment", value=item.id, checked=item.id in ids)
        group = t.gettext("Segments outside schemes") if item.is_free else item.scheme_name[ask.lang]
        groups.setdefault(group, []).append(el("label", box, " ", item.name[ask.lang]))
    fields = [el("fieldset", el("legend", name), *boxes, class_="boxes") for name, boxes in groups.items()]
    note = t.gettext("At most {n} are compared.", n=MOST_COMPARED)
    return el(
        "details",
        el("summary", t.gettext("Choose segments"), el("small", note)),
        el(
            "form",
            *fields,
            el("button", t.gettext("Compare"), class_="button primary"),
            action=link("overlap"),
        ),
        class_="card slim chooser",
    )


def _hints(ask: Ask, reading: Reading, chosen: Sequence[Listed]) -> Html:
    """Say which segments are nearly the same, and which lie within another."""
    t, told = ask.t, []
    for one, other in combinations(chosen, 2):
        if one.scheme == other.scheme:
            continue
        found = reading.shared_by(one.id, other.id)
        if (found.either_ratio or 0) >= _SAME:
            text = t.gettext(
                "“{a}” and “{b}” are nearly the same: {share} of the people in either are in both. One of them will do.",
                a=full_name(ask, one),
                b=full_name(ask, other),
                share=t.percent(found.either_ratio or 0),
            )
            told.append(paragraph(text, class_="warning"))
        elif (found.smaller_ratio or 0) >= _INSIDE:
            small, large = (one, other) if one.people <= other.people else (other, one)
            text = t.gettext(
                "“{a}” lies within “{b}”: {share} of its people are there, too.",
                a=full_name(ask, small),
                b=full_name(ask, large),
                share=t.percent(found.smaller_ratio or 0),
            )
            told.append(paragraph(text, class_="hint"))
    return join(told)


def _matrix(ask: Ask, reading: Reading, chosen: Sequence[Listed]) -> Html:
    t = ask.t
    title = t.gettext("People in both")
    heads = [
        el("th", el("abbr", str(number), title=full_name(ask, item)), scope="col")
        for number, item in enumerate(chosen, 1)
    ]
    rows = [
        el(
            "tr",
            el("th", el("span", f"{number} ", class_="stamp"), chip(ask, row), scope="row"),
            el("td", to_people(ask, t.integer(row.people), segment=row.id), class_="num"),
            *[_cell(ask, reading, row, column) for column in chosen],
        )
        for number, row in enumerate(chosen, 1)
    ]
    head = el(
        "tr",
        el("th", t.gettext("Segment"), scope="col"),
        el("th", t.gettext("Customers"), scope="col"),
        *heads,
    )
    body = el(
        "table",
        el("caption", title, class_="visually-hidden"),
        el("thead", head),
        el("tbody", *rows),
        class_="cohorts overlap",
    )
    return el("div", body, class_="scroll", tabindex="0", role="region", aria_label=title)


def _cell(ask: Ask, reading: Reading, row: Listed, column: Listed) -> Html:
    if row.id == column.id:
        return el("td", "·", class_="same")
    t = ask.t
    if row.scheme == column.scheme:
        return el("td", "—", class_="same", title=t.gettext("Two segments of one scheme share nobody."))
    found = reading.shared_by(row.id, column.id)
    number = to_people(ask, t.integer(found.common), segment=[row.id, column.id]) if found.common else "0"
    index = found.index(reading.report.base.customers)
    below = el("small", f"×{t.decimal(index, 1)}") if index is not None and found.common else Html("")
    return el("td", number, below, class_=f"heat heat-{_heat(found)}", title=_told(ask, row, column, found))


def _heat(found: Shared) -> int:
    share = found.smaller_ratio or 0
    return min(_LEVELS - 1, 1 + int(share * (_LEVELS - 1) * 0.9999)) if share else 0


def _told(ask: Ask, row: Listed, column: Listed, found: Shared) -> str:
    t = ask.t
    return t.gettext(
        "{a} and {b}: {people} in both, {share} of the smaller one",
        a=full_name(ask, row),
        b=full_name(ask, column),
        people=found.common,
        share=t.percent(found.smaller_ratio or 0),
    )
