"""One segment: what it is, who is in it, who came and who left, how it is defined."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseBase

from kogorta.charts import MonthAxis, Series, lines
from kogorta.errors import NotFoundError
from kogorta.look.html import Html, el, paragraph, phrase, two_sizes
from kogorta.readings import Listed, PeopleQuery, Reading
from kogorta.report.playbook import plan_card
from kogorta_server import base
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.customers import people_columns
from kogorta_server.ui.pages.overview import nothing_yet
from kogorta_server.ui.parts.later import fetched
from kogorta_server.ui.parts.listing import PAGE, listing, place_of
from kogorta_server.ui.parts.sections import view_of
from kogorta_server.ui.parts.segments import full_name, meaning_of, reach_table, tabs, week
from kogorta_server.ui.shell import respond

_STEPS = 30
"""So many refreshes a trend shows."""


@page("segments/<str:segment_id>/", right=Right.SEE)
def segment(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show whom a segment means, how many they are, what they are like, what to do."""
    found = found_of(ask, segment_id)
    if isinstance(found, HttpResponse):
        return found
    reading, item = found
    portrait = el(
        "section",
        el("h2", ask.t.gettext("What they are like")),
        fetched(ask, link("segment_portrait", item.id)) if item.people else _nobody(ask),
        class_="card",
    )
    body = [_about(ask, reading, item), _trend(ask, reading, item), portrait, _plan(ask, reading, item)]
    return framed(ask, item, "segment", *body)


