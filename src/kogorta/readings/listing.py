"""The schemes and segments of a base, with their names in both languages."""

from __future__ import annotations

import pyarrow as pa

from kogorta.definitions.names import SchemeName
from kogorta.definitions.names import schemes as ready_names
from kogorta.membership.hidden import hidden_schemes
from kogorta.membership.own import names_of
from kogorta.membership.view import View

OWN = "potential"
"""Colour family of segments that people defined."""


def listed(view: View) -> pa.Table:
    """Return a row for each segment that says something of the base, in the order in which they are shown.

    Its `place` is the column of lists of people that says who is in it: there stands its `position`.
    """
    hidden = hidden_schemes(view.frames)
    rows = []
    for number, item in enumerate(view.schemes.values()):
        if item.id in hidden:
            continue
        named: SchemeName = names_of(view.own[item.id]) if item.family == "own" else ready_names()[item.id]
        # in the order of their names: a scheme itself lists what it asks first
        for position, segment in enumerate(sorted(item.segments, key=list(named.segments).index)):
            words = named.segments[segment]
            rows.append(
                {
                    "id": item.segment_id(segment),
                    "scheme": item.id,
                    "segment": segment,
                    "position": position,
                    "place": f"in_{number}",
                    "is_own": item.family == "own",
                    "is_free": item.is_free,
                    "family": OWN if item.family == "own" else words.family,
                    "scheme_ru": named.name.ru,
                    "scheme_en": named.name.en,
                    "name_ru": words.name.ru,
                    "name_en": words.name.en,
                    "meaning_ru": words.meaning.ru,
                    "meaning_en": words.meaning.en,
                }
            )
    return pa.Table.from_pylist(rows)
