"""How a segment is defined: its text, its versions, who names it, its SQL."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase

from kogorta.look.html import Html, el, paragraph, table
from kogorta.readings import Listed, Reading
from kogorta.report.words import version_changes
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries
from kogorta_server.ui.ask import Ask, link
from kogorta_server.ui.page import page
from kogorta_server.ui.pages.segment import found_of, framed
from kogorta_server.ui.parts.later import fetched
from kogorta_server.ui.parts.segments import meaning_of, with_commas


@page("segments/<str:segment_id>/definition/", right=Right.SEE, name="segment_definition")
def definition(ask: Ask, segment_id: str) -> HttpResponseBase:
    """Show how a segment is defined: its text, its versions, who names it, its SQL."""
    found = found_of(ask, segment_id)
    if isinstance(found, HttpResponse):
        return found
    reading, item = found
    t = ask.t
    sql = el(
        "section",
        el("h2", "SQL"),
        paragraph(t.gettext("How the base is asked, step by step."), class_="lead"),
        el(
            "a",
            t.gettext("Show the SQL"),
            href=link("segment_sql", item.id),
            class_="button",
            hx_get=link("segment_sql", item.id),
            hx_target="#sql",
        ),
        el("div", id="sql", aria_live="polite"),
        class_="card",
    )
    return framed(
        ask, item, "segment_definition", _text(ask, reading, item), _versions(ask, reading, item), sql
    )


def _text(ask: Ask, reading: Reading, item: Listed) -> Html:
    t, meaning = ask.t, meaning_of(reading, item)
    if meaning.definition is None:
        text = t.gettext("This segment comes with Kogorta. Its thresholds stand in the settings.")
        return el(
            "section",
            paragraph(item.meaning[ask.lang], class_="sentence"),
            paragraph(text, class_="hint"),
            class_="card",
        )
    named = [_named(ask, reading, id_) for id_ in meaning.named_by]
    fresh = fetched(ask, link("definition_state", item.scheme))
    return el(
        "section",
        fresh,
        paragraph(meaning.sentence[ask.lang], class_="sentence") if meaning.sentence else "",
        el("pre", el("code", queries.canonical(meaning.definition)), class_="yaml"),
        paragraph(t.gettext("It is named by:"), " ", *with_commas(named), class_="hint") if named else "",
        class_="card",
    )


def _named(ask: Ask, reading: Reading, definition_id: str) -> Html:
    """Write a definition as a link to the first of its segments."""
    for item in reading.segments.values():
        if item.scheme == definition_id:
            name = item.name if item.is_free else item.scheme_name
            return el("a", name[ask.lang], href=link("segment_definition", item.id))
    return el("span", definition_id)


def _versions(ask: Ask, reading: Reading, item: Listed) -> Html:
    t = ask.t
    versions = reading.versions(item.scheme)
    if not versions:
        return Html("")
    title = t.gettext("Versions")
    heads = [t.gettext("Version"), t.gettext("What changed"), t.pgettext("did it", "Who"), t.gettext("When")]
    rows = [
        [
            t.integer(version.number),
            version_changes(t, version),
            version.author or t.gettext("a refresh"),
            ask.moment(version.at),
        ]
        for version in reversed(versions)
    ]
    return el("section", el("h2", title), table(heads, rows, text_columns=4, caption=title), class_="card")