@page("segments/<str:segment_id>/people/", right=Right.PEOPLE, name="segment_people")
def people(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show the people of a segment."""
    found = found_of(ask, segment_id)
    if isinstance(found, HttpResponse):
        return found
    reading, item = found
    columns = people_columns(ask, view_of(ask, reading))
    place = place_of(ask, columns, "-last_order_at")
    query = PeopleQuery(
        segments=(item.id,),
        sort=place.sort,
        is_descending=place.is_descending,
        offset=place.offset,
        limit=PAGE,
    )
    rows = reading.people(query)
    title = ask.t.gettext("People")
    body = (
        listing(ask, columns, rows, caption=title, place=place, total=item.people) if rows else _nobody(ask)
    )
    head = paragraph(ask.t.customers(item.people), class_="stamp")
    return framed(ask, item, "segment_people", el("section", head, body, class_="card"))


def found_of(ask: Ask, segment_id: str) -> tuple[Reading, Listed] | HttpResponse:
    """Return the segment, or what is answered where no refresh has counted it yet."""
    if ask.reading is None:
        return respond(ask, segment_id, nothing_yet(ask), active="segments")
    try:
        return ask.reading, ask.reading.segment(segment_id)
    except NotFoundError:
        definition_id = segment_id.partition(".")[0]
        if definition_id not in base.workspace().definitions:
            raise
        return _saved(ask, definition_id)


def _saved(ask: Ask, definition_id: str) -> HttpResponse:
    """Answer for what was saved, and that no refresh has counted yet."""
    t, workspace = ask.t, base.workspace()
    draft = queries.draft(definition_id)
    (sentence,) = workspace.sentences(draft.text).values()
    told = t.gettext("Saved. Who is in it will be seen after the next refresh.")
    body = el(
        "section",
        paragraph(told, class_="warning"),
        paragraph(sentence[ask.lang], class_="sentence"),
        el("pre", el("code", draft.text), class_="yaml"),
        class_="card",
    )
    name = workspace.names[definition_id].name[ask.lang]
    return respond(ask, name, body, active="segments", actions=_actions(ask, definition_id))


def framed(ask: Ask, item: Listed, active: str, *body: str) -> HttpResponse:
    """Answer with a page of a segment: its name, what can be done with it, the ways to its other pages."""
    actions = _actions(ask, item.scheme) if item.is_own else None
    title = full_name(ask, item)
    return respond(ask, title, tabs(ask, item, active), *body, active="segments", actions=actions)


def _actions(ask: Ask, definition_id: str) -> Html:
    if not ask.may(Right.SEGMENTS):
        return Html("")
    t = ask.t
    return el(
        "div",
        el("a", t.gettext("Change"), href=link("definition_edit", definition_id), class_="button primary"),
        el("a", t.gettext("Delete"), href=link("definition_delete", definition_id), class_="button danger"),
        class_="buttons",
    )


def _nobody(ask: Ask) -> Html:
    return el("div", paragraph(ask.t.gettext("Nobody is in it now.")), class_="empty")


# --- what it is -----------------------------------------------------------------------------------


def _about(ask: Ask, reading: Reading, item: Listed) -> Html:
    t, meaning = ask.t, meaning_of(reading, item)
    everyone = reading.report.base.customers
    sentence = meaning.sentence[ask.lang] if meaning.sentence else item.meaning[ask.lang]
    count: str = t.integer(item.people)
    if ask.may(Right.PEOPLE) and item.people:
        count = el("a", count, href=link("segment_people", item.id))
    pairs = [
        (t.gettext("Customers"), count),
        (t.gettext("Share of the base"), t.share(item.people, everyone)),
        (t.gettext("In a week"), week(ask, item)),
        (t.gettext("Cadence"), _cadence(ask, meaning.cadence_seconds)),
    ]
    size = el(
        "dl", *[el("div", el("dt", name), el("dd", value)) for name, value in pairs], class_="size of-4"
    )
    reach = el(
        "details",
        el("summary", t.gettext("Whom each channel reaches")),
        reach_table(ask, reading.reach.get(item.id, {}), item.people),
    )
    return el("section", paragraph(sentence, class_="sentence"), size, reach, class_="card")


def _cadence(ask: Ask, seconds: int | None) -> str:
    t = ask.t
    if seconds is None:
        return t.pgettext("cadence", "every refresh")
    return t.lasting(timedelta(seconds=seconds))


def _trend(ask: Ask, reading: Reading, item: Listed) -> Html:
    t = ask.t
    sizes = reading.sizes(item.id)[-_STEPS:]
    title = t.gettext("How it grew")
    if len(sizes) < 2:
        text = t.gettext("One refresh knows of it so far; the line begins with the second.")
        return el("section", el("h2", title), paragraph(text, class_="empty"), class_="card")
    first, whole = sizes[0].as_of, sizes[-1].as_of - sizes[0].as_of
    shares = [(size.as_of - first) / whole for size in sizes] if whole else []
    axis = MonthAxis([ask.short_day(size.as_of) for size in sizes], t.integer, shares=shares)
    series = [Series(item.name[ask.lang], item.family, [size.people for size in sizes])]
    desc = t.gettext("People after each refresh that moved any of them.")
    picture = two_sizes(lambda width: lines(series, axis, (width, 240.0), title, desc))
    last = sizes[-1]
    told = t.gettext(
        "With the refresh of {day} {entered} came and {left} left.",
        day=ask.day(last.as_of),
        entered=last.entered,
        left=last.left,
    )
    more = el("a", t.gettext("Who, and why"), href=link("segment_moves", item.id))
    return el(
        "section",
        el("h2", title),
        paragraph(desc, class_="lead"),
        picture,
        paragraph(told, " ", more),
        class_="card",
    )


def _plan(ask: Ask, reading: Reading, item: Listed) -> Html:
    t = ask.t
    plan = meaning_of(reading, item).playbook(item.segment, base.workspace().config.workspace.business)
    title = t.gettext("What to do")
    if plan is None:
        text = t.gettext(
            "The definition says nothing of it yet: goal, channels and message stand under `playbook`."
        )
        return el("section", el("h2", title), paragraph(phrase(text), class_="empty"), class_="card")
    card = plan_card(t, item.name[ask.lang], item.people, plan, item.family)
    hint = t.gettext("Values in frames are put in for each customer when the message is sent.")
    return el(
        "section",
        el("h2", title),
        el("div", card, class_="one-plan"),
        paragraph(hint, class_="hint") if "<var>" in card else "",
        class_="card",
    )
