"""The frame of every page: the way around, who is logged in, as of when the numbers stand."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpResponse

from kogorta.look.html import Html, el, join
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import queries
from kogorta_server.ui import assets
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.parts.forms import post_button
from kogorta_server.ui.parts.icons import icon

_HTMX = json.dumps({"includeIndicatorStyles": False, "allowEval": False, "selfRequestsOnly": True})


def respond(
    ask: Ask,
    title: str,
    *body: str,
    active: str = "",
    actions: Html | None = None,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    """Answer with a whole page.

    Args:
        ask: The request.
        title: Its heading, and the title of the window.
        body: What stands below the heading.
        active: Name of the page of the menu to which it belongs.
        actions: Buttons beside the heading.
        status: Of the answer.
    """
    heading = el("div", el("h1", title), actions or Html(""), class_="page-head")
    told = [
        el("p", text, class_="flash bad" if is_bad else "flash", role="status") for text, is_bad in ask.told()
    ]
    main = el("main", heading, *told, *body, id="main", tabindex="-1")
    content = [_skip(ask), _side(ask, active), el("div", _stamp(ask), main, _foot(ask), class_="content")]
    return document(ask, title, *content, class_="app", status=status)


def fragment(*body: str, status: int = HTTPStatus.OK) -> HttpResponse:
    """Answer with a part of a page, which htmx puts into its place."""
    return HttpResponse(join(body), status=status)


def part(ask: Ask, title: str, *body: str, active: str = "") -> HttpResponse:
    """Answer with a part of a page to htmx, and with a page of its own to whoever opens its address."""
    return (
        fragment(*body)
        if ask.is_fragment
        else respond(ask, title, el("div", *body, class_="card"), active=active)
    )


def document(
    ask: Ask, title: str, *content: str, class_: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    """Answer with a document whose body is given."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        el("meta", name="htmx-config", content=_HTMX),
        el("title", f"{title} · Kogorta"),
        el("link", rel="icon", href="data:,"),
        el("link", rel="stylesheet", href=assets.path("css")),
        el("script", src=assets.path("js"), defer=True),
    )
    body = el("body", *content, class_=class_ or None)
    return HttpResponse(f"<!doctype html>\n{el('html', head, body, lang=ask.lang)}\n", status=status)


def _skip(ask: Ask) -> Html:
    return el("a", ask.t.gettext("Skip to the content"), href="#main", class_="skip")


def _foot(ask: Ask) -> Html:
    """Write what stands below every page: the way to the page that shows what pages are made of."""
    return el("footer", el("a", ask.t.gettext("Components"), href=link("components")), class_="foot")


def _menu(ask: Ask) -> list[tuple[str, str, str, Right]]:
    """Return the pages of the menu: name, how it is called, its icon, who sees it."""
    t = ask.t
    return [
        ("overview", t.pgettext("menu", "Overview"), "home", Right.SEE),
        ("segments", t.pgettext("menu", "Segments"), "user-group", Right.SEE),
        ("schemes", t.pgettext("menu", "Schemes"), "squares-2x2", Right.SEE),
        ("movements", t.pgettext("menu", "Movements"), "arrows-right-left", Right.SEE),
        ("cohorts", t.pgettext("menu", "Cohorts"), "chart-bar", Right.SEE),
        ("customers", t.pgettext("menu", "Customers"), "users", Right.PEOPLE),
        ("today", t.pgettext("menu", "Today"), "calendar", Right.CONTACTS),
        ("uploads", t.pgettext("menu", "Import"), "arrow-up-tray", Right.IMPORT),
        ("jobs", t.pgettext("menu", "Jobs"), "cog-6-tooth", Right.SEE),
        ("settings", t.pgettext("menu", "Settings"), "adjustments-horizontal", Right.SEE),
    ]


def _side(ask: Ask, active: str) -> Html:
    from kogorta_server.ui.page import PAGES

    there = {item.name for item in PAGES}
    items = [
        el(
            "a",
            icon(picture),
            el("span", label),
            href=link(name),
            aria_current="page" if name == active else None,
        )
        for name, label, picture, right in _menu(ask)
        if name in there and ask.may(right)
    ]
    brand = el("a", icon("chart-pie"), el("span", "Kogorta"), href="/", class_="brand")
    return el(
        "header", brand, el("nav", *items, aria_label=ask.t.gettext("Sections")), _person(ask), class_="side"
    )


def _person(ask: Ask) -> Html:
    t = ask.t
    leave = post_button(ask, t.gettext("Log out"), link("logout"), class_="quiet-button")
    return el(
        "div",
        el("a", str(ask.user), href=link("profile"), class_="who"),
        language_button(ask),
        leave,
        class_="person",
    )


def language_button(ask: Ask) -> Html:
    """Write the button that turns the page to the other language."""
    other, label = ("ru", "Русский") if ask.lang == "en" else ("en", "English")
    return post_button(
        ask,
        label,
        link("language"),
        class_="quiet-button",
        lang=other,
        language=other,
        next=ask.request.get_full_path(),
    )


def _stamp(ask: Ask) -> Html:
    """Write whose base it is and as of when the numbers stand."""
    t = ask.t
    name = base.workspace().config.workspace.name
    reading = ask.reading
    if reading is None:
        text = t.gettext("nothing was refreshed yet")
    else:
        text = t.gettext("as of {instant}", instant=ask.moment(reading.stamp.as_of))
    return el("div", el("strong", name), el("span", text, class_="stamp"), _trouble(ask), class_="top")


def _trouble(ask: Ask) -> Html:
    """Write on every page that its numbers are old because refreshes fail."""
    if queries.trouble() is None:
        return Html("")
    return el("a", ask.t.gettext("the last refresh failed"), href=link("jobs"), class_="bad")
