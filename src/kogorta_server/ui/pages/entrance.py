"""Logging in and out, and the language."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from kogorta.look.html import Html, el
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.models import User
from kogorta_server.ui.ask import Ask, ask_of, link
from kogorta_server.ui.language import COOKIE
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import fields, hidden_token
from kogorta_server.ui.parts.icons import icon
from kogorta_server.ui.shell import document, language_button

_YEAR = 365 * 24 * 3600


class LoginForm(forms.Form):
    """Address and password."""

    username = forms.EmailField(max_length=254)
    password = forms.CharField(max_length=200, widget=forms.PasswordInput)

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["username"].label = ask.t.gettext("E-mail")
        self.fields["password"].label = ask.t.gettext("Password")
        self.fields["username"].widget.attrs |= {"autocomplete": "username", "autofocus": True}
        self.fields["password"].widget.attrs |= {"autocomplete": "current-password"}


@page("login/", right=None, methods=("GET", "HEAD", "POST"), name="login")
def enter(ask: Ask) -> HttpResponseBase:
    """Let somebody in who says the right password."""
    if ask.is_known:
        return HttpResponseRedirect(_next(ask))
    form = LoginForm(ask, ask.request.POST or None)
    if form.is_valid():
        user = authenticate(ask.request, **form.cleaned_data)
        if isinstance(user, User):
            login(ask.request, user)
            record(ask.request, "user.entered")
            return HttpResponseRedirect(_next(ask))
        form.add_error(None, ask.t.gettext("The address or the password is wrong."))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return _entrance(ask, form, status)


@page("logout/", right=None, methods=("POST",), name="logout")
def leave(ask: Ask) -> HttpResponseBase:
    """Let somebody go."""
    logout(ask.request)
    return HttpResponseRedirect(link("login"))


@page("language/", right=None, methods=("POST",), name="language")
def language(ask: Ask) -> HttpResponseBase:
    """Speak another language from now on."""
    chosen = "ru" if ask.request.POST.get("language") == "ru" else "en"
    if ask.is_known:
        User.objects.filter(pk=ask.user.pk).update(language=chosen)
    response = HttpResponseRedirect(_next(ask))
    response.set_cookie(
        COOKIE, chosen, max_age=_YEAR, httponly=True, samesite="Lax", secure=ask.request.is_secure()
    )
    return response


def locked_out(request: HttpRequest, *_: object, **__: object) -> HttpResponse:
    """Say that somebody typed too many wrong passwords."""
    ask = ask_of(request)
    form = LoginForm(ask, request.POST or None)
    form.is_valid()
    form.add_error(None, ask.t.gettext("Too many wrong passwords. Wait 15 minutes and try again."))
    return _entrance(ask, form, HTTPStatus.TOO_MANY_REQUESTS)


def _entrance(ask: Ask, form: LoginForm, status: int) -> HttpResponse:
    t = ask.t
    main = el(
        "main",
        el("div", icon("chart-pie", 28), el("strong", "Kogorta"), class_="brand"),
        el("h1", t.gettext("Log in")),
        el(
            "form",
            hidden_token(ask.request),
            el("input", type="hidden", name="next", value=ask.text("next")) if ask.text("next") else Html(""),
            fields(form),
            el("button", t.gettext("Log in"), class_="button primary"),
            method="post",
            novalidate=True,
        ),
        language_button(ask),
        class_="card entrance",
        id="main",
    )
    return document(ask, t.gettext("Log in"), main, class_="alone", status=status)


def _next(ask: Ask) -> str:
    """Return where to go on: an address of our own, nobody else's."""
    wanted = ask.request.POST.get("next") or ask.text("next")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=ask.request.is_secure()
    )
    return wanted if wanted and is_ours else link("overview")
