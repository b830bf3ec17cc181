"""Ready segments: what each means, why it may not be possible here, and a button that adds it."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponseBase, HttpResponseRedirect

from kogorta.definitions.playbooks import Goal
from kogorta.definitions.presets import Needs
from kogorta.definitions.presets.preset import Parameter, shown
from kogorta.errors import InputError, KogortaError
from kogorta.look.html import Html, el, paragraph, remedy
from kogorta.membership.own import names_of
from kogorta.report.playbook import goal_name
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries, services
from kogorta_server.segments.contracts import Ready
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.bars import FOUND, choice, live_bar, search
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.parts.later import fetched
from kogorta_server.ui.shell import fragment, respond

_FAMILY = "loyal"


@page("presets/", right=Right.SEE)
def presets(ask: Ask) -> HttpResponseBase:
    """Show the gallery; what it needs of the base is looked up after the page."""
    t = ask.t
    lead = t.gettext(
        "Ready segments and schemes, each with what to do about it. Change them as you like once they are yours."
    )
    back = el(
        "div", el("a", t.gettext("All segments"), href=link("segments"), class_="button"), class_="buttons"
    )
    body = el("div", fetched(ask, link("presets_list")), id=FOUND)
    return respond(
        ask,
        t.gettext("Ready segments"),
        paragraph(lead, class_="lead"),
        _bar(ask),
        body,
        active="segments",
        actions=back,
    )


@page("presets/list/", right=Right.SEE, name="presets_list")
def presets_list(ask: Ask) -> HttpResponseBase:
    """Show every preset of this kind of business, with what the base lacks for it."""
    t = ask.t
    found = [item for item in queries.ready() if _fits(ask, item)]
    groups = [
        (
            t.gettext("Possible now"),
            [item for item in found if not item.offer.is_added and not _lacks_data(item)],
        ),
        (t.gettext("You have these"), [item for item in found if item.offer.is_added]),
        (
            t.gettext("Not possible here yet"),
            [item for item in found if not item.offer.is_added and _lacks_data(item)],
        ),
    ]
    parts = [
        el(
            "section",
            el("h2", title),
            el("div", *[_card(ask, item) for item in items], class_="cards in-3"),
            class_="card",
        )
        for title, items in groups
        if items
    ]
    if not parts:
        parts = [paragraph(t.gettext("No ready segment is like this."), class_="empty")]
    body = el("div", *parts, id=FOUND)
    return (
        fragment(body)
        if ask.is_fragment
        else respond(ask, t.gettext("Ready segments"), _bar(ask), body, active="segments")
    )


@page("presets/add/", right=Right.SEGMENTS, methods=("POST",), name="preset_add")
def add(ask: Ask) -> HttpResponseBase:
    """Add one preset with the values that were typed for it."""
    form = ask.request.POST
    preset_id = form.get("preset", "")
    if not preset_id:
        raise InputError("the form does not say which one is meant", hint="open the page again")
    fields = [name for name in form if name.startswith("value-")]
    values = {name.removeprefix("value-"): form.get(name, "") for name in fields}
    try:
        added = services.add_preset(preset_id, values, str(ask.user), ask.user)
    except KogortaError as error:
        ask.tell(error.describe(ask.t), is_bad=True)
        return HttpResponseRedirect(link("presets"))
    for item in added.written:
        record(ask.request, "segment.added", item.id, preset=preset_id)
    ask.tell(ask.t.gettext("Added. The numbers follow with the refresh that was asked for."))
    return HttpResponseRedirect(link("segments"))


def _bar(ask: Ask) -> Html:
    t = ask.t
    goals = [("", t.pgettext("goal", "any")), *[(goal.value, goal_name(t, goal)) for goal in Goal]]
    parts = [
        search(ask, t.gettext("Name or meaning")),
        choice(t.gettext("Goal"), "goal", goals, ask.text("goal")),
    ]
    return live_bar(ask, link("presets_list"), parts, heard="change from:#goal", is_kept=False)


def _fits(ask: Ask, item: Ready) -> bool:
    """Look whether a preset is one of those that are looked for: every word stands in what its card says."""
    preset, goal = item.offer.preset, ask.text("goal")
    sentence = item.sentence[ask.lang] if item.sentence else ""
    said = f"{_name(ask, item)} {preset.note[ask.lang]} {sentence}".casefold()
    goals = {plan.goal.value for plan in item.offer.definition.playbooks.values()}
    return (not goal or goal in goals) and all(word in said for word in ask.text("q").casefold().split())


def _name(ask: Ask, item: Ready) -> str:
    return names_of(item.offer.definition).name[ask.lang]


def _lacks_data(item: Ready) -> bool:
    return bool(item.offer.lacks.tables or item.offer.lacks.events)


def _card(ask: Ask, item: Ready) -> Html:
    offer = item.offer
    plans = list(offer.definition.playbooks.values())
    head = el(
        "header",
        el("h3", _name(ask, item)),
        el("span", goal_name(ask.t, plans[0].goal), class_="goal") if plans else "",
    )
    return el(
        "article",
        head,
        paragraph(offer.preset.note[ask.lang], class_="message"),
        el("details", el("summary", ask.t.gettext("Whom it means")), paragraph(item.sentence[ask.lang]))
        if item.sentence
        else "",
        _state(ask, item),
        class_=f"plan fam-{_FAMILY}",
    )


def _state(ask: Ask, item: Ready) -> Html:
    t, offer = ask.t, item.offer
    if offer.is_added:
        return el("a", t.pgettext("button", "Open"), href=link("segment", _first(item)), class_="button")
    if _lacks_data(item):
        return remedy(t.gettext("It does not apply here: {why}.", why=_why(ask, offer.lacks)))
    if not ask.may(Right.SEGMENTS):
        return Html("")
    asked = [found for found in offer.preset.parameters if found.id in offer.lacks.parameters]
    usual = [found for found in offer.preset.parameters if found not in asked]
    fields = [_field(ask, item, found) for found in asked]
    if usual:
        summary = el("summary", t.gettext("Set it as you like"))
        fields.append(el("details", summary, *[_field(ask, item, found) for found in usual]))
    return el(
        "form",
        hidden_token(ask.request),
        el("input", type="hidden", name="preset", value=offer.preset.id),
        *fields,
        el("button", t.gettext("Add"), class_="button primary"),
        method="post",
        action=link("preset_add"),
    )


def _first(item: Ready) -> str:
    definition = item.offer.definition
    return f"{definition.id}.{definition.segments[0]}" if definition.is_scheme else definition.id


def _why(ask: Ask, lacks: Needs) -> str:
    t = ask.t
    if lacks.tables:
        return t.gettext("the base has no {tables}", tables=_ticked(lacks.tables))
    return t.gettext("the base has no events {names}", names=_ticked(lacks.events))


def _ticked(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _field(ask: Ask, item: Ready, parameter: Parameter) -> Html:
    """Write the field of a parameter; what only the reader knows is left empty, with an example."""
    id_ = f"{item.offer.id}-{parameter.id}"
    value = shown(item.offer.values[parameter.id])
    is_asked = parameter.id in item.offer.lacks.parameters
    example = ask.t.gettext("such as {example}", example=value)
    return el(
        "div",
        el("label", parameter.name[ask.lang], for_=id_),
        el(
            "input",
            type="text",
            name=f"value-{parameter.id}",
            id=id_,
            value="" if is_asked else value,
            placeholder=example if is_asked else None,
            required=is_asked,
        ),
        class_="field",
    )
