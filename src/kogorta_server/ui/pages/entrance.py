"""Logging in and out, and the language."""

from __future__ import annotations

from http import HTTPStatus

from django import forms
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme

from kogorta.look.html import Html, el, paragraph
from kogorta_server import clock
from kogorta_server.accounts import second
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.models import User
from kogorta_server.ui.ask import Ask, ask_of, link
from kogorta_server.ui.language import COOKIE
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import fields, hidden_token, status_of
from kogorta_server.ui.parts.icons import icon
from kogorta_server.ui.shell import document, language_button

_YEAR = 365 * 24 * 3600
_BACKEND = "django.contrib.auth.backends.ModelBackend"
_HALF_IN = "half_in"
_HALF_IN_SECONDS = 600
"""For how long a right password waits for its code."""


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


class CodeForm(forms.Form):
    """A code of a telephone, or one of those that were kept for the day it is lost."""

    code = forms.CharField(max_length=20)

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["code"].label = ask.t.gettext("Code")
        self.fields["code"].widget.attrs |= {
            "autocomplete": "one-time-code",
            "autofocus": True,
            "inputmode": "text",
        }


@page("login/", right=None, methods=("GET", "HEAD", "POST"), name="login")
def enter(ask: Ask) -> HttpResponseBase:
    """Let somebody in who says the right password."""
    if ask.is_known:
        return HttpResponseRedirect(_next(ask))
    form = LoginForm(ask, ask.request.POST or None)
    if form.is_valid():
        user = authenticate(ask.request, **form.cleaned_data)
        if isinstance(user, User) and second.has(user):
            _remember(ask, user)
            return HttpResponseRedirect(link("login_code", next=_wanted(ask)))
        if isinstance(user, User):
            return _let_in(ask, user)
        form.add_error(None, ask.t.gettext("The address or the password is wrong."))
    return _entrance(ask, form, status_of(form))


@page("login/code/", right=None, methods=("GET", "HEAD", "POST"), name="login_code")
def enter_code(ask: Ask) -> HttpResponseBase:
    """Let somebody in whose password was right, if his telephone says so, too."""
    user = _remembered(ask)
    if user is None:
        return HttpResponseRedirect(link("login", next=_wanted(ask)))
    form = CodeForm(ask, ask.request.POST or None)
    status = status_of(form)
    if form.is_valid():
        outcome = second.check(user, form.cleaned_data["code"])
        if outcome is second.Outcome.PASSED:
            return _let_in(ask, user)
        record(ask.request, "user.code_refused", str(user.pk))
        form.add_error("code", _refusal(ask, outcome))
        if outcome is second.Outcome.LOCKED:
            status = HTTPStatus.TOO_MANY_REQUESTS
    hint = paragraph(
        ask.t.gettext("Type the six digits that your phone shows now, or one of your recovery codes."),
        class_="muted",
    )
    return door(ask, ask.t.gettext("Second step"), form, ask.t.gettext("Log in"), hint, status=status)


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


def door(
    ask: Ask, title: str, form: forms.Form, button: str, *words: str, status: int = HTTPStatus.OK
) -> HttpResponse:
    """Answer with a page for somebody who is not inside yet: one form, and nothing of the base."""
    wanted = _wanted(ask)
    main = el(
        "main",
        el("div", icon("chart-pie", 28), el("strong", "Kogorta"), class_="brand"),
        el("h1", title),
        *words,
        el(
            "form",
            hidden_token(ask.request),
            el("input", type="hidden", name="next", value=wanted) if wanted else Html(""),
            fields(form),
            el("button", button, class_="button primary"),
            method="post",
            novalidate=True,
        ),
        language_button(ask),
        class_="card entrance",
        id="main",
    )
    return document(ask, title, main, class_="alone", status=status)


def _entrance(ask: Ask, form: LoginForm, status: int) -> HttpResponse:
    return door(ask, ask.t.gettext("Log in"), form, ask.t.gettext("Log in"), status=status)


def _let_in(ask: Ask, user: User) -> HttpResponseBase:
    wanted = _next(ask)
    login(ask.request, user, backend=_BACKEND)
    ask.request.session.pop(_HALF_IN, None)
    record(ask.request, "user.entered")
    return HttpResponseRedirect(wanted)


def _remember(ask: Ask, user: User) -> None:
    """Keep whose password was right, for the second step; under a new session, which nobody else can know."""
    ask.request.session.cycle_key()
    proof = user.get_session_auth_hash()
    ask.request.session[_HALF_IN] = [user.pk, proof, clock.now().timestamp()]


def _remembered(ask: Ask) -> User | None:
    """Return whose password was right a moment ago, if he may still come in with it."""
    kept = ask.request.session.get(_HALF_IN)
    if kept is None:
        return None
    number, proof, at = kept
    user = User.objects.filter(pk=number, is_active=True).first()
    is_fresh = clock.now().timestamp() - at < _HALF_IN_SECONDS
    return user if user and is_fresh and constant_time_compare(proof, user.get_session_auth_hash()) else None


def _refusal(ask: Ask, outcome: second.Outcome) -> str:
    if outcome is second.Outcome.LOCKED:
        return ask.t.gettext("Too many wrong codes. Wait 15 minutes and try again.")
    return ask.t.gettext("This code is wrong, or was used already. Wait for the next one.")


def _wanted(ask: Ask) -> str:
    return str(ask.request.POST.get("next") or ask.text("next"))


def _next(ask: Ask) -> str:
    """Return where to go on: an address of our own, nobody else's."""
    wanted = _wanted(ask)
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts=None, require_https=ask.request.is_secure()
    )
    return wanted if wanted and is_ours else link("overview")
