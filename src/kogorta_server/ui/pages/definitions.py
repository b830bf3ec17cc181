"""Definitions as text: written, looked at while they are typed, saved, taken away."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect

from kogorta.errors import DriftError, InputError, KogortaError
from kogorta.look.html import Html, el, paragraph, phrase
from kogorta.readings import Reading
from kogorta_server import base
from kogorta_server.accounts.audit import record
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries, services
from kogorta_server.segments.contracts import Draft, Problem, Saved
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.definitions import checked_parts, effect_parts, problem_list
from kogorta_server.ui.parts.forms import hidden_token
from kogorta_server.ui.parts.segments import with_commas
from kogorta_server.ui.shell import fragment, respond

_EXAMPLE = {
    "ru": 'segment: regulars_who_fell_silent\nname: {ru: "Постоянные, которые притихли"}\nwhere:\n'
    "  all:\n    - {trait: orders_count, at_least: 3}\n    - {did_not: order, within: 60d}\n",
    "en": "segment: regulars_who_fell_silent\nname: {en: Regulars who fell silent}\nwhere:\n"
    "  all:\n    - {trait: orders_count, at_least: 3}\n    - {did_not: order, within: 60d}\n",
}


@page("definitions/new/", right=Right.SEGMENTS, name="definition_new")
def new(ask: Ask) -> HttpResponseBase:
    """Begin a new definition, with an example to change."""
    return _editor(ask, Draft(_EXAMPLE[ask.lang]))


@page("definitions/edit/<str:definition_id>/", right=Right.SEGMENTS, name="definition_edit")
def edit(ask: Ask, definition_id: str) -> HttpResponseBase:
    """Change a definition, from the text that stands."""
    return _editor(ask, queries.draft(definition_id))


@page("definitions/check/", right=Right.SEGMENTS, methods=("POST",), name="definition_check")
def check(ask: Ask) -> HttpResponseBase:
    """Tell what is wrong with a text, else whom it means and about how many they are."""
    draft = _sent(ask)
    found = checked_parts(ask, queries.check(draft.text, ask.reading))
    return fragment(found) if ask.is_fragment else _editor(ask, draft, found)


@page("definitions/effect/", right=Right.SEGMENTS, methods=("POST",), name="definition_effect")
def effect(ask: Ask) -> HttpResponseBase:
    """Count exactly whom a text takes, and who would enter and leave."""
    if ask.reading is None:
        raise InputError("nothing was refreshed yet", hint="bring in orders, and refresh")
    draft = _sent(ask)
    try:
        found = effect_parts(ask, queries.effect(draft.text, ask.reading))
    except KogortaError as error:
        found = problem_list(ask, queries.problems_of(error, draft.text))
    return fragment(found) if ask.is_fragment else _editor(ask, draft, found)


@page("definitions/save/", right=Right.SEGMENTS, methods=("POST",), name="definition_save")
def save(ask: Ask) -> HttpResponseBase:
    """Save a text as a new version."""
    draft = _sent(ask)
    based_on = {draft.definition_id: draft.number} if draft.definition_id else {}
    try:
        saved = services.save(draft.text, str(ask.user), based_on, ask.user)
    except DriftError as error:
        return _editor(ask, draft, _drifted(ask, error, draft), HTTPStatus.CONFLICT)
    except KogortaError as error:
        found = problem_list(ask, queries.problems_of(error, draft.text))
        return _editor(ask, draft, found, HTTPStatus.UNPROCESSABLE_ENTITY)
    for id_ in saved.ids:
        record(ask.request, "segment.saved", id_, changed=[version.definition for version in saved.changed])
    _tell(ask, saved, ask.t.gettext("Saved. The numbers follow with the refresh that was asked for."))
    return HttpResponseRedirect(_page_of(ask.reading, saved.ids[0]))


@page(
    "definitions/delete/<str:definition_id>/",
    right=Right.SEGMENTS,
    methods=("GET", "HEAD", "POST"),
    name="definition_delete",
)
def delete(ask: Ask, definition_id: str) -> HttpResponseBase:
    """Ask whether a definition is to be taken away, and who needs it; then do so."""
    draft = queries.draft(definition_id)
    if ask.request.method != "POST":
        return _sure(ask, draft)
    number = ask.request.POST.get("number", "")
    if not number.isdecimal() or len(number) > 9:
        raise InputError("the form does not say which version is meant", hint="open the page again")
    try:
        saved = services.remove(definition_id, str(ask.user), int(number), ask.user)
    except KogortaError as error:
        return _sure(ask, queries.draft(definition_id), queries.problems_of(error, ""))
    record(ask.request, "segment.removed", definition_id)
    _tell(
        ask,
        saved,
        ask.t.gettext("“{segment}” was taken away; its history stays.", segment=draft.name[ask.lang]),
    )
    return HttpResponseRedirect(link("segments"))


def _sent(ask: Ask) -> Draft:
    """Return what the form says; a number that is none counts as nothing."""
    form = ask.request.POST
    number = form.get("number", "0")
    known = int(number) if number.isdecimal() and len(number) <= 9 else 0
    return Draft(form.get("text", ""), form.get("definition", "")[:200], known)


def _page_of(reading: Reading | None, definition_id: str) -> str:
    """Return the address of what shows a definition: of a scheme, its first segment where that was counted already."""
    for item in reading.segments.values() if reading else ():
        if item.scheme == definition_id:
            return link("segment", item.id)
    return link("segment", definition_id)


def _tell(ask: Ask, saved: Saved, text: str) -> None:
    ask.tell(text)
    if saved.unwritten is not None:
        told = ask.t.gettext("The files in segments/ could not follow:")
        ask.tell(f"{told} {saved.unwritten.describe(ask.t)}", is_bad=True)


# --- the editor -----------------------------------------------------------------------------------


def _editor(ask: Ask, draft: Draft, found: Html | None = None, status: int = HTTPStatus.OK) -> HttpResponse:
    t = ask.t
    title = (
        t.gettext("Change “{segment}”", segment=draft.name[ask.lang])
        if draft.definition_id
        else t.gettext("New segment")
    )
    empty = paragraph(t.gettext("Whom the text means, and how many they are, is told here."), class_="hint")
    panel = el("div", found or empty, id="checked", class_="busy", aria_live="polite")
    back = _page_of(ask.reading, draft.definition_id) if draft.definition_id else link("segments")
    form = el(
        "form",
        hidden_token(ask.request),
        el("input", type="hidden", name="definition", value=draft.definition_id),
        el("input", type="hidden", name="number", value=str(draft.number)),
        el("label", t.gettext("Definition, as YAML"), for_="text", class_="label"),
        _textarea(draft, is_new=found is None),
        el(
            "div",
            el("button", t.gettext("Save"), class_="button primary"),
            el("button", t.gettext("Check"), class_="button", formaction=link("definition_check")),
            el("a", t.gettext("Leave it as it is"), href=back, class_="button"),
            class_="buttons",
        ),
        id="definition",
        method="post",
        action=link("definition_save"),
    )
    split = el(
        "div",
        el("section", form, class_="card"),
        el("section", panel, class_="card checked"),
        class_="split even",
    )
    return respond(ask, title, split, _help(ask), active="segments", status=status)


def _textarea(draft: Draft, *, is_new: bool) -> Html:
    trigger = "input changed delay:400ms, load" if is_new else "input changed delay:400ms"
    # a text area leaves out the line end that it begins with
    return el(
        "textarea",
        "\n" + draft.text,
        name="text",
        id="text",
        class_="code",
        rows="18",
        spellcheck="false",
        autocapitalize="off",
        hx_post=link("definition_check"),
        hx_trigger=trigger,
        hx_include="#definition",
        hx_target="#checked",
        hx_indicator="#checked",
        hx_sync="this:replace",
    )


def _help(ask: Ask) -> Html:
    t = ask.t
    return el(
        "section",
        el("h2", t.gettext("What may stand here")),
        el(
            "a",
            t.gettext("Show traits, events and ready segments of this base"),
            href=link("definition_words"),
            class_="button",
            hx_get=link("definition_words"),
            hx_target="#words",
        ),
        el("div", id="words", aria_live="polite"),
        class_="card",
    )


def _drifted(ask: Ask, error: DriftError, draft: Draft) -> Html:
    """Write what somebody else did meanwhile, and the text that stands now."""
    t = ask.t
    parts = [
        el(
            "p",
            t.gettext("Nothing was saved: somebody else was quicker. Your text is still here."),
            class_="warning",
        ),
        problem_list(ask, tuple(Problem(item, None) for item in error.problems)),
    ]
    if draft.definition_id in base.workspace().definitions:
        now = queries.draft(draft.definition_id)
        parts.append(el("h3", t.gettext("What stands now")))
        parts.append(el("pre", el("code", now.text), class_="yaml"))
        again = t.gettext("Begin again from what stands")
        parts.append(el("a", again, href=link("definition_edit", draft.definition_id), class_="button"))
    return el("div", *parts)


# --- taking away ----------------------------------------------------------------------------------


def _sure(ask: Ask, draft: Draft, problems: tuple[Problem, ...] = ()) -> HttpResponse:
    t = ask.t
    id_ = draft.definition_id
    users = queries.users_of(id_)
    body: list[str] = [problem_list(ask, problems)] if problems else []
    if users.definitions:
        links = [el("a", other, href=link("definition_edit", other)) for other in users.definitions]
        told = t.gettext("It cannot be taken away while these definitions name it:")
        body.append(paragraph(told, " ", *with_commas(links), class_="warning"))
    if users.is_called:
        told = t.gettext(
            "Today's list calls its members. Take it out of segments under `[today]` in `kogorta.toml` first."
        )
        body.append(paragraph(phrase(told), class_="warning"))
    if not users:
        told = t.gettext(
            "Nothing else names it. Who is in it leaves it with the next refresh; its history stays."
        )
        body.append(paragraph(told))
    button = el("button", t.gettext("Delete"), class_="button danger", disabled=bool(users))
    hidden = el("input", type="hidden", name="number", value=str(draft.number))
    back = el("a", t.gettext("Keep it"), href=_page_of(ask.reading, id_), class_="button primary")
    body.append(el("form", hidden_token(ask.request), hidden, button, back, method="post", class_="buttons"))
    status = HTTPStatus.CONFLICT if problems else HTTPStatus.OK
    title = t.gettext("Delete “{segment}”?", segment=draft.name[ask.lang])
    return respond(ask, title, el("section", *body, class_="card"), active="segments", status=status)
