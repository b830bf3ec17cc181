"""Setting a password by a link that an owner handed over."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import el, paragraph
from kogorta_server.accounts import people
from kogorta_server.accounts.audit import record
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.entrance import door
from kogorta_server.ui.parts.forms import status_of
from kogorta_server.ui.parts.passwords import NewPasswordForm
from kogorta_server.ui.shell import document


@page("invited/<str:uid>/<str:token>/", right=None, methods=("GET", "HEAD", "POST"))
def invited(ask: Ask, uid: str, token: str) -> HttpResponseBase:
    """Let somebody set his password who shows a link that is still good."""
    t = ask.t
    user = people.invited(uid, token)
    if user is None:
        title = t.gettext("This link is no longer good")
        text = t.gettext("It was used already, or is older than a week. Ask an owner for a new one.")
        way = el("p", el("a", t.gettext("Log in"), href=link("login")))
        body = el("main", el("h1", title), paragraph(text), way, class_="card entrance", id="main")
        return document(ask, title, body, class_="alone", status=HTTPStatus.GONE)
    form = NewPasswordForm(ask, user, ask.request.POST or None)
    if form.is_valid():
        people.set_password(user, form.cleaned_data["password"])
        record(ask.request, "user.password_set", str(user.pk))
        return HttpResponseRedirect(link("login"))
    lead = paragraph(t.gettext("You log in as {email}.", email=user.email), class_="muted")
    return door(ask, t.gettext("Choose a password"), form, t.gettext("Save"), lead, status=status_of(form))
