"""What is said to a request that is refused: what is wrong, and what to do."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from kogorta.errors import KogortaError
from kogorta.look.html import el
from kogorta_server.ui.ask import Ask, ask_of
from kogorta_server.ui.shell import document, fragment, respond


def refused(ask: Ask, error: KogortaError, status: HTTPStatus) -> HttpResponse:
    """Say an error that is meant for people."""
    t = ask.t
    notes = []
    if error.got is not None:
        notes.append((t.gettext("Given"), str(error.got)))
    if error.expected is not None:
        notes.append((t.gettext("Expected"), t.say(error.expected)))
    if error.hint is not None:
        notes.append((t.gettext("What to do"), t.say(error.hint)))
    body = el(
        "div",
        el("p", t.say(error.message)),
        el("dl", *[el("div", el("dt", name), el("dd", text)) for name, text in notes], class_="notes"),
        class_="card",
        role="alert",
    )
    if ask.is_fragment:
        # htmx drops answers that are no success: the words go where the answer would have gone
        return fragment(body)
    return respond(ask, t.gettext("That cannot be done"), body, status=status)


def forbidden(ask: Ask) -> HttpResponse:
    """Say that the person may not do this."""
    t = ask.t
    text = t.gettext("Your role does not allow this. Whoever owns the workspace can change your role.")
    return respond(
        ask,
        t.gettext("Not allowed"),
        el("div", el("p", text), class_="card"),
        status=HTTPStatus.FORBIDDEN,
    )


def _plain(ask: Ask, title: str, text: str, status: HTTPStatus) -> HttpResponse:
    back = el("a", ask.t.gettext("To the start"), href="/")
    body = el("main", el("h1", title), el("p", text), el("p", back), class_="card entrance", id="main")
    return document(ask, title, body, class_="alone", status=status)


def wrong_form(request: HttpRequest, **_: object) -> HttpResponse:
    """Say that a form is out of date, or not ours."""
    ask = ask_of(request)
    text = ask.t.gettext("This form is out of date. Open the page again and send it once more.")
    return _plain(ask, ask.t.gettext("Out of date"), text, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Say that there is no such page."""
    ask = ask_of(request)
    return _plain(
        ask,
        ask.t.gettext("There is no such page"),
        ask.t.gettext("The address may be old."),
        HTTPStatus.NOT_FOUND,
    )


def broken(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    ask = ask_of(request)
    text = ask.t.gettext("The fault is ours and was written to the log. Try again in a minute.")
    return _plain(ask, ask.t.gettext("Something broke"), text, HTTPStatus.INTERNAL_SERVER_ERROR)
