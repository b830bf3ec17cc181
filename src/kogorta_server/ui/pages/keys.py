"""Keys of programs: made, shown once, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.look.html import Html, el, join, paragraph
from kogorta_server import clock
from kogorta_server.accounts import keys as books
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.keys import SCOPES, Key
from kogorta_server.accounts.rights import Right
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.forms import post_button, post_form, status_of
from kogorta_server.ui.parts.listing import Column, listing
from kogorta_server.ui.parts.once import shown_once
from kogorta_server.ui.parts.roles import right_name
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import respond


class KeyForm(forms.Form):
    """What a key is for, what it allows, how long."""

    name = forms.CharField(max_length=100)
    expires = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, ask: Ask, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        t = ask.t
        self._ask = ask
        self.fields["name"].label = t.gettext("What it is for")
        self.fields["name"].help_text = t.gettext("Such as: the checkout of the shop")
        self.fields["expires"].label = t.gettext("Good until the end of")
        self.fields["expires"].help_text = t.gettext("Empty: until somebody takes it back")
        self.fields["scopes"] = forms.MultipleChoiceField(
            label=t.gettext("What it allows"),
            choices=[(right.value, right_name(ask, right)) for right in SCOPES],
            widget=forms.CheckboxSelectMultiple,
        )

    def clean_expires(self) -> datetime | None:
        """Return the instant at which the day ends, on the clock of the workspace."""
        day: date | None = self.cleaned_data["expires"]
        if day is None:
            return None
        end = datetime.combine(day, time.max, self._ask.zone).astimezone(UTC)
        if end <= clock.now():
            raise forms.ValidationError(self._ask.t.gettext("This day is over."))
        return end

    @property
    def scopes(self) -> list[Right]:
        """What was ticked."""
        values: dict[str, Any] = self.cleaned_data
        return [Right(scope) for scope in values["scopes"]]


@page("keys/", right=Right.USERS, methods=("GET", "HEAD", "POST"))
def keys(ask: Ask) -> HttpResponseBase:
    """Show all keys, and make one."""
    form = KeyForm(ask, ask.request.POST or None)
    if form.is_valid():
        values = form.cleaned_data
        key, secret = books.make(ask.user, values["name"], form.scopes, values["expires"])
        record(ask.request, "key.made", key.prefix, scopes=sorted(key.scopes))
        return _made(ask, secret)
    return _list(ask, form)


@page("keys/<int:key_id>/revoke/", right=Right.USERS, methods=("POST",))
def key_revoke(ask: Ask, key_id: int) -> HttpResponseBase:
    """Take a key back."""
    key = books.revoke(key_id)
    record(ask.request, "key.revoked", key.prefix)
    ask.tell(ask.t.gettext("The key {name} opens nothing any more.", name=key.name))
    return HttpResponseRedirect(link("keys"))


def _made(ask: Ask, secret: str) -> HttpResponse:
    t = ask.t
    text = t.gettext(
        "Give this key to the program. It is not shown again: who loses it takes it back and makes another."
    )
    body = shown_once(ask, text, secret, back=link("keys"))
    response = respond(ask, t.gettext("The new key"), settings_tabs(ask, "keys"), body, active="settings")
    response["Cache-Control"] = "no-store"
    return response


def _list(ask: Ask, form: KeyForm) -> HttpResponse:
    t = ask.t
    title = t.pgettext("tab", "API keys")
    found = books.every()
    empty = t.gettext(
        "There are no keys yet. A program shows a key instead of a password: the site of the shop, a script, a monitor."
    )
    body = listing(ask, _columns(ask), found, caption=title) if found else paragraph(empty, class_="empty")
    make = el(
        "section",
        el("h2", t.gettext("Make a key")),
        post_form(ask, form, t.gettext("Make")),
        class_="card",
    )
    return respond(
        ask,
        title,
        settings_tabs(ask, "keys"),
        el("div", body, class_="card"),
        el("div", make, class_="halves"),
        active="settings",
        status=status_of(form),
    )


def _columns(ask: Ask) -> list[Column[Key]]:
    t = ask.t

    def name(row: Key) -> Html:
        return join([el("span", row.name), el("code", f"{row.prefix}…", class_="contact")])

    def allows(row: Key) -> str:
        return ", ".join(right_name(ask, right) for right in Right if right in row.scopes)

    def revoke(row: Key) -> str:
        if row.revoked_at is not None:
            return ""
        return post_button(ask, t.gettext("Take back"), link("key_revoke", row.id), class_="quiet-button")

    return [
        Column("", t.gettext("Key"), name, is_number=False),
        Column("", t.gettext("What it allows"), allows, is_number=False),
        Column("", t.gettext("State"), lambda row: _state(ask, row), is_number=False),
        Column("", t.gettext("Last used"), lambda row: _moment(ask, row.last_used_at), is_number=False),
        Column("", t.gettext("Made"), lambda row: _made_by(ask, row), is_number=False),
        Column("", "", revoke, is_number=False),
    ]


def _state(ask: Ask, key: Key) -> str:
    t = ask.t
    if key.revoked_at is not None:
        return t.gettext("taken back {day}", day=ask.day(key.revoked_at))
    if not key.opens_at(clock.now()):
        return t.gettext("its time is over")
    return t.gettext("good until {day}", day=ask.day(key.expires_at)) if key.expires_at else t.gettext("good")


def _made_by(ask: Ask, key: Key) -> Html:
    return join([el("span", ask.day(key.created_at)), el("span", key.created_by, class_="contact")])


def _moment(ask: Ask, instant: datetime | None) -> str:
    return ask.moment(instant) if instant else "—"
