"""The audit log: who did what, found again."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.http import HttpResponseBase, StreamingHttpResponse

from kogorta.look.html import Html, el, join, paragraph
from kogorta_server.accounts import audit as log
from kogorta_server.accounts.audit import COMMAND, AuditQuery, Entry, record
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.bars import choice, control
from kogorta_server.ui.parts.deeds import deed, details
from kogorta_server.ui.parts.listing import PAGE, Column, listing, place_of
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import fragment, respond

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@page("audit/", right=Right.USERS)
def audit(ask: Ask) -> HttpResponseBase:
    """Show who did what, the latest first."""
    title = ask.t.pgettext("tab", "Audit log")
    columns = _columns(ask)
    place = place_of(ask, columns, "")
    query = _query(ask)
    total = log.count(query)
    rows = log.entries(query, place.offset, PAGE)
    empty = paragraph(ask.t.gettext("Nothing of this kind was done."), class_="empty")
    body = listing(ask, columns, rows, caption=title, place=place, total=total) if rows else empty
    found = el("div", body, id="found", class_="card busy")
    if ask.is_fragment:
        return fragment(found)
    take = el(
        "a",
        ask.t.gettext("Download as CSV"),
        href=link("audit_csv", who=query.who, action=query.action, day=ask.text("day")),
        class_="button",
    )
    return respond(ask, title, settings_tabs(ask, "audit"), _bar(ask), found, active="settings", actions=take)


@page("audit.csv", right=Right.USERS)
def audit_csv(ask: Ask) -> HttpResponseBase:
    """Give the found entries as a file."""
    query = _query(ask)
    record(ask.request, "audit.exported", who=query.who, kind=query.action, day=ask.text("day"))
    response = StreamingHttpResponse(
        _lines(query, ";" if ask.lang == "ru" else ","), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


class _Line:
    """What a CSV writer writes to: hands each line on."""

    def write(self, text: str) -> str:
        return text


def _lines(query: AuditQuery, between: str) -> Iterator[bytes]:
    # where decimals have commas, spreadsheets expect semicolons
    writer = csv.writer(_Line(), delimiter=between)
    # spreadsheets take a file for UTF-8 only if it begins so
    yield b"\xef\xbb\xbf"
    yield writer.writerow(["at", "who", "action", "target", "details", "address"]).encode()
    for entry in log.every(query):
        more = json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else ""
        row = [entry.at.isoformat(), entry.who, entry.action, entry.target, more, entry.address or ""]
        yield writer.writerow([_plain(cell) for cell in row]).encode()


def _plain(cell: str) -> str:
    """Keep a spreadsheet from working out what somebody typed."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _query(ask: Ask) -> AuditQuery:
    since = until = None
    day = _day(ask.text("day"))
    if day is not None:
        since = datetime.combine(day, time.min, ask.zone).astimezone(UTC)
        until = datetime.combine(day + timedelta(days=1), time.min, ask.zone).astimezone(UTC)
    return AuditQuery(ask.text("who"), ask.text("action"), since, until)


def _day(text: str) -> date | None:
    """Read a day; what is none finds every day."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date.min < found < date.max else None


def _bar(ask: Ask) -> Html:
    t = ask.t
    people = [("", t.gettext("Everybody")), *[(who, _called(ask, who)) for who in log.people()]]
    actions = [("", t.gettext("Everything")), *[(action, deed(ask, action)) for action in log.actions()]]
    day = el("input", type="date", name="day", id="day", value=ask.text("day"))
    return el(
        "form",
        choice(t.pgettext("did it", "Who"), "who", people, ask.text("who")),
        choice(t.gettext("What"), "action", actions, ask.text("action")),
        control(t.gettext("Day"), "day", day),
        el("button", t.gettext("Show"), class_="button"),
        class_="bar",
        method="get",
        action=link("audit"),
        hx_get=link("audit"),
        hx_target="#found",
        hx_swap="outerHTML",
        hx_push_url="true",
        hx_trigger="change, submit",
    )


def _columns(ask: Ask) -> list[Column[Entry]]:
    t = ask.t

    def who(row: Entry) -> str:
        return _called(ask, row.who) or t.gettext("nobody logged in")

    def what(row: Entry) -> Html:
        more = details(ask, row.details)
        return join([el("span", deed(ask, row.action)), el("span", more, class_="contact") if more else ""])

    return [
        Column("", t.gettext("When"), lambda row: ask.moment(row.at), is_number=False),
        Column("", t.pgettext("did it", "Who"), who, is_number=False),
        Column("", t.gettext("What"), what, is_number=False),
        Column("", t.gettext("On what"), lambda row: row.target or "—", is_number=False),
        Column("", t.gettext("From where"), lambda row: row.address or "—", is_number=False),
    ]


def _called(ask: Ask, who: str) -> str:
    """Say who did something; who typed a command is known by his name in the system alone."""
    if not who.startswith(COMMAND):
        return who
    return ask.t.gettext("command line of {user}", user=who.removeprefix(COMMAND))
