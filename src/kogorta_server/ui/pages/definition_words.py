"""What definitions may speak of in this base: its traits, its events, its segments."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponseBase

from kogorta.definitions.catalogue import TraitInfo
from kogorta.definitions.sentence.words import lexicon
from kogorta.look.html import Html, el, join, table
from kogorta.report.words import kind_name, trait_label
from kogorta_server.accounts.rights import Right
from kogorta_server.segments import queries
from kogorta_server.ui.ask import Ask
from kogorta_server.ui.page import page
from kogorta_server.ui.parts.segments import typed, with_commas
from kogorta_server.ui.shell import part


@page("definitions/words/", right=Right.SEGMENTS, name="definition_words")
def words(ask: Ask) -> HttpResponseBase:
    """Show the words that a definition may use here."""
    t, known = ask.t, queries.catalogue()
    traits = [
        [el("code", name), trait_label(t, name), _values(ask, name, info)]
        for name, info in sorted(known.traits.items())
        if not info.tables or any(name in known.present for name in info.tables)
    ]
    facts = [[el("code", name), typed(info.columns)] for name, info in sorted(known.facts.items())]
    events = [[el("code", name), typed(found)] for name, found in sorted(known.events.items())]
    return part(
        ask,
        t.gettext("What may stand here"),
        _group(
            ask,
            t.gettext("Traits"),
            [t.gettext("Trait"), t.gettext("What it is"), t.gettext("Values")],
            traits,
        ),
        _group(ask, t.gettext("What can be counted"), [t.gettext("Name"), t.gettext("Columns")], facts),
        _group(ask, t.gettext("Events"), [t.gettext("Name"), t.gettext("Columns")], events),
        _group(
            ask,
            t.gettext("Segments"),
            [t.gettext("Id")],
            [[el("code", id_)] for id_ in sorted(known.segments)],
        ),
        active="segments",
    )


def _values(ask: Ask, name: str, info: TraitInfo) -> str:
    said = lexicon(ask.lang).traits.get(name)
    told = [
        join([el("code", value), f" ({said.values[value]})" if said and value in said.values else ""])
        for value in info.values
    ]
    return join(with_commas(told)) if told else kind_name(ask.t, info.kind)


def _group(ask: Ask, title: str, heads: list[str], rows: Sequence[Sequence[str]]) -> Html:
    if not rows:
        return Html("")
    count = el("small", ask.t.integer(len(rows)))
    body = table(heads, rows, text_columns=len(heads), caption=title)
    return el("details", el("summary", title, " ", count), body, class_="group words")
