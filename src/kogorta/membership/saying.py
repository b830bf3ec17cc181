"""Definitions as sentences, in the words that a base has for its segments, its columns and its money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kogorta.definitions.document import Definition
from kogorta.definitions.names import LANGUAGES, SchemeName, Words
from kogorta.definitions.names import schemes as ready_names
from kogorta.definitions.sentence import Names, sentence
from kogorta.membership.own import names_of
from kogorta.membership.view import View


def sentences(view: View, definitions: Iterable[Definition]) -> dict[str, Words]:
    """Return whom each definition means, in one sentence, by id."""
    ready = {item.id: ready_names()[item.id] for item in view.ready}
    own = {id_: names_of(item) for id_, item in view.own.items()}
    names = called(ready | own, view.config.workspace.currency)
    return {
        item.id: Words(
            ru=sentence(item, "ru", catalogue=view.catalogue, names=names),
            en=sentence(item, "en", catalogue=view.catalogue, names=names),
        )
        for item in definitions
    }


def called(names: Mapping[str, SchemeName], currency: str) -> Names:
    """Return how sentences call segments and money.

    Args:
        names: Of schemes and free segments, by id.
        currency: ISO 4217 code of the amounts of the base.
    """
    segments: dict[str, dict[str, str]] = {
        id_ if segment == id_ else f"{id_}.{segment}": {lang: words.name[lang] for lang in LANGUAGES}
        for id_, scheme in names.items()
        for segment, words in scheme.segments.items()
    }
    return Names(segments, currency)
