"""Settings of the workspace: shown to everybody, changed with their effect before the eyes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta import config as configuration
from kogorta.durations import as_cadence
from kogorta.errors import ProblemsError
from kogorta.look.html import Html, el, join, paragraph, phrase
from kogorta.message import Message, lazy
from kogorta.vocab import Business
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.jobs import keeping
from kogorta_server.tuning.preview import preview
from kogorta_server.tuning.sections import SECTIONS, Kind, Section, Setting, Unit, section_of
from kogorta_server.tuning.values import Changes, changes, texts
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.effects import effect_card
from kogorta_server.ui.parts.forms import fields, hidden_token, status_of
from kogorta_server.ui.parts.tabs import settings_tabs
from kogorta_server.ui.shell import fragment, respond

_LONGEST = 200

_BUSINESS: dict[Business, Message] = {
    Business.SHOP: lazy("Shop"),
    Business.GROCERY: lazy("Grocery"),
    Business.SALON: lazy("Salon"),
    Business.B2B: lazy("Companies (B2B)"),
}


class SectionForm(forms.Form):
    """The settings of a section."""

    def __init__(self, ask: Ask, section: Section, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]  # as Django's own forms hand them on
        self._ask = ask
        for setting in section.settings:
            self.fields[setting.key] = _field(ask, setting)

    def refuse(self, error: ProblemsError) -> None:
        """Say what is wrong beside the field that it is about."""
        for problem in error.problems:
            _, _, rest = (problem.path or "").partition(".")
            key = rest.partition(".")[0]
            self.add_error(key if key in self.fields else None, self._ask.t.say(problem.message))


@page("settings/", right=Right.SEE)
def settings(ask: Ask) -> HttpResponseBase:
    """Show all settings."""
    t = ask.t
    cards = [_fixed(ask), *[_card(ask, section) for section in SECTIONS.values()]]
    title = t.pgettext("menu", "Settings")
    return respond(
        ask, title, settings_tabs(ask, "settings"), el("div", *cards, class_="columns"), active="settings"
    )


@page("settings/<str:section_id>/", right=Right.SETTINGS, methods=("GET", "HEAD", "POST"))
def setting(ask: Ask, section_id: str) -> HttpResponseBase:
    """Show the settings of a section, what a change would do, and keep it."""
    section = section_of(section_id)
    config = base.workspace().config
    form = SectionForm(ask, section, ask.request.POST or None, initial=texts(config, section))
    body: Html | None = None
    if form.is_valid():
        wanted = changes(config, section, form.cleaned_data)
        try:
            if ask.request.POST.get("do") == "keep" and wanted:
                return _keep(ask, section, wanted)
            body = _effect(ask, section, wanted)
        except ProblemsError as error:
            form.refuse(error)
    return _page(ask, section, form, body)


def _keep(ask: Ask, section: Section, wanted: Changes) -> HttpResponseBase:
    if keeping.keep(ask.request, section, wanted, ask.user):
        ask.tell(ask.t.gettext("Saved. A refresh has begun, which puts everybody where he now belongs."))
    else:
        ask.tell(ask.t.gettext("Saved."))
    return HttpResponseRedirect(link("setting", section.id))


def _effect(ask: Ask, section: Section, wanted: Changes) -> Html:
    """Write what a change would do, and the button that keeps it."""
    t = ask.t
    if not wanted:
        return el("section", paragraph(t.gettext("Nothing is changed yet.")), class_="card")
    seen = preview(wanted)
    names = {setting.key for setting in section.settings}
    values = [
        el("input", type="hidden", name=name, value=str(value))
        for name, value in ask.request.POST.items()
        if name in names
    ]
    keep = el(
        "form",
        hidden_token(ask.request),
        *values,
        el("input", type="hidden", name="do", value="keep"),
        el("button", t.gettext("Save"), class_="button primary"),
        method="post",
        action=link("setting", section.id),
    )
    return effect_card(ask, seen, keep)


def _page(ask: Ask, section: Section, form: SectionForm, effect: Html | None) -> HttpResponse:
    t = ask.t
    address = link("setting", section.id)
    asked = el(
        "form",
        hidden_token(ask.request),
        fields(form),
        el(
            "div",
            el("button", t.gettext("Show what it would do"), class_="button primary"),
            el("a", t.gettext("All settings"), href=link("settings"), class_="button"),
            class_="buttons",
        ),
        method="post",
        action=address,
        novalidate=True,
        hx_post=address,
        hx_target="#tuning",
        hx_swap="outerHTML",
        hx_indicator="#tuning",
    )
    card = el("section", paragraph(t.say(section.about), class_="muted"), asked, class_="card")
    body = el("div", card, effect or Html(""), id="tuning", class_="halves busy")
    if ask.is_fragment:
        return fragment(body)
    status = status_of(form) if effect is None else 200
    return respond(
        ask, t.say(section.title), settings_tabs(ask, "settings"), body, active="settings", status=status
    )


def _field(ask: Ask, setting: Setting) -> forms.Field:
    t = ask.t
    words: dict[str, Any] = {
        "label": t.say(setting.label),
        "help_text": t.say(setting.hint) if setting.hint else "",
    }
    if setting.choices:
        choices = [(value, t.say(meaning)) for value, meaning in setting.choices.items()]
        return forms.ChoiceField(choices=choices, **words)
    return forms.CharField(max_length=_LONGEST, required=False, **words)


def _fixed(ask: Ask) -> Html:
    """Write what no page changes, and where it is changed."""
    t = ask.t
    own = base.workspace().config.workspace
    notes = [
        (t.gettext("Business"), t.say(_BUSINESS[own.business])),
        (t.gettext("Time zone"), own.timezone),
        (t.gettext("Currency"), own.currency),
        (t.gettext("Workspace"), str(base.workspace().folder.name)),
    ]
    where = t.gettext(
        "Days, amounts and thresholds of what was imported hang on these. They are chosen when the workspace is made, and stand in `{file}`; so do identity, exchange rates and sources.",
        file=configuration.FILE_NAME,
    )
    return el(
        "section",
        el("h2", t.gettext("Fixed from the start")),
        _notes(notes),
        paragraph(phrase(where), class_="muted"),
        class_="card",
    )


def _card(ask: Ask, section: Section) -> Html:
    t = ask.t
    present = texts(base.workspace().config, section)
    notes = []
    for item in section.settings:
        text = present[item.key]
        if item.kind is Kind.NUMBERS and not text:
            continue
        notes.append((t.say(item.label), _written(ask, item, text)))
    change = el("a", t.gettext("Change"), href=link("setting", section.id), class_="button")
    foot = el("div", change, class_="buttons") if ask.may(Right.SETTINGS) else Html("")
    return el("section", el("h2", t.say(section.title)), _notes(notes), foot, class_="card")


def _written(ask: Ask, item: Setting, text: str) -> str:
    """Write the value of a setting for whoever reads it."""
    t = ask.t
    if text in item.choices:
        return t.say(item.choices[text])
    if item.unit is Unit.SHARE:
        share = float(text)
        return t.percent(share, 0 if round(100 * share, 6).is_integer() else 1)
    if item.unit is Unit.CADENCE:
        return t.lasting(as_cadence(text).delta) if text else t.pgettext("cadence", "every refresh")
    if item.unit is Unit.DAYS:
        return t.days(int(text)) if text.isdecimal() else t.gettext("all history")
    return text or "—"


def _notes(notes: list[tuple[str, str]]) -> Html:
    return el(
        "dl",
        join([el("div", el("dt", name), el("dd", text)) for name, text in notes]),
        class_="notes settings",
    )
