"""One's own second step: set up with a telephone, switched off with the password."""

from __future__ import annotations

from io import BytesIO

import segno
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, paragraph
from kogorta_server.accounts import second
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.entrance import CodeForm
from kogorta_server.ui.parts.forms import post_form, status_of
from kogorta_server.ui.parts.passwords import PasswordForm
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import respond

_FEW_CODES = 3


@page("security/", right=Right.SEE, methods=("GET", "HEAD", "POST"), is_own=True)
def security(ask: Ask) -> HttpResponseBase:
    """Show how one's account is protected; set the second step up."""
    if second.has(ask.user):
        return _page(ask, _is_on(ask, PasswordForm(ask, ask.user)))
    form = CodeForm(ask, ask.request.POST or None)
    if form.is_valid():
        codes = second.confirm(ask.user, form.cleaned_data["code"])
        if codes is not None:
            record(ask.request, "second_step.on", str(ask.user.pk))
            return _page(ask, _codes(ask, codes))
        form.add_error(
            "code",
            ask.t.gettext("This code is wrong. Is the clock of your phone right? Wait for the next one."),
        )
    return _page(ask, _set_up(ask, form), status=status_of(form))


@page("security/off/", right=Right.SEE, methods=("POST",), is_own=True)
def security_off(ask: Ask) -> HttpResponseBase:
    """Switch one's own second step off."""
    form = PasswordForm(ask, ask.user, ask.request.POST)
    if not form.is_valid():
        return _page(ask, _is_on(ask, form), status=status_of(form))
    second.switch_off(ask.user)
    record(ask.request, "second_step.off", str(ask.user.pk))
    ask.tell(ask.t.gettext("The second step is switched off."))
    return HttpResponseRedirect(link("security"))


def _page(ask: Ask, body: Html, status: int = 200) -> HttpResponse:
    title = ask.t.pgettext("tab", "My security")
    # codes and secrets are no thing for the memory of a browser
    response = respond(ask, title, settings_tabs(ask, "security"), body, active="settings", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _set_up(ask: Ask, form: CodeForm) -> Html:
    t = ask.t
    setup = second.begin(ask.user)
    why = t.gettext(
        "With a second step a stolen password opens nothing: each time you log in, your phone is asked for a code, too."
    )
    owed = paragraph(
        t.gettext("Whoever owns the workspace asks this of your role: set it up to go on."),
        class_="flash bad",
    )
    steps = el(
        "ol",
        el("li", t.gettext("Open an app for one-time codes on your phone (any that knows TOTP).")),
        el("li", t.gettext("Have it read this picture, or type the key below it.")),
        el("li", t.gettext("Type the six digits that it shows.")),
        class_="steps",
    )
    picture = el("div", qr(setup.uri, t.gettext("The key as a picture for your phone")), class_="qr")
    key = el("p", el("code", " ".join(_groups(setup.secret)), class_="secret"))
    return el(
        "section",
        el("h2", t.gettext("Second step")),
        owed if second.is_owed(ask.user) else Html(""),
        paragraph(why),
        el(
            "div",
            el("div", steps, post_form(ask, form, t.gettext("Switch on"))),
            el("div", picture, key),
            class_="halves",
        ),
        class_="card spaced",
    )


def _codes(ask: Ask, codes: list[str]) -> Html:
    t = ask.t
    text = t.gettext(
        "The second step is on. Should you lose your phone, each of these codes lets you in once. Keep them where your phone is not: they are shown this one time."
    )
    items = [el("li", el("code", code)) for code in codes]
    return el(
        "section",
        el("h2", t.gettext("Recovery codes")),
        paragraph(text),
        el("ul", *items, class_="codes"),
        el("p", el("a", t.gettext("I have kept them"), href=link("security"), class_="button primary")),
        class_="card spaced",
    )


def _is_on(ask: Ask, form: PasswordForm) -> Html:
    t = ask.t
    left = second.codes_left(ask.user)
    said = t.ngettext("{n} recovery code is left.", "{n} recovery codes are left.", left)
    few = t.gettext("Switch the second step off and on again to get new ones.") if left < _FEW_CODES else ""
    return el(
        "section",
        el("h2", t.gettext("Second step")),
        paragraph(
            t.gettext("It is on: each time you log in, your phone is asked for a code."), " ", said, " ", few
        ),
        post_form(ask, form, t.gettext("Switch off"), link("security_off"), class_="narrow"),
        class_="card spaced",
    )


def qr(text: str, title: str) -> Html:
    """Draw a text as a picture for a camera: dark on light in dark mode, too."""
    drawn = BytesIO()
    segno.make(text, error="m").save(
        drawn,
        kind="svg",
        scale=4,
        border=4,
        light="#fff",
        xmldecl=False,
        omitsize=True,
        title=title,
        nl=False,
    )
    return Html(drawn.getvalue().decode())


def _groups(secret: str) -> list[str]:
    return [secret[at : at + 4] for at in range(0, len(secret), 4)]
