"""One's own account: name, language, password."""

from __future__ import annotations

from django import forms
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import el, paragraph
from kogorta_server.accounts import people
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.accounts.words import Role
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import post_form, status_of
from kogorta_server.ui.parts.passwords import OldPasswordForm
from kogorta_server.ui.parts.roles import role_name
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import respond


class ProfileForm(forms.Form):
    """How somebody is called, and what he reads."""

    name = forms.CharField(max_length=200, required=False)
    language = forms.ChoiceField(choices=[("ru", "Русский"), ("en", "English")])

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self.fields["name"].label = ask.t.gettext("Name")
        self.fields["name"].widget.attrs |= {"autocomplete": "name"}
        self.fields["language"].label = ask.t.gettext("Language")


@page("profile/", right=Right.SEE, methods=("GET", "HEAD", "POST"), is_own=True)
def profile(ask: Ask) -> HttpResponseBase:
    """Show one's own account, and change it."""
    present = {"name": ask.user.name, "language": ask.user.language}
    form = ProfileForm(ask, ask.request.POST or None, initial=present)
    if form.is_valid():
        people.rename(ask.user, form.cleaned_data["name"], form.cleaned_data["language"])
        ask.user.refresh_from_db()
        ask.tell(Ask(ask.request, "ru" if ask.user.language == "ru" else "en").t.gettext("Saved."))
        return HttpResponseRedirect(link("profile"))
    return _shown(ask, form, OldPasswordForm(ask, ask.user))


@page("profile/password/", right=Right.SEE, methods=("POST",), is_own=True)
def change_password(ask: Ask) -> HttpResponseBase:
    """Change one's own password; everywhere else one is logged out."""
    form = OldPasswordForm(ask, ask.user, ask.request.POST)
    if not form.is_valid():
        present = {"name": ask.user.name, "language": ask.user.language}
        return _shown(ask, ProfileForm(ask, initial=present), form)
    people.set_password(ask.user, form.cleaned_data["password"])
    update_session_auth_hash(ask.request, ask.user)
    record(ask.request, "user.password_changed", str(ask.user.pk))
    ask.tell(ask.t.gettext("The password is changed. Wherever else you were logged in, you no longer are."))
    return HttpResponseRedirect(link("profile"))


def _shown(ask: Ask, form: ProfileForm, password: OldPasswordForm) -> HttpResponse:
    t = ask.t
    who = t.gettext(
        "You log in as {email}. Your role: {role}.",
        email=ask.user.email,
        role=role_name(ask, Role(ask.user.role)),
    )
    about = el(
        "section",
        el("h2", t.gettext("About me")),
        paragraph(who, class_="muted"),
        post_form(ask, form, t.gettext("Save"), link("profile")),
        class_="card",
    )
    change = el(
        "section",
        el("h2", t.gettext("Password")),
        post_form(ask, password, t.gettext("Change the password"), link("change_password")),
        class_="card",
    )
    status = max(status_of(form), status_of(password))
    return respond(
        ask,
        t.pgettext("tab", "My account"),
        settings_tabs(ask, "profile"),
        el("div", about, change, class_="halves"),
        active="settings",
        status=status,
    )
