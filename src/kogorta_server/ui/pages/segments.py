"""The list of segments: each scheme by itself, then people's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponseBase

from kogorta.definitions.names import schemes as ready_names
from kogorta.look.html import Html, el, join, paragraph
from kogorta.membership.status import Position, Status
from kogorta.readings import Listed, Reading
from kogorta.report.playbook import goal_name
from kogorta.report.words import freshness_told
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.bars import choice, live_bar, search
from kogorta_server.ui.parts.listing import Column, Place, listing, place_of
from kogorta_server.ui.parts.segments import agreed, chip, meaning_of, sparkline, week, with_commas
from kogorta_server.ui.shell import fragment, part, respond

_KINDS = ("own", "ready")
_FREE = "free"


@page("segments/", right=Right.SEE)
def segments(ask: Ask) -> HttpResponseBase:
    """Show all segments with their sizes."""
    title = ask.t.pgettext("menu", "Segments")
    if ask.reading is None:
        return respond(ask, title, nothing_yet(ask), active="segments")
    found = el("div", *_groups(ask, ask.reading), id="found", class_="busy")
    if ask.is_fragment:
        return fragment(found)
    waiting = el("div", hx_get=link("segments_freshness"), hx_trigger="load", id="waiting")
    return respond(ask, title, _bar(ask), waiting, found, active="segments", actions=_actions(ask))


@page("segments-freshness/", right=Right.SEE, name="segments_freshness")
def freshness(ask: Ask) -> HttpResponseBase:
    """Tell how fresh each scheme is, and what was saved since the numbers were worked out."""
    workspace = base.workspace()
    status = workspace.status()
    shown = ask.reading.meanings if ask.reading else {}
    told = [_fresh(ask, item, status, is_swapped=True) for item in status.positions if item.id in shown]
    new = [item.id for item in status.positions if item.id not in shown]
    parts = [_failed(ask, status), _waiting(ask, new, workspace.names)]
    return part(ask, ask.t.gettext("How fresh it is"), *told, *parts, active="segments")


def _actions(ask: Ask) -> Html:
    t = ask.t
    if not ask.may(Right.SEGMENTS):
        return el("div", el("a", t.gettext("Ready segments"), href=link("presets"), class_="button"))
    return el(
        "div",
        el("a", t.gettext("Ready segments"), href=link("presets"), class_="button"),
        el("a", t.gettext("New segment"), href=link("definition_new"), class_="button primary"),
        class_="buttons",
    )


def _bar(ask: Ask) -> Html:
    t = ask.t
    kinds = [
        ("", t.gettext("All segments")),
        ("own", t.gettext("Your own")),
        ("ready", t.gettext("Ready ones")),
    ]
    sort = ask.text("sort")
    parts = [
        search(ask, t.gettext("Name or meaning")),
        choice(t.gettext("Kind"), "kind", kinds, ask.text("kind")),
        el("input", type="hidden", name="sort", value=sort) if sort else "",
    ]
    return live_bar(ask, link("segments"), parts, heard="change from:#kind")


# --- the groups -----------------------------------------------------------------------------------


def _groups(ask: Ask, reading: Reading) -> list[Html]:
    """Write the schemes one after another; free segments stand together."""
    groups: dict[str, list[Listed]] = {}
    for item in reading.segments.values():
        if _fits(ask, item):
            groups.setdefault(_FREE if item.is_free else item.scheme, []).append(item)
    columns = _columns(ask, reading)
    place = place_of(ask, columns, "")
    # what people made themselves stands first; the others as they are known everywhere
    order = sorted(groups, key=lambda id_: (not groups[id_][0].is_own, id_ == _FREE))
    cards = [_card(ask, reading, id_, _sorted(ask, groups[id_], place), place) for id_ in order]
    if not any(item.is_own for item in reading.segments.values()) and ask.text("kind") != "ready":
        cards.append(_no_own(ask))
    elif not cards:
        cards.append(paragraph(ask.t.gettext("No segment fits."), class_="empty"))
    return cards


def _fits(ask: Ask, item: Listed) -> bool:
    kind, wanted = ask.text("kind"), ask.text("q").casefold()
    if kind in _KINDS and item.is_own != (kind == "own"):
        return False
    told = (item.id, item.name[ask.lang], item.meaning[ask.lang], item.scheme_name[ask.lang])
    return any(wanted in text.casefold() for text in told)


def _sorted(ask: Ask, rows: list[Listed], place: Place) -> list[Listed]:
    keys: dict[str, Callable[[Listed], Any]] = {
        "name": lambda row: row.name[ask.lang].casefold(),
        "people": lambda row: row.people,
        "week": lambda row: 0 if row.before is None else row.people - row.before,
    }
    if place.sort not in keys:
        return rows
    return sorted(rows, key=keys[place.sort], reverse=place.is_descending)


def _card(ask: Ask, reading: Reading, id_: str, rows: list[Listed], place: Place) -> Html:
    t = ask.t
    if id_ == _FREE:
        title, note, fresh = (
            t.gettext("Free segments"),
            t.gettext("One person may be in several of them."),
            "",
        )
    else:
        title = rows[0].scheme_name[ask.lang]
        note = "" if rows[0].is_own else ready_names()[id_].note[ask.lang]
        fresh = _age(ask, reading, id_)
    head = el("header", el("h2", title), fresh, class_="section-head")
    body = listing(ask, _columns(ask, reading), rows, caption=title, place=place)
    return el("section", head, paragraph(note, class_="lead") if note else "", body, class_="card group-card")


def _columns(ask: Ask, reading: Reading) -> list[Column[Listed]]:
    t = ask.t
    everyone = reading.report.base.customers

    def name(row: Listed) -> Html:
        notes: list[str] = [el("small", row.meaning[ask.lang])] if row.meaning[ask.lang] else []
        if row.is_free:
            notes.append(el("small", _age(ask, reading, row.scheme), _priority(ask, reading, row)))
        return join([chip(ask, row), *notes])

    def people(row: Listed) -> str:
        count = t.integer(row.people)
        if not row.people or not ask.may(Right.PEOPLE):
            return count
        return el("a", count, href=link("segment_people", row.id))

    def goal(row: Listed) -> str:
        plan = meaning_of(reading, row).playbook(row.segment, base.workspace().config.workspace.business)
        return goal_name(t, plan.goal) if plan else "—"

    return [
        Column("name", t.gettext("Segment"), name, is_number=False),
        Column("", t.gettext("Goal"), goal, is_number=False),
        Column("people", t.gettext("Customers"), people),
        Column("", t.gettext("Share"), lambda row: t.share(row.people, everyone)),
        Column("", t.gettext("Trend"), lambda row: sparkline(ask, row, reading.trends.get(row.id, ()))),
        Column("week", t.gettext("In a week"), lambda row: week(ask, row)),
        Column("", t.gettext("Agreed to offers"), lambda row: agreed(ask, reading.reach.get(row.id, {}))),
    ]


def _priority(ask: Ask, reading: Reading, row: Listed) -> str:
    definition = meaning_of(reading, row).definition
    if definition is None or definition.priority is None:
        return ""
    return " · " + ask.t.gettext("priority {n}", n=definition.priority)


def _no_own(ask: Ask) -> Html:
    t = ask.t
    text = t.gettext(
        "You have no segments of your own yet. Take a ready one, or say yourself who belongs together."
    )
    return el(
        "section",
        el("h2", t.gettext("Your own segments")),
        el("div", paragraph(text), paragraph(_actions(ask)), class_="empty"),
        class_="card",
    )


# --- how fresh it is ------------------------------------------------------------------------------


def _age(ask: Ask, reading: Reading, id_: str) -> Html:
    """Write as of when a scheme is; how fresh that is, is told after the page."""
    as_of = reading.meanings[id_].as_of if id_ in reading.meanings else None
    told = ask.t.gettext("as of {instant}", instant=ask.moment(as_of)) if as_of else ""
    return el("span", told, class_="stamp", id=f"fresh-{id_}")


def _fresh(ask: Ask, item: Position, status: Status, *, is_swapped: bool) -> Html:
    zone = base.workspace().config.workspace.timezone
    told = freshness_told(ask.t, item, status.at, zone)
    return el(
        "span",
        told,
        class_=f"stamp is-{item.freshness.value}",
        id=f"fresh-{item.id}",
        hx_swap_oob="true" if is_swapped else None,
    )


def _failed(ask: Ask, status: Status) -> Html:
    if status.failure is None:
        return Html("")
    t, failure = ask.t, status.failure
    at = ask.moment(failure.started_at)
    told = t.gettext("The refresh begun on {instant} did not come to its end:", instant=at)
    return el("div", paragraph(told, " ", failure.reason[ask.lang]), class_="flash bad", role="status")


def _waiting(ask: Ask, ids: Iterable[str], names: Any) -> Html:
    """Write what was saved, and appears with the next refresh."""
    items = [el("a", names[id_].name[ask.lang], href=link("segment", id_)) for id_ in ids if id_ in names]
    if not items:
        return Html("")
    told = ask.t.gettext("Saved, and counted with the next refresh:")
    return el("div", paragraph(told, " ", *with_commas(items)), class_="flash", role="status")
